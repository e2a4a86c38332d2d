// SPDX-License-Identifier: Apache-2.0
#include "cdr/clickhouse.h"

#include <openssl/sha.h>

#include <array>

#include "base/input_file.h"
#include "base/log.h"
#include "cdr/clickhouse_row.h"
#include "cdr/clickhouse_table.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTimeout = 30s;  // of one statement
constexpr std::size_t kPasswordLongest = 8192;
constexpr std::string_view kHexDigits = "0123456789abcdef";

// Each of them is said, since what a server does without differs with its version. A token is remembered for
// inserts that are no async_insert.
constexpr std::string_view kInsertSettings =
    "&async_insert=0&wait_end_of_query=1&date_time_input_format=best_effort"
    "&input_format_skip_unknown_fields=1&input_format_null_as_default=1";

Result<std::string> read_password(const std::string& path) {
  if (path.empty()) return std::string{};
  auto file = read_input_file(path, kPasswordLongest);
  if (!file)
    return Error{"cdr.clickhouse.password_file: read \"" + path + "\": " + file.error().message +
                     "; name a readable file",
                 2};
  return file->bytes.substr(0, file->bytes.find_first_of("\r\n"));
}

// RFC 3986 section 2.1.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            std::string_view("-._~").find(c) != std::string_view::npos;
    if (unreserved)
      encoded.push_back(c);
    else
      encoded.append({'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]});
  }
  return encoded;
}

// The same lines give the same token: after a restart, too.
std::string token_of(std::string_view lines) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(lines.data()), lines.size(), digest.data());
  std::string token;
  for (const unsigned char byte : digest) token.append({kHexDigits[byte >> 4], kHexDigits[byte & 15]});
  return token;
}

}  // namespace

Result<std::unique_ptr<ClickHouseReceiver>> ClickHouseReceiver::open(
    const ClickHouseSettings& settings, std::chrono::milliseconds between_inserts) {
  std::unique_ptr<ClickHouseReceiver> receiver(new ClickHouseReceiver(settings, between_inserts));
  if (auto done = receiver->connect(); !done) return done.error();
  return receiver;
}

Result<std::size_t> ClickHouseReceiver::deliver(std::span<const StoredRow> rows) {
  pause_.reset();
  if (!connected_)
    if (auto done = connect(); !done) return done.error();
  if (!table_is_fit_)
    if (auto done = prepare_table(); !done) return done.error();
  lines_.clear();
  std::size_t written = 0;
  while (written < rows.size() && append_clickhouse_row(lines_, rows[written].document)) ++written;
  if (written == 0) {
    refusal_ = "the record is no JSON";
    return std::size_t{0};
  }
  if (written < batch_limit()) wait_for_turn();
  return insert(written);
}

void ClickHouseReceiver::stop_by(Clock::time_point deadline) {
  const std::lock_guard lock(mutex_);
  stop_at_ = deadline;
  http_->stop_by(deadline);
  stopping_.notify_one();
}

// ---- the connection and the table ----

Result<Done> ClickHouseReceiver::connect() {
  const auto password = read_password(settings_.password_file);
  if (!password) return password.error();
  HttpClientSettings how{.what = "cdr.clickhouse",
                       .url = settings_.url,
                       .headers = {"Content-Type: text/plain", "Content-Encoding: gzip"},
                       .ca_file = settings_.ca_file,
                       .timeout = kTimeout,
                       .answer_header = "X-ClickHouse-Exception-Code"};
  if (!settings_.user.empty()) how.headers.push_back("X-ClickHouse-User: " + settings_.user);
  if (!password->empty()) how.headers.push_back("X-ClickHouse-Key: " + *password);
  auto http = HttpClient::open(std::move(how));
  if (!http) return http.error();
  const std::lock_guard lock(mutex_);
  http_ = *std::move(http);
  if (stop_at_) http_->stop_by(*stop_at_);
  connected_ = true;
  table_is_fit_ = false;
  return Done{};
}

Result<Done> ClickHouseReceiver::prepare_table() {
  const std::string describe =
      "DESCRIBE TABLE " + clickhouse_table_name(settings_.database) + " FORMAT TabSeparated";
  std::string columns;
  ClickHouseAnswer answer = ask(describe, &columns);
  if (answer.code == kClickHouseUnknownTable && settings_.create) {
    answer = ask(clickhouse_create_statement(settings_.database), nullptr);
    if (answer.verdict != ClickHouseVerdict::done) return failure(answer);
    answer = ask(describe, &columns);
  }
  if (answer.verdict != ClickHouseVerdict::done) return failure(answer);
  if (columns.find('\t') == columns.npos)
    return failure({.text = "what answers is no ClickHouse: " + printable(columns)});
  if (auto fit = check_clickhouse_columns(settings_.database, columns); !fit)
    return failure({.verdict = ClickHouseVerdict::settings, .text = fit.error().message, .pause = 30s});
  table_is_fit_ = true;
  return Done{};
}

// ---- rows ----

// Whoever stops waits for nothing.
void ClickHouseReceiver::wait_for_turn() {
  std::unique_lock lock(mutex_);
  stopping_.wait_until(lock, inserted_at_ + between_inserts_, [this] { return stop_at_.has_value(); });
}

Result<std::size_t> ClickHouseReceiver::insert(std::size_t rows) {
  const ClickHouseAnswer answer = post(insert_url(), lines_, nullptr);
  inserted_at_ = Clock::now();
  if (answer.verdict == ClickHouseVerdict::done) return rows;
  if (answer.verdict != ClickHouseVerdict::refused) return failure(answer);
  refusal_ = answer.text;
  return std::size_t{0};
}

std::string ClickHouseReceiver::insert_url() const {
  const std::string statement =
      "INSERT INTO " + clickhouse_table_name(settings_.database) + " FORMAT JSONEachRow";
  return url_of("query=" + percent_encoded(statement) + std::string(kInsertSettings) +
                "&insert_deduplication_token=" + token_of(lines_));
}

// ---- one statement ----

ClickHouseAnswer ClickHouseReceiver::ask(std::string_view statement, std::string* result) {
  return post(url_of("wait_end_of_query=1"), statement, result);
}

// `result`: where the body goes of a statement that has one.
ClickHouseAnswer ClickHouseReceiver::post(const std::string& url, std::string_view body,
                                          std::string* result) {
  if (!gzip_.compress(body, compressed_)) return {.text = "no memory to compress a request"};
  HttpReply reply = http_->post_to(url, compressed_);
  ClickHouseAnswer answer = clickhouse_answer(reply, reply.header, result != nullptr);
  if (result) *result = std::move(reply.body);
  return answer;
}

// After one that somebody has to see to, everything is looked at anew: password, table, columns.
Error ClickHouseReceiver::failure(const ClickHouseAnswer& answer) {
  pause_ = answer.pause;
  if (answer.verdict == ClickHouseVerdict::settings) connected_ = false;
  return Error{settings_.url + ": " + answer.text};
}

std::string ClickHouseReceiver::url_of(std::string_view parameters) const {
  const char* const separator = settings_.url.find('?') == std::string::npos ? "?" : "&";
  return settings_.url + separator + std::string(parameters);
}

}  // namespace sipsonde
