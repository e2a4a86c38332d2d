// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_frames.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "decode/characters.h"
#include "flows/websocket_inflater.h"

namespace sipsonde {
namespace {

constexpr ByteSet kLineEnds("\r\n");
constexpr std::size_t kStepBytes = 4096;  // unmasked at a time, on the way to the inflater

// The first byte of what a message is of SIP: a method, SIP/2.0 or a keep-alive.
bool may_begin_sip(char first) {
  return is_letter(first) || kLineEnds.has(first);
}

}  // namespace

WebSocketFrames::WebSocketFrames(const WebSocketUpgrade& accepted, bool from_client, OnMessage on_message)
    : on_message_(std::move(on_message)),
      from_client_(from_client),
      deflate_(accepted.deflate),
      context_takeover_(accepted.deflate && !(from_client ? accepted.client_no_context_takeover
                                                          : accepted.server_no_context_takeover)),
      window_bits_(from_client ? accepted.client_max_window_bits : accepted.server_max_window_bits) {}

WebSocketFrames::~WebSocketFrames() = default;

WebSocketFrames::State WebSocketFrames::feed(std::string_view bytes) {
  if (seeking_ && !consists_of_frames(bytes)) return state_;
  seeking_ = false;
  while (state_ == State::open && !bytes.empty()) {
    if (remaining_ > 0) {
      take_payload(bytes);
    } else {
      take_header(bytes);
    }
  }
  return state_;
}

// ---- a header ----

void WebSocketFrames::take_header(std::string_view& bytes) {
  const auto take_up_to = [&](std::size_t size) {
    const std::string_view more = take(bytes, std::min(bytes.size(), size - head_size_));
    std::memcpy(head_.data() + head_size_, more.data(), more.size());
    head_size_ = static_cast<std::uint8_t>(head_size_ + more.size());
    return head_size_ == size;
  };
  if (head_size_ < 2 && !take_up_to(2)) return;
  const std::string_view head(head_.data(), head_.size());
  if (!take_up_to(websocket_header_length(head))) return;
  head_size_ = 0;
  const auto header = decode_websocket_header(head);
  if (!header || !may_begin(*header, in_message_)) return end(State::broken);
  begin_frame(*header);
}

// What the negotiation and the frame before it leave possible.
bool WebSocketFrames::may_begin(const WebSocketHeader& header, bool in_message) const {
  if (header.reserved || header.masked != from_client_) return false;
  if (header.is_control()) return !header.compressed;
  if (header.opcode == WebSocketOpcode::continuation) return in_message && !header.compressed;
  return !in_message && (deflate_ || !header.compressed);
}

void WebSocketFrames::begin_frame(const WebSocketHeader& header) {
  frame_ = header;
  remaining_ = header.length;
  if (!header.is_control() && !in_message_) {
    in_message_ = true;
    compressed_ = header.compressed;
    passing_over_ = false;
  }
  if (remaining_ == 0) finish_frame();
}

// ---- a payload ----

void WebSocketFrames::take_payload(std::string_view& bytes) {
  const std::uint64_t offset = frame_.length - remaining_;
  const std::string_view chunk =
      take(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_)));
  remaining_ -= chunk.size();
  if (!frame_.is_control() && !passing_over_) {
    if (compressed_) {
      take_compressed(chunk, offset);
    } else {
      take_plain(chunk, offset);
    }
  }
  if (state_ == State::open && remaining_ == 0) finish_frame();
}

void WebSocketFrames::take_plain(std::string_view chunk, std::uint64_t offset) {
  if (frame_.length > kLongestWebSocketMessage) return pass_over();
  const bool is_whole_message = frame_.fin && chunk.size() == frame_.length && message_.empty();
  if (is_whole_message && !frame_.masked) return deliver(chunk);  // nothing is left for its end to deliver
  if (!message_.append(chunk)) return pass_over();
  if (frame_.masked) unmask(message_.last(chunk.size()), frame_.mask, offset);
}

