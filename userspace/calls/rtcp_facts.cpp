// SPDX-License-Identifier: Apache-2.0
// RTCP reports as they stand in the packet, for sinks that hand them on.
#include "calls/call_state.h"
#include "decode/rtcp.h"

namespace sipsonde {
namespace {

// What one compound packet reports: its sender, the blocks of one reporter, the last VoIP metrics.
class PacketReader : public RtcpVisitor {
 public:
  void sender_info(const RtcpSenderInfo& info) override {
    report_.ssrc = info.ssrc;
    report_.type = kRtcpSenderReport;
    report_.sender =
        RtcpSender{info.ntp_seconds, info.ntp_fraction, info.rtp_timestamp, info.packets, info.octets};
  }
  void report_block(const RtcpReportBlock& block) override {
    if (count_ == blocks_.size()) return;
    if (report_.type != kRtcpSenderReport) report_.ssrc = block.reporter;
    blocks_[count_++] = RtcpBlock{
        block.ssrc,        block.fraction_lost, block.cumulative_lost, block.extended_highest, block.jitter,
        block.last_report, block.delay};
  }
  void voip_metrics(const RtcpVoipMetrics& told) override {
    report_.extended =
        RtcpExtended{told.ssrc,     told.loss_rate, told.discard_rate,  told.burst_density, told.gap_density,
                     told.burst_ms, told.gap_ms,    told.round_trip_ms, told.end_system_ms};
  }

  bool found() const { return report_.sender || count_ > 0 || report_.extended; }
  // Lives as long as this.
  RtcpReport report() const {
    RtcpReport report = report_;
    report.blocks = std::span(blocks_).first(count_);
    return report;
  }

 private:
  RtcpReport report_;
  std::array<RtcpBlock, 8> blocks_{};  // readers look at the first
  std::size_t count_ = 0;
};

}  // namespace

void CallTable::State::state_rtcp_report(const MediaSighting& sighting, std::string_view readable,
                                         bool truncated, std::string_view call_id) {
  PacketReader reader;
  walk_rtcp(readable, truncated, reader);
  if (!reader.found()) return;
  RtcpReport report = reader.report();
  report.time_ns = sighting.time_ns;
  report.call_id = call_id;
  report.source = sighting.source;
  report.destination = sighting.destination;
  log_.state(report);
}

}  // namespace sipsonde
