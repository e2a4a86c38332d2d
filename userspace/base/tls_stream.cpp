// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/connect.h"
#include "base/endpoint.h"
#include "base/file_descriptor.h"
#include "base/outbound_stream.h"

namespace sipsonde {
namespace {

using Clock = OutboundStream::Clock;

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
  ERR_clear_error();
  return Error{"TLS: " + reason};
}

// What the session asks for is waited for by the clock: a receiver that says a byte now and then is as
// patient as it likes, we are not.
enum class Ending : std::uint8_t { done, failed, too_late };

template <typename Operation>
Ending insist(SSL* session, Clock::time_point until, const Operation& operation) {
  for (;;) {
    ERR_clear_error();
    const int result = operation();
    if (result == 1) return Ending::done;
    const int wants = SSL_get_error(session, result);
    if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE) return Ending::failed;
    if (!wait_for(SSL_get_fd(session), wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until))
      return Ending::too_late;
  }
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
      std::size_t written = 0;
      // Without SSL_MODE_ENABLE_PARTIAL_WRITE it is all or an error.
      const Ending ending = insist(session_.get(), until, [&] {
        return SSL_write_ex(session_.get(), part.data(), part.size(), &written);
      });
      if (ending == Ending::too_late) return Error{"TLS: what is sent is not read"};
      if (ending == Ending::failed) return tls_error(session_.get(), "");
      bytes.remove_prefix(part.size());
    }
    return Done{};
  }

  // Records of the receiver's (tickets for the next session) are no end: they are read and thrown away.
  bool ended_by_peer() override {
    char bytes[kBytesAtALook];
    for (int look = 0; look < kLooks; ++look) {
      ERR_clear_error();
      const int count = SSL_read(session_.get(), bytes, sizeof bytes);
      if (count <= 0) return SSL_get_error(session_.get(), count) != SSL_ERROR_WANT_READ;
    }
    return false;
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
  if (!session || !expect_host(session.get(), host) || !stop_blocking(connected->get()) ||
      SSL_set_fd(session.get(), connected->get()) != 1)
    return tls_error(session.get(), remedy);
  const Ending ending = insist(session.get(), until, [&] { return SSL_connect(session.get()); });
  if (ending == Ending::too_late) return Error{"TLS: there is no answer"};
  if (ending == Ending::failed) return tls_error(session.get(), remedy);
  return std::unique_ptr<OutboundStream>(
      std::make_unique<TlsStream>(*std::move(connected), std::move(context), std::move(session)));
}

}  // namespace sipsonde
