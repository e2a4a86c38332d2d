// SPDX-License-Identifier: Apache-2.0
// The handshakes between two addresses, seen from outside: DTLS 1.0 and 1.2 (RFC 6347), and 1.3 (RFC 9147) as
// far as it can be seen. One association after the other, each with exactly one outcome.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "decode/dtls.h"
#include "decode/dtls_reassembly.h"
#include "media/dtls_outcome.h"

namespace sipsonde {

// An association begins with a whole ClientHello. It is
// - ok, in 1.2, when both sides have sent a protected handshake record (Finished); in 1.3 when the client has
//   sent its protected flight (epoch 2) and the server, after it, a record of epoch 3;
// - failed at a fatal alert or close_notify in the clear, or, before it is ok, at any protected alert record;
// - timed out without a message that is new for kLimitNs, or when the client begins anew with another random.
//   What 1.3 hides, a fatal alert of epoch 2, ends there too.
// After that a ClientHello with another random, or from the other side, begins the next.
class DtlsHandshake {
 public:
  // RFC 6347 section 4.2.4.1: retransmissions double from 1 s to at least 60 s; who heard nothing new for so
  // long has given up, or will not get through.
  static constexpr std::uint64_t kLimitNs = 60'000'000'000;

  enum class State : std::uint8_t { idle, running, done };
  using OnOutcome = std::function<void(DtlsOutcome&)>;

  // Both outlive the handshake. `on_outcome` must not enter it.
  DtlsHandshake(DtlsMemory& memory, const OnOutcome& on_outcome)
      : on_outcome_(on_outcome), sides_{Side(memory), Side(memory)} {}

  // `side`: 0 or 1, who sent it.
  void observe(unsigned side, std::uint64_t time_ns, std::string_view datagram);
  void advance(std::uint64_t now_ns);

  State state() const { return state_; }
  // The last message that was new, or, when done, the outcome.
  std::uint64_t progress_ns() const { return progress_ns_; }

 private:
  struct Side {
    explicit Side(DtlsMemory& memory) : reassembly(memory) {}

    DtlsReassembly reassembly;
    std::optional<std::uint64_t> hello_ns;  // the first part of a ClientHello that is not yet whole
    unsigned next_sequence = 0;             // above the highest message_seq so far
    bool changed_cipher = false;
    bool is_protected = false;  // has sent a record of its protected flight
    bool is_finished = false;
    bool sent_certificate = false;  // or a part of one
    std::optional<CertificateDigests> certificate;
  };

  void take_record(unsigned side, std::uint64_t time_ns, const DtlsRecord& record);
  void take_messages(unsigned side, std::uint64_t time_ns, std::string_view record_fragment);
  void take_client_hello(unsigned side, std::uint64_t time_ns, const DtlsFragment& fragment);
  void take_message(unsigned side, std::uint64_t time_ns, const DtlsFragment& fragment);
  void take_server_hello(std::string_view body);
  void take_certificate(Side& side, std::string_view body);
  void take_clear_alert(const Side& side, std::uint64_t time_ns, std::string_view record_fragment);
  void take_protected(Side& side, std::uint64_t time_ns, const DtlsRecord& record);
  void take_encrypted(unsigned side, std::uint64_t time_ns, std::uint16_t epoch);
  void finish(Side& side, std::uint64_t time_ns);
  void begin(unsigned side, const DtlsHello& hello, std::uint16_t sequence, std::uint64_t time_ns);
  void conclude(DtlsResult result, std::uint64_t time_ns);
  DtlsOutcome::Shown shown_by(const Side& side) const;

  const OnOutcome& on_outcome_;
  State state_ = State::idle;
  std::uint64_t progress_ns_ = 0;
  DtlsOutcome outcome_;
  std::array<char, 32> random_{};  // of the ClientHello
  bool is_full_ = false;           // messages were seen that no resumed session has
  std::array<Side, 2> sides_;
};

}  // namespace sipsonde
