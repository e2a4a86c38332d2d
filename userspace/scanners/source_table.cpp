// SPDX-License-Identifier: Apache-2.0
#include "scanners/source_table.h"

#include <algorithm>
#include <span>

#include "base/hash.h"

namespace sipsonde {

SourceTable::SourceTable(std::uint64_t window_ns, std::uint64_t seed) : window_ns_(window_ns), seed_(seed) {}

std::uint64_t SourceTable::key_of(const Address& address) const {
  const std::size_t told_apart_by = is_ipv4(address) ? address.size() : 8;
  const std::string_view bytes(reinterpret_cast<const char*>(address.data()), told_apart_by);
  return std::max<std::uint64_t>(1, hash_bytes(bytes, seed_));
}

Source* SourceTable::find(std::uint64_t key) {
  const std::span places(&sources_[set_of(key) * kPlaces], kPlaces);
  const auto found = std::ranges::find(places, key, &Source::key);
  return found == places.end() ? nullptr : &*found;
}

Source& SourceTable::take(std::uint64_t key, std::uint64_t time_ns) {
  if (Source* const known = find(key)) return in_its_window(*known, time_ns);
  const std::span places(&sources_[set_of(key) * kPlaces], kPlaces);
  Source& place = *std::ranges::min_element(
      places, [this](const Source& one, const Source& other) { return gives_way_before(one, other); });
  if (place.key != 0 && time_ns < place.window_start_ns + window_ns_)
    evicted_.fetch_add(1, std::memory_order_relaxed);
  place = Source{};
  place.key = key;
  place.window_start_ns = place.last_seen_ns = time_ns;
  return place;
}

bool SourceTable::gives_way_before(const Source& one, const Source& other) const {
  if ((one.key == 0) != (other.key == 0)) return one.key == 0;
  // Registrars are few, stay for long and are slow to be known again.
  const bool one_is_registrar = one.registrar_until_ns > one.last_seen_ns;
  const bool other_is_registrar = other.registrar_until_ns > other.last_seen_ns;
  if (one_is_registrar != other_is_registrar) return other_is_registrar;
  return one.last_seen_ns < other.last_seen_ns;
}

// Windows of a source follow each other, the first beginning with its first request. Messages of two CPUs may
// come in the wrong order by a hair: a time before the window belongs to it.
Source& SourceTable::in_its_window(Source& source, std::uint64_t time_ns) const {
  source.last_seen_ns = std::max(source.last_seen_ns, time_ns);
  if (time_ns < source.window_start_ns + window_ns_) return source;
  const bool follows = time_ns < source.window_start_ns + 2 * window_ns_;
  source.window_start_ns = time_ns;
  source.is_scanner = source.is_scanner && follows && source.told != 0;
  source.told = 0;
  for (Targets& targets : source.targets) {
    targets.asked.clear();
    targets.turned_away.clear();
    if (follows)
      targets.fine_before = targets.fine;
    else
      targets.fine_before.clear();
    targets.fine.clear();
  }
  return source;
}

}  // namespace sipsonde
