// SPDX-License-Identifier: Apache-2.0
#include "stir/trust_store.h"

#include <dirent.h>
#include <openssl/err.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "stir/certificate_file.h"
#include "stir/signature.h"

namespace sipsonde {
namespace {

constexpr std::size_t kFilesMax = 4096;
constexpr const char* kRemedy = "; replace the file or take it out of stir.trust_dir";

struct NamedChain {
  std::string file_name;
  std::string path;
  CertificateChain certificates;

  Error error(const std::string& why) const {
    return Error{"read certificate " + path + ": " + why + kRemedy, 2};
  }
};

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { closedir(directory); }
};

Error folder_error(const std::string& folder, const std::string& why) {
  return Error{"read stir.trust_dir " + folder + ": " + why + "; name a folder of certificates", 2};
}

// Hidden names are left out: an orchestrator keeps its own book-keeping beside what it mounts.
Result<std::vector<std::string>> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(folder.c_str()));
  if (!directory) return folder_error(folder, std::strerror(errno));
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory.get()))
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  if (names.size() > kFilesMax) return folder_error(folder, "more than 4096 files");
  std::ranges::sort(names);
  return names;
}

Result<std::vector<NamedChain>> read_folder(const std::string& folder) {
  const auto names = names_in(folder);
  if (!names) return names.error();
  std::vector<NamedChain> chains;
  for (const std::string& name : *names) {
    NamedChain chain{.file_name = name, .path = folder + "/" + name, .certificates = {}};
    struct stat status {};
    if (stat(chain.path.c_str(), &status) != 0) return chain.error(std::strerror(errno));
    if (S_ISDIR(status.st_mode)) continue;
    if (!S_ISREG(status.st_mode)) return chain.error("not a file");
    auto certificates = read_certificates(chain.path);
    if (!certificates) return chain.error(certificates.error().message);
    chain.certificates = std::move(*certificates);
    chains.push_back(std::move(chain));
  }
  return chains;
}

bool holds_roots(const NamedChain& chain) {
  return std::ranges::all_of(chain.certificates,
                             [](const X509Certificate& one) { return is_self_signed(one.get()); });
}

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }  // not what is on it
};

Validity both(const Validity& one, const Validity& other) {
  return {std::max(one.from, other.from), std::min(one.until, other.until)};
}

// The time in which all are valid by which the first of the chain leads to a root.
Result<Validity> follow_chain(const NamedChain& chain, X509_STORE* roots) {
  const std::unique_ptr<STACK_OF(X509), FreeStack> others(sk_X509_new_null());
  const X509StoreContext context(X509_STORE_CTX_new());
  for (std::size_t i = 1; i < chain.certificates.size(); ++i)
    sk_X509_push(others.get(), chain.certificates[i].get());
  X509* const first = chain.certificates.front().get();
  if (X509_STORE_CTX_init(context.get(), roots, first, others.get()) != 1)
    return chain.error("OpenSSL has no memory for it");
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_NO_CHECK_TIME);
  const bool leads_to_root = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!leads_to_root)
    return chain.error(std::string("its chain does not lead to a root in the folder: ") +
                       X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  Validity validity = validity_of(first);
  STACK_OF(X509)* const found = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 1; i < sk_X509_num(found); ++i)
    validity = both(validity, validity_of(sk_X509_value(found, i)));
  return validity;
}

// nullopt: roots that only certify others.
Result<std::optional<Signer>> signer_of(const NamedChain& chain, X509_STORE* roots) {
  X509* const first = chain.certificates.front().get();
  const bool root = holds_roots(chain);
  PublicKey key(X509_get_pubkey(first));
  ERR_clear_error();
  if (root && (chain.certificates.size() > 1 || !is_p256(key.get()))) return std::optional<Signer>{};
  if (!is_p256(key.get()))
    return chain.error("its key is not on P-256, as ES256 needs (RFC 7518 section 3.4)");
  Validity validity = validity_of(first);
  if (chain.certificates.size() > 1) {
    auto whole = follow_chain(chain, roots);
    if (!whole) return whole.error();
    validity = *whole;
  }
  return std::optional(Signer{chain.file_name, std::move(key), validity.from, validity.until});
}

}  // namespace

Result<TrustStore> TrustStore::open(const std::string& folder) {
  const auto chains = read_folder(folder);
  if (!chains) return chains.error();
  const X509Store roots(X509_STORE_new());
  for (const NamedChain& chain : *chains)
    if (holds_roots(chain))
      for (const X509Certificate& root : chain.certificates) X509_STORE_add_cert(roots.get(), root.get());

  TrustStore store;
  for (const NamedChain& chain : *chains) {
    auto signer = signer_of(chain, roots.get());
    if (!signer) return signer.error();
    if (*signer) store.signers_.push_back(std::move(**signer));
  }
  return store;
}

const Signer* TrustStore::find(std::string_view file_name) const {
  const auto by_name = [](const Signer& signer) { return std::string_view(signer.file_name); };
  const auto found = std::ranges::lower_bound(signers_, file_name, {}, by_name);
  return found != signers_.end() && found->file_name == file_name ? &*found : nullptr;
}

}  // namespace sipsonde
