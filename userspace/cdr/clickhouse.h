// SPDX-License-Identifier: Apache-2.0
// Records to the table telephony_cdrs of a ClickHouse server, over its HTTP interface
// (docs/cdr-clickhouse.md).
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/gzip.h"
#include "cdr/clickhouse_answer.h"
#include "base/http_client.h"
#include "cdr/receiver.h"
#include "config/clickhouse_settings.h"

namespace sipsonde {

// A server looks after a thousand rows at a time more easily than after a row a thousand times: what comes is
// gathered by the store for a second.
class ClickHouseReceiver : public CdrReceiver {
 public:
  static constexpr std::chrono::milliseconds kBetweenInserts{1000};

  // An error has exit code 2: a file that cannot be read.
  static Result<std::unique_ptr<ClickHouseReceiver>> open(
      const ClickHouseSettings& settings, std::chrono::milliseconds between_inserts = kBetweenInserts);

  std::string_view name() const override { return "cdr-clickhouse"; }
  std::size_t batch_limit() const override { return 5000; }
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  std::string_view refusal() const override { return refusal_; }
  std::optional<std::chrono::milliseconds> pause_asked() const override { return pause_; }
  void reopen() override { connected_ = false; }
  void stop_by(std::chrono::steady_clock::time_point deadline) override;

 private:
  using Clock = std::chrono::steady_clock;

  ClickHouseReceiver(const ClickHouseSettings& settings, std::chrono::milliseconds between_inserts)
      : settings_(settings), between_inserts_(between_inserts) {}

  Result<Done> connect();
  Result<Done> prepare_table();
  void wait_for_turn();
  Result<std::size_t> insert(std::size_t rows);
  ClickHouseAnswer ask(std::string_view statement, std::string* result);
  ClickHouseAnswer post(const std::string& url, std::string_view body, std::string* result);
  Error failure(const ClickHouseAnswer& answer);
  std::string url_of(std::string_view parameters) const;
  std::string insert_url() const;

  const ClickHouseSettings settings_;
  const std::chrono::milliseconds between_inserts_;
  std::unique_ptr<HttpClient> http_;
  bool connected_ = false;  // else with a password that is read anew
  bool table_is_fit_ = false;

  Gzip gzip_;
  std::string lines_, compressed_;
  std::string refusal_;
  std::optional<std::chrono::milliseconds> pause_;
  Clock::time_point inserted_at_{};

  std::mutex mutex_;
  std::condition_variable stopping_;
  std::optional<Clock::time_point> stop_at_;  // under mutex_, as is a change of http_
};

}  // namespace sipsonde
