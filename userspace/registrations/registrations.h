// SPDX-License-Identifier: Apache-2.0
// The bindings of all addresses-of-record, as answered REGISTERs tell of them (docs/registrations.md). One
// table for all workers, with a lock of its own, asked once a REGISTER transaction. Any thread may call
// anything. A refresh allocates nothing; a new binding does.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registrations/binding.h"
#include "registrations/register_request.h"

namespace sipsonde {

// What an answered REGISTER did; `action` of the event sip.register. Where a REGISTER names several contacts
// that of the first here counts.
enum class RegisterAction : std::uint8_t {
  moved,       // a known contact, from another source address
  registered,  // a contact that was not known
  refreshed,
  removed,
  queried,     // no contact was named
  challenged,  // 401, 407
  refused      // any other final response but a 2xx
};
std::string_view label(RegisterAction action);

// A 2xx to a REGISTER, and what is known of its transaction.
struct RegisterAnswer {
  std::string_view aor;  // as AddressOfRecord gives it
  const SipMessage& response;
  const RegisterRequest* request;  // nullptr: was not seen
  std::uint64_t time_ns = 0;       // of the answer
  Endpoint source;                 // of the request
  Endpoint registrar;
  sipsonde_transport transport = SIPSONDE_TRANSPORT_udp;
  sipsonde_direction direction = SIPSONDE_DIRECTION_inbound;
  TrunkIndex trunk = 0;
};

struct RegisterOutcome {
  std::optional<RegisterAction> action = {};  // nullopt: nobody can say, as the request was not seen
  std::string_view contact = {};              // of the request or of the answer, whose text it is
  std::optional<std::uint32_t> expires = {};  // granted to that contact; 0: removed
  Endpoint previous_source = {};              // of `moved`
};

class Registrations {
 public:
  // `limit` bindings in all, and 32 of one address-of-record; then the one that expires first goes.
  explicit Registrations(std::size_t limit);
  ~Registrations();

  // What has expired by the answer's time must have been taken before.
  RegisterOutcome answered(const RegisterAnswer& answer);

  // Without the lock: whether expire() would find something.
  bool is_due(std::uint64_t now_ns) const { return now_ns >= next_due_ns_.load(std::memory_order_relaxed); }
  // Takes bindings that have expired by `now_ns`, in order of their time, and tells of each under the lock.
  // At most 256 at a time: to be called while is_due().
  void expire(std::uint64_t now_ns, const std::function<void(const Binding&)>& tell);

  // ---- for whoever asks ----

  struct Page {
    std::vector<Binding> bindings;
    std::string next;  // the address-of-record to go on after; empty: that was all
  };
  // In order of address-of-record, from the one after `after` on. Ends behind the address-of-record with
  // which `limit` is reached.
  Page list(std::string_view after, std::size_t limit) const;
  std::vector<Binding> find(std::string_view aor) const;
  // False when there was none.
  bool forget(std::string_view aor);

  // Bindings neither removed nor expired.
  std::uint64_t live() const { return live_.load(std::memory_order_relaxed); }
  std::uint64_t evicted() const { return evicted_.load(std::memory_order_relaxed); }

 private:
  struct Entry;
  class Answer;                                         // what one does to the table: answers.cpp
  using Entries = std::vector<std::unique_ptr<Entry>>;  // of one address-of-record
  using Table = std::map<std::string, Entries, std::less<>>;
  using Deadlines = std::multimap<std::uint64_t, Entry*>;

  Entry* find_entry(std::string_view aor, std::string_view contact);
  Entry& add_entry(std::string_view aor, std::string_view contact, std::uint64_t expires_ns);
  void set_expiry(Entry& entry, std::uint64_t expires_ns);
  void remove(Entry& entry);
  void evict(Entry& entry);
  void note_change();

  mutable std::mutex mutex_;
  const std::size_t limit_;
  Table table_;
  Deadlines deadlines_;
  std::atomic<std::uint64_t> next_due_ns_{UINT64_MAX};
  std::atomic<std::uint64_t> live_{0};
  std::atomic<std::uint64_t> evicted_{0};
};

}  // namespace sipsonde
