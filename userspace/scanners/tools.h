// SPDX-License-Identifier: Apache-2.0
// Tools that give themselves away by their User-Agent header (RFC 3261 section 20.41).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// In `scanners.user_agents`: stands for built_in_tools().
inline constexpr std::string_view kBuiltIn = "built-in";

std::span<const std::string_view> built_in_tools();

class Tools {
 public:
  // `words` as configured; `built-in` among them is replaced by what it stands for.
  explicit Tools(const std::vector<std::string>& words);

  // Whether one of the words stands in the text, without regard to case, where a word may begin: at the start
  // or behind a character that is neither letter nor digit. So `smap` is found in "(smap)" and not in
  // "cosmap".
  bool names_one(std::string_view user_agent) const;

 private:
  std::vector<std::string> words_;  // in small letters
};

}  // namespace sipsonde
