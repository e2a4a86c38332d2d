// SPDX-License-Identifier: Apache-2.0
#include "stir/certificate_url.h"

#include "decode/characters.h"

namespace sipsonde {
namespace {

constexpr std::size_t kNameMax = 255;  // NAME_MAX

// Without separators of any kind, so that a name is one name.
constexpr ByteSet kNameBytes(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%+@=,!$&'()*");
constexpr ByteSet kPathEnds("?#");

}  // namespace

std::string_view certificate_file_of(std::string_view url) {
  const std::size_t authority = url.find("://");
  if (authority == url.npos) return {};
  url.remove_prefix(authority + 3);
  url = url.substr(0, kPathEnds.length_until(url));
  const std::size_t slash = url.rfind('/');
  if (slash == url.npos) return {};
  const std::string_view name = url.substr(slash + 1);
  if (name.size() > kNameMax || name.starts_with('.') || kNameBytes.length_while(name) != name.size())
    return {};
  return name;
}

}  // namespace sipsonde
