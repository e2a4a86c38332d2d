// SPDX-License-Identifier: Apache-2.0
// Every path of the API, once: what it takes and who answers. openapi.json describes the same; a test holds
// the two together.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/http.h"
#include "api/surroundings.h"

namespace sipsonde {

struct Route {
  enum class Entry : std::uint8_t { open, with_token };
  enum class Pace : std::uint8_t { at_once, waits };  // for a disk or another thread

  std::string_view method;  // GET stands for HEAD too
  std::string_view path;    // with at most one part in braces, which may hold slashes
  Entry entry = Entry::with_token;
  Pace pace = Pace::at_once;
  // `part`: what stands in place of the braces, decoded.
  HttpResponse (*answer)(const ApiSurroundings& surroundings, const HttpRequest& request,
                         const std::string& part);
};

std::span<const Route> api_routes();

// What of the path stands in place of the braces, not decoded; empty when there are none. Nullopt: the path
// is another one.
std::optional<std::string_view> part_of(std::string_view path, std::string_view pattern);

}  // namespace sipsonde
