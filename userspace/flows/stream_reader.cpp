// SPDX-License-Identifier: Apache-2.0
#include "flows/stream_reader.h"

#include <utility>

namespace sipsonde {
namespace {

// Where a stream was seen from its first byte SIP is soon found; in the midst of it a message may have to
// end.
constexpr std::uint64_t kUndecidedBytes = 4096;
constexpr std::uint64_t kUndecidedJoinedBytes = MessageFramer::kMessageMax + kUndecidedBytes;

// A client sends nothing before it was accepted (RFC 6455 section 4.1), but its segments may overtake the
// answer.
constexpr std::size_t kKeptMax = 64 << 10;

constexpr std::string_view kRequest = "GET ";
constexpr std::string_view kResponse = "HTTP/1.";

// As far as there are bytes.
bool begins_like(std::string_view bytes, std::string_view beginning) {
  return !bytes.empty() && beginning.starts_with(bytes.substr(0, beginning.size()));
}

}  // namespace

StreamReader::StreamReader(FlowCounts& counts, const OnMessage& on_message, AcceptedUpgrade& upgrade,
                           unsigned way, bool joined)
    : counts_(counts),
      on_message_(on_message),
      upgrade_(upgrade),
      way_(way),
      joined_(joined),
      framer_(counts, joined) {}

// It may still turn out to be anything.
bool StreamReader::is_open() const {
  return carries_ == Carries::undecided || (carries_ == Carries::messages && !framer_.has_found_sip());
}

void StreamReader::feed(std::string_view bytes) {
  if (is_open()) return begin(bytes);
  switch (carries_) {
    case Carries::undecided:
    case Carries::messages:
      return read_messages(bytes);
    case Carries::request:
      kept_ += bytes;
      return read_request();
    case Carries::response:
      kept_ += bytes;
      return read_response();
    case Carries::requested:
      kept_ += bytes;
      if (kept_.size() > kKeptMax) turn_to_other();
      return;
    case Carries::frames:
      return read_frames(bytes);
    case Carries::other:
      return;
  }
}

void StreamReader::begin(std::string_view bytes) {
  const bool is_first = carries_ == Carries::undecided || bytes.size() >= kResponse.size();
  if (is_first && begins_like(bytes, kRequest)) {
    carries_ = Carries::request;
    kept_ = bytes;
    return read_request();
  }
  if (is_first && begins_like(bytes, kResponse)) {
    carries_ = Carries::response;
    kept_ = bytes;
    return read_response();
  }
  if (upgrade_.accepted) {
    joined_ = true;
    begin_frames();
    return read_frames(bytes);
  }
  carries_ = Carries::messages;
  read_messages(bytes);
}

void StreamReader::read_messages(std::string_view bytes) {
  framer_.feed(bytes);
  while (const auto message = framer_.take())
    on_message_(message->bytes, message->wire_bytes, SIPSONDE_TRANSPORT_tcp);
}

// ---- the handshake ----

void StreamReader::read_request() {
  WebSocketUpgrade offered;
  std::size_t length = 0;
  switch (read_upgrade_request(kept_, offered, length)) {
    case HttpHead::incomplete:
      return;
    case HttpHead::not_http:
      return read_as_messages();
    case HttpHead::not_websocket:
      return turn_to_other();
    case HttpHead::websocket:
      if (!offered.sip) return turn_to_other();
      kept_.erase(0, length);
      carries_ = Carries::requested;
      joined_ = false;
      return read_requested();
  }
}

void StreamReader::read_response() {
  WebSocketUpgrade accepted;
  std::size_t length = 0;
  switch (read_upgrade_response(kept_, accepted, length)) {
    case HttpHead::incomplete:
      return;
    case HttpHead::not_http:
      return read_as_messages();
    case HttpHead::not_websocket:
      return turn_to_other();
    case HttpHead::websocket:
      if (!accepted.sip) return turn_to_other();
      if (!upgrade_.accepted) upgrade_ = {.accepted = accepted, .server_way = way_};
      kept_.erase(0, length);
      joined_ = false;
      carries_ = Carries::requested;
      return read_requested();
  }
}

void StreamReader::read_as_messages() {
  carries_ = Carries::messages;
  const std::string kept = std::exchange(kept_, {});
  read_messages(kept);
}

// ---- behind it ----

void StreamReader::read_requested() {
  if (carries_ != Carries::requested || !upgrade_.accepted) return;
  begin_frames();
  const std::string kept = std::exchange(kept_, {});
  if (!kept.empty()) read_frames(kept);
}

void StreamReader::begin_frames() {
  carries_ = Carries::frames;
  const bool is_from_client = way_ != upgrade_.server_way;
  frames_ =
      std::make_unique<WebSocketFrames>(*upgrade_.accepted, is_from_client, [this](std::string_view message) {
        if (message.size() > MessageFramer::kMessageMax) return counts_.add(StreamBreak::too_large);
        on_message_(message, message.size(), SIPSONDE_TRANSPORT_ws);
      });
  if (joined_) note(frames_->resynchronise());
}

void StreamReader::read_frames(std::string_view bytes) {
  if (frames_) note(frames_->feed(bytes));
}

void StreamReader::note(WebSocketFrames::State state) {
  if (state == WebSocketFrames::State::open) return;
  if (state == WebSocketFrames::State::broken) counts_.add(StreamBreak::websocket);
  turn_to_other();
}

void StreamReader::turn_to_other() {
  carries_ = Carries::other;
  std::string().swap(kept_);
  frames_.reset();
}

// ---- what is lost ----

void StreamReader::skip(Missing missing, std::uint32_t bytes) {
  switch (carries_) {
    case Carries::request:
    case Carries::response:
      std::string().swap(kept_);
      carries_ = Carries::undecided;
      [[fallthrough]];
    case Carries::undecided:
    case Carries::messages:
      joined_ = true;
      framer_.skip(missing, bytes);
      return read_messages({});
    case Carries::requested:
      joined_ = true;
      std::string().swap(kept_);
      return;
    case Carries::frames:
      return note(frames_->resynchronise(bytes));
    case Carries::other:
      return;
  }
}

StreamReader::Finding StreamReader::finding() const {
  if (carries_ == Carries::frames || framer_.has_found_sip()) return Finding::sip;
  const std::uint64_t bound = joined_ ? kUndecidedJoinedBytes : kUndecidedBytes;
  return carries_ == Carries::other || passed_over_bytes() > bound ? Finding::other : Finding::undecided;
}

std::size_t StreamReader::memory_bytes() const {
  return kept_.capacity() + framer_.memory_bytes() + (frames_ ? frames_->memory() : 0);
}

}  // namespace sipsonde
