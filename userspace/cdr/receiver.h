// SPDX-License-Identifier: Apache-2.0
// Where call detail records go: an implementation for each kind of receiver. It knows rows and its receiver
// and nothing else; reading the store, order, retries and the cursor are the frame's (cdr/delivery.h).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "store/stored_row.h"

namespace sipsonde {

// Called from one thread, its own, but for stop_by().
class CdrReceiver {
 public:
  virtual ~CdrReceiver() = default;
  // A literal: value of the `sink` label and name of the cursor's file, "cdr-http".
  virtual std::string_view name() const = 0;
  // Rows of one deliver() at most. What was confirmed when the process is killed comes again up to that many
  // rows: CursorFile::kRowsBehind where the receiver has no better reason.
  virtual std::size_t batch_limit() const = 0;

  // `rows` is not empty, in order, and at most batch_limit() long. Returns how many of them, from the front,
  // the receiver has confirmed: those never come again. The rest is offered again at once, the same rows
  // first. 0: the receiver refuses them as they are, and would again (refusal() says why); the frame then
  // offers fewer of them, and puts a single row aside. What may be different later is an error: the same rows
  // are offered again after a pause. Waits as long as its own timeout says, and not beyond stop_by().
  virtual Result<std::size_t> deliver(std::span<const StoredRow> rows) = 0;

  // How many rows a second are not too much for it while it catches up with what it missed; nullopt: as many
  // as it takes. Never less than what is needed to come to the end.
  virtual std::optional<std::uint32_t> rows_a_second() const { return 2000; }

  // After deliver() returned 0: what the receiver said, for the log; one line.
  virtual std::string_view refusal() const { return "refused"; }
  // After an error: how long the receiver asks to be left alone. nullopt: it does not say.
  virtual std::optional<std::chrono::milliseconds> pause_asked() const { return std::nullopt; }
  // SIGHUP: files are opened and certificates read anew, connections are made again.
  virtual void reopen() {}
  // From any thread: deliver() waits for nothing beyond this time.
  virtual void stop_by(std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace sipsonde
