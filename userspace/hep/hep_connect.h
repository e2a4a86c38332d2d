// SPDX-License-Identifier: Apache-2.0
// A socket connected to a receiver of HEP.
#pragma once

#include <chrono>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde {

// For looking on while a receiver does nothing: then it is an error.
inline constexpr std::chrono::seconds kHepPatience{5};

// `kind` is SOCK_DGRAM or SOCK_STREAM; of the addresses that the name has the first that connects. Sending
// and receiving wait kHepPatience and no longer.
Result<FileDescriptor> connect_for_hep(const std::string& host, std::uint16_t port, int kind);

// "host:port", an IPv6 address in brackets.
std::string hep_endpoint_text(const std::string& host, std::uint16_t port);

}  // namespace sipsonde
