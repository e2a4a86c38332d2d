// SPDX-License-Identifier: Apache-2.0
// What a 2xx to a REGISTER changes: first the contacts that were asked for, then those that the registrar
// lists besides (RFC 3261 section 10.3, step 8), then those that it does not list any more.
#include <algorithm>
#include <array>
#include <functional>

#include "registrations/contact_uri.h"
#include "registrations/entry.h"

namespace sipsonde {
namespace {

constexpr std::size_t kListed = 32;
constexpr std::uint32_t kDefaultExpires = 3600;  // where nobody says anything, as most registrars have it
constexpr std::uint64_t kSecond_ns = 1'000'000'000;
// A list gives whole seconds, and what passes several hops is answered a little later at each.
constexpr std::uint64_t kSameExpiry_ns = 2 * kSecond_ns;

std::uint64_t id_of(const SipMessage& message) {
  const std::size_t id = std::hash<std::string_view>{}(message.call_id) * 31 + message.cseq;
  return std::max<std::uint64_t>(1, id);
}

// Over streams the port is another with each connection, and says nothing of where the device is.
bool is_same_place(const Endpoint& one, const Endpoint& other, sipsonde_transport transport) {
  return one.address == other.address && (one.port == other.port || transport != SIPSONDE_TRANSPORT_udp);
}

// The Contact values of the answer.
class List {
 public:
  struct Item {
    ContactValue value;
    bool settled = false;  // with a contact that was asked for
  };

  explicit List(const SipMessage& response) {
    ContactWalk walk(response);
    for (ContactValue value; walk.take(value);) {
      has_lifetimes_ |= value.expires.has_value();
      if (count_ == items_.size() || value.uri.size() > kBindingTextLimit)
        cut_ = true;
      else
        items_[count_++].value = value;
    }
  }

  std::span<Item> items() { return {items_.data(), count_}; }
  Item* find(std::string_view contact) {
    const auto found = std::ranges::find_if(
        items(), [&](const Item& item) { return same_contact(item.value.uri, contact); });
    return found == items().end() ? nullptr : &*found;
  }

  // Every value of a registrar's list has its lifetime; a Contact without one is none, it is what some
  // servers put into every response.
  bool is_complete() const { return has_lifetimes_ && !cut_; }
  bool is_empty() const { return count_ == 0 && !cut_; }

 private:
  std::array<Item, kListed> items_;
  std::size_t count_ = 0;
  bool has_lifetimes_ = false;
  bool cut_ = false;
};

}  // namespace

class Registrations::Answer {
 public:
  Answer(Registrations& table, const RegisterAnswer& answer)
      : table_(table), answer_(answer), list_(answer.response), register_(id_of(answer.response)) {}

  RegisterOutcome take() {
    RegisterOutcome outcome;
    if (answer_.request && answer_.request->all) return remove_all();
    if (answer_.request) outcome = take_request(*answer_.request);
    take_list();
    const bool says_that_there_is_none = answer_.request && answer_.request->only_asks() && list_.is_empty();
    if (list_.is_complete() || says_that_there_is_none) drop_unlisted();
    return outcome;
  }

 private:
  RegisterOutcome remove_all();
  RegisterOutcome take_request(const RegisterRequest& request);
  RegisterOutcome take_contact(const ContactValue& asked, const RegisterRequest& request);
  List::Item* item_of(const ContactValue& asked, const RegisterRequest& request);
  RegisterOutcome bind(std::string_view contact, std::uint32_t expires);
  Entry* find_at_other_hop();
  bool take_source(Entry& entry, RegisterOutcome& outcome) const;
  void take_list();
  void drop_unlisted();
  std::uint64_t after(std::uint32_t seconds) const { return answer_.time_ns + seconds * kSecond_ns; }

