// SPDX-License-Identifier: Apache-2.0
#include "sinks/hep_json.h"

#include "base/labels.h"
#include "facts/json_line.h"

namespace sipsonde {
namespace {

constexpr std::uint64_t kVoipMetricsBlock = 7;  // RFC 3611 section 4.7

// Its buffers are kept from report to report.
JsonLine& line_of_this_thread() {
  thread_local JsonLine line;
  return line;
}

// Homer keeps cumulative losses without a sign.
std::uint64_t without_sign(std::int32_t lost) {
  return lost > 0 ? static_cast<std::uint64_t>(lost) : 0;
}

void write_sender(JsonLine& line, const RtcpSender& sender) {
  line.object("sender_information", [&] {
    line.number("ntp_timestamp_sec", sender.ntp_seconds);
    line.number("ntp_timestamp_usec", sender.ntp_fraction);  // so Homer's own agents fill it
    line.number("octets", sender.octets);
    line.number("rtp_timestamp", sender.rtp_timestamp);
    line.number("packets", sender.packets);
  });
}

void write_block(JsonLine& line, const RtcpBlock& block) {
  line.number("source_ssrc", block.ssrc);
  line.number("fraction_lost", block.fraction_lost);
  line.number("packets_lost", without_sign(block.cumulative_lost));
  line.number("highest_seq_no", block.extended_highest);
  line.number("ia_jitter", block.jitter);
  line.number("lsr", block.last_report);
  line.number("dlsr", block.delay);
}

void write_extended(JsonLine& line, const RtcpExtended& extended) {
  line.object("report_blocks_xr", [&] {
    line.number("type", kVoipMetricsBlock);
    line.number("id", extended.ssrc);
    line.number("fraction_lost", extended.loss_rate);
    line.number("fraction_discard", extended.discard_rate);
    line.number("burst_density", extended.burst_density);
    line.number("gap_density", extended.gap_density);
    line.number("burst_duration", extended.burst_duration_ms);
    line.number("gap_duration", extended.gap_duration_ms);
    line.number("round_trip_delay", extended.round_trip_ms);
    line.number("end_system_delay", extended.end_system_delay_ms);
  });
}

// "0x1A2B3C4D"
std::string hexadecimal(std::uint32_t number) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text.push_back(kDigits[number >> shift & 15]);
  return text;
}

}  // namespace

void append_rtcp_json(std::string& out, const RtcpReport& report) {
  JsonLine& line = line_of_this_thread();
  line.begin();
  if (report.sender) write_sender(line, *report.sender);
  line.number("ssrc", report.ssrc);
  line.number("type", report.type);
  line.number("report_count", report.blocks.size());
  line.list("report_blocks", report.blocks, [&line](const RtcpBlock& block) { write_block(line, block); });
  if (report.extended) write_extended(line, *report.extended);
  line.number("sdes_ssrc", report.ssrc);
  line.end(out);
}

void append_mos_json(std::string& out, const CallRecord& record, const MediaRecord& stream) {
  JsonLine& line = line_of_this_thread();
  line.begin();
  line.text("CORRELATION_ID", record.call_id);
  line.text("RTP_SIP_CALL_ID", record.call_id);
  line.measured_or_null("MOS", stream.mos, 10000);
  line.measured_or_null("JITTER", stream.jitter_ms, 1000);
  line.number_or_null("PACKET_LOSS", stream.lost);
  line.number_or_null("TOTAL_PK", stream.packets);
  if (stream.ssrc) line.clean_text("SSRC", hexadecimal(*stream.ssrc));
  if (stream.codec) line.clean_text("CODEC_NAME", label(*stream.codec));
  line.clean_text("DIRECTION", label(stream.way));
  line.end(out);
}

}  // namespace sipsonde
