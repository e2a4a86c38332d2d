// SPDX-License-Identifier: Apache-2.0
#include "scanners/tools.h"

#include <algorithm>
#include <array>

namespace sipsonde {
namespace {

// What the tools send unless somebody has changed it, as operators' block lists collect it.
constexpr std::array<std::string_view, 22> kBuiltInTools = {"friendly-scanner",
                                                            "friendly-request",
                                                            "sipvicious",
                                                            "svmap",
                                                            "svwar",
                                                            "svcrack",
                                                            "sundayddr",
                                                            "sipcli",
                                                            "sipsak",
                                                            "sipscan",
                                                            "sip-scan",
                                                            "sip_scan",
                                                            "siparmyknife",
                                                            "sivus",
                                                            "smap",
                                                            "iwar",
                                                            "pplsip",
                                                            "vaxsipuseragent",
                                                            "vaxipuseragent",
                                                            "vaxasip",
                                                            "gulp",
                                                            "mr.sip"};

// A sender must not choose how long we look.
constexpr std::size_t kLookedAt = 256;

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_of_word(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

bool begins_with(std::string_view text, std::string_view lower_word) {
  if (text.size() < lower_word.size()) return false;
  for (std::size_t i = 0; i < lower_word.size(); ++i)
    if (to_lower(text[i]) != lower_word[i]) return false;
  return true;
}

std::string in_small_letters(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), to_lower);
  return lower;
}

}  // namespace

std::span<const std::string_view> built_in_tools() {
  return kBuiltInTools;
}

Tools::Tools(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == kBuiltIn)
      words_.insert(words_.end(), kBuiltInTools.begin(), kBuiltInTools.end());
    else if (!word.empty())
      words_.push_back(in_small_letters(word));
  }
}

bool Tools::names_one(std::string_view user_agent) const {
  user_agent = user_agent.substr(0, kLookedAt);
  for (std::size_t i = 0; i < user_agent.size(); ++i) {
    if (i > 0 && is_of_word(user_agent[i - 1])) continue;
    const std::string_view rest = user_agent.substr(i);
    if (std::ranges::any_of(words_, [rest](const std::string& word) { return begins_with(rest, word); }))
      return true;
  }
  return false;
}

}  // namespace sipsonde
