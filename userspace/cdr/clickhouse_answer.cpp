// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse_answer.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/log.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Verdict = ClickHouseVerdict;

// Somebody has to come and change something.
constexpr std::chrono::milliseconds kPauseForPeople = 30s;
// Each insert makes a part, and merges have to catch up.
constexpr std::chrono::milliseconds kPauseForParts = 10s;

struct Meaning {
  int code;
  Verdict verdict;
  std::string_view remedy;
};

// Whatever is not here may be different the next time.
constexpr Meaning kMeanings[] = {
    {6, Verdict::refused, {}},                         // CANNOT_PARSE_TEXT
    {16, Verdict::settings, "the table has changed"},  // NO_SUCH_COLUMN_IN_TABLE
    {26, Verdict::refused, {}},                        // CANNOT_PARSE_QUOTED_STRING
    {27, Verdict::refused, {}},                        // CANNOT_PARSE_INPUT_ASSERTION_FAILED
    {38, Verdict::refused, {}},                        // CANNOT_PARSE_DATE
    {41, Verdict::refused, {}},                        // CANNOT_PARSE_DATETIME
    {47, Verdict::settings, "the table has changed"},  // UNKNOWN_IDENTIFIER
    {53, Verdict::settings, "the table has changed"},  // TYPE_MISMATCH
    {60, Verdict::settings, "make the table, or let cdr.clickhouse.create do it"},  // UNKNOWN_TABLE
    {62, Verdict::settings, "use ClickHouse 22.8 or newer"},                        // SYNTAX_ERROR
    {69, Verdict::refused, {}},                                                     // ARGUMENT_OUT_OF_BOUND
    {72, Verdict::refused, {}},                                                     // CANNOT_PARSE_NUMBER
    {81, Verdict::settings, "make the database, or see cdr.clickhouse.database"},   // UNKNOWN_DATABASE
    {115, Verdict::settings, "use ClickHouse 22.8 or newer"},                       // UNKNOWN_SETTING
    {117, Verdict::refused, {}},                                                    // INCORRECT_DATA
    {131, Verdict::refused, {}},                                                    // TOO_LARGE_STRING_SIZE
    {164, Verdict::settings, "the user may only read; see cdr.clickhouse.user"},    // READONLY
    {192, Verdict::settings, "see cdr.clickhouse.user and password_file"},          // UNKNOWN_USER
    {193, Verdict::settings, "see cdr.clickhouse.user and password_file"},          // WRONG_PASSWORD
    {194, Verdict::settings, "see cdr.clickhouse.user and password_file"},          // REQUIRED_PASSWORD
    {195, Verdict::settings, "allow this host to the user"},                        // IP_ADDRESS_NOT_ALLOWED
    {291, Verdict::settings, "allow the database to the user"},                     // DATABASE_ACCESS_DENIED
    {321, Verdict::refused, {}},  // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
    {349, Verdict::refused, {}},  // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
    {407, Verdict::refused, {}},  // DECIMAL_OVERFLOW
    {469, Verdict::refused, {}},  // VIOLATED_CONSTRAINT
    {497, Verdict::settings,
     "grant the user INSERT, and CREATE TABLE unless cdr.clickhouse.create is false"},  // ACCESS_DENIED
    {516, Verdict::settings, "see cdr.clickhouse.user and password_file"},  // AUTHENTICATION_FAILED
    {691, Verdict::refused, {}},                                            // UNKNOWN_ELEMENT_OF_ENUM
};

constexpr int kTooManyParts = 252;

int number_of(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// "Code: 60. DB::Exception: …": where something in between has lost the header.
int code_in(std::string_view body) {
  constexpr std::string_view kBegin = "Code: ";
  return body.starts_with(kBegin) ? number_of(body.substr(kBegin.size())) : 0;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

ClickHouseAnswer meaning_of_code(int code, const HttpReply& reply) {
  ClickHouseAnswer answer{.code = code, .text = reply.text(), .pause = reply.retry_after};
  if (code == kTooManyParts) answer.pause = kPauseForParts;
  const auto known = std::ranges::find(kMeanings, code, &Meaning::code);
  if (known == std::end(kMeanings)) return answer;
  answer.verdict = known->verdict;
  if (!known->remedy.empty()) answer.text.append("; ").append(known->remedy);
  if (known->verdict == Verdict::settings) answer.pause = kPauseForPeople;
  return answer;
}

// Something that stands in front of the server, or in its place.
ClickHouseAnswer meaning_of_status(const HttpReply& reply) {
  ClickHouseAnswer answer{.text = reply.text(), .pause = reply.retry_after};
  if (reply.status == 413) answer.verdict = Verdict::refused;
  if (reply.status == 401 || reply.status == 403 || reply.status == 404) {
    answer.verdict = Verdict::settings;
    answer.text += "; see cdr.clickhouse.url, user and password_file";
    answer.pause = kPauseForPeople;
  }
  return answer;
}

}  // namespace

ClickHouseAnswer clickhouse_answer(const HttpReply& reply, std::string_view exception_code, bool has_result) {
  if (reply.status == 0) return {.text = reply.text()};
  const int code = exception_code.empty() ? code_in(reply.body) : number_of(exception_code);
  if (code != 0) return meaning_of_code(code, reply);
  if (!reply.is_taken()) return meaning_of_status(reply);
  if (!has_result && !is_blank(reply.body))
    return {.text = "what answers is no ClickHouse: " + printable(reply.body)};
  return {.verdict = Verdict::done};
}

}  // namespace sipsonde
