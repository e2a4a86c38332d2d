// SPDX-License-Identifier: Apache-2.0
#include "calls/transactions.h"

#include <charconv>

namespace sipsonde {
namespace {

constexpr std::string_view kCookie = "z9hG4bK";  // RFC 3261 section 8.1.1.7

bool is_new_style(const SipMessage& sip) {
  return sip.via.branch.starts_with(kCookie);
}

}  // namespace

// Below a tenth of a second it is a packet that came twice, beyond four nobody's T1. A gap near the usual
// half second is that; one of three times as long is, far more likely, the usual one with a repeat lost.
std::uint64_t t1_of_first_gap(std::uint64_t gap_ns) {
  const auto near = [gap_ns](std::uint64_t usual) {
    return gap_ns > usual * 3 / 4 && gap_ns < usual * 5 / 4;
  };
  if (gap_ns < kSecond / 10 || gap_ns > 4 * kSecond || near(kT1_ns) || near(3 * kT1_ns)) return kT1_ns;
  return gap_ns;
}

bool Transaction::repeats(const SipMessage& response, std::uint64_t seed) {
  const std::uint64_t distinct = (static_cast<std::uint64_t>(response.rseq.value_or(0)) << 16) |
                                 static_cast<std::uint64_t>(response.code);
  const auto hash = static_cast<std::uint32_t>(hash_text(response.to.tag, seed ^ distinct));
  for (std::size_t i = 0; i < std::min<std::size_t>(response_count, responses.size()); ++i)
    if (responses[i] == hash) return true;
  // Beyond eight distinct ones the oldest is forgotten.
  responses[response_count % responses.size()] = hash;
  if (++response_count == 2 * responses.size()) response_count = static_cast<std::uint8_t>(responses.size());
  return false;
}

TransactionKey TransactionTable::key_of(const SipMessage& sip, sipsonde_method method) const {
  // A request in a dialog has the To-tag already; a response has it whether its request had or not.
  if (!is_new_style(sip)) return old_style_key(sip, method, true);
  TransactionKey key{KeyText({sip.via.branch, sip.via.sent_by}, seed_), method, 0};
  key.hash = hash_text(key.text.view(), seed_ + static_cast<std::uint64_t>(method));
  return key;
}

TransactionKey TransactionTable::old_style_key(const SipMessage& sip, sipsonde_method method,
                                               bool to_tag) const {
  char digits[12];
  const auto end = std::to_chars(digits, digits + sizeof digits, sip.cseq).ptr;
  const std::string_view cseq(digits, static_cast<std::size_t>(end - digits));
  const std::string_view tag = to_tag ? sip.to.tag : std::string_view{};
  TransactionKey key{KeyText({sip.call_id, cseq, sip.from.tag, tag, sip.via.sent_by, sip.via.branch}, seed_),
                     method, 0};
  key.hash = hash_text(key.text.view(), seed_ + static_cast<std::uint64_t>(method));
  return key;
}

Transaction* TransactionTable::find(const TransactionKey& key, sipsonde_direction direction,
                                    bool any_direction) {
  Transaction* found = nullptr;
  index_.visit(key.hash, [&](Handle handle) {
    Transaction* const candidate = pool_.find(handle);
    if (!candidate || candidate->key.method != key.method || !(candidate->key.text == key.text)) return false;
    if (candidate->direction == direction || any_direction || !candidate->request_seen) found = candidate;
    return candidate->direction == direction;
  });
  return found;
}

// Old-style, one more try: the request that opened the dialog had no To-tag.
Transaction* TransactionTable::find_without_to_tag(const SipMessage& sip, sipsonde_method method,
                                                   sipsonde_direction direction) {
  if (is_new_style(sip) || sip.to.tag.empty()) return nullptr;
  return find(old_style_key(sip, method, false), direction, true);
}

Transaction* TransactionTable::find_request(const TransactionKey& key, sipsonde_direction direction) {
  return find(key, direction, false);
}

Transaction* TransactionTable::find_answered(const TransactionKey& key, const SipMessage& response,
                                             sipsonde_direction likely_direction) {
  if (Transaction* const found = find(key, likely_direction, true)) return found;
  return find_without_to_tag(response, response.method, likely_direction);
}

Transaction* TransactionTable::find_invite(const SipMessage& request, sipsonde_direction direction) {
  if (Transaction* const found = find(key_of(request, SIPSONDE_METHOD_invite), direction, true)) return found;
  return find_without_to_tag(request, SIPSONDE_METHOD_invite, direction);
}

Transaction& TransactionTable::add(const TransactionKey& key, sipsonde_direction direction) {
  Transaction& transaction = pool_.take();
  transaction.key = key;
  transaction.direction = direction;
  index_.insert(key.hash, transaction.self);
  by_worth_.add(transaction, Worth::confirmed);
  return transaction;
}

void TransactionTable::remove(Transaction& transaction) {
  index_.erase(transaction.key.hash, transaction.self);
  by_worth_.remove(transaction);
  pool_.give(transaction);
}

}  // namespace sipsonde
