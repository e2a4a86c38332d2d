// SPDX-License-Identifier: Apache-2.0
// Where in a text a telephone number stands.
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

// What the text is, and so what in it is a number.
enum class Spelling {
  user,   // user part of a URI or a piece of one: five digits, with visual separators between them or without
  prose,  // what a person or a product says: only what begins with + or has seven digits, dots and blanks
          // between them belong to versions and to sentences
};

struct NumberSpan {
  std::string_view before;     // the text in front of it
  std::string digits;          // without + and 00
  bool international = false;  // it was written with + or 00
};

// Takes the text up to the end of the first number off the front of `rest`. False when there is none: `rest`
// is as it was. `span` is used again and again to save its memory.
bool take_number(std::string_view& rest, Spelling spelling, NumberSpan& span);

}  // namespace sipsonde
