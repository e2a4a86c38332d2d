// SPDX-License-Identifier: Apache-2.0
// Every family on the metrics page: the table is the documentation (docs/metrics.md explains it at length),
// the compiler is the naming review. A source names its families from here and cannot misspell one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace sipsonde {

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

struct Family {
  std::string_view name;
  MetricKind kind;
  std::string_view labels;  // separated by commas, in the order in which values are given
  std::string_view help;
};

// Sorted by name.
inline constexpr std::array kFamilies = {
    Family{"admin_requests_total", MetricKind::counter, "method,result",
           "HTTP requests to the paths below /admin, by how they were answered."},
    Family{"process_cpu_seconds_total", MetricKind::counter, "", "User and system CPU time spent."},
    Family{"process_max_fds", MetricKind::gauge, "", "Maximum number of open file descriptors."},
    Family{"process_open_fds", MetricKind::gauge, "", "Open file descriptors."},
    Family{"process_resident_memory_bytes", MetricKind::gauge, "", "Resident memory."},
    Family{"process_start_time_seconds", MetricKind::gauge, "", "Start of the process since the unix epoch."},
    Family{"process_virtual_memory_bytes", MetricKind::gauge, "", "Virtual memory."},
    Family{"quic_handshake_seconds", MetricKind::histogram, "",
           "QUIC handshakes: first Initial to first 1-RTT packet (RFC 9000 17.2.2, 17.3)."},
    Family{"rtcp_packets_total", MetricKind::counter, "direction,type",
           "RTCP packets, each of a compound (RFC 3550 6, RFC 4585 6, RFC 3611)."},
    Family{"rtcp_rtt_seconds", MetricKind::histogram, "direction",
           "From here to who sent a report and back, by LSR and DLSR (RFC 3550 6.4.1)."},
    Family{"rtp_bytes_total", MetricKind::counter, "direction,codec",
           "RTP headers and payload of believed streams (RFC 3550 5.1, A.1)."},
    Family{"rtp_estimated_mos", MetricKind::histogram, "tenant",
           "MOS of ten seconds of a stream on the narrowband scale (ITU-T G.107)."},
    Family{"rtp_jitter_ms", MetricKind::histogram, "tenant",
           "Mean interarrival jitter of ten seconds of a stream, in milliseconds (RFC 3550 A.8)."},
    Family{"rtp_loss_ratio", MetricKind::gauge, "tenant",
           "Lost over expected packets of the last 10 seconds (RFC 3550 A.3)."},
    Family{"rtp_lost_packets_total", MetricKind::counter, "direction",
           "Sequence numbers that were 100 behind the highest, or whose stream ended, and had not come "
           "(RFC 3550 A.1, A.3)."},
    Family{"rtp_packets_total", MetricKind::counter, "direction,codec",
           "RTP packets of believed streams (RFC 3550 5.1, A.1)."},
    Family{"rtp_streams_active", MetricKind::gauge, "", "Believed RTP streams that go on (RFC 3550 A.1)."},
    Family{"rtpengine_instances_up", MetricKind::gauge, "",
           "Instances of rtpengine whose last control ping was answered within 10 s (the NG protocol; no RFC)."},
    Family{"sip_answer_seizure_ratio", MetricKind::gauge, "direction",
           "Answered legs over all that ended in the last 5 minutes (ITU-T E.411, E.425, ASR)."},
    Family{"sip_average_call_seconds", MetricKind::gauge, "direction",
           "Mean length of the answered legs that ended in the last 5 minutes (RFC 6076 4.5, ACD)."},
    Family{"sip_bye_total", MetricKind::counter, "direction,by,reason_class",
           "BYE requests of calls, each once, by who sent them and why (RFC 3261 15, RFC 3326)."},
    Family{"sip_call_duration_seconds", MetricKind::histogram, "tenant,trunk,result",
           "Answer to end of a leg (RFC 6076 4.5, session duration time)."},
    Family{"sip_call_failed_total", MetricKind::counter, "reason",
           "Legs that ended otherwise than answered (RFC 3261 21, RFC 3326)."},
    Family{"sip_call_jitter_ms", MetricKind::histogram, "",
           "Mean interarrival jitter of the worse way of a leg, in milliseconds (RFC 3550 A.8)."},
    Family{"sip_call_loss_fraction", MetricKind::histogram, "",
           "Lost over expected packets of both ways of a leg (RFC 3550 A.3)."},
    Family{"sip_call_mos_estimate", MetricKind::histogram, "",
           "MOS of the worse way of a leg on the narrowband scale (ITU-T G.107)."},
    Family{"sip_call_ringing_seconds", MetricKind::histogram, "direction",
           "INVITE to the first 180 or 183 (RFC 6076 4.3.1, successful session request delay)."},
    Family{"sip_call_rtt_ms", MetricKind::histogram, "",
           "Round trip between the ends of a leg, in milliseconds (RFC 3550 6.4.1)."},
    Family{"sip_call_setup_seconds", MetricKind::histogram, "direction",
           "First INVITE of a leg to its 200 (RFC 3261 13)."},
    Family{"sip_call_teardown_seconds", MetricKind::histogram, "direction",
           "BYE to its 200 (RFC 6076 4.4, session disconnect delay)."},
    Family{"sip_calls_active", MetricKind::gauge, "tenant,trunk",
           "Legs confirmed and not ended (RFC 3261 12, confirmed dialogs)."},
    Family{"sip_calls_total", MetricKind::counter, "tenant,trunk,direction,result",
           "Legs that have ended (RFC 3261 12, 21, RFC 3326)."},
    Family{"sip_dialog_sessions", MetricKind::gauge, "",
           "Dialogs held in memory, early ones included (RFC 3261 12)."},
    Family{"sip_dtls_handshake_total", MetricKind::counter, "result",
           "Handshakes for SRTP keys by how they ended (RFC 5764, RFC 8122)."},
    Family{"sip_ineffective_session_attempts_ratio", MetricKind::gauge, "direction",
           "Legs that ended in 408, 500, 503, 504 or no response over all that ended in the last 5 minutes "
           "(RFC 6076 4.8, ISA)."},
    Family{"sip_invite_result_total", MetricKind::counter, "direction,code_class",
           "Distinct status codes of initial INVITE transactions, each once (RFC 3261 13)."},
    Family{"sip_malformed_total", MetricKind::counter, "reason,stage",
           "Messages that look like SIP and break RFC 3261 7."},
    Family{"sip_network_effectiveness_ratio", MetricKind::gauge, "direction",
           "Legs that reached the far end, whatever it did, over all that ended in the last 5 minutes "
           "(ITU-T E.425, NER)."},
    Family{"sip_peer_up", MetricKind::gauge, "trunk",
           "Whether the last OPTIONS to a peer of this trunk was answered (RFC 3261 11)."},
    Family{"sip_registration_delay_seconds", MetricKind::histogram, "",
           "REGISTER to its 200 (RFC 6076 4.1, registration request delay)."},
    Family{"sip_registrations", MetricKind::gauge, "",
           "Bindings seen that are neither removed nor expired (RFC 3261 10)."},
    Family{"sip_requests_total", MetricKind::counter, "direction,method,transport",
           "Requests on the wire, retransmissions included (RFC 3261 7.1)."},
    Family{"sip_response_time_seconds", MetricKind::histogram, "direction,method,stage",
           "Request to first or final response of its transaction (RFC 3261 17)."},
    Family{"sip_responses_total", MetricKind::counter, "direction,method,code,code_class,transport",
           "Responses on the wire, retransmissions included (RFC 3261 7.2)."},
    Family{"sip_retransmissions_total", MetricKind::counter, "direction,method,kind",
           "Messages whose transaction and code were already seen (RFC 3261 17)."},
    Family{"sip_scanner_events_total", MetricKind::counter, "kind",
           "Sources found to scan, each once in its window (RFC 3261 10, 11, 13, 20.41)."},
    Family{"sip_session_establishment_effectiveness_ratio", MetricKind::gauge, "direction",
           "Legs that ended in 200, 480, 486, 600 or 603 over all that ended in the last 5 minutes but those "
           "redirected (RFC 6076 4.7, SEER)."},
    Family{"sip_session_establishment_ratio", MetricKind::gauge, "direction",
           "Legs that ended in 200 over all that ended in the last 5 minutes but those redirected (RFC 6076 "
           "4.6, SER)."},
    Family{"sip_session_timer_refresh_total", MetricKind::counter, "result",
           "Session timer refreshes by what became of them (RFC 4028 7, 9, 10)."},
    Family{"sip_stir_verify_total", MetricKind::counter, "result",
           "Legs by what became of the caller's identity, each once (RFC 8224 6.2, RFC 9410)."},
    Family{"sip_transaction_timeout_total", MetricKind::counter, "method",
           "Transactions without a final response when timer B or F ran out (RFC 3261 17.1)."},
    Family{"sipsonde_attach_info", MetricKind::gauge, "interface,direction,hook", "Hooks in use, always 1."},
    Family{"sipsonde_build_info", MetricKind::gauge, "version,kernel",
           "This program and its kernel, always 1."},
    Family{"sipsonde_call_capacity", MetricKind::gauge, "",
           "Legs that this node is built for at once, as configured."},
    Family{"sipsonde_evictions_total", MetricKind::counter, "table",
           "Entries that gave way to newer ones before their time."},
    Family{"sipsonde_fragments_total", MetricKind::counter, "result",
           "IP fragments of SIP datagrams (RFC 791, RFC 8200 4.5)."},
    Family{"sipsonde_hep_connections", MetricKind::gauge, "", "TCP connections of HEP senders."},
    Family{"sipsonde_hep_connections_ended_total", MetricKind::counter, "reason",
           "TCP connections of HEP senders that ended."},
    Family{"sipsonde_hep_packets_total", MetricKind::counter, "result",
           "HEP packets, by what became of them (HEP3 rev. 37)."},
    Family{"sipsonde_hep_times_replaced_total", MetricKind::counter, "reason",
           "SIP messages by HEP that got the time of their arrival, for their sender's cannot be."},
    Family{"sipsonde_jobs_shed_total", MetricKind::counter, "", "Facts refused by a full queue anywhere."},
    Family{"sipsonde_kubernetes_lookups_total", MetricKind::counter, "result",
           "Lists of this node's pods asked of the API server, by what came of it."},
    Family{"sipsonde_map_capacity", MetricKind::gauge, "map", "Entries that a map or table can hold."},
    Family{"sipsonde_map_entries", MetricKind::gauge, "map", "Entries that a map or table holds."},
    Family{"sipsonde_memory_allocated_bytes", MetricKind::gauge, "", "Heap memory in use."},
    Family{
        "sipsonde_messages_deferred_total", MetricKind::counter, "reason",
        "SIP messages counted by their start line, the headers left to the agent because a bound was hit."},
    Family{"sipsonde_messages_total", MetricKind::counter, "path",
           "SIP messages, whole in a packet or put together from several."},
    Family{"sipsonde_packets_total", MetricKind::counter, "hook,direction,verdict",
           "Frames seen by a hook, by what they were taken for (RFC 9443 3)."},
    Family{"sipsonde_ring_dropped_total", MetricKind::counter, "worker,kind",
           "Samples refused by a full ring."},
    Family{"sipsonde_ring_events_total", MetricKind::counter, "worker,kind", "Samples handed to a ring."},
    Family{"sipsonde_script_errors_total", MetricKind::counter, "", "Callbacks of the script that failed."},
    Family{"sipsonde_segments_total", MetricKind::counter, "result",
           "TCP segments of connections that carry SIP, or may (RFC 9293 3.4, 3.8)."},
    Family{"sipsonde_sink_dropped_total", MetricKind::counter, "sink",
           "Facts refused by the full queue of a sink, or not delivered in the end."},
    Family{"sipsonde_sink_failed_total", MetricKind::counter, "sink", "Attempts to deliver that failed."},
    Family{"sipsonde_sink_queue_depth", MetricKind::gauge, "sink", "Facts waiting in the queue of a sink."},
    Family{"sipsonde_sink_sent_total", MetricKind::counter, "sink",
           "Lines, rows, spans or messages confirmed."},
    Family{"sipsonde_stream_breaks_total", MetricKind::counter, "reason",
           "Places where bytes of a stream were not read (RFC 3261 18.3, RFC 6455 5)."},
    Family{"sipsonde_worker_lag_us", MetricKind::histogram, "worker",
           "Packet seen in the kernel to handled by its worker, in microseconds."},
    Family{"sipsonde_workers", MetricKind::gauge, "", "Workers running."},
    Family{"sipsonde_workers_max", MetricKind::gauge, "", "Workers configured."},
};

