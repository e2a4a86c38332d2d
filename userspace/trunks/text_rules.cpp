// SPDX-License-Identifier: Apache-2.0
#include "trunks/text_rules.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "decode/characters.h"
#include "decode/words.h"

namespace sipsonde {

TextRules::TextRules(const std::map<std::string, RuleSet>& texts, Letters letters) : letters_(letters) {
  if (texts.empty()) return;
  places_.resize(std::bit_ceil(texts.size() * 2));
  for (const auto& [text, rules] : texts) {
    entries_.push_back({text, rules});
    longest_ = std::max(longest_, text.size());
    const std::uint64_t hash = hash_of(text);
    std::size_t at = hash & (places_.size() - 1);
    while (places_[at].entry) at = (at + 1) & (places_.size() - 1);
    places_[at] = {hash, static_cast<std::uint32_t>(entries_.size())};
  }
}

// Without a seed: the texts in the table are the operator's, so nobody else can crowd it.
std::uint64_t TextRules::hash_of(std::string_view text) const {
  constexpr std::uint64_t kOdd = 0x9fb21c651e98df25ULL;
  std::uint64_t hash = text.size() * kOdd;
  const auto mix = [&hash, this](std::uint64_t word) {
    hash = (hash ^ (letters_ == Letters::any_case ? lower_word(word) : word)) * kOdd;
    hash ^= hash >> 29;
  };
  for (; text.size() >= 8; text.remove_prefix(8)) mix(word_at(text.data()));
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  mix(rest);
  return hash ^ (hash >> 32);
}

const RuleSet* TextRules::find(std::string_view text) const {
  if (text.empty() || text.size() > longest_) return nullptr;
  const std::uint64_t hash = hash_of(text);
  for (std::size_t at = hash & (places_.size() - 1); places_[at].entry;
       at = (at + 1) & (places_.size() - 1)) {
    if (places_[at].hash != hash) continue;
    const Entry& entry = entries_[places_[at].entry - 1];
    const bool same =
        letters_ == Letters::any_case ? equals_ignoring_case(entry.text, text) : entry.text == text;
    if (same) return &entry.rules;
  }
  return nullptr;
}

}  // namespace sipsonde
