// SPDX-License-Identifier: Apache-2.0
#include "media/dtls_handshake.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::uint8_t kCloseNotify = 0;  // RFC 8446 section 6.1

// RFC 9147 section 6.1.
constexpr std::uint16_t kHandshakeEpoch = 2;
constexpr std::uint16_t kApplicationEpoch = 3;

// Of a session resumed in 1.2 only hellos, HelloVerifyRequest and NewSessionTicket are in the clear
// (RFC 5246 section 7.3, RFC 5077 section 3.1).
bool is_of_full_handshake(DtlsMessageType type) {
  const auto number = static_cast<unsigned>(type);
  return number >= 11 && number <= 16;  // Certificate to ClientKeyExchange
}

bool same_random(const std::array<char, 32>& known, std::string_view random) {
  return std::ranges::equal(known, random);
}

}  // namespace

void DtlsHandshake::observe(unsigned side, std::uint64_t time_ns, std::string_view datagram) {
  advance(time_ns);
  DtlsRecords records(datagram);
  DtlsRecord record;
  while (records.next(record)) take_record(side, time_ns, record);
}

void DtlsHandshake::advance(std::uint64_t now_ns) {
  if (state_ == State::running && now_ns >= progress_ns_ + kLimitNs)
    conclude(DtlsResult::timeout, progress_ns_ + kLimitNs);
}

void DtlsHandshake::take_record(unsigned side, std::uint64_t time_ns, const DtlsRecord& record) {
  const bool is_clear = record.epoch == 0 && record.content != DtlsContent::encrypted;
  if (is_clear && record.content == DtlsContent::handshake)
    return take_messages(side, time_ns, record.fragment);
  if (state_ != State::running) return;
  if (record.content == DtlsContent::encrypted) return take_encrypted(side, time_ns, record.epoch);
  if (!is_clear) return take_protected(sides_[side], time_ns, record);
  if (record.content == DtlsContent::alert) return take_clear_alert(sides_[side], time_ns, record.fragment);
  if (record.content == DtlsContent::change_cipher_spec && !sides_[side].changed_cipher) {
    sides_[side].changed_cipher = true;
    progress_ns_ = time_ns;
  }
}

void DtlsHandshake::take_messages(unsigned side, std::uint64_t time_ns, std::string_view record_fragment) {
  while (const auto fragment = take_dtls_fragment(record_fragment)) {
    if (fragment->type == DtlsMessageType::client_hello) take_client_hello(side, time_ns, *fragment);
    if (state_ != State::running) continue;
    take_message(side, time_ns, *fragment);
  }
}

void DtlsHandshake::take_client_hello(unsigned side, std::uint64_t time_ns, const DtlsFragment& fragment) {
  Side& sender = sides_[side];
  const std::uint64_t first_ns = sender.hello_ns.value_or(time_ns);
  sender.hello_ns = first_ns;
  const auto body = sender.reassembly.add(fragment);
  if (!body) return;
  sender.hello_ns.reset();
  const auto hello = decode_client_hello(*body);
  if (!hello) return;

  const bool same_client = state_ != State::idle && side == outcome_.client;
  if (same_client && same_random(random_, hello->random)) return;
  if (state_ == State::running) {
    // Of two that both want to be the client the first counts. Behind a HelloVerifyRequest or
    // HelloRetryRequest the random should be the same (RFC 6347 section 4.2.1), but the sequence says enough.
    if (!same_client || fragment.sequence > 0) return;
    conclude(DtlsResult::timeout, time_ns);
  }
  begin(side, *hello, fragment.sequence, first_ns);
  progress_ns_ = time_ns;
}

void DtlsHandshake::begin(unsigned side, const DtlsHello& hello, std::uint16_t sequence,
                          std::uint64_t time_ns) {
  state_ = State::running;
  outcome_ = DtlsOutcome{};
  outcome_.client = side;
  outcome_.first_ns = time_ns;
  if (hello.srtp_profile_count > 0) outcome_.offered_profile = hello.srtp_profiles[0];
  std::ranges::copy(hello.random, random_.begin());
  is_full_ = false;
  for (Side& each : sides_) {
    each.next_sequence = 0;
    each.changed_cipher = each.is_protected = each.is_finished = each.sent_certificate = false;
    each.certificate.reset();
  }
  // What take_message() is about to see is no repetition.
  sides_[side].next_sequence = sequence;
}

