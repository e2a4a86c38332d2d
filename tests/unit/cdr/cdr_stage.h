// SPDX-License-Identifier: Apache-2.0
// A store with rows in it, and a receiver that does what the test tells it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cdr/receiver.h"
#include "store/cursor_file.h"
#include "unit/store/store_stage.h"

namespace sipsonde {

class ScriptedReceiver : public CdrReceiver {
 public:
  using Answer = Result<std::size_t>;

  explicit ScriptedReceiver(std::size_t limit = 100) : limit_(limit) {}

  std::string_view name() const override { return "cdr-http"; }
  std::size_t batch_limit() const override { return limit_; }
  std::optional<std::uint32_t> rows_a_second() const override { return pace; }
  std::optional<std::chrono::milliseconds> pause_asked() const override { return asked; }
  std::string_view refusal() const override { return "HTTP 400: no"; }
  void stop_by(std::chrono::steady_clock::time_point) override {}

  Answer deliver(std::span<const StoredRow> rows) override {
    if (before) before();
    std::vector<std::string>& batch = batches.emplace_back();
    for (const StoredRow& row : rows) batch.push_back(row.call_id);
    const Answer answer = next(batch);
    if (answer) confirmed.insert(confirmed.end(), batch.begin(), batch.begin() + static_cast<long>(*answer));
    return answer;
  }

  // What the next calls answer; then all is confirmed.
  std::deque<Answer> script;
  std::set<std::string> poison;  // Call-IDs without which it would be fine
  std::optional<std::uint32_t> pace;
  std::optional<std::chrono::milliseconds> asked;
  std::function<void()> before;

  std::vector<std::vector<std::string>> batches;  // as they were offered
  std::vector<std::string> confirmed;

 private:
  Answer next(const std::vector<std::string>& batch) {
    if (!script.empty()) {
      const Answer answer = script.front();
      script.pop_front();
      return answer;
    }
    const bool poisoned = std::ranges::any_of(batch, [this](const auto& id) { return poison.contains(id); });
    return poisoned ? std::size_t{0} : batch.size();
  }

  const std::size_t limit_;
};

struct CdrStage : StoreStage {
  std::unique_ptr<StoreWriter> writer = open();
  int written = 0;

  static std::string id(int number) { return "call-" + std::to_string(number); }

  // Rows number written+1, … in one commit.
  void write(int rows) {
    for (int row = 0; row < rows; ++row)
      writer->add(answered_record(id(++written), 0, now_ns, now_ns + 10 * kSecond_ns));
    const auto committed = writer->commit();
    EXPECT_TRUE(committed) << committed.error().message;
  }

  CursorFile cursor_file(StoreCursor first = {}) const {
    auto file = CursorFile::open(path(), "cdr-http", first);
    EXPECT_TRUE(file) << file.error().message;
    return *std::move(file);
  }
  // How many rows the cursor on the disk has behind it.
  std::int64_t rows_saved() const {
    const StoreCursor saved = cursor_file().cursor();
    if (saved == StoreCursor{}) return 0;
    return ask("SELECT count(*) FROM cdr WHERE sequence <= " + std::to_string(saved.sequence), saved.day);
  }

  static std::vector<std::string> ids(int first, int last) {
    std::vector<std::string> all;
    for (int number = first; number <= last; ++number) all.push_back(id(number));
    return all;
  }
};

}  // namespace sipsonde
