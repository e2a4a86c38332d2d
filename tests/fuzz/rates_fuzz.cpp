// SPDX-License-Identifier: Apache-2.0
// Any bytes as the file of a rate deck: what is refused is said in one line with exit code 2, what is taken
// finds for every number what the deck says of it, and the same bytes in reverse order of lines agree.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "rating/rate_file.h"

namespace sipsonde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string in_reverse(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(lines.back().size() + 1, text.size()));
  }
  std::string reversed;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) reversed.append(*line).append("\n");
  return reversed;
}

const Rate* checked(const RateDeck& deck, std::string_view digits) {
  const Rate* rate = deck.find(digits);
  if (!rate) return nullptr;
  require(rate->billionths_per_minute >= 0 && rate->next_seconds > 0);
  const auto nothing = price_micros(*rate, 0), minute = price_micros(*rate, 60'000);
  require(nothing && minute && *nothing <= *minute);
  return rate;
}

void check(std::string_view text) {
  const auto deck = parse_rates("rates.csv", text);
  if (!deck) {
    const std::string& message = deck.error().message;
    require(deck.error().exit_code == 2 && message.starts_with("rates.csv:"));
    require(message.find('\n') == message.npos && message.find("; ") != message.npos);
    return;
  }
  require(deck->prefixes() > 0);
  const auto reversed = parse_rates("rates.csv", in_reverse(text));
  // A header, or a mark at the beginning, is none at the end.
  const bool comparable = reversed && reversed->prefixes() == deck->prefixes();
  for (const std::string_view digits : {"", "0", "1", "15551230001", "4930123456", "999999999999999999"}) {
    const Rate* rate = checked(*deck, digits);
    if (!comparable) continue;
    const Rate* other = checked(*reversed, digits);
    require(rate ? other && *rate == *other : !other);
  }
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sipsonde::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
