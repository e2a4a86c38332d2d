// SPDX-License-Identifier: Apache-2.0
// Any bytes as one direction of a WebSocket: where they are cut makes no difference to its messages, memory
// has its bound at each moment, holes included, and a head is judged by nothing that follows it. Input: one
// byte of what was negotiated, one that the cuts follow from, then the bytes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "decode/network_order.h"
#include "flows/websocket_frames.h"
#include "flows/websocket_handshake.h"

namespace sipsonde {
namespace {

// A message, and what zlib takes for a window of 32 KiB.
constexpr std::size_t kMostMemory = sizeof(WebSocketFrames) + kLongestWebSocketMessage + (48 << 10);

void require(bool holds) {
  if (!holds) std::abort();
}

// Sizes that follow from a seed: many small ones, some of them none, now and then a large one.
class Cuts {
 public:
  explicit Cuts(std::uint8_t seed) : state_(seed + 1u) {}

  std::size_t next() {
    state_ = state_ * 1664525 + 1013904223;  // Knuth's linear congruential generator
    const std::uint32_t number = state_ >> 16;
    return number % 7 == 0 ? number % 5000 : number % 17;
  }

 private:
  std::uint32_t state_;
};

struct Outcome {
  std::vector<std::string> messages;
  WebSocketFrames::State state{};
  std::uint64_t passed_over = 0;

  bool operator==(const Outcome&) const = default;
};

class Watched {
 public:
  Watched(const WebSocketUpgrade& accepted, bool from_client)
      : frames_(accepted, from_client, [this](std::string_view message) {
          require(!message.empty() && message.size() <= kLongestWebSocketMessage);
          messages_.emplace_back(message);
        }) {}

  void feed(std::string_view bytes) {
    require(frames_.feed(bytes) == frames_.state());
    require_bound();
  }
  void resynchronise(std::uint64_t missing) {
    frames_.resynchronise(missing);
    require_bound();
  }
  Outcome outcome() const { return {messages_, frames_.state(), frames_.passed_over()}; }

 private:
  void require_bound() const {
    require(frames_.memory() <= kMostMemory);
    if (frames_.state() != WebSocketFrames::State::open) require(frames_.memory() == sizeof frames_);
  }

  std::vector<std::string> messages_;
  WebSocketFrames frames_;
};

void check_frames(std::uint8_t negotiated, std::uint8_t seed, std::string_view bytes) {
  const bool from_client = negotiated & 1;
  const int bits = 8 + (negotiated >> 3 & 7);
  const WebSocketUpgrade accepted{.sip = true,
                                  .deflate = (negotiated & 2) != 0,
                                  .client_no_context_takeover = (negotiated & 4) != 0,
                                  .server_no_context_takeover = (negotiated & 4) != 0,
                                  .client_max_window_bits = bits,
                                  .server_max_window_bits = bits};
  Watched whole(accepted, from_client), in_pieces(accepted, from_client), with_holes(accepted, from_client);
  whole.feed(bytes);
  Cuts cuts(seed);
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string_view piece = rest.substr(0, cuts.next());
    rest.remove_prefix(piece.size());
    in_pieces.feed(piece);
    if (cuts.next() == 0) {
      with_holes.resynchronise(cuts.next() % 2 == 0 ? piece.size() : WebSocketFrames::kUnknown);
    } else {
      with_holes.feed(piece);
    }
  }
  require(in_pieces.outcome() == whole.outcome());
}

using Reader = HttpHead (*)(std::string_view, WebSocketUpgrade&, std::size_t&);

void check_head(Reader read, std::string_view bytes) {
  WebSocketUpgrade upgrade;
  std::size_t length = 0, ignored = 0;
  const HttpHead verdict = read(bytes, upgrade, length);
  const bool ended = verdict == HttpHead::websocket || verdict == HttpHead::not_websocket;
  require(ended ? length <= std::min(bytes.size(), kLongestHttpHead) : length == 0);
  require(upgrade.client_max_window_bits >= 8 && upgrade.client_max_window_bits <= 15);
  require(upgrade.server_max_window_bits >= 8 && upgrade.server_max_window_bits <= 15);
  if (!ended) return;
  require(read(bytes.substr(0, length), upgrade, ignored) == verdict);
  require(read(bytes.substr(0, length - 1), upgrade, ignored) == HttpHead::incomplete);
}

void check(std::string_view input) {
  if (input.size() < 2) return;
  const std::string_view bytes = input.substr(2);
  check_head(read_upgrade_request, bytes);
  check_head(read_upgrade_response, bytes);
  check_frames(byte_at(input, 0), byte_at(input, 1), bytes);
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sipsonde::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
