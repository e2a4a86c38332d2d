// SPDX-License-Identifier: Apache-2.0
// A well-formed message to spoil: tests replace one line of it and say what must come of that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

class MessageText {
 public:
  static MessageText request() {
    return MessageText(
        {"INVITE sip:bob@biloxi.example SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1",
         "Max-Forwards: 70", "From: Alice <sip:alice@atlanta.example>;tag=f1",
         "To: Bob <sip:bob@biloxi.example>", "Call-ID: c1@192.0.2.1", "CSeq: 7 INVITE", "Content-Length: 4"},
        "body");
  }
  static MessageText response() {
    return MessageText(
        {"SIP/2.0 180 Ringing", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1",
         "From: Alice <sip:alice@atlanta.example>;tag=f1", "To: Bob <sip:bob@biloxi.example>;tag=t1",
         "Call-ID: c1@192.0.2.1", "CSeq: 7 INVITE", "Content-Length: 0"},
        "");
  }

  // Puts `line` in the place of the line that begins with `name`; an empty one takes it away.
  MessageText& replace(std::string_view name, std::string_view line) {
    std::vector<std::string> kept;
    for (const std::string& old : lines_) {
      if (!old.starts_with(name)) {
        kept.push_back(old);
      } else if (!line.empty()) {
        kept.emplace_back(line);
      }
    }
    lines_ = kept;
    return *this;
  }
  MessageText& add(std::string_view line) {
    lines_.emplace_back(line);
    return *this;
  }
  MessageText& body(std::string_view body) {
    body_ = body;
    return *this;
  }

  std::string text(std::string_view line_end = "\r\n") const {
    std::string text;
    for (const std::string& line : lines_) text.append(line).append(line_end);
    return text.append(line_end).append(body_);
  }

 private:
  MessageText(std::vector<std::string> lines, std::string body)
      : lines_(std::move(lines)), body_(std::move(body)) {}

  std::vector<std::string> lines_;
  std::string body_;
};

}  // namespace sipsonde
