// SPDX-License-Identifier: Apache-2.0
#include "registrations/binding_json.h"

#include "base/json_text.h"

namespace sipsonde {
namespace {

void append_text_or_null(std::string& out, std::string_view text) {
  if (text.empty())
    out += "null";
  else
    append_json_string(out, text);
}

}  // namespace

void append_json(std::string& out, const Binding& binding, std::uint64_t now_ns) {
  constexpr std::uint64_t kSecond_ns = 1'000'000'000;
  const std::uint64_t left_ns = binding.expires_ns > now_ns ? binding.expires_ns - now_ns : 0;
  out += "{\"aor\": ";
  append_json_string(out, binding.aor);
  out += ", \"contact\": ";
  append_json_string(out, binding.contact);
  out += ", \"source\": ";
  append_text_or_null(out, binding.source == Endpoint{} ? std::string() : to_text(binding.source));
  out += ", \"expires\": " + std::to_string((left_ns + kSecond_ns - 1) / kSecond_ns);
  out += ", \"user_agent\": ";
  append_text_or_null(out, binding.user_agent);
  out += "}";
}

}  // namespace sipsonde
