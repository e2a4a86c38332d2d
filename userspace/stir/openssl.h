// SPDX-License-Identifier: Apache-2.0
// Owners of OpenSSL's handles, as far as this room uses them.
#pragma once

#include <openssl/bio.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>

namespace sipsonde {

template <auto kFree>
struct FreedBy {
  template <typename T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

using Bio = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using X509Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using X509Store = std::unique_ptr<X509_STORE, FreedBy<X509_STORE_free>>;
using X509StoreContext = std::unique_ptr<X509_STORE_CTX, FreedBy<X509_STORE_CTX_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreedBy<ECDSA_SIG_free>>;

}  // namespace sipsonde
