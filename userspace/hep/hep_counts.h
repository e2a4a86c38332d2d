// SPDX-License-Identifier: Apache-2.0
// What became of what HEP senders brought. Written by the listener's thread, read by the metrics page.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace sipsonde {

// Each packet has exactly one. `sip`: a SIP message, malformed ones included; `other`: another protocol, a
// payload that is no SIP, or a compressed one; `refused`: HEP 1 or 2; `malformed`: no HEP, or its chunks do
// not hold; `dropped`: the socket's buffer was full before it was read (UDP).
enum class HepResult : std::uint8_t { sip, other, refused, malformed, dropped };
inline constexpr std::array<std::string_view, 5> kHepResults = {"sip", "other", "refused", "malformed",
                                                                "dropped"};

// Why the time of arrival was taken instead of the sender's.
enum class HepTimeFault : std::uint8_t { absent, ahead, behind };
inline constexpr std::array<std::string_view, 3> kHepTimeFaults = {"absent", "ahead", "behind"};

// TCP connections by how they came to their end, and those that there are. `evicted`: gave way to a newer
// one; `broken`: what came was no HEPv3.
enum class HepConnectionEnd : std::uint8_t { closed, idle, evicted, broken };
inline constexpr std::array<std::string_view, 4> kHepConnectionEnds = {"closed", "idle", "evicted", "broken"};

struct HepCounts {
  std::array<std::atomic<std::uint64_t>, kHepResults.size()> packets{};
  std::array<std::atomic<std::uint64_t>, kHepTimeFaults.size()> times_replaced{};
  std::array<std::atomic<std::uint64_t>, kHepConnectionEnds.size()> connections_ended{};
  std::atomic<std::uint64_t> connections{0};

  void count(HepResult result, std::uint64_t amount = 1) {
    add(packets[static_cast<std::size_t>(result)], amount);
  }
  void count(HepTimeFault fault) { add(times_replaced[static_cast<std::size_t>(fault)], 1); }
  void count(HepConnectionEnd end) { add(connections_ended[static_cast<std::size_t>(end)], 1); }

 private:
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) {
    counter.fetch_add(amount, std::memory_order_relaxed);
  }
};

}  // namespace sipsonde
