// SPDX-License-Identifier: Apache-2.0
#include "call_traffic.h"

#include <algorithm>
#include <cstring>

namespace sipsonde::bench {
namespace {

std::string with_body(const std::string& headers, const std::string& body, const std::string& type) {
  return headers + (body.empty() ? "" : "Content-Type: " + type + "\r\n") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string session_description(std::string_view address) {
  const std::string host(address.substr(0, address.find(':')));
  return "v=0\r\no=- 3903 3903 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host +
         "\r\nt=0 0\r\nm=audio 16384 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
}

// What all seven messages of a call share.
struct Party {
  std::string caller, callee, series;

  std::string identity(bool answered, const std::string& branch, const std::string& sequence) const {
    return "Via: SIP/2.0/UDP " + caller + ";branch=z9hG4bK" + series + branch + "#;rport\r\n" +
           "From: \"Alice Example\" <sip:+15551230001@" + caller + ">;tag=f" + series + "#\r\n" +
           "To: <sip:+15551230002@" + callee + ">" + (answered ? ";tag=t" + series + "#" : "") + "\r\n" +
           "Call-ID: 9d2b7c40-51aa-11ee-" + series + "-#@" + caller + "\r\nCSeq: " + sequence + "\r\n";
  }
  std::string request(const std::string& method, bool in_dialog, const std::string& branch,
                      const std::string& sequence) const {
    return method + " sip:+15551230002@" + callee + ";transport=udp SIP/2.0\r\n" +
           identity(in_dialog, branch, sequence) + "Max-Forwards: 70\r\n";
  }
  std::string response(const std::string& status, bool tagged, const std::string& branch,
                       const std::string& sequence) const {
    return "SIP/2.0 " + status + "\r\n" + identity(tagged, branch, sequence);
  }
  static std::string contact(const std::string& where) {
    return "Contact: <sip:+1555123@" + where + ";transport=udp>\r\n";
  }
};

}  // namespace

MessageTemplate::MessageTemplate(std::string_view text) {
  for (const char byte : text) {
    if (byte != '#') {
      text_.push_back(byte);
      continue;
    }
    places_.push_back(text_.size());
    text_.append(kDigits, '0');
  }
}

void MessageTemplate::append(std::string& out, std::uint64_t call) const {
  char digits[kDigits];
  for (std::size_t i = kDigits; i-- > 0; call /= 10) digits[i] = static_cast<char>('0' + call % 10);
  const std::size_t begin = out.size();
  out.append(text_);
  for (const std::size_t place : places_) std::memcpy(out.data() + begin + place, digits, kDigits);
}

CallMessages::CallMessages(std::string_view caller, std::string_view callee, std::uint32_t series) {
  const Party party{std::string(caller), std::string(callee), std::to_string(series)};
  const std::string allow =
      "Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, UPDATE, PRACK, REFER, NOTIFY, INFO\r\n";
  const std::string sdp = "application/sdp";
  const std::string agent = "User-Agent: Example Gateway 4.2\r\nSupported: replaces, timer, 100rel\r\n";
  const std::string server = "Server: Example Switch 7.1\r\n";
  const auto add = [this](const std::string& text) { templates_.emplace_back(text); };

  add(with_body(
      party.request("INVITE", false, "i", "102 INVITE") + Party::contact(party.caller) + agent + allow,
      session_description(caller), sdp));
  add(with_body(party.response("100 Trying", false, "i", "102 INVITE") + server, "", ""));
  add(with_body(
      party.response("180 Ringing", true, "i", "102 INVITE") + Party::contact(party.callee) + server, "",
      ""));
  add(with_body(
      party.response("200 OK", true, "i", "102 INVITE") + Party::contact(party.callee) + server + allow,
      session_description(callee), sdp));
  add(with_body(party.request("ACK", true, "a", "102 ACK") + Party::contact(party.caller), "", ""));
  add(with_body(party.request("BYE", true, "b", "103 BYE") + agent, "", ""));
  add(with_body(party.response("200 OK", true, "b", "103 BYE") + server, "", ""));
}

CallSchedule::CallSchedule(std::uint64_t concurrent, std::uint64_t calls)
    : groups_(std::max<std::uint64_t>(calls / kGroup, 1)) {
  const std::uint64_t whole = std::max<std::uint64_t>(concurrent / kGroup, 8);
  const std::uint64_t answered = std::max<std::uint64_t>(whole / 5, 3);
  delay_ = {0, 1, 2, answered, answered + 1, whole, whole + 1};
}

}  // namespace sipsonde::bench
