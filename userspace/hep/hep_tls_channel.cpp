// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/endpoint.h"
#include "base/file_descriptor.h"
#include "hep/hep_connect.h"
#include "hep/hep_stream_sender.h"

namespace sipsonde {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

Error tls_error(const HepOut& where, const SSL* session) {
  std::string reason = "the connection ended";
  if (const long verified = session ? SSL_get_verify_result(session) : X509_V_OK; verified != X509_V_OK)
    reason =
        std::string(X509_verify_cert_error_string(verified)) + "; name its authority's file in SSL_CERT_FILE";
  else if (const unsigned long code = ERR_peek_last_error(); code != 0 && ERR_reason_error_string(code))
    reason = ERR_reason_error_string(code);
  else if (errno == EAGAIN)
    reason = "no answer for 5 s";
  ERR_clear_error();
  return Error{"send HEP to " + hep_endpoint_text(where.host, where.port) + " by TLS: " + reason};
}

class TlsChannel : public HepChannel {
 public:
  TlsChannel(FileDescriptor socket, Context context, Session session, const HepOut& where)
      : socket_(std::move(socket)),
        context_(std::move(context)),
        session_(std::move(session)),
        where_(where) {}
  ~TlsChannel() override { SSL_shutdown(session_.get()); }
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  Result<Done> write(std::string_view bytes) override {
    if (bytes.empty()) return Done{};
    ERR_clear_error();
    std::size_t written = 0;
    // Without SSL_MODE_ENABLE_PARTIAL_WRITE it is all or an error.
    if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) != 1)
      return tls_error(where_, session_.get());
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

 private:
  const FileDescriptor socket_;
  const Context context_;
  const Session session_;
  const HepOut where_;
};

// Of an address the certificate must have the address, of a name the name.
bool expect_host(SSL* session, const std::string& host) {
  if (address_of(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

}  // namespace

Result<std::unique_ptr<HepChannel>> open_tls_channel(const HepOut& where) {
  auto connected = connect_for_hep(where.host, where.port, SOCK_STREAM);
  if (!connected) return connected.error();
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_default_verify_paths(context.get()) != 1)
    return tls_error(where, nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_clear_mode(context.get(),
                     SSL_MODE_AUTO_RETRY);  // who only looks whether there is something must not wait
  Session session(SSL_new(context.get()));
  if (!session || !expect_host(session.get(), where.host) ||
      SSL_set_fd(session.get(), connected->get()) != 1 || SSL_connect(session.get()) != 1)
    return tls_error(where, session.get());
  return std::unique_ptr<HepChannel>(
      std::make_unique<TlsChannel>(*std::move(connected), std::move(context), std::move(session), where));
}

}  // namespace sipsonde