void DtlsHandshake::take_message(unsigned side, std::uint64_t time_ns, const DtlsFragment& fragment) {
  Side& sender = sides_[side];
  if (fragment.sequence >= sender.next_sequence) {
    sender.next_sequence = fragment.sequence + 1u;
    progress_ns_ = time_ns;
  } else if (fragment.offset == 0) {
    ++outcome_.repeated;
  }
  is_full_ = is_full_ || is_of_full_handshake(fragment.type);
  if (fragment.type == DtlsMessageType::server_hello && side != outcome_.client) {
    if (const auto body = sender.reassembly.add(fragment)) take_server_hello(*body);
  } else if (fragment.type == DtlsMessageType::certificate && !sender.certificate) {
    sender.sent_certificate = true;
    if (const auto body = sender.reassembly.add(fragment)) take_certificate(sender, *body);
  }
}

void DtlsHandshake::take_server_hello(std::string_view body) {
  const auto hello = decode_server_hello(body);
  if (!hello) return;
  outcome_.version = hello->version;
  if (hello->is_retry_request) return;
  outcome_.resumed = hello->resumes;
  if (hello->srtp_profile_count == 1) outcome_.srtp_profile = hello->srtp_profiles[0];
}

void DtlsHandshake::take_certificate(Side& side, std::string_view body) {
  const auto der = decode_certificate(body);
  if (!der) return;
  if (der->empty())
    side.sent_certificate = false;  // it has none, and says so
  else
    side.certificate = digests_of(*der);
}

void DtlsHandshake::take_clear_alert(const Side& side, std::uint64_t time_ns,
                                     std::string_view record_fragment) {
  const auto alert = decode_alert(record_fragment);
  if (!alert || side.changed_cipher) return;  // a stranger's: its own are protected by now
  if (!alert->fatal && alert->description != kCloseNotify) return;
  outcome_.alert = alert->description;
  conclude(DtlsResult::fail, time_ns);
}

// 1.0 and 1.2, epoch 1: with a connection ID what is inside cannot be seen, and the first record is Finished.
void DtlsHandshake::take_protected(Side& side, std::uint64_t time_ns, const DtlsRecord& record) {
  if (outcome_.version == kDtls13 || record.content == DtlsContent::change_cipher_spec) return;
  if (record.content == DtlsContent::alert) return conclude(DtlsResult::fail, time_ns);
  if (!side.is_finished) finish(side, time_ns);
}

void DtlsHandshake::take_encrypted(unsigned side, std::uint64_t time_ns, std::uint16_t epoch) {
  if (outcome_.version != kDtls13) return;
  Side& sender = sides_[side];
  Side& client = sides_[outcome_.client];
  if (epoch == kHandshakeEpoch && !sender.is_protected) {
    sender.is_protected = true;
    progress_ns_ = time_ns;
  }
  if (epoch == kApplicationEpoch && side != outcome_.client && client.is_protected) {
    client.is_finished = true;
    finish(sender, time_ns);
  }
}

void DtlsHandshake::finish(Side& side, std::uint64_t time_ns) {
  side.is_finished = true;
  progress_ns_ = time_ns;
  if (sides_[0].is_finished && sides_[1].is_finished) conclude(DtlsResult::ok, time_ns);
}

DtlsOutcome::Shown DtlsHandshake::shown_by(const Side& side) const {
  if (outcome_.version == kDtls13) return {FingerprintCheck::unknowable, {}};
  if (side.certificate) return {FingerprintCheck::not_given, side.certificate};
  if (side.sent_certificate) return {FingerprintCheck::unknowable, {}};
  return {FingerprintCheck::no_certificate, {}};
}

void DtlsHandshake::conclude(DtlsResult result, std::uint64_t time_ns) {
  state_ = State::done;
  progress_ns_ = time_ns;
  outcome_.result = result;
  outcome_.ended_ns = time_ns;
  if (result == DtlsResult::ok) outcome_.handshake_ns = time_ns - std::min(time_ns, outcome_.first_ns);
  if (outcome_.version != 0 && outcome_.version != kDtls13 && outcome_.resumed) outcome_.resumed = !is_full_;
  for (unsigned side = 0; side < 2; ++side) {
    outcome_.shown[side] = shown_by(sides_[side]);
    sides_[side].reassembly.clear();
    sides_[side].hello_ns.reset();
  }
  on_outcome_(outcome_);
}

}  // namespace sipsonde
