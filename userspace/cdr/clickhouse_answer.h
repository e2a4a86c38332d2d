// SPDX-License-Identifier: Apache-2.0
// What ClickHouse means by an answer: its own error codes (src/Common/ErrorCodes.cpp of the server) say more
// than the status of HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/http_client.h"

namespace sipsonde {

enum class ClickHouseVerdict : std::uint8_t {
  done,
  later,     // the server is busy, short of something or not there: the same again is welcome
  refused,   // these rows as they are, whenever they come
  settings,  // nothing of it until somebody has changed a setting, here or there
};

struct ClickHouseAnswer {
  ClickHouseVerdict verdict = ClickHouseVerdict::later;
  int code = 0;           // 0: it did not say
  std::string text = {};  // one line, with the remedy where there is one; empty when done
  std::optional<std::chrono::milliseconds> pause = {};  // before the next attempt, where the answer says so
};

inline constexpr int kClickHouseUnknownTable = 60;

// `exception_code` is the header X-ClickHouse-Exception-Code, which outranks a status of 200. A body belongs
// to the answer of a statement that `has_result`; else whoever sends one is no ClickHouse.
ClickHouseAnswer clickhouse_answer(const HttpReply& reply, std::string_view exception_code, bool has_result);

}  // namespace sipsonde
