// SPDX-License-Identifier: Apache-2.0
#include "api/registration_routes.h"

#include <charconv>

#include "api/uri_text.h"
#include "base/json_text.h"
#include "registrations/address_of_record.h"
#include "registrations/binding_json.h"

namespace sipsonde {
namespace {

constexpr std::size_t kPageDefault = 1000;
constexpr std::size_t kPageMost = 10'000;  // some 3 MB

std::optional<std::size_t> limit_of(const HttpRequest& request) {
  const auto text = query_parameter(request.query, "limit");
  if (!text) return kPageDefault;
  std::size_t limit = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (failure != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return limit >= 1 && limit <= kPageMost ? std::optional(limit) : std::nullopt;
}

void append_list(std::string& out, const std::vector<Binding>& bindings, std::uint64_t now_ns) {
  out += "\"registrations\": [";
  for (const Binding& binding : bindings) {
    if (&binding != &bindings.front()) out += ", ";
    append_json(out, binding, now_ns);
  }
  out += "]";
}

HttpResponse unknown() {
  return error_response(404, "no binding of that address-of-record was seen, or it is gone");
}

}  // namespace

HttpResponse registrations_page(const Registrations& registrations, std::uint64_t now_ns,
                                const HttpRequest& request) {
  const auto limit = limit_of(request);
  if (!limit) return error_response(400, "limit is no number from 1 to " + std::to_string(kPageMost));
  const auto after = percent_decoded(query_parameter(request.query, "after").value_or(""));
  if (!after) return error_response(400, "after is not percent-encoded: % needs two hexadecimal digits");
  const Registrations::Page page = registrations.list(*after, *limit);
  HttpResponse response{.body = "{"};
  append_list(response.body, page.bindings, now_ns);
  response.body += ", \"next\": ";
  if (page.next.empty())
    response.body += "null";
  else
    append_json_string(response.body, page.next);
  response.body += "}\n";
  return response;
}

HttpResponse registrations_of(const Registrations& registrations, std::uint64_t now_ns,
                              const std::string& uri) {
  const auto aor = AddressOfRecord::of(uri);
  const auto bindings = aor ? registrations.find(aor->view()) : std::vector<Binding>{};
  if (bindings.empty()) return unknown();
  HttpResponse response{.body = "{\"aor\": "};
  append_json_string(response.body, aor->view());
  response.body += ", ";
  append_list(response.body, bindings, now_ns);
  response.body += "}\n";
  return response;
}

HttpResponse registrations_forgotten(Registrations& registrations, const std::string& uri) {
  const auto aor = AddressOfRecord::of(uri);
  if (!aor || !registrations.forget(aor->view())) return unknown();
  return {.status = 204, .content_type = ""};
}

}  // namespace sipsonde
