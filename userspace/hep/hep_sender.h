// SPDX-License-Identifier: Apache-2.0
// HEP packets to a receiver, in order. One thread, which may wait here for some seconds.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

// A packet as append_hep_head() begins it, and the payload that ends it.
struct HepPiece {
  std::string_view head;
  std::string_view payload;

  std::size_t size() const { return head.size() + payload.size(); }
};

// How far sending came. With an error the packets behind `packets` were not taken, and the connection, if
// there was one, is gone.
struct HepSent {
  std::size_t packets = 0;
  std::optional<Error> error;
};

// For looking on while a receiver does nothing: then it is an error.
inline constexpr std::chrono::seconds kHepPatience{5};

class HepSender {
 public:
  virtual ~HepSender() = default;
  // Connects when it is not connected. HEP has no acknowledgement: what was taken is on its way, no more.
  virtual HepSent send(std::span<const HepPiece> pieces) = 0;
  // The next send() looks up the name and connects anew.
  virtual void disconnect() = 0;
  // From any thread: send() waits for nothing beyond this time.
  void stop_by(std::chrono::steady_clock::time_point deadline) { stop_at_.store(deadline); }

 protected:
  // For what is begun now.
  std::chrono::steady_clock::time_point deadline() const {
    return std::min(std::chrono::steady_clock::now() + kHepPatience, stop_at_.load());
  }

 private:
  std::atomic<std::chrono::steady_clock::time_point> stop_at_{std::chrono::steady_clock::time_point::max()};
};

// `where` has been checked; its host is looked up when something is sent first.
std::unique_ptr<HepSender> make_hep_sender(const HepOut& where);

}  // namespace sipsonde
