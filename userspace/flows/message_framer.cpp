// SPDX-License-Identifier: Apache-2.0
#include "flows/message_framer.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/find_byte.h"
#include "flows/start_line.h"

namespace sipsonde {
namespace {

constexpr ByteSet kLineEnds("\r\n");
constexpr std::size_t kKeptBytes = 4096;         // room for a message as they usually are
constexpr std::size_t kUncertainLineMax = 8192;  // of what may be a start line, if its end ever comes

bool is_empty_line(std::string_view line) {
  return line == "\r\n" || line == "\n";
}

bool is_content_length(std::string_view name) {
  return equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "l");
}

// The end of a start line that a hole cut in two looks like one, too, but for its method.
bool is_beyond_doubt(std::string_view line) {
  return is_sip_start_line(line) && is_broken_start_line(line);
}

}  // namespace

MessageFramer::MessageFramer(FlowCounts& counts, bool joined) : counts_(counts), in_doubt_(joined) {
  if (joined) uncounted_ = StreamBreak::joined;
}

void MessageFramer::feed(std::string_view bytes) {
  rest_ = bytes;
  fed_at_ = pending_.size();
}

std::optional<FramedMessage> MessageFramer::take() {
  if (was_taken_) forget_pending();
  if (is_cut_short_) {
    is_cut_short_ = false;
    was_taken_ = true;
    return FramedMessage{pending_, wire_bytes_};
  }
  for (;;) {
    switch (phase_) {
      case Phase::between:
        if (!take_line_ends()) return std::nullopt;
        break;
      case Phase::start_line:
        if (!take_start_line()) return std::nullopt;
        break;
      case Phase::second_line:
        if (!take_second_line()) return std::nullopt;
        break;
      case Phase::headers:
        if (!take_headers()) return std::nullopt;
        break;
      case Phase::body:
        return take_body();
      case Phase::passing_over:
        if (!pass_over_message()) return std::nullopt;
        break;
    }
  }
}

// ---- lines ----

// The next line of the message, with its line end; nullopt when that has not come: then what there is is
// kept.
std::optional<std::string_view> MessageFramer::take_line() {
  const std::string_view known = text();
  const char* const end = known.data() + known.size();
  const char* const newline = find_byte(known.data() + std::max(read_, searched_), end, '\n');
  if (newline != end) {
    const std::size_t begin = read_;
    read_ = static_cast<std::size_t>(newline + 1 - known.data());
    return known.substr(begin, read_ - begin);
  }
  const bool is_first = pending_.empty();
  const std::size_t feed = is_first ? std::string_view::npos : rest_.find('\n');
  pending_ += sipsonde::take(rest_, feed == std::string_view::npos ? rest_.size() : feed + 1);
  searched_ = pending_.size();
  if (feed == std::string_view::npos) return std::nullopt;
  const std::string_view line = std::string_view(pending_).substr(read_);
  read_ = pending_.size();
  return line;
}

bool MessageFramer::take_line_ends() {
  if (pending_.empty()) rest_.remove_prefix(kLineEnds.length_while(rest_));
  if (text().empty()) return false;
  phase_ = Phase::start_line;
  return true;
}

bool MessageFramer::take_start_line() {
  const auto line = take_line();
  if (!line) {
    const std::size_t longest = in_doubt_ ? kUncertainLineMax : kMessageMax;
    if (may_become_start_line(pending_) && pending_.size() <= longest) return false;
    if (!in_doubt_) lose_way(StreamBreak::garbage);
    drop_text(pending_.size());
    return false;
  }
  if (!in_doubt_ && (is_sip_start_line(*line) || (has_found_sip_ && is_broken_start_line(*line)))) {
    begin_message();
    return true;
  }
  if (!in_doubt_) lose_way(StreamBreak::garbage);
  second_line_ = read_;
  if (is_beyond_doubt(*line)) {
    phase_ = Phase::second_line;
  } else {
    // Joined in the midst of a line, the segment may begin a message all the same.
    const bool begins_anew = fed_at_ > 0 && fed_at_ < read_ && is_beyond_doubt(line->substr(fed_at_));
    drop_text(begins_anew ? fed_at_ : read_);
  }
  return true;
}

// In doubt a start line must have a header behind it: bodies hold start lines, too (RFC 3420).
bool MessageFramer::take_second_line() {
  const auto line = take_line();
  if (!line && pending_.size() > kMessageMax) drop_text(pending_.size());
  if (!line) return false;
  read_ = searched_ = second_line_;
  if (!is_header_line(*line)) {
    drop_text(second_line_);
    return true;
  }
  if (uncounted_ && passed_over_bytes_ > 0) counts_.add(*uncounted_);
  begin_message();
  return true;
}

