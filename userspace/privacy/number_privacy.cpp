// SPDX-License-Identifier: Apache-2.0
#include "privacy/number_privacy.h"

#include <algorithm>
#include <utility>

#include "base/telephone_number.h"
#include "privacy/mask.h"

namespace sipsonde {
namespace {

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; };
  return std::ranges::equal(text, lower, same);
}

// With its colon; empty where there is none. "bob:5060" and "[::1]:5060" have none.
std::string_view scheme_of(std::string_view uri) {
  for (const std::string_view scheme : {"sip:", "sips:", "tel:", "pres:", "im:"})
    if (equals_ignoring_case(uri.substr(0, scheme.size()), scheme)) return uri.substr(0, scheme.size());
  return {};
}

bool is_user_at_host(std::string_view text) {
  return text.find('@') != text.npos && text.find('@') < text.find(':');
}

// With its port. What has no letter, dot or bracket is a number that lacks its user part, and what has other
// characters than a host is whatever somebody put there.
bool is_host(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto belongs = [&](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("-._[]:").find(c) != std::string_view::npos;
  };
  const auto names = [&](char c) { return is_letter(c) || c == '.' || c == '['; };
  return std::ranges::all_of(text, belongs) && std::ranges::any_of(text, names);
}

}  // namespace

Result<NumberPrivacy> NumberPrivacy::with(NumberForm form, std::string_view key) {
  if (form != NumberForm::hmac) return NumberPrivacy(form, std::nullopt);
  auto pseudonyms = Pseudonyms::with_key(key);
  if (!pseudonyms) return pseudonyms.error();
  return NumberPrivacy(form, std::move(*pseudonyms));
}

NumberPrivacy::NumberPrivacy(NumberForm form, std::optional<Pseudonyms> pseudonyms)
    : form_(form), pseudonyms_(std::move(pseudonyms)) {}

void NumberPrivacy::append_number(std::string& out, std::string_view digits, bool international,
                                  std::string_view as_written) {
  if (is_public_number(digits, international))
    out.append(as_written);
  else if (pseudonyms_)
    pseudonyms_->append(out, digits);
  else
    append_masked(out, digits, international);
}

// False when there was nothing to take out.
bool NumberPrivacy::append_without_numbers(std::string& out, std::string_view text, Spelling spelling) {
  bool found = false;
  std::string_view rest = text;
  for (std::string_view before = rest; take_number(rest, spelling, span_); before = rest) {
    found = true;
    out.append(span_.before);
    const std::size_t written = before.size() - span_.before.size() - rest.size();
    append_number(out, span_.digits, span_.international, before.substr(span_.before.size(), written));
  }
  out.append(rest);
  return found;
}

void NumberPrivacy::append_user(std::string& out, std::string_view user) {
  if (shows_numbers()) {
    out.append(user);
    return;
  }
  if (const auto number = telephone_number_of(user))
    return append_number(out, number->digits(), number->international, user.substr(0, user.find(';')));
  if (user.find('%') == user.npos) {
    append_without_numbers(out, user, Spelling::user);
    return;
  }
  // An escape may stand for a digit. Where none does, the text stays as it was written.
  unescaped_.clear();
  for (std::string_view rest = user; !rest.empty();) unescaped_.push_back(take_unescaped(rest));
  const std::size_t before = out.size();
  if (append_without_numbers(out, unescaped_, Spelling::user)) return;
  out.resize(before);
  out.append(user);
}

void NumberPrivacy::append_uri(std::string& out, std::string_view uri) {
  if (shows_numbers()) {
    out.append(uri);
    return;
  }
  const std::string_view scheme = scheme_of(uri);
  out.append(scheme);
  const std::string_view rest = uri.substr(scheme.size());
  // "bob@192.0.2.1" has a host without a scheme; of another scheme nothing is known.
  if (scheme.empty() && !is_user_at_host(rest)) return append_user(out, rest);
  if (scheme.size() == 4 && equals_ignoring_case(scheme, "tel:")) {
    append_user(out, rest.substr(0, rest.find(';')));
    return;
  }
  // Neither parameters nor headers may hold an @ (RFC 3261 section 25.1): the last one ends the user part.
  const std::size_t at = rest.rfind('@');
  if (at != rest.npos) {
    append_user(out, rest.substr(0, rest.find(':')).substr(0, at));
    out.push_back('@');
  }
  append_host_and_parameters(out, at == rest.npos ? rest : rest.substr(at + 1));
}

void NumberPrivacy::append_host_and_parameters(std::string& out, std::string_view text) {
  text = text.substr(0, text.find('?'));
  const std::string_view host = text.substr(0, text.find(';'));
  is_host(host) ? out.append(host) : (append_user(out, host), out);
  for (text.remove_prefix(host.size()); !text.empty();) {
    const std::string_view parameter = text.substr(0, std::min(text.find(';', 1), text.size()));
    if (parameter.find('%') == parameter.npos && !has_number(parameter)) out.append(parameter);
    text.remove_prefix(parameter.size());
  }
}

bool NumberPrivacy::has_number(std::string_view text) {
  return take_number(text, Spelling::user, span_);
}

void NumberPrivacy::append_prose(std::string& out, std::string_view text) {
  if (shows_numbers())
    out.append(text);
  else
    append_without_numbers(out, text, Spelling::prose);
}

}  // namespace sipsonde
