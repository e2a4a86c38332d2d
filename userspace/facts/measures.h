// SPDX-License-Identifier: Apache-2.0
// What is counted and not told: the call model adds, metrics read. Workers add at once and without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "facts/dtls_result.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

using Counter = std::atomic<std::uint64_t>;

inline void add_one(Counter& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}
inline std::uint64_t value_of(const Counter& counter) {
  return counter.load(std::memory_order_relaxed);
}

// Label values of sip_bye_total: who sent it, seen from this node, and why.
enum class ByeSender : std::uint8_t { local, remote };
inline constexpr std::array<const char*, 2> kByeSenders = {"local", "remote"};
enum class ByeReason : std::uint8_t { normal, timer_expired, error, user_hangup };
inline constexpr std::array<const char*, 4> kByeReasons = {"normal", "timer-expired", "error", "user-hangup"};

// Label values of sip_session_timer_refresh_total (RFC 4028).
enum class SessionRefresh : std::uint8_t { ok, bumped, gave_up, dialog_gone, role_swap };
inline constexpr std::array<const char*, 5> kSessionRefreshes = {"ok", "422-bumped", "422-gave-up", "481",
                                                                 "role-swap"};
// Label values of sip_stir_verify_total.
inline constexpr std::array<const char*, 4> kStirResults = {"verified", "failed", "soft-fail", "no-identity"};

struct Measures {
  // BYE requests of calls, each once: by direction of the leg, ByeSender, ByeReason.
  std::array<std::array<std::array<Counter, kByeReasons.size()>, kByeSenders.size()>,
             SIPSONDE_DIRECTION_COUNT>
      byes{};
  // Transactions without a final response when timer B or F ran out.
  std::array<Counter, SIPSONDE_METHOD_COUNT> timeouts{};
  // Legs by what became of the caller's identity, each once: in the order of kStirResults.
  std::array<Counter, kStirResults.size()> stir_results{};

  // Handshakes of DTLS-SRTP by how they ended (RFC 5764): by DtlsResult.
  std::array<Counter, std::size(kDtlsResults)> dtls_handshakes{};

  // Packets of streams that have ended which the kernel had left undecided: they are lost for good, and
  // stand in rtp_lost_packets_total beside what it counted itself. By sipsonde_flow.
  std::array<Counter, SIPSONDE_FLOW_COUNT> rtp_lost_at_end{};

  // By SessionRefresh.
  std::array<Counter, kSessionRefreshes.size()> session_refreshes{};

  void count_bye(sipsonde_direction direction, ByeSender sender, ByeReason reason) {
    add_one(byes[static_cast<std::size_t>(direction)][static_cast<std::size_t>(sender)]
                [static_cast<std::size_t>(reason)]);
  }
  void count_session_refresh(SessionRefresh result) {
    add_one(session_refreshes[static_cast<std::size_t>(result)]);
  }
  void count_dtls_handshake(DtlsResult result) { add_one(dtls_handshakes[static_cast<std::size_t>(result)]); }
  void count_lost_at_end(sipsonde_flow flow, std::uint64_t packets) {
    rtp_lost_at_end[flow == SIPSONDE_FLOW_egress ? 1 : 0].fetch_add(packets, std::memory_order_relaxed);
  }
  void count_timeout(sipsonde_method method) { add_one(timeouts[static_cast<std::size_t>(method)]); }
};

}  // namespace sipsonde
