// SPDX-License-Identifier: Apache-2.0
#include "registrations/registrations.h"

#include <algorithm>

#include "registrations/contact_uri.h"
#include "registrations/entry.h"

namespace sipsonde {
namespace {

constexpr std::size_t kBindingsPerAor = 32;
constexpr int kExpiredAtOnce = 256;

}  // namespace

std::string_view label(RegisterAction action) {
  switch (action) {
    case RegisterAction::moved:
      return "moved";
    case RegisterAction::registered:
      return "registered";
    case RegisterAction::refreshed:
      return "refreshed";
    case RegisterAction::removed:
      return "removed";
    case RegisterAction::queried:
      return "queried";
    case RegisterAction::challenged:
      return "challenged";
    case RegisterAction::refused:
      return "refused";
  }
  return "";
}

Registrations::Registrations(std::size_t limit) : limit_(std::max<std::size_t>(1, limit)) {}
Registrations::~Registrations() = default;

void Registrations::expire(std::uint64_t now_ns, const std::function<void(const Binding&)>& tell) {
  const std::lock_guard lock(mutex_);
  for (int count = 0; count < kExpiredAtOnce && !deadlines_.empty(); ++count) {
    Entry& first = *deadlines_.begin()->second;
    if (first.binding.expires_ns > now_ns) break;
    tell(first.binding);
    remove(first);
  }
  note_change();
}

// ---- for whoever asks ----

Registrations::Page Registrations::list(std::string_view after, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  Page page;
  auto at = table_.upper_bound(after);
  for (; at != table_.end() && page.bindings.size() < limit; ++at)
    for (const auto& entry : at->second) page.bindings.push_back(entry->binding);
  if (at != table_.end() && !page.bindings.empty()) page.next = page.bindings.back().aor;
  return page;
}

std::vector<Binding> Registrations::find(std::string_view aor) const {
  const std::lock_guard lock(mutex_);
  std::vector<Binding> bindings;
  if (const auto at = table_.find(aor); at != table_.end())
    for (const auto& entry : at->second) bindings.push_back(entry->binding);
  return bindings;
}

bool Registrations::forget(std::string_view aor) {
  const std::lock_guard lock(mutex_);
  const auto at = table_.find(aor);
  if (at == table_.end()) return false;
  for (const auto& entry : at->second) deadlines_.erase(entry->deadline);
  table_.erase(at);
  note_change();
  return true;
}

// ---- the table; under the lock ----

Registrations::Entry* Registrations::find_entry(std::string_view aor, std::string_view contact) {
  const auto at = table_.find(aor);
  if (at == table_.end()) return nullptr;
  const auto is_it = [contact](const auto& entry) { return same_contact(entry->binding.contact, contact); };
  const auto found = std::ranges::find_if(at->second, is_it);
  return found == at->second.end() ? nullptr : found->get();
}

Registrations::Entry& Registrations::add_entry(std::string_view aor, std::string_view contact,
                                               std::uint64_t expires_ns) {
  if (const auto at = table_.find(aor); at != table_.end() && at->second.size() >= kBindingsPerAor)
    evict(
        **std::ranges::min_element(at->second, {}, [](const auto& one) { return one->binding.expires_ns; }));
  if (deadlines_.size() >= limit_) evict(*deadlines_.begin()->second);

  auto at = table_.find(aor);
  if (at == table_.end()) at = table_.emplace(aor, Entries{}).first;
  Entry& entry = *at->second.emplace_back(std::make_unique<Entry>());
  entry.binding.aor = aor;
  entry.binding.contact = contact;
  entry.binding.expires_ns = expires_ns;
  entry.deadline = deadlines_.emplace(expires_ns, &entry);
  return entry;
}

void Registrations::set_expiry(Entry& entry, std::uint64_t expires_ns) {
  auto node = deadlines_.extract(entry.deadline);
  node.key() = entry.binding.expires_ns = expires_ns;
  entry.deadline = deadlines_.insert(std::move(node));
}

void Registrations::remove(Entry& entry) {
  deadlines_.erase(entry.deadline);
  const auto at = table_.find(entry.binding.aor);
  std::erase_if(at->second, [&entry](const auto& one) { return one.get() == &entry; });
  if (at->second.empty()) table_.erase(at);
}

void Registrations::evict(Entry& entry) {
  evicted_.fetch_add(1, std::memory_order_relaxed);
  remove(entry);
}

void Registrations::note_change() {
  live_.store(deadlines_.size(), std::memory_order_relaxed);
  next_due_ns_.store(deadlines_.empty() ? UINT64_MAX : deadlines_.begin()->first, std::memory_order_relaxed);
}

}  // namespace sipsonde
