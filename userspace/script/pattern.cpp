// SPDX-License-Identifier: Apache-2.0
#include "script/pattern.h"

namespace sipsonde {
namespace {

// The C locale's classes, whatever the process is set to.
bool is_lower(unsigned char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(unsigned char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(unsigned char c) {
  return is_lower(c) || is_upper(c) || is_digit(c);
}

// %a, %D, …: a letter that is no class stands for itself.
bool in_class(unsigned char c, unsigned char letter) {
  bool is = false;
  switch (letter | 0x20) {
    case 'a':
      is = is_lower(c) || is_upper(c);
      break;
    case 'c':
      is = c < 0x20 || c == 0x7f;
      break;
    case 'd':
      is = is_digit(c);
      break;
    case 'l':
      is = is_lower(c);
      break;
    case 'p':
      is = c > 0x20 && c < 0x7f && !is_alnum(c);
      break;
    case 's':
      is = c == ' ' || (c >= '\t' && c <= '\r');
      break;
    case 'u':
      is = is_upper(c);
      break;
    case 'w':
      is = is_alnum(c);
      break;
    case 'x':
      is = is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
      break;
    case 'z':
      is = c == 0;
      break;
    default:
      return c == letter;
  }
  if (!is_lower(letter) && !is_upper(letter)) return c == letter;
  return is_upper(letter) ? !is : is;
}

}  // namespace

std::size_t PatternMatch::fail(const char* why) {
  if (!failure_) failure_ = why;
  return kNone;
}

std::size_t PatternMatch::match_at(std::size_t begin) {
  count_ = 0;
  const std::size_t end = run(begin, 0);
  if (end == kNone) return kNone;
  for (std::size_t i = 0; i < count_; ++i)
    if (captures_[i].length == kOpen) return fail("unfinished capture");
  return end;
}

std::size_t PatternMatch::run(std::size_t s, std::size_t p) {
  if (++depth_ > kDepth) return fail("pattern too complex");
  const std::size_t end = step(s, p);
  --depth_;
  return end;
}

std::size_t PatternMatch::step(std::size_t s, std::size_t p) {
  for (;;) {
    if (!spend()) return fail("out of steps");
    if (p == pattern_.size()) return s;
    const char c = pattern_[p];
    if (c == '(') return open(s, p + 1);
    if (c == ')') return close(s, p + 1);
    if (c == '$' && p + 1 == pattern_.size()) return s == subject_.size() ? s : kNone;
    if (c == '%' && p + 1 < pattern_.size()) {
      const char escaped = pattern_[p + 1];
      if (escaped == 'b' || is_digit(static_cast<unsigned char>(escaped))) {
        s = escaped == 'b' ? balanced(s, p + 2) : again(s, escaped);
        if (s == kNone) return kNone;
        p += escaped == 'b' ? 4 : 2;
        continue;
      }
      if (escaped == 'f') {
        if (p + 2 >= pattern_.size() || pattern_[p + 2] != '[') return fail("missing '[' after '%f'");
        const std::size_t set_end = item_end(p + 2);
        if (set_end == kNone || !at_frontier(s, p + 2, set_end)) return kNone;
        p = set_end;
        continue;
      }
    }

    const std::size_t next = item_end(p);
    if (next == kNone) return kNone;
    switch (next < pattern_.size() ? pattern_[next] : '\0') {
      case '*':
        return longest(s, p, next);
      case '+':
        return is_one(s, p, next) ? longest(s + 1, p, next) : kNone;
      case '-':
        return shortest(s, p, next);
      case '?':
        if (is_one(s, p, next)) {
          const std::size_t end = run(s + 1, next + 1);
          if (end != kNone || failure_) return end;
        }
        p = next + 1;
        continue;
      default:
        if (!is_one(s, p, next)) return kNone;
        ++s;
        p = next;
    }
  }
}

std::size_t PatternMatch::open(std::size_t s, std::size_t p) {
  if (count_ == kCaptures) return fail("too many captures");
  const bool position = p < pattern_.size() && pattern_[p] == ')';
  captures_[count_++] = {s, position ? kPosition : kOpen};
  const std::size_t end = run(s, position ? p + 1 : p);
  if (end == kNone) --count_;
  return end;
}

std::size_t PatternMatch::close(std::size_t s, std::size_t p) {
  std::size_t last = count_;
  while (last > 0 && captures_[last - 1].length != kOpen) --last;
  if (last == 0) return fail("invalid pattern capture");
  Capture& capture = captures_[last - 1];
  capture.length = s - capture.begin;
  const std::size_t end = run(s, p);
  if (end == kNone) capture.length = kOpen;
  return end;
}

// %bxy
std::size_t PatternMatch::balanced(std::size_t s, std::size_t p) {
  if (p + 1 >= pattern_.size()) return fail("missing arguments to '%b'");
  if (s >= subject_.size() || subject_[s] != pattern_[p]) return kNone;
  std::size_t depth = 1;
  for (std::size_t i = s + 1; i < subject_.size(); ++i) {
    if (!spend()) return fail("out of steps");
    if (subject_[i] == pattern_[p + 1]) {
      if (--depth == 0) return i + 1;
    } else if (subject_[i] == pattern_[p]) {
      ++depth;
    }
  }
  return kNone;
}

// %1: the text of an earlier capture
std::size_t PatternMatch::again(std::size_t s, char digit) {
  const auto index = static_cast<std::size_t>(digit - '1');
  if (digit == '0' || index >= count_ || captures_[index].length >= kPosition)
    return fail("invalid capture index");
  const std::string_view text = subject_.substr(captures_[index].begin, captures_[index].length);
  steps_ -= static_cast<std::int64_t>(text.size() / 16);
  return subject_.substr(s).starts_with(text) ? s + text.size() : kNone;
}

std::size_t PatternMatch::longest(std::size_t s, std::size_t p, std::size_t item_end) {
  std::size_t most = 0;
  while (is_one(s + most, p, item_end)) {
    if (!spend()) return fail("out of steps");
    ++most;
  }
  for (std::size_t taken = most + 1; taken-- > 0;) {
    const std::size_t end = run(s + taken, item_end + 1);
    if (end != kNone || failure_) return end;
  }
  return kNone;
}

std::size_t PatternMatch::shortest(std::size_t s, std::size_t p, std::size_t item_end) {
  for (;; ++s) {
    const std::size_t end = run(s, item_end + 1);
    if (end != kNone || failure_) return end;
    if (!is_one(s, p, item_end)) return kNone;
  }
}

// %f[set]: from outside of the set to inside; before the first and behind the last byte is a NUL.
bool PatternMatch::at_frontier(std::size_t s, std::size_t set, std::size_t set_end) const {
  const auto before = static_cast<unsigned char>(s == 0 ? '\0' : subject_[s - 1]);
  const auto here = static_cast<unsigned char>(s < subject_.size() ? subject_[s] : '\0');
  return !in_set(before, set, set_end - 1) && in_set(here, set, set_end - 1);
}

// Where the item at `p` ends: one character, %x, or a set.
std::size_t PatternMatch::item_end(std::size_t p) {
  if (pattern_[p] == '%') return p + 1 < pattern_.size() ? p + 2 : fail("pattern ends with '%'");
  if (pattern_[p] != '[') return p + 1;
  std::size_t at = p + 1;
  if (at < pattern_.size() && pattern_[at] == '^') ++at;
  for (bool first = true;; first = false) {
    if (at >= pattern_.size()) return fail("missing ']'");
    if (pattern_[at] == ']' && !first) return at + 1;
    at += pattern_[at] == '%' ? 2 : 1;
  }
}

bool PatternMatch::is_one(std::size_t s, std::size_t p, std::size_t item_end) const {
  if (s >= subject_.size()) return false;
  const auto c = static_cast<unsigned char>(subject_[s]);
  switch (pattern_[p]) {
    case '.':
      return true;
    case '%':
      return in_class(c, static_cast<unsigned char>(pattern_[p + 1]));
    case '[':
      return in_set(c, p, item_end - 1);
    default:
      return subject_[s] == pattern_[p];
  }
}

// `p`: the [, `last`: its ].
bool PatternMatch::in_set(unsigned char c, std::size_t p, std::size_t last) const {
  const bool negated = pattern_[p + 1] == '^';
  bool found = false;
  for (std::size_t at = p + (negated ? 2 : 1); at < last && !found; ++at) {
    const auto one = static_cast<unsigned char>(pattern_[at]);
    if (one == '%') {
      found = in_class(c, static_cast<unsigned char>(pattern_[++at]));
    } else if (at + 2 < last && pattern_[at + 1] == '-') {
      found = one <= c && c <= static_cast<unsigned char>(pattern_[at + 2]);
      at += 2;
    } else {
      found = one == c;
    }
  }
  return found != negated;
}

}  // namespace sipsonde
