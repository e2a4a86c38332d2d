// SPDX-License-Identifier: Apache-2.0
#include "script/compact_form.h"

#include <algorithm>

namespace sipsonde {
namespace {

struct CompactForm {
  std::string_view name;  // in lower case
  char letter;
};

constexpr CompactForm kCompactForms[] = {{"accept-contact", 'a'},
                                         {"allow-events", 'u'},
                                         {"call-id", 'i'},
                                         {"contact", 'm'},
                                         {"content-encoding", 'e'},
                                         {"content-length", 'l'},
                                         {"content-type", 'c'},
                                         {"event", 'o'},
                                         {"from", 'f'},
                                         {"identity", 'y'},
                                         {"refer-to", 'r'},
                                         {"referred-by", 'b'},
                                         {"reject-contact", 'j'},
                                         {"request-disposition", 'd'},
                                         {"session-expires", 'x'},
                                         {"subject", 's'},
                                         {"supported", 'k'},
                                         {"to", 't'},
                                         {"via", 'v'}};

bool equals_in_lower_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char c, char wanted) {
    return (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == wanted;
  });
}

}  // namespace

char compact_form_of(std::string_view name) {
  for (const CompactForm& form : kCompactForms)
    if (equals_in_lower_case(name, form.name)) return form.letter;
  return 0;
}

}  // namespace sipsonde
