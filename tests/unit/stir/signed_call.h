// SPDX-License-Identifier: Apache-2.0
// A carrier whose certificate is in a trust folder, and an INVITE that it signed, to spoil one part at a
// time.
#pragma once

#include <fstream>
#include <string>

#include "decode/sip_message.h"
#include "stir/trust_store.h"
#include "unit/decode/message_text.h"
#include "unit/sinks/temporary_directory.h"
#include "unit/stir/signing.h"

namespace sipsonde {

inline constexpr std::int64_t kSignedAt = 1'767'225'600;  // 2026-01-01T00:00:00Z

class Carrier {
 public:
  explicit Carrier(const CertificateOptions& options = {}) {
    std::ofstream(folder_.file("carrier.pem")) << to_pem(make_certificate(key, options));
    auto opened = TrustStore::open(folder_.file("."));
    if (!opened) throw std::runtime_error(opened.error().message);
    store = std::move(*opened);
  }

  TestKey key = make_key();
  TrustStore store;

 private:
  TemporaryDirectory folder_;
};

struct SignedCall {
  std::string algorithm = "ES256";
  std::string extension = "shaken";
  std::string type = "passport";
  std::string certificate_url = "https://certificates.example/shaken/carrier.pem";
  std::string origin = "12155551212";
  std::string destination = "12155551213";
  std::string attestation = "A";
  std::string more_of_header;  // with a comma in front
  std::int64_t issued_at = kSignedAt;
  std::string from = "+12155551212";
  std::string to = "+12155551213";

  std::string header() const {
    return R"({"alg":")" + algorithm + R"(","ppt":")" + extension + R"(","typ":")" + type + R"(","x5u":")" +
           certificate_url + "\"" + more_of_header + "}";
  }
  std::string payload() const {
    return R"({"attest":")" + attestation + R"(","dest":{"tn":[")" + destination + R"("]},"iat":)" +
           std::to_string(issued_at) + R"(,"orig":{"tn":")" + origin +
           R"("},"origid":"123e4567-e89b-12d3-a456-426655440000"})";
  }
  std::string token(const TestKey& key) const { return sign(key, header(), payload()); }

  // With this Identity line, or with none when it is empty.
  MessageText invite(const std::string& token) const {
    MessageText message = MessageText::request();
    message.replace("INVITE", "INVITE sip:" + to + "@b.example SIP/2.0")
        .replace("From", "From: <sip:" + from + "@a.example>;tag=f1")
        .replace("To", "To: <sip:" + to + "@b.example>");
    if (!token.empty())
      message.add("Identity: " + token + ";info=<" + certificate_url + ">;alg=" + algorithm +
                  ";ppt=" + extension);
    return message;
  }
};

// A message with the bytes that it is views into.
struct HeldMessage {
  explicit HeldMessage(std::string bytes) : text(std::move(bytes)) { fault = decode_sip(text, false, sip); }
  HeldMessage(const HeldMessage&) = delete;
  HeldMessage& operator=(const HeldMessage&) = delete;

  std::string text;
  SipMessage sip;
  sipsonde_malformed fault;
};

}  // namespace sipsonde
