// SPDX-License-Identifier: Apache-2.0
// Two who shake hands over DTLS-SRTP, by OpenSSL and in memory: what they send is what a tap would see.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sipsonde {

struct FreeSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeSsl>;
using Ssl = std::unique_ptr<SSL, FreeSsl>;
using SslSession = std::unique_ptr<SSL_SESSION, FreeSsl>;

// One end, with a certificate of its own that it signed itself.
class DtlsEnd {
 public:
  struct Options {
    bool is_server = false;
    std::string srtp_profiles = "SRTP_AES128_CM_SHA1_80";
    std::string ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
    bool asks_for_certificate = true;  // as a server
    bool trusts_peer = true;           // false: refuses its certificate with a fatal alert
    bool verifies_cookie = false;      // as a server: HelloVerifyRequest
    int version = DTLS1_2_VERSION;
    long mtu = 1400;
  };

  explicit DtlsEnd(const Options& options);

  // Forgets the connection and begins another, resuming that session if there is one.
  void connect(SSL_SESSION* session = nullptr);

  void take(const std::string& datagram);
  // What it has to say by now.
  std::vector<std::string> speak();
  // Has its last flight to say again, as when its timer has run out.
  void repeat();

  bool is_connected() const { return SSL_is_init_finished(ssl_.get()) != 0; }
  SslSession session() const { return SslSession(SSL_get1_session(ssl_.get())); }
  // "AA:BB:…" of its certificate, by that function.
  std::string fingerprint(const EVP_MD* function) const;

 private:
  Options options_;
  SslContext context_;
  Ssl ssl_;
  std::vector<std::string> last_flight_;
  std::unique_ptr<std::vector<std::string>> outbox_ = std::make_unique<std::vector<std::string>>();
};

// Sees a datagram before it arrives; false: it is lost behind the tap.
using Tap = std::function<bool(bool from_client, const std::string& datagram)>;

// Lets them speak until both are silent.
void shake_hands(DtlsEnd& client, DtlsEnd& server, const Tap& tap);

}  // namespace sipsonde
