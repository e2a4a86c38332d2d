// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the candidate closest to what was written.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sipsonde {

// Insertions, deletions, replacements and swaps of neighbours that turn one into the other. Only the first
// 64 characters of each count: longer words are no typing mistakes.
std::size_t edit_distance(std::string_view left, std::string_view right);

// So many edits are taken for a typing mistake; more is another word.
inline constexpr std::size_t kTypingMistakes = 2;

// The first of the closest; empty when there are no candidates.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sipsonde
