// SPDX-License-Identifier: Apache-2.0
#include "decode/session_body.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/header_walk.h"
#include "decode/parameters.h"

namespace sipsonde {
namespace {

constexpr int kDepthMax = 3;              // of multiparts inside each other
constexpr std::size_t kBoundaryMax = 70;  // RFC 2046 section 5.1.1
constexpr std::size_t kNotFound = std::string_view::npos;

std::string_view type_of(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

bool is_multipart(std::string_view content_type) {
  return equals_ignoring_case(content_type.substr(0, 10), "multipart/");
}

// Is this the rest of a line that begins with "--boundary"? A longer boundary is another one.
bool ends_delimiter(std::string_view rest) {
  return rest.empty() || is_space(rest.front()) || rest.starts_with("--");
}

// Where a line "--boundary" begins. REQUIRES: a line begins at `from`.
std::size_t find_delimiter(std::string_view body, std::string_view boundary, std::size_t from) {
  while (from < body.size()) {
    const std::string_view rest = body.substr(from);
    if (rest.starts_with("--") && rest.substr(2).starts_with(boundary) &&
        ends_delimiter(rest.substr(2 + boundary.size())))
      return from;
    const std::size_t feed = rest.find('\n');
    if (feed == kNotFound) break;
    from += feed + 1;
  }
  return kNotFound;
}

// The line end before a delimiter belongs to it.
std::string_view without_last_line_end(std::string_view part) {
  if (part.ends_with('\n')) part.remove_suffix(1);
  if (part.ends_with('\r')) part.remove_suffix(1);
  return part;
}

std::string_view sdp_in_multipart(std::string_view content_type, std::string_view body, int depth);

std::string_view sdp_in_part(std::string_view part, int depth) {
  HeaderWalk walk(part, true);
  HeaderLine line;
  std::string_view content_type;
  while (walk.take(line)) {
    const bool names_type =
        equals_ignoring_case(line.name, "content-type") || equals_ignoring_case(line.name, "c");
    if (names_type && content_type.empty()) content_type = line.value;
  }
  if (equals_ignoring_case(type_of(content_type), "application/sdp")) return walk.body();
  return is_multipart(content_type) ? sdp_in_multipart(content_type, walk.body(), depth + 1)
                                    : std::string_view{};
}

std::string_view sdp_in_multipart(std::string_view content_type, std::string_view body, int depth) {
  const std::size_t parameters = std::min(content_type.find(';'), content_type.size());
  const std::string_view boundary = find_parameter(content_type.substr(parameters), "boundary");
  if (boundary.empty() || boundary.size() > kBoundaryMax || depth >= kDepthMax) return {};
  std::size_t at = find_delimiter(body, boundary, 0);
  while (at != kNotFound) {
    const std::size_t after = at + 2 + boundary.size();
    if (body.substr(after, 2) == "--") return {};
    const std::size_t line_end = body.find('\n', after);
    if (line_end == kNotFound) return {};
    at = find_delimiter(body, boundary, line_end + 1);
    const std::string_view part = body.substr(line_end + 1, at == kNotFound ? at : at - line_end - 1);
    const std::string_view found = sdp_in_part(at == kNotFound ? part : without_last_line_end(part), depth);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

std::string_view sdp_in_body(std::string_view content_type, std::string_view body) {
  if (body.starts_with("v=0")) return body;
  return is_multipart(content_type) ? sdp_in_multipart(content_type, body, 0) : std::string_view{};
}

}  // namespace sipsonde
