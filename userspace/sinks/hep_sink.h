// SPDX-License-Identifier: Apache-2.0
// Every SIP message as it was, what RTCP reported, and the MOS of each stream of a leg that ended, by HEPv3.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "hep/hep_packet.h"
#include "hep/hep_sender.h"
#include "sinks/sink.h"

namespace sipsonde {

class HepSink : public Sink {
 public:
  // `node` is told as agent where the settings name none.
  HepSink(const HepOut& settings, std::string node, std::unique_ptr<HepSender> sender);

  std::string_view name() const override { return "hep"; }
  FactWishes wishes() const override { return {.messages = true, .rtcp_reports = true}; }
  bool takes(const Fact& fact) const override;
  // A batch that was refused in its middle is continued there when it is offered again.
  Result<std::size_t> write(std::span<const Fact> batch) override;
  Result<Done> flush() override { return Done{}; }
  Result<Done> reopen() override;
  void stop_by(std::chrono::steady_clock::time_point deadline) override { sender_->stop_by(deadline); }

 private:
  // A packet of the batch: its head in heads_, its payload in the fact or in texts_.
  struct Made {
    std::size_t head_begin, head_end;
    std::size_t text_begin, text_end;
    std::string_view payload;  // empty: in texts_
  };

  void make(const Fact& fact);
  void make_message(const Message& message);
  void make_report(const RtcpReport& report);
  void make_mos(const CallRecord& record);
  void add(HepPacket packet, std::size_t text_begin);
  HepPacket packet_at(std::uint64_t time_ns, const Endpoint& source, const Endpoint& destination) const;
  void make_all(std::span<const Fact> batch);

  const HepOut settings_;
  const std::string agent_;
  std::unique_ptr<HepSender> sender_;

  // Of the batch that is on its way.
  std::string heads_, texts_;
  std::vector<Made> made_;
  std::vector<HepPiece> pieces_;
  std::size_t sent_ = 0;
  const Fact* begun_ = nullptr;
};

}  // namespace sipsonde
