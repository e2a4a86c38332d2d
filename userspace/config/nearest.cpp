// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace sipsonde {

std::size_t edit_distance(std::string_view left, std::string_view right) {
  constexpr std::size_t kLongest = 64;
  left = left.substr(0, kLongest);
  right = right.substr(0, kLongest);
  // Three rows of the table of optimal string alignment: a swap looks two rows back.
  using Row = std::array<std::size_t, kLongest + 1>;
  Row before{}, previous{}, current{};
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (left[i - 1] != right[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = previous;
    previous = current;
  }
  return previous[right.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  const auto closer = [word](std::string_view left, std::string_view right) {
    return edit_distance(word, left) < edit_distance(word, right);
  };
  const auto found = std::min_element(candidates.begin(), candidates.end(), closer);
  return found == candidates.end() ? std::string_view{} : *found;
}

}  // namespace sipsonde
