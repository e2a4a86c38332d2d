// SPDX-License-Identifier: Apache-2.0
#include "scanners/scanners.h"

#include <algorithm>
#include <optional>

#include "base/hash.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kSecond_ns = 1'000'000'000;

// In a flood entries elsewhere are pushed out before the outcome is known. So many different targets of one
// source say enough by themselves, unless a good part of them let it in.
constexpr std::uint32_t kFloodOf = 16;      // times the limit
constexpr std::uint32_t kFineInAFlood = 8;  // one in so many

// A registrar pings those who are registered; registrations last an hour unless said otherwise (RFC 3261
// section 10.2.1.1).
constexpr std::uint64_t kRegistrarFor_ns = 3600 * kSecond_ns;

// Sources can be invented: so many events a second, then they are only counted.
constexpr std::uint64_t kEventsASecond = 64;

std::uint64_t window_of(const Settings& settings) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(settings.scanners.window).count());
}

std::uint8_t bit_of(ScannerKind kind) {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
}

std::optional<ScannerKind> kind_of(sipsonde_method method) {
  switch (method) {
    case SIPSONDE_METHOD_register:
      return ScannerKind::register_sweep;
    case SIPSONDE_METHOD_options:
      return ScannerKind::options_sweep;
    case SIPSONDE_METHOD_invite:
      return ScannerKind::invite_burst;
    default:
      return std::nullopt;
  }
}

void keep_latest(LatestRequest& latest, const RequestOutside& request) {
  latest.source = request.source;
  latest.destination = request.destination;
  latest.method = request.sip.method;
  latest.transport = request.transport;
  const std::string_view call_id = request.sip.call_id;
  latest.call_id.keep(call_id.size() <= latest.call_id.kCapacity ? call_id : std::string_view{});
  latest.user_agent.keep(request.sip.user_agent);
}

std::string_view bytes_of(const Address& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

}  // namespace

Scanners::Scanners(const Settings& settings, std::uint64_t seed)
    : settings_(settings),
      seed_(seed),
      tools_(settings.scanners.user_agents),
      sources_(window_of(settings), seed) {}

bool Scanners::turns_away(int code) {
  switch (code) {
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
    case 407:
    case 410:
    case 484:
    case 485:
    case 604:
    case 607:
    case 608:
      return true;
    default:
      return false;
  }
}

AskedTarget Scanners::observe_request(const RequestOutside& request, ScannersFound& found) {
  const std::optional<ScannerKind> kind = kind_of(request.sip.method);
  const bool by_tool = tools_.names_one(request.sip.user_agent);
  if (!kind && !by_tool) return {};
  AskedTarget asked;
  const std::uint64_t key = sources_.key_of(request.source.address);
  if (kind) asked = {.source = key, .target = target_of(request, *kind), .kind = *kind};
  sources_.with(key, request.time_ns, [&](Source& source) {
    keep_latest(source.latest, request);
    if (by_tool) {
      ++source.tool_requests;
      judge(source, ScannerKind::user_agent, request.time_ns, found);
    }
    if (kind && source.of(*kind).asked.add(asked.target)) judge(source, *kind, request.time_ns, found);
    asked.of_scanner = source.is_scanner;
  });
  return asked;
}

void Scanners::observe_fine(const AskedTarget& asked, std::uint64_t time_ns) {
  if (!asked.is_watched()) return;
  sources_.with_known(asked.source, time_ns,
                      [&](Source& entry) { entry.of(asked.kind).fine.add(asked.target); });
}

void Scanners::observe_turned_away(const AskedTarget& asked, std::uint64_t time_ns, ScannersFound& found) {
  if (!asked.is_watched()) return;
  sources_.with_known(asked.source, time_ns, [&](Source& source) {
    Targets& targets = source.of(asked.kind);
    if (targets.fine.has(asked.target) || targets.fine_before.has(asked.target)) return;
    if (targets.turned_away.add(asked.target)) judge(source, asked.kind, time_ns, found);
  });
}

void Scanners::observe_registrar(const Address& registrar, std::uint64_t time_ns) {
  sources_.with(sources_.key_of(registrar), time_ns,
                [&](Source& entry) { entry.registrar_until_ns = time_ns + kRegistrarFor_ns; });
}

void Scanners::judge(Source& source, ScannerKind kind, std::uint64_t time_ns, ScannersFound& found) {
  if (source.told & bit_of(kind)) return;
  const std::uint32_t count = count_against(source, kind, time_ns);
  if (count == 0) return;
  source.told |= bit_of(kind);
  if (kind == ScannerKind::user_agent) source.tool_requests = 0;
  if (is_trunk(source.latest.source.address)) return;
  source.is_scanner = true;
  found_[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  found.add({.kind = kind, .count = count, .is_to_be_told = may_be_told(time_ns), .latest = source.latest});
}

// How many targets speak against it; 0 when they are too few.
std::uint32_t Scanners::count_against(Source& source, ScannerKind kind, std::uint64_t time_ns) const {
  if (kind == ScannerKind::user_agent) return source.tool_requests;
  Targets& targets = source.of(kind);
  const std::uint32_t limit = limit_of(kind);
  const std::uint32_t asked = targets.asked.count();
  if (kind == ScannerKind::options_sweep)
    return asked >= limit && source.registrar_until_ns <= time_ns ? asked : 0;
  const std::uint32_t turned_away = targets.turned_away.count();
  if (turned_away < limit && asked < kFloodOf * limit) return 0;
  // Of many who ask from one address, behind a NAT or an SBC, some are always turned away.
  const std::uint32_t fine = Distinct::count_both(targets.fine, targets.fine_before);
  if (turned_away >= limit && turned_away > fine) return turned_away;
  return asked >= kFloodOf * limit && asked > kFineInAFlood * fine ? asked : 0;
}

std::uint32_t Scanners::limit_of(ScannerKind kind) const {
  return kind == ScannerKind::invite_burst ? settings_.scanners.numbers : settings_.scanners.targets;
}

// By address alone: a domain is what the sender says.
bool Scanners::is_trunk(const Address& address) const {
  return std::ranges::any_of(settings_.trunks, [&](const TrunkRule& rule) {
    return std::ranges::any_of(rule.peers, [&](const Network& peer) { return peer.contains(address); });
  });
}

bool Scanners::may_be_told(std::uint64_t time_ns) {
  constexpr unsigned kCountBits = 16;
  constexpr std::uint64_t kCountMask = (1u << kCountBits) - 1;
  const std::uint64_t second = time_ns / kSecond_ns;
  std::uint64_t before = told_.load(std::memory_order_relaxed);
  for (;;) {
    const bool another_second = second > before >> kCountBits;
    if (!another_second && (before & kCountMask) >= kEventsASecond) return false;
    const std::uint64_t after = another_second ? (second << kCountBits) + 1 : before + 1;
    if (told_.compare_exchange_weak(before, after, std::memory_order_relaxed)) return true;
  }
}

// REGISTER: the address of record. INVITE: the number. OPTIONS: the URI and the address it was sent to, since
// a sweep of a network may say the same to all.
std::uint32_t Scanners::target_of(const RequestOutside& request, ScannerKind kind) const {
  const NameAddress& party = kind == ScannerKind::register_sweep ? request.sip.to : request.sip.request_uri;
  std::uint64_t hash = hash_bytes(party.user, seed_);
  if (kind != ScannerKind::invite_burst || party.user.empty()) hash = hash_bytes(party.host, hash);
  if (kind == ScannerKind::options_sweep) hash = hash_bytes(bytes_of(request.destination.address), hash);
  return static_cast<std::uint32_t>(hash);
}

}  // namespace sipsonde
