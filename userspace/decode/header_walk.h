// SPDX-License-Identifier: Apache-2.0
// The lines of a header section (RFC 3261 section 7.3): names, values, folds, and the empty line at the end.
#pragma once

#include <string_view>

namespace sipsonde {

struct HeaderLine {
  std::string_view name;   // as written, without the white space before the colon
  std::string_view value;  // without white space around it; its folds are still inside
};

class HeaderWalk {
 public:
  // `bytes` begins after the start line. With `cut` a last line without its line end is not taken: its value
  // may be half.
  HeaderWalk(std::string_view bytes, bool cut)
      : begin_(bytes.data()), next_(begin_), end_(begin_ + bytes.size()), cut_(cut) {}

  // False at the empty line and where the bytes end. Lines end in CRLF or LF; what has no colon is stepped
  // over.
  bool take(HeaderLine& line);

  bool found_empty_line() const { return found_empty_line_; }

  // Valid once take() has returned false.
  std::string_view headers() const { return {begin_, static_cast<std::size_t>(headers_end_ - begin_)}; }
  std::string_view body() const { return {next_, static_cast<std::size_t>(end_ - next_)}; }

 private:
  const char* take_line_end();

  const char* begin_;
  const char* next_;
  const char* end_;
  const char* headers_end_ = begin_;
  bool cut_;
  bool found_empty_line_ = false;
};

}  // namespace sipsonde
