// SPDX-License-Identifier: Apache-2.0
#include "facts/fact.h"

#include <array>
#include <memory>
#include <string_view>

namespace sipsonde {
namespace {

constexpr std::array kEventNames = {
#define X(enumerator, name) std::string_view{name},
    SIPSONDE_EVENT_NAMES(X)
#undef X
};
constexpr std::array<std::string_view, kDispositionCount> kDispositions = {
    "answered", "busy", "no-answer", "cancelled", "rejected", "failed", "timeout"};
constexpr std::array<std::string_view, 5> kInitiators = {"caller", "callee", "network", "timeout", "unknown"};
constexpr std::array<std::string_view, 2> kMediaWays = {"sent", "received"};
constexpr std::array<std::string_view, 3> kMediaSources = {"rtp", "rtcp", "rtcp-xr"};
constexpr std::array<std::string_view, 3> kCoverages = {"full", "cut", "lossy"};
constexpr std::array<std::string_view, kFailureReasonCount> kFailureReasons = {
    "busy",      "no-answer",    "cancelled",      "timeout",     "redirected",   "not-found",
    "forbidden", "unauthorized", "not-acceptable", "unavailable", "server-error", "other"};

template <typename Names, typename Value>
std::string_view name_of(const Names& names, Value value) {
  const auto index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : std::string_view{"unknown"};
}

}  // namespace

std::string_view label(EventName name) {
  return name_of(kEventNames, name);
}
std::string_view label(Disposition disposition) {
  return name_of(kDispositions, disposition);
}
std::string_view label(Initiator initiator) {
  return name_of(kInitiators, initiator);
}
std::string_view label(Coverage coverage) {
  return name_of(kCoverages, coverage);
}
std::string_view label(MediaWay way) {
  return name_of(kMediaWays, way);
}
std::string_view label(MediaSource source) {
  return name_of(kMediaSources, source);
}
std::string_view label(FailureReason reason) {
  return name_of(kFailureReasons, reason);
}

Attributes keep_attributes(Attributes attributes, Arena& arena) {
  if (attributes.empty()) return {};
  const std::span<Attribute> kept = arena.keep_array<Attribute>(attributes.size());
  for (std::size_t i = 0; i < attributes.size(); ++i)
    kept[i] = {attributes[i].name, arena.keep(attributes[i].value)};
  return kept;
}

std::span<const MediaRecord> keep_media(std::span<const MediaRecord> media, Arena& arena) {
  if (media.empty()) return {};
  const std::span<MediaRecord> kept = arena.keep_array<MediaRecord>(media.size());
  std::uninitialized_copy(media.begin(), media.end(), kept.begin());
  return kept;
}

}  // namespace sipsonde