void WebSocketFrames::take_compressed(std::string_view chunk, std::uint64_t offset) {
  if (!inflater_) inflater_ = std::make_unique<WebSocketInflater>(window_bits_);
  std::array<char, kStepBytes> step;
  while (!chunk.empty() && !passing_over_ && state_ == State::open) {
    const std::string_view taken = take(chunk, std::min(chunk.size(), step.size()));
    std::memcpy(step.data(), taken.data(), taken.size());
    if (frame_.masked) unmask({step.data(), taken.size()}, frame_.mask, offset);
    offset += taken.size();
    judge(inflater_->inflate({step.data(), taken.size()}, message_));
  }
}

void WebSocketFrames::judge(WebSocketInflater::Outcome outcome) {
  using Outcome = WebSocketInflater::Outcome;
  if (outcome == Outcome::ok) return;
  if (outcome == Outcome::too_long && !context_takeover_) return pass_over();
  end(State::broken);
}

// ---- the end of a frame, of a message, of all ----

void WebSocketFrames::finish_frame() {
  if (frame_.opcode == WebSocketOpcode::close) return end(State::closed);
  if (!frame_.is_control() && frame_.fin) finish_message();
}

void WebSocketFrames::finish_message() {
  in_message_ = false;
  if (compressed_ && !passing_over_ && inflater_) {
    judge(inflater_->finish_message(message_));
    if (state_ != State::open) return;
  }
  if (!passing_over_) deliver(message_.view());
  if (inflater_ && !context_takeover_) inflater_->forget();
  message_.clear();
}

void WebSocketFrames::deliver(std::string_view message) const {
  message.remove_prefix(kLineEnds.length_while(message));
  if (!message.empty()) on_message_(message);
}

void WebSocketFrames::pass_over() {
  passing_over_ = true;
  ++passed_over_;
  message_.release();
}

std::size_t WebSocketFrames::memory() const {
  return sizeof *this + message_.memory() + (inflater_ ? sizeof *inflater_ + inflater_->memory() : 0);
}

void WebSocketFrames::end(State state) {
  state_ = state;
  message_.release();
  inflater_.reset();
}

// ---- behind a hole ----

WebSocketFrames::State WebSocketFrames::resynchronise(std::uint64_t missing) {
  if (state_ != State::open || missing == 0) return state_;
  if (!seeking_ && head_size_ == 0 && missing <= remaining_) {
    lose_payload(missing);
  } else if (context_takeover_) {
    end(State::broken);
  } else {
    seek();
  }
  return state_;
}

// An uncompressed message is not in the window (RFC 7692 section 7.2.1), and can be missing.
void WebSocketFrames::lose_payload(std::uint64_t missing) {
  remaining_ -= missing;
  if (!frame_.is_control()) {
    if (compressed_ && context_takeover_) return end(State::broken);
    if (!passing_over_) pass_over();
  }
  if (remaining_ == 0) finish_frame();
}

void WebSocketFrames::seek() {
  if (in_message_ && !passing_over_) pass_over();
  if (inflater_) inflater_->forget();
  seeking_ = true;
  in_message_ = false;
  head_size_ = 0;
  remaining_ = 0;
}

// Stricter than the protocol, as nothing else tells a header from the middle of a message.
bool WebSocketFrames::consists_of_frames(std::string_view bytes) const {
  bool in_message = false;
  std::string_view rest = bytes;
  while (rest.size() >= 2 && rest.size() >= websocket_header_length(rest)) {
    const auto header = decode_websocket_header(rest);
    if (!header || !header->minimal || !may_begin(*header, in_message)) return false;
    rest.remove_prefix(websocket_header_length(rest));
    if (header->length > rest.size()) return false;
    const std::string_view payload = take(rest, static_cast<std::size_t>(header->length));
    if (header->is_control()) continue;
    if (!in_message && !header->compressed && !payload.empty() &&
        !may_begin_sip(static_cast<char>(payload[0] ^ header->mask[0])))
      return false;
    in_message = !header->fin;
  }
  return rest.empty() && !bytes.empty();
}

}  // namespace sipsonde
