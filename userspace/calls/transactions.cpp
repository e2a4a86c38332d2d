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

TransactionKey TransactionTable::key_of(const SipMessage& sip, sipsonde_method method, bool to_tag) const {
  TransactionKey key;
  key.method = method;
  if (is_new_style(sip)) {
    key.text = KeyText({sip.via.branch, sip.via.sent_by}, seed_);
  } else {
    char digits[12];
    const auto end = std::to_chars(digits, digits + sizeof digits, sip.cseq).ptr;
    const std::string_view cseq(digits, static_cast<std::size_t>(end - digits));
    key.text = KeyText({sip.call_id, cseq, sip.from.tag, to_tag ? sip.to.tag : std::string_view{},
                        sip.via.sent_by, sip.via.branch},
                       seed_);
  }
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

// Old-style, one more try without the To-tag: the request that opened the dialog had none.
Transaction* TransactionTable::find_either(const SipMessage& sip, sipsonde_method method,
                                           sipsonde_direction direction, bool any_direction) {
  Transaction* const found = find(key_of(sip, method, true), direction, any_direction);
  if (found || is_new_style(sip) || sip.to.tag.empty()) return found;
  return find(key_of(sip, method, false), direction, any_direction);
}

Transaction* TransactionTable::find_request(const SipMessage& request, sipsonde_method method,
                                            sipsonde_direction direction) {
  return find(key_of(request, method, true), direction, false);
}

Transaction* TransactionTable::find_answered(const SipMessage& response,
                                             sipsonde_direction likely_direction) {
  return find_either(response, response.method, likely_direction, true);
}

Transaction* TransactionTable::find_invite(const SipMessage& request, sipsonde_direction direction) {
  return find_either(request, SIPSONDE_METHOD_invite, direction, true);
}

Transaction& TransactionTable::add(const SipMessage& sip, sipsonde_method method,
                                   sipsonde_direction direction) {
  Transaction& transaction = pool_.take();
  transaction.key = key_of(sip, method, sip.is_request);
  transaction.direction = direction;
  transaction.cseq = sip.cseq;
  index_.insert(transaction.key.hash, transaction.self);
  age_.add(transaction);
  return transaction;
}

void TransactionTable::remove(Transaction& transaction) {
  index_.erase(transaction.key.hash, transaction.self);
  age_.remove(transaction);
  pool_.give(transaction);
}

}  // namespace sipsonde
