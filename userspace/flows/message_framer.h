// SPDX-License-Identifier: Apache-2.0
// SIP messages out of a stream of bytes, by Content-Length (RFC 3261 sections 7.5 and 18.3). Line ends
// between them are keep-alives (RFC 5626 section 4.4.1). A message that is whole in one segment is not
// copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flows/segment_order.h"
#include "flows/segment_result.h"
#include "sipsonde/event.h"

namespace sipsonde {

struct FramedMessage {
  std::string_view bytes;      // until the next call
  std::size_t wire_bytes = 0;  // more than bytes.size(): its end is missing
};

class MessageFramer {
 public:
  static constexpr std::size_t kMessageMax = SIPSONDE_PAYLOAD_MAX - 1;  // what the kernel takes back

  // With `joined` the stream may begin in the midst of a message. `counts` outlives this.
  MessageFramer(FlowCounts& counts, bool joined);

  // The next bytes. Where reading has to go on at a start line, their beginning is taken for that of a line:
  // feed it segment by segment. REQUIRES: take() has returned nullopt.
  void feed(std::string_view bytes);

  // Bytes that do not come. A message whose headers are there goes out as it is; when its end is known by its
  // length reading goes on there. REQUIRES: as feed().
  void skip(Missing missing, std::uint32_t bytes);

  // Until nullopt; then what was fed is not needed any more. A message without a usable Content-Length ends
  // with its headers: it is for its reader to find it malformed.
  std::optional<FramedMessage> take();

  // A line was seen that certainly begins a message.
  bool has_found_sip() const { return has_found_sip_; }
  // What was read since the last such line and is no part of a message.
  std::uint64_t passed_over_bytes() const { return passed_over_bytes_; }

  std::size_t memory_bytes() const { return pending_.capacity(); }

 private:
  enum class Phase : std::uint8_t { between, start_line, second_line, headers, body, passing_over };

  std::optional<std::string_view> take_line();
  bool take_line_ends();
  bool take_start_line();
  bool take_second_line();
  bool take_headers();
  void take_header_line(std::string_view line);
  void close_value(std::size_t end);
  std::optional<FramedMessage> take_body();
  bool pass_over_message();
  FramedMessage hand_out(std::size_t bytes);

  std::string_view text() const { return pending_.empty() ? rest_ : std::string_view(pending_); }
  void begin_message();
  void begin_body();
  void drop_text(std::size_t bytes);
  void lose_way(std::optional<StreamBreak> uncounted);
  void forget_pending();

  FlowCounts& counts_;
  Phase phase_ = Phase::between;
  bool in_doubt_;  // whether the next line begins a message
  bool has_found_sip_ = false;
  bool was_taken_ = false;     // pending_ is the message handed out last
  bool is_cut_short_ = false;  // pending_ is to be handed out as it is
  bool length_is_wrong_ = false;
  std::optional<StreamBreak> uncounted_;  // counts when reading goes on
  std::optional<std::uint32_t> length_;   // of the body
  std::uint64_t passed_over_bytes_ = 0;
  std::string_view rest_;            // fed and not taken
  std::string pending_;              // the beginning of a message; empty while rest_ begins with it
  std::size_t fed_at_ = 0;           // in pending_, where what was fed last begins
  std::size_t searched_ = 0;         // of the message, where no line end has to be looked for
  std::size_t read_ = 0;             // of the message, the whole lines that were looked at
  std::size_t second_line_ = 0;      // where it begins
  std::size_t value_ = 0;            // where the value of a Content-Length begins, 0: in none
  std::size_t wire_bytes_ = 0;       // of the message, once its length is known
  std::uint64_t to_pass_bytes_ = 0;  // of a message that is not handed out
};

}  // namespace sipsonde
