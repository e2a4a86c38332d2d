// SPDX-License-Identifier: Apache-2.0
// REGISTERs and what a registrar answers, written as a reader thinks of them, and a table that watches.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "registrations/address_of_record.h"
#include "registrations/registrations.h"

namespace sipsonde::test {

inline constexpr std::uint64_t kSecond_ns = 1'000'000'000;
inline constexpr std::uint64_t kStart_ns = 1'700'000'000 * kSecond_ns;

inline Endpoint ipv4(std::uint8_t last, std::uint16_t port = 5060) {
  Endpoint endpoint;
  endpoint.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  endpoint.port = port;
  return endpoint;
}

struct Register {
  std::vector<std::string> asked;     // lines: "Contact: <…>", "Expires: 60", "User-Agent: phone"
  std::vector<std::string> answered;  // lines of the 200
  double at = 0;                      // seconds; of the answer
  std::string to = "sip:alice@example.com";
  std::string call_id = "reg-1";
  unsigned cseq = 1;
  unsigned vias = 1;
  Endpoint source = ipv4(10);
  Endpoint registrar = ipv4(1);
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  bool request_seen = true;

  std::string text(bool request) const {
    std::string bytes = request ? "REGISTER sip:example.com SIP/2.0\r\n" : "SIP/2.0 200 OK\r\n";
    for (unsigned via = 0; via < vias; ++via)
      bytes += "Via: SIP/2.0/UDP 192.0.2." + std::to_string(10 + via) + ";branch=z9hG4bK" +
               std::to_string(via) + "\r\n";
    bytes += "From: <sip:alice@example.com>;tag=1\r\nTo: <" + to + ">" + (request ? "" : ";tag=2") + "\r\n";
    bytes += "Call-ID: " + call_id + "\r\nCSeq: " + std::to_string(cseq) + " REGISTER\r\n";
    for (const std::string& line : request ? asked : answered) bytes += line + "\r\n";
    return bytes + "\r\n";
  }
};

struct Outcome {
  std::string action;  // empty: none
  std::string contact;
  int expires = -1;  // -1: none
  Endpoint previous_source;
};

class Watcher {
 public:
  explicit Watcher(std::size_t limit = 1000) : table(limit) {}

  Outcome see(const Register& one) {
    const auto now_ns = kStart_ns + static_cast<std::uint64_t>(one.at * 1e9);
    pass(now_ns);
    const std::string request_text = one.text(true);
    const std::string response_text = one.text(false);
    SipMessage request;
    SipMessage response;
    decode_sip(request_text, false, request);
    decode_sip(response_text, false, response);
    Arena room;
    const RegisterRequest kept = keep_register_request(request, room);
    const auto aor = AddressOfRecord::of(response.to.uri);
    const RegisterOutcome outcome = table.answered({.aor = aor ? aor->view() : "",
                                                    .response = response,
                                                    .request = one.request_seen ? &kept : nullptr,
                                                    .time_ns = now_ns,
                                                    .source = one.source,
                                                    .registrar = one.registrar,
                                                    .transport = one.transport});
    return {outcome.action ? std::string(label(*outcome.action)) : "", std::string(outcome.contact),
            outcome.expires ? static_cast<int>(*outcome.expires) : -1, outcome.previous_source};
  }

  // Time goes on; returns who has expired.
  std::vector<std::string> wait_until(double at) {
    expired.clear();
    pass(kStart_ns + static_cast<std::uint64_t>(at * 1e9));
    return expired;
  }

  // "contact source seconds" of each binding, where `-` is an unknown source.
  std::vector<std::string> bindings(const std::string& aor = "alice@example.com", double at = 0) const {
    std::vector<std::string> lines;
    for (const Binding& binding : table.find(aor)) {
      const auto left_ns = binding.expires_ns - kStart_ns - static_cast<std::uint64_t>(at * 1e9);
      lines.push_back(binding.contact + " " + (binding.source == Endpoint{} ? "-" : to_text(binding.source)) +
                      " " + std::to_string(left_ns / kSecond_ns));
    }
    std::ranges::sort(lines);
    return lines;
  }

  Registrations table;

 private:
  void pass(std::uint64_t now_ns) {
    while (table.is_due(now_ns))
      table.expire(now_ns, [this](const Binding& binding) { expired.push_back(binding.contact); });
  }

  std::vector<std::string> expired;
};

}  // namespace sipsonde::test
