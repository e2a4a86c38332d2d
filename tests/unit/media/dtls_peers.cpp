// SPDX-License-Identifier: Apache-2.0
#include "unit/media/dtls_peers.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/srtp.h>
#include <openssl/x509.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace sipsonde {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

// A BIO that keeps the boundaries of datagrams: each write is one.
int write_datagram(BIO* bio, const char* bytes, int size) {
  static_cast<std::vector<std::string>*>(BIO_get_data(bio))
      ->emplace_back(bytes, static_cast<std::size_t>(size));
  return size;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int created(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO* outgoing(std::vector<std::string>* outbox) {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
    BIO_meth_set_write(method, write_datagram);
    BIO_meth_set_ctrl(method, control);
    BIO_meth_set_create(method, created);
    return method;
  }();
  BIO* const bio = BIO_new(kMethod);
  BIO_set_data(bio, outbox);
  return bio;
}

void give_certificate(SSL_CTX* context) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("end"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "sign the certificate");
  require(SSL_CTX_use_certificate(context, certificate.get()) == 1, "use the certificate");
  require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "use the key");
}

int make_cookie(SSL*, unsigned char* cookie, unsigned* size) {
  std::memcpy(cookie, "cookie", *size = 6);
  return 1;
}

int check_cookie(SSL*, const unsigned char* cookie, unsigned size) {
  return size == 6 && std::memcmp(cookie, "cookie", 6) == 0;
}

}  // namespace

DtlsEnd::DtlsEnd(const Options& options) : options_(options), context_(SSL_CTX_new(DTLS_method())) {
  SSL_CTX* const context = context_.get();
  give_certificate(context);
  SSL_CTX_set_min_proto_version(context, options.version);
  SSL_CTX_set_max_proto_version(context, options.version);
  SSL_CTX_set_security_level(context, 0);  // DTLS 1.0 too
  require(SSL_CTX_set_cipher_list(context, options.ciphers.c_str()) == 1, "choose ciphers");
  // This function returns 0 for success.
  require(SSL_CTX_set_tlsext_use_srtp(context, options.srtp_profiles.c_str()) == 0, "choose profiles");
  const bool asks = !options.is_server || options.asks_for_certificate;
  SSL_CTX_set_verify(
      context, asks ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE,
      options.trusts_peer ? [](int, X509_STORE_CTX*) { return 1; } : [](int, X509_STORE_CTX*) { return 0; });
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("test"), 4);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | (options.verifies_cookie ? SSL_OP_COOKIE_EXCHANGE : 0));
  SSL_CTX_set_cookie_generate_cb(context, make_cookie);
  SSL_CTX_set_cookie_verify_cb(context, check_cookie);
  connect();
}

void DtlsEnd::connect(SSL_SESSION* session) {
  outbox_->clear();
  // Else OpenSSL takes the session for broken off and does not resume it.
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  ssl_.reset(SSL_new(context_.get()));
  SSL* const ssl = ssl_.get();
  BIO* const incoming = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(incoming, -1);
  SSL_set_bio(ssl, incoming, outgoing(outbox_.get()));
  SSL_set_mtu(ssl, options_.mtu);
  // An hour: nothing is repeated because the machine was busy.
  DTLS_set_timer_cb(ssl, [](SSL*, unsigned) { return 3'600'000'000u; });
  if (session != nullptr) SSL_set_session(ssl, session);
  if (options_.is_server)
    SSL_set_accept_state(ssl);
  else
    SSL_set_connect_state(ssl);
}

void DtlsEnd::take(const std::string& datagram) {
  BIO_write(SSL_get_rbio(ssl_.get()), datagram.data(), static_cast<int>(datagram.size()));
  SSL_do_handshake(ssl_.get());
}

std::vector<std::string> DtlsEnd::speak() {
  if (!options_.is_server && SSL_in_before(ssl_.get())) SSL_do_handshake(ssl_.get());
  if (!outbox_->empty()) last_flight_ = *outbox_;
  return std::exchange(*outbox_, {});
}

void DtlsEnd::repeat() {
  *outbox_ = last_flight_;
}

std::string DtlsEnd::fingerprint(const EVP_MD* function) const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  require(X509_digest(SSL_CTX_get0_certificate(context_.get()), function, digest, &size) == 1, "digest");
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr char kHex[] = "0123456789ABCDEF";
    if (i > 0) text += ':';
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

void shake_hands(DtlsEnd& client, DtlsEnd& server, const Tap& tap) {
  for (bool spoke = true; spoke;) {
    spoke = false;
    for (const bool from_client : {true, false})
      for (const std::string& datagram : (from_client ? client : server).speak()) {
        spoke = true;
        if (tap(from_client, datagram)) (from_client ? server : client).take(datagram);
      }
  }
}

}  // namespace sipsonde
