// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/connect.h"
#include "base/endpoint.h"
#include "base/file_descriptor.h"
#include "base/outbound_stream.h"

namespace sipsonde {
namespace {

using Clock = OutboundStream::Clock;

// So much at once: a call of SSL_write() may wait once for each.
constexpr std::size_t kBytesAtOnce = 16 << 10;  // a record, RFC 8446 section 5.1

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

Error tls_error(const SSL* session, const std::string& remedy) {
  std::string reason = "the connection ended";
  if (const long verified = session ? SSL_get_verify_result(session) : X509_V_OK; verified != X509_V_OK)
    reason = X509_verify_cert_error_string(verified) + remedy;
  else if (const unsigned long code = ERR_peek_last_error(); code != 0 && ERR_reason_error_string(code))
    reason = ERR_reason_error_string(code);
  else if (errno == EAGAIN)
    reason = "there is no answer";
  ERR_clear_error();
  return Error{"TLS: " + reason};
}

class TlsStream : public OutboundStream {
 public:
  TlsStream(FileDescriptor socket, Context context, Session session)
      : socket_(std::move(socket)), context_(std::move(context)), session_(std::move(session)) {}
  ~TlsStream() override { SSL_shutdown(session_.get()); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Result<Done> write(std::string_view bytes, Clock::time_point until) override {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, kBytesAtOnce);
      if (!wait_at_most(socket_.get(), until)) return Error{"TLS: what is sent is not read"};
      ERR_clear_error();
      std::size_t written = 0;
      // Without SSL_MODE_ENABLE_PARTIAL_WRITE it is all or an error.
      if (SSL_write_ex(session_.get(), part.data(), part.size(), &written) != 1)
        return tls_error(session_.get(), "");
      bytes.remove_prefix(part.size());
    }
    return Done{};
  }

  // Records of the receiver's (tickets for the next session) are no end: they are read and thrown away.
  bool ended_by_peer() override {
    char bytes[256];
    while (recv(socket_.get(), bytes, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
      if (const int count = SSL_read(session_.get(), bytes, sizeof bytes);
          count <= 0 && SSL_get_error(session_.get(), count) != SSL_ERROR_WANT_READ)
        return true;
    char byte;
    return recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  }

 protected:
  int socket() const override { return socket_.get(); }

 private:
  const FileDescriptor socket_;
  const Context context_;
  const Session session_;
};

// Of an address the certificate must have the address, of a name the name.
bool expect_host(SSL* session, const std::string& host) {
  if (address_of(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

Context make_context(const std::string& ca_file) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return nullptr;
  if (ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get()) != 1
                      : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) != 1)
    return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // Who only looks whether there is something must not wait.
  SSL_CTX_clear_mode(context.get(), SSL_MODE_AUTO_RETRY);
  return context;
}

}  // namespace

Result<std::unique_ptr<OutboundStream>> open_tls_stream(const std::string& host, std::uint16_t port,
                                                        const std::string& ca_file, const std::string& remedy,
                                                        Clock::time_point until) {
  auto connected = connect_to(host, port, SOCK_STREAM, until);
  if (!connected) return connected.error();
  ERR_clear_error();
  Context context = make_context(ca_file);
  if (!context) return tls_error(nullptr, "");
  Session session(SSL_new(context.get()));
  if (!session || !expect_host(session.get(), host) || !wait_at_most(connected->get(), until) ||
      SSL_set_fd(session.get(), connected->get()) != 1 || SSL_connect(session.get()) != 1)
    return tls_error(session.get(), remedy);
  return std::unique_ptr<OutboundStream>(
      std::make_unique<TlsStream>(*std::move(connected), std::move(context), std::move(session)));
}

}  // namespace sipsonde
