// SPDX-License-Identifier: Apache-2.0
#include "metrics/negotiation.h"

#include <cctype>
#include <optional>

namespace sipsonde {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Cuts the part before `separator` off the front.
std::string_view take_part(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return trimmed(part);
}

bool same_token(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i])))
      return false;
  return true;
}

struct MediaRange {
  std::string_view type;
  std::string_view version;
  std::string_view escaping;
  int quality = 1000;  // thousandths
};

// "0", "1" or a decimal with up to three places; anything else is taken as not acceptable.
int quality_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int quality = (text[0] - '0') * 1000;
  int place = 100;
  for (const char c : text.substr(text.size() > 1 ? 2 : 1)) {
    if (c < '0' || c > '9') return 0;
    quality += (c - '0') * place;
    place /= 10;
  }
  return quality > 1000 ? 0 : quality;
}

MediaRange parse_range(std::string_view text) {
  MediaRange range;
  range.type = take_part(text, ';');
  while (!text.empty()) {
    std::string_view value = take_part(text, ';');
    const std::string_view name = take_part(value, '=');
    value = trimmed(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (same_token(name, "version")) range.version = value;
    if (same_token(name, "escaping")) range.escaping = value;
    if (same_token(name, "q")) range.quality = quality_of(value);
  }
  return range;
}

// From version 1.0.0 on, the reply names the scheme by which names were escaped. None of ours needs any, so
// every scheme gives the same bytes, but for `dots`, which doubles underscores.
std::string escaping_of(const MediaRange& range) {
  return same_token(range.escaping, "allow-utf-8") ? "allow-utf-8" : "underscores";
}

std::optional<Offer> offer_for(const MediaRange& range) {
  const std::string charset = "; charset=utf-8";
  if (same_token(range.type, "application/openmetrics-text")) {
    if (range.version == "0.0.1")
      return Offer{Format::openmetrics, "application/openmetrics-text; version=0.0.1" + charset};
    if (range.version.empty() || range.version == "1.0.0")
      return Offer{Format::openmetrics, "application/openmetrics-text; version=1.0.0" + charset +
                                            "; escaping=" + escaping_of(range)};
    return std::nullopt;
  }
  if (same_token(range.type, "text/plain") && range.version == "1.0.0")
    return Offer{Format::text, "text/plain; version=1.0.0" + charset + "; escaping=" + escaping_of(range)};
  const bool text =
      same_token(range.type, "text/plain") && (range.version.empty() || range.version == "0.0.4");
  if (text || range.type == "text/*" || range.type == "*/*")
    return Offer{Format::text, "text/plain; version=0.0.4" + charset};
  return std::nullopt;
}

}  // namespace

Offer negotiate(std::string_view accept) {
  Offer best{Format::text, "text/plain; version=0.0.4; charset=utf-8"};
  int best_quality = 0;
  while (!accept.empty()) {
    const MediaRange range = parse_range(take_part(accept, ','));
    if (range.quality <= best_quality) continue;  // of equals the first
    if (auto offer = offer_for(range)) {
      best = *std::move(offer);
      best_quality = range.quality;
    }
  }
  return best;
}

}  // namespace sipsonde
