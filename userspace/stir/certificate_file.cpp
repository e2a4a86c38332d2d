// SPDX-License-Identifier: Apache-2.0
#include "stir/certificate_file.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

constexpr std::size_t kFileBytesMax = 256 << 10;
constexpr std::size_t kCertificatesMax = 256;  // a list of roots may be one file

Result<std::string> read_file(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error{std::strerror(errno), 2};
  std::string text(kFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{std::strerror(errno), 2};
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kFileBytesMax) return Error{"larger than 256 KiB, which no certificate is", 2};
  text.resize(size);
  return text;
}

// A block that is encrypted asks for its passphrase: nobody is there to give it.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::int64_t to_unix_seconds(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

}  // namespace

Result<CertificateChain> read_certificates(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  const Bio bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  ERR_clear_error();
  CertificateChain chain;
  while (X509Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    chain.push_back(std::move(next));
    if (chain.size() > kCertificatesMax) return Error{"more than 256 certificates in one file", 2};
  }
  // What is left over once all blocks were read is not an error.
  const unsigned long why = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(why) == ERR_LIB_PEM && ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (chain.empty() && at_end) return Error{"no certificate in PEM", 2};
  if (!at_end) return Error{"a certificate that cannot be read", 2};
  return chain;
}

Validity validity_of(const X509* certificate) {
  return {to_unix_seconds(X509_get0_notBefore(certificate)),
          to_unix_seconds(X509_get0_notAfter(certificate))};
}

bool is_self_signed(X509* certificate) {
  const bool self_signed = X509_self_signed(certificate, 1) == 1;
  ERR_clear_error();
  return self_signed;
}

}  // namespace sipsonde
