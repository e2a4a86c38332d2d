// SPDX-License-Identifier: Apache-2.0
// What an answer means: the rules of the OTLP specification for retries and partial success. An answer may be
// anything; bytes that are no message say nothing, and what a status says holds.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "otlp/exporter.h"

namespace sipsonde {

// `body` of an answer with that status, `retry_after` as its header says.
ExportReply reply_of_http(long status, std::string_view body,
                          std::optional<std::chrono::milliseconds> retry_after);

// `code` is a grpc::StatusCode; `details` the trailer grpc-status-details-bin, a google.rpc.Status; `body`
// the response message of a call that succeeded.
ExportReply reply_of_grpc(int code, std::string_view message, std::string_view details,
                          std::string_view body);

// Nobody answered.
ExportReply reply_of_silence(std::string_view reason);

}  // namespace sipsonde
