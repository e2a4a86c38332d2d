// SPDX-License-Identifier: Apache-2.0
#include "config/header_names.h"

#include <strings.h>

#include <algorithm>

#include "config/values.h"

namespace sipsonde {

bool is_header_name(std::string_view name) {
  constexpr std::string_view kToken =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~";
  return !name.empty() && name.size() <= kHeaderNameMax && name.find_first_not_of(kToken) == name.npos;
}

bool equal_header_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

Result<Done> read_header_names(const Given& given, std::size_t most, std::vector<std::string>& names) {
  names.clear();
  return read_each(given, most, [&names](const Given& item) -> Result<Done> {
    const auto name = read_text(item);
    if (!name) return name.error();
    if (!is_header_name(*name))
      return item.error(in_quotes(*name) + " is no header name; write one such as X-Original-Call-ID");
    const auto same = [&name](const std::string& other) { return equal_header_names(other, *name); };
    if (std::any_of(names.begin(), names.end(), same))
      return item.error(in_quotes(*name) + " is named twice; keep one");
    names.push_back(*name);
    return Done{};
  });
}

}  // namespace sipsonde
