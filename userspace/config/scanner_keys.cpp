// SPDX-License-Identifier: Apache-2.0
#include "config/scanner_keys.h"

#include "config/choices.h"
#include "config/key_row.h"
#include "config/shown.h"
#include "config/values.h"

namespace sipsonde {
namespace {

// Words of User-Agent headers.
Result<Done> read_words(const Given& given, std::vector<std::string>& words) {
  constexpr std::size_t kWordsMost = 256;
  constexpr std::size_t kWordLongest = 64;
  words.clear();
  return read_each(given, kWordsMost, [&words](const Given& item) -> Result<Done> {
    const auto word = read_text(item);
    if (!word) return word.error();
    if (word->empty() || word->size() > kWordLongest)
      return item.error(in_quotes(*word) + " is no word of a User-Agent; use 1 to " +
                        std::to_string(kWordLongest) + " characters");
    words.push_back(*word);
    return Done{};
  });
}

using namespace key_row;

const Key kKeys[] = {
    {"scanners.enabled", Shape::value, "whether sources that scan are looked for",
     [](G g, S s) { return read_flag(g, s.scanners.enabled); },
     [](View s) { return show_flag(s.scanners.enabled); }},
    // At least 64 * T1: so long a challenge may wait to be answered (RFC 3261 section 17).
    {"scanners.window", Shape::value, "time in which the targets of a source are counted",
     [](G g, S s) {
       return read_seconds(g, std::chrono::seconds{32}, std::chrono::hours{1}, s.scanners.window);
     },
     [](View s) { return duration_to_text(s.scanners.window); }},
    {"scanners.targets", Shape::value, "different targets of REGISTER or OPTIONS that make a sweep",
     [](G g, S s) { return read_count(g, 2, 250, s.scanners.targets); },
     [](View s) { return std::to_string(s.scanners.targets); }},
    {"scanners.numbers", Shape::value, "different numbers of INVITE that make a burst",
     [](G g, S s) { return read_count(g, 2, 250, s.scanners.numbers); },
     [](View s) { return std::to_string(s.scanners.numbers); }},
    {"scanners.user_agents", Shape::list,
     "words of User-Agent headers that name a scanner; built-in stands for the known ones",
     [](G g, S s) { return read_words(g, s.scanners.user_agents); },
     [](View s) { return show_words(s.scanners.user_agents); }},
};

}  // namespace

std::span<const Key> scanner_keys() {
  return kKeys;
}

}  // namespace sipsonde