constexpr bool well_named(const Family& family) {
  const bool counts = family.kind == MetricKind::counter;
  const bool has_unit = family.name.ends_with("_seconds") || family.name.ends_with("_ms") ||
                        family.name.ends_with("_us") || family.name.ends_with("_fraction") ||
                        family.name.ends_with("_mos") || family.name.ends_with("_mos_estimate");
  const bool spelled = std::ranges::all_of(
      family.name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  return spelled && counts == family.name.ends_with("_total") && family.help.ends_with('.') &&
         (family.kind != MetricKind::histogram || has_unit) && !family.name.ends_with("_count") &&
         !family.name.ends_with("_sum") && !family.name.ends_with("_bucket");
}
static_assert(std::ranges::all_of(kFamilies, well_named));
static_assert(std::ranges::is_sorted(kFamilies, {}, &Family::name) &&
                  std::ranges::adjacent_find(kFamilies, {}, &Family::name) == kFamilies.end(),
              "sorted, each once");

// A name that is not in the table does not compile.
class FamilyName {
 public:
  consteval FamilyName(const char* name)
      : family_(&*std::ranges::find(kFamilies, std::string_view(name), &Family::name)) {
    if (family_ == kFamilies.end()) throw "no family of that name";
  }
  const Family& operator*() const { return *family_; }

 private:
  const Family* family_;
};

}  // namespace sipsonde