void MessageFramer::begin_message() {
  phase_ = Phase::headers;
  in_doubt_ = false;
  has_found_sip_ = true;
  uncounted_.reset();
  passed_over_bytes_ = 0;
  length_.reset();
  length_is_wrong_ = false;
  value_ = 0;
}

// ---- headers ----

bool MessageFramer::take_headers() {
  while (const auto line = take_line()) {
    if (is_empty_line(*line)) {
      close_value(read_ - line->size());
      begin_body();
      return true;
    }
    take_header_line(*line);
    if (read_ > kMessageMax) break;
  }
  if (std::max(read_, pending_.size()) <= kMessageMax) return false;
  counts_.add(StreamBreak::too_large);
  lose_way(std::nullopt);
  drop_text(pending_.empty() ? read_ : pending_.size());
  return true;
}

void MessageFramer::take_header_line(std::string_view line) {
  if (line[0] == ' ' || line[0] == '\t') return;  // goes on with the value before it (RFC 3261 section 7.3.1)
  const std::size_t begin = read_ - line.size();
  close_value(begin);
  if (to_lower(line[0]) != 'c' && to_lower(line[0]) != 'l') return;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_content_length(trim_back(line.substr(0, colon)))) return;
  value_ = begin + colon + 1;
}

// The Content-Length that begins at value_ ends here, its folds included. Of two that differ none holds.
void MessageFramer::close_value(std::size_t end) {
  if (value_ == 0) return;
  const auto length = decode_number(trim(text().substr(value_, end - value_)));
  if (!length || (length_ && *length_ != *length)) length_is_wrong_ = true;
  length_ = length;
  value_ = 0;
}

// ---- bodies ----

void MessageFramer::begin_body() {
  if (length_is_wrong_) length_.reset();
  wire_bytes_ = read_ + length_.value_or(0);
  phase_ = Phase::body;
  if (wire_bytes_ <= kMessageMax) return;
  counts_.add(StreamBreak::too_large);
  to_pass_bytes_ = wire_bytes_ - pending_.size();
  phase_ = Phase::passing_over;
  forget_pending();
}

std::optional<FramedMessage> MessageFramer::take_body() {
  if (pending_.empty() && rest_.size() >= wire_bytes_) return hand_out(wire_bytes_);
  if (pending_.empty()) {
    pending_ = rest_;
    rest_ = {};
    return std::nullopt;
  }
  pending_ += sipsonde::take(rest_, std::min(rest_.size(), wire_bytes_ - pending_.size()));
  if (pending_.size() < wire_bytes_) return std::nullopt;
  return hand_out(wire_bytes_);
}

FramedMessage MessageFramer::hand_out(std::size_t bytes) {
  FramedMessage message{text().substr(0, bytes), bytes};
  if (pending_.empty()) {
    rest_.remove_prefix(bytes);
    read_ = searched_ = 0;
  } else {
    was_taken_ = true;
  }
  phase_ = Phase::between;
  if (!length_) lose_way(StreamBreak::length);
  return message;
}

bool MessageFramer::pass_over_message() {
  const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(to_pass_bytes_, rest_.size()));
  rest_.remove_prefix(passed);
  to_pass_bytes_ -= passed;
  if (to_pass_bytes_ > 0) return false;
  phase_ = Phase::between;
  return true;
}

// ---- what is lost ----

void MessageFramer::skip(Missing missing, std::uint32_t bytes) {
  if (was_taken_) forget_pending();
  if (phase_ == Phase::passing_over && bytes <= to_pass_bytes_) {
    to_pass_bytes_ -= bytes;
  } else if (phase_ == Phase::body) {
    is_cut_short_ = true;
    const std::uint64_t to_come = wire_bytes_ - pending_.size();
    if (bytes > to_come) return lose_way(std::nullopt);
    to_pass_bytes_ = to_come - bytes;
    phase_ = Phase::passing_over;
  } else if (phase_ == Phase::headers && missing == Missing::cut) {
    is_cut_short_ = true;
    wire_bytes_ = pending_.size() + bytes;
    lose_way(std::nullopt);
  } else {
    forget_pending();
    lose_way(std::nullopt);
  }
}

// From here on only what certainly is a start line begins a message.
void MessageFramer::lose_way(std::optional<StreamBreak> uncounted) {
  in_doubt_ = true;
  uncounted_ = uncounted;
  phase_ = Phase::between;
}

void MessageFramer::drop_text(std::size_t bytes) {
  passed_over_bytes_ += bytes;
  if (pending_.empty()) {
    rest_.remove_prefix(bytes);
  } else {
    pending_.erase(0, bytes);
  }
  read_ = searched_ = fed_at_ = 0;
  phase_ = Phase::between;
}

void MessageFramer::forget_pending() {
  was_taken_ = false;
  read_ = searched_ = 0;
  if (pending_.capacity() > kKeptBytes) {
    std::string().swap(pending_);
  } else {
    pending_.clear();
  }
}

}  // namespace sipsonde
