// SPDX-License-Identifier: Apache-2.0
#include "scanners/scanners.h"

#include <algorithm>

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

AskedTarget Scanners::observe_request(const SipMessage& request, const Endpoint& source,
                                      const Endpoint& destination, std::uint64_t time_ns,
                                      ScannersFound& found) {
  AskedTarget asked;
  bool counts = true;
  switch (request.method) {
    case SIPSONDE_METHOD_register:
      asked.kind = ScannerKind::register_sweep;
      break;
    case SIPSONDE_METHOD_options:
      asked.kind = ScannerKind::options_sweep;
      break;
    case SIPSONDE_METHOD_invite:
      asked.kind = ScannerKind::invite_burst;
      break;
    default:
      counts = false;
  }
  const bool by_tool = tools_.names_one(request.user_agent);
  if (!counts && !by_tool) return {};
  const std::uint64_t key = sources_.key_of(source.address);
  if (counts) {
    asked.source = key;
    asked.target = target_of(request, asked.kind, destination.address);
  }
  sources_.with(key, time_ns, [&](Source& entry) {
    if (by_tool) {
      ++entry.tool_requests;
      judge(entry, ScannerKind::user_agent, source.address, time_ns, found);
    }
    if (counts && entry.of(asked.kind).asked.add(asked.target))
      judge(entry, asked.kind, source.address, time_ns, found);
  });
  return asked;
}

void Scanners::observe_fine(const AskedTarget& asked, std::uint64_t time_ns) {
  if (!asked.is_watched()) return;
  sources_.with_known(asked.source, time_ns,
                      [&](Source& entry) { entry.of(asked.kind).fine.add(asked.target); });
}

void Scanners::observe_turned_away(const AskedTarget& asked, const Address& source, std::uint64_t time_ns,
                                   ScannersFound& found) {
  if (!asked.is_watched()) return;
  sources_.with_known(asked.source, time_ns, [&](Source& entry) {
    Targets& targets = entry.of(asked.kind);
    if (targets.fine.has(asked.target) || targets.fine_before.has(asked.target)) return;
    if (targets.turned_away.add(asked.target)) judge(entry, asked.kind, source, time_ns, found);
  });
}

void Scanners::observe_registrar(const Address& registrar, std::uint64_t time_ns) {
  sources_.with(sources_.key_of(registrar), time_ns,
                [&](Source& entry) { entry.registrar_until_ns = time_ns + kRegistrarFor_ns; });
}

void Scanners::judge(Source& source, ScannerKind kind, const Address& address, std::uint64_t time_ns,
                     ScannersFound& found) {
  if (source.told & bit_of(kind)) return;
  const std::uint32_t count = count_against(source, kind, time_ns);
  if (count == 0) return;
  source.told |= bit_of(kind);
  if (!is_trunk(address)) tell(source, kind, count, address, time_ns, found);
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

void Scanners::tell(Source& source, ScannerKind kind, std::uint32_t count, const Address& address,
                    std::uint64_t time_ns, ScannersFound& found) {
  if (kind == ScannerKind::user_agent) source.tool_requests = 0;
  found_[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  found.add({.kind = kind, .source = address, .count = count, .is_to_be_told = may_be_told(time_ns)});
}

// REGISTER: the address of record. INVITE: the number. OPTIONS: the URI and the address it was sent to, since
// a sweep of a network may say the same to all.
std::uint32_t Scanners::target_of(const SipMessage& request, ScannerKind kind,
                                  const Address& destination) const {
  const NameAddress& party = kind == ScannerKind::register_sweep ? request.to : request.request_uri;
  std::uint64_t hash = hash_bytes(party.user, seed_);
  if (kind != ScannerKind::invite_burst || party.user.empty()) hash = hash_bytes(party.host, hash);
  if (kind == ScannerKind::options_sweep) hash = hash_bytes(bytes_of(destination), hash);
  return static_cast<std::uint32_t>(hash);
}

}  // namespace sipsonde
