// SPDX-License-Identifier: Apache-2.0
#include "api/access.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cctype>

#include "base/input_file.h"
#include "config/values.h"

namespace sipsonde {
namespace {

constexpr std::size_t kTokenFileMost = 4096;
constexpr std::string_view kScheme = "bearer ";  // in either case, RFC 9110 section 11.1

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::string_view credentials_of(const HttpRequest& request) {
  const std::string_view value = request.header("Authorization");
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (value.size() < kScheme.size() || !std::ranges::equal(value.substr(0, kScheme.size()), kScheme, same))
    return {};
  return without_blanks(value.substr(kScheme.size()));
}

// Browsers name the site of the page in Origin (RFC 6454 section 7) whenever a request changes something.
bool comes_from_another_site(const HttpRequest& request) {
  std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  const std::size_t scheme = origin.find("://");
  if (scheme != origin.npos) origin.remove_prefix(scheme + 3);
  return origin != request.header("Host");
}

}  // namespace

ApiAccess::ApiAccess(std::string_view token) : wants_token_(!token.empty()), expected_(digest_of(token)) {}

Result<ApiAccess> ApiAccess::of(const ApiSettings& settings) {
  if (settings.token_file.empty()) return ApiAccess(settings.token);
  const auto refused = [&settings](const std::string& why) {
    return Error{
        "read api.token_file \"" + settings.token_file + "\": " + why + "; name a file with a token in it",
        2};
  };
  const auto file = read_input_file(settings.token_file, kTokenFileMost);
  if (!file) return refused(file.error().message);
  const std::string_view token = without_blanks(file->bytes);
  if (token.empty()) return refused("it is empty");
  if (!is_api_token(token)) return refused("what it holds is no token of visible ASCII characters");
  return ApiAccess(token);
}

std::optional<HttpResponse> ApiAccess::refusal(const HttpRequest& request) const {
  if (!wants_token_) {
    if (request.reads() || !comes_from_another_site(request)) return std::nullopt;
    return error_response(403, "a page of another site may change nothing here");
  }
  if (has_token(request)) return std::nullopt;
  HttpResponse response =
      error_response(401, "this needs the header Authorization: Bearer TOKEN, see api.token");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sipsonde\"");
  return response;
}

// Digests are compared, so that the time it takes tells neither what the token is nor how long it is.
bool ApiAccess::has_token(const HttpRequest& request) const {
  const std::string_view given = credentials_of(request);
  const Digest digest = digest_of(given);
  return !given.empty() && CRYPTO_memcmp(digest.data(), expected_.data(), digest.size()) == 0;
}

ApiAccess::Digest ApiAccess::digest_of(std::string_view text) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

}  // namespace sipsonde
