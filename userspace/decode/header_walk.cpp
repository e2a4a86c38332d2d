// SPDX-License-Identifier: Apache-2.0
#include "decode/header_walk.h"

#include "decode/characters.h"
#include "decode/find_byte.h"

namespace sipsonde {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

// Moves past one line and the folds that continue it. Returns where its text ends, nullptr for a half line.
const char* HeaderWalk::take_line_end() {
  for (const char* from = next_;;) {
    const char* newline = find_byte(from, end_, '\n');
    if (newline == end_) break;
    next_ = newline + 1;
    if (next_ == end_ || (*next_ != ' ' && *next_ != '\t')) return newline;
    from = next_;
  }
  next_ = end_;
  return cut_ ? nullptr : end_;
}

bool HeaderWalk::take(HeaderLine& line) {
  while (next_ < end_) {
    const char* begin = next_;
    headers_end_ = begin;
    if (*begin == '\n' || (*begin == '\r' && end_ - begin > 1 && begin[1] == '\n')) {
      next_ = begin + (*begin == '\n' ? 1 : 2);
      found_empty_line_ = true;
      return false;
    }
    const char* text_end = take_line_end();
    headers_end_ = next_;
    if (!text_end) return false;
    const char* colon = find_byte(begin, text_end, ':');
    if (colon == text_end) continue;
    line.name = trim_back(between(begin, colon));
    line.value = trim(between(colon + 1, text_end));
    return true;
  }
  headers_end_ = end_;
  return false;
}

}  // namespace sipsonde
