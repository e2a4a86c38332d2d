// SPDX-License-Identifier: Apache-2.0
// Texts as they may be shown: what privacy.numbers makes of the telephone numbers in them. One for each
// thread; after the first texts nothing is allocated.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"
#include "privacy/number_span.h"
#include "privacy/pseudonyms.h"

namespace sipsonde {

// What the caller's own wish makes of its number (RFC 3323 section 4.1.1.3).
inline constexpr std::string_view kAnonymousUser = "anonymous";
inline constexpr std::string_view kAnonymousUri = "sip:anonymous@anonymous.invalid";

class NumberPrivacy {
 public:
  // `key` is used with NumberForm::hmac alone.
  static Result<NumberPrivacy> with(NumberForm form, std::string_view key);

  bool shows_numbers() const { return form_ == NumberForm::clear; }

  // Each appends `text` to `out` as it may be shown; with NumberForm::clear as it is.

  // The user part of a URI. A number gives way as a whole, with the parameters it has; in a name, whatever
  // has five digits does.
  void append_user(std::string& out, std::string_view user);

  // A URI. Scheme and host stay (RFC 3261 section 19.1.1), a password and the headers go, and so do
  // parameters with a number in them.
  void append_uri(std::string& out, std::string_view uri);

  // What is no URI and was written for people.
  void append_prose(std::string& out, std::string_view text);

 private:
  NumberPrivacy(NumberForm form, std::optional<Pseudonyms> pseudonyms);

  void append_number(std::string& out, std::string_view digits, bool international,
                     std::string_view as_written);
  bool append_without_numbers(std::string& out, std::string_view text, Spelling spelling);
  void append_host_and_parameters(std::string& out, std::string_view text);
  bool has_number(std::string_view text);

  NumberForm form_;
  std::optional<Pseudonyms> pseudonyms_;
  NumberSpan span_;
  std::string unescaped_;
};

}  // namespace sipsonde