  Registrations& table_;
  const RegisterAnswer& answer_;
  List list_;
  const std::uint64_t register_;
};

RegisterOutcome Registrations::answered(const RegisterAnswer& answer) {
  const std::lock_guard lock(mutex_);
  const RegisterOutcome outcome = Answer(*this, answer).take();
  note_change();
  return outcome;
}

// Section 10.2.2: Contact * with Expires 0.
RegisterOutcome Registrations::Answer::remove_all() {
  if (const auto at = table_.table_.find(answer_.aor); at != table_.table_.end()) {
    for (const auto& entry : at->second) table_.deadlines_.erase(entry->deadline);
    table_.table_.erase(at);
  }
  return {.action = RegisterAction::removed, .contact = "*", .expires = 0};
}

RegisterOutcome Registrations::Answer::take_request(const RegisterRequest& request) {
  if (request.only_asks()) return {.action = RegisterAction::queried};
  RegisterOutcome outcome{.contact = request.contacts.front().uri};
  for (const ContactValue& asked : request.contacts) {
    if (asked.uri.empty()) continue;  // too long to be kept
    const RegisterOutcome one = take_contact(asked, request);
    if (one.action && (!outcome.action || *one.action < *outcome.action)) outcome = one;
  }
  return outcome;
}

RegisterOutcome Registrations::Answer::take_contact(const ContactValue& asked,
                                                    const RegisterRequest& request) {
  const std::uint32_t wanted = asked.expires.value_or(request.expires.value_or(kDefaultExpires));
  List::Item* const item = item_of(asked, request);
  // A list that is one and has not this contact: the registrar did not take it.
  if (!item && list_.is_complete() && wanted != 0) return {.contact = asked.uri};
  std::uint32_t granted = answer_.response.expires.value_or(wanted);
  if (item) {
    item->settled = true;
    granted = item->value.expires.value_or(granted);
  } else if (wanted == 0) {
    granted = 0;
  }
  if (granted != 0) return bind(item ? item->value.uri : asked.uri, granted);
  if (Entry* const entry = table_.find_entry(answer_.aor, asked.uri)) table_.remove(*entry);
  return {.action = RegisterAction::removed, .contact = asked.uri, .expires = 0};
}

// A registrar that writes a contact anew, to reach a device behind a NAT, lists what it wrote: with one
// contact asked for and one listed, they are the same.
List::Item* Registrations::Answer::item_of(const ContactValue& asked, const RegisterRequest& request) {
  if (List::Item* const item = list_.find(asked.uri)) return item;
  const bool rewritten = list_.is_complete() && list_.items().size() == 1 && request.contacts.size() == 1 &&
                         asked.expires.value_or(request.expires.value_or(kDefaultExpires)) != 0;
  return rewritten ? &list_.items().front() : nullptr;
}

RegisterOutcome Registrations::Answer::bind(std::string_view contact, std::uint32_t expires) {
  RegisterOutcome outcome{.action = RegisterAction::registered, .contact = contact, .expires = expires};
  Entry* entry = table_.find_entry(answer_.aor, contact);
  if (!entry) entry = find_at_other_hop();
  const bool known = entry != nullptr;
  if (!known) entry = &table_.add_entry(answer_.aor, contact, after(expires));
  const bool same_register = entry->last_register == register_;
  if (known) {
    outcome.action = same_register ? entry->last_action : RegisterAction::refreshed;
    const std::uint64_t known_ns = entry->binding.expires_ns;
    const bool same_expiry =
        std::max(known_ns, after(expires)) - std::min(known_ns, after(expires)) < kSameExpiry_ns;
    if (!same_register || !same_expiry) table_.set_expiry(*entry, after(expires));
  }
  if (take_source(*entry, outcome)) {
    Binding& binding = entry->binding;
    binding.source = answer_.source;
    binding.transport = answer_.transport;
    binding.direction = answer_.direction;
    binding.trunk = answer_.trunk;
    binding.user_agent = answer_.request->user_agent;
    entry->source_vias = answer_.response.via_count;
    entry->source_register = register_;
  }
  entry->binding.registrar = answer_.registrar;
  entry->last_register = register_;
  entry->last_action = *outcome.action;
  return outcome;
}

// A proxy may have put another contact in the place of the one it was given: then the one that the registrar
// knows stays the binding's.
Registrations::Entry* Registrations::Answer::find_at_other_hop() {
  const auto at = table_.table_.find(answer_.aor);
  if (at == table_.table_.end() || answer_.request->contacts.size() != 1) return nullptr;
  const auto found =
      std::ranges::find(at->second, register_, [](const auto& entry) { return entry->last_register; });
  return found == at->second.end() ? nullptr : found->get();
}

// Whether the REGISTER was seen as near to its device as any before, so that its source is the binding's.
bool Registrations::Answer::take_source(Entry& entry, RegisterOutcome& outcome) const {
  if (entry.source_register == 0) return true;
  if (entry.source_register == register_) return answer_.response.via_count < entry.source_vias;
  const bool is_farther = answer_.response.via_count > entry.source_vias;
  // At the hop next to the registrar it is seen first; the one before was seen nearer, so will be this.
  if (is_farther && (entry.last_register == register_ || entry.source_register == entry.last_register))
    return false;
  const bool is_nearer = answer_.response.via_count < entry.source_vias;
  if (!is_nearer && !is_same_place(entry.binding.source, answer_.source, answer_.transport)) {
    outcome.action = RegisterAction::moved;
    outcome.previous_source = entry.binding.source;
  }
  return true;
}

void Registrations::Answer::take_list() {
  for (const List::Item& item : list_.items()) {
    if (item.settled || !item.value.expires || *item.value.expires == 0) continue;
    const std::uint64_t expires_ns = after(*item.value.expires);
    Entry* const entry = table_.find_entry(answer_.aor, item.value.uri);
    if (!entry) {
      table_.add_entry(answer_.aor, item.value.uri, expires_ns).binding.registrar = answer_.registrar;
      continue;
    }
    const std::uint64_t known_ns = entry->binding.expires_ns;
    if (std::max(known_ns, expires_ns) - std::min(known_ns, expires_ns) >= kSameExpiry_ns)
      table_.set_expiry(*entry, expires_ns);
  }
}

// Only what the same server told of: another one, or the next hop, may know the device by another contact.
void Registrations::Answer::drop_unlisted() {
  const auto at = table_.table_.find(answer_.aor);
  if (at == table_.table_.end()) return;
  std::array<Entry*, kListed> gone;
  std::size_t count = 0;
  for (const auto& entry : at->second)
    if (entry->binding.registrar == answer_.registrar && entry->last_register != register_ &&
        !list_.find(entry->binding.contact) && count < gone.size())
      gone[count++] = entry.get();
  for (std::size_t i = 0; i < count; ++i) table_.remove(*gone[i]);
}

}  // namespace sipsonde
