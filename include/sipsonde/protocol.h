/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The closed sets that the kernel counts by number and the agent labels by name. One X-macro each, so
 * that a number and its name cannot drift apart. Append only: numbers cross the kernel boundary.
 */
#ifndef SIPSONDE_PROTOCOL_H
#define SIPSONDE_PROTOCOL_H

/* SIP methods of the IANA registry; every other token is `other`. X(number, name, label) */
#define SIPSONDE_METHODS(X)                                                                                  \
	X(0, other, "other")                                                                                 \
	X(1, invite, "INVITE")                                                                               \
	X(2, ack, "ACK")                                                                                     \
	X(3, bye, "BYE")                                                                                     \
	X(4, cancel, "CANCEL")                                                                               \
	X(5, register, "REGISTER")                                                                           \
	X(6, options, "OPTIONS")                                                                             \
	X(7, prack, "PRACK")                                                                                 \
	X(8, subscribe, "SUBSCRIBE")                                                                         \
	X(9, notify, "NOTIFY")                                                                               \
	X(10, publish, "PUBLISH")                                                                            \
	X(11, info, "INFO")                                                                                  \
	X(12, refer, "REFER")                                                                                \
	X(13, message, "MESSAGE")                                                                            \
	X(14, update, "UPDATE")

/* As the packet crosses the hook: XDP sees ingress, tc sees both. */
#define SIPSONDE_FLOWS(X)                                                                                    \
	X(0, ingress, "ingress")                                                                             \
	X(1, egress, "egress")

/* Of a transaction, call or leg: inbound when its request came in. */
#define SIPSONDE_DIRECTIONS(X)                                                                               \
	X(0, inbound, "inbound")                                                                             \
	X(1, outbound, "outbound")

#define SIPSONDE_TRANSPORTS(X)                                                                               \
	X(0, udp, "udp")                                                                                     \
	X(1, tcp, "tcp")                                                                                     \
	X(2, tls, "tls")                                                                                     \
	X(3, ws, "ws")                                                                                       \
	X(4, wss, "wss")

#define SIPSONDE_HOOKS(X)                                                                                    \
	X(0, xdp, "xdp")                                                                                     \
	X(1, tc, "tc")

/* What a packet was taken for. Every frame has exactly one. */
#define SIPSONDE_VERDICTS(X)                                                                                 \
	X(0, other, "other")                                                                                 \
	X(1, sip, "sip")                                                                                     \
	X(2, rtp, "rtp")                                                                                     \
	X(3, rtcp, "rtcp")                                                                                   \
	X(4, dtls, "dtls")                                                                                   \
	X(5, stun, "stun")                                                                                   \
	X(6, fragment, "fragment")

/* Why something that looks like SIP is none. The kernel judges the start line, the top Via, CSeq and
 * Call-ID (stage=kernel); the rest is found on full parsing (stage=agent). */
#define SIPSONDE_MALFORMED(X)                                                                                \
	X(0, none, "none")                                                                                   \
	X(1, start_line, "start-line")                                                                       \
	X(2, version, "version")                                                                             \
	X(3, status, "status")                                                                               \
	X(4, uri, "uri")                                                                                     \
	X(5, via_missing, "via-missing")                                                                     \
	X(6, via_broken, "via-broken")                                                                       \
	X(7, cseq_missing, "cseq-missing")                                                                   \
	X(8, cseq_number, "cseq-number")                                                                     \
	X(9, cseq_method, "cseq-method")                                                                     \
	X(10, cseq_repeated, "cseq-repeated")                                                                \
	X(11, call_id_missing, "call-id-missing")                                                            \
	X(12, call_id_repeated, "call-id-repeated")                                                          \
	X(13, truncated, "truncated")                                                                        \
	X(14, from_missing, "from-missing")                                                                  \
	X(15, to_missing, "to-missing")                                                                      \
	X(16, content_length, "content-length")                                                              \
	X(17, no_empty_line, "no-empty-line")                                                                \
	X(18, nul_in_header, "nul-in-header")                                                                \
	X(19, header_line, "header-line")

/* Why the kernel left the headers of a message to the agent. */
#define SIPSONDE_DEFERRED(X)                                                                                 \
	X(0, none, "none")                                                                                   \
	X(1, start_line_length, "start-line-length")                                                         \
	X(2, header_length, "header-length")                                                                 \
	X(3, value_length, "value-length")

/* What a sample in the ring is. */
#define SIPSONDE_KINDS(X)                                                                                    \
	X(0, sip, "sip")                                                                                     \
	X(1, fragment, "fragment")                                                                           \
	X(2, segment, "segment")                                                                             \
	X(3, rtcp, "rtcp")                                                                                   \
	X(4, stream, "stream")                                                                               \
	X(5, dtls, "dtls")

/* How a SIP message came together. */
#define SIPSONDE_PATHS(X)                                                                                    \
	X(0, packet, "packet")                                                                               \
	X(1, reassembled, "reassembled")

/* Codecs by their rtpmap name in IANA's spelling. At most 32: the kernel keeps a codec in five bits.
 * `none`: a stream in probation; `unknown`: a dynamic payload type that no SDP explained; `other`: one that
 * it explained with a name not listed here. X(number, name, label) */
#define SIPSONDE_CODECS(X)                                                                                   \
	X(0, none, "none")                                                                                   \
	X(1, unknown, "unknown")                                                                             \
	X(2, other, "other")                                                                                 \
	X(3, pcmu, "PCMU")                                                                                   \
	X(4, pcma, "PCMA")                                                                                   \
	X(5, g722, "G722")                                                                                   \
	X(6, g729, "G729")                                                                                   \
	X(7, g723, "G723")                                                                                   \
	X(8, gsm, "GSM")                                                                                     \
	X(9, g728, "G728")                                                                                   \
	X(10, g726_32, "G726-32")                                                                            \
	X(11, ilbc, "iLBC")                                                                                  \
	X(12, opus, "opus")                                                                                  \
	X(13, amr, "AMR")                                                                                    \
	X(14, amr_wb, "AMR-WB")                                                                              \
	X(15, evs, "EVS")                                                                                    \
	X(16, speex, "speex")                                                                                \
	X(17, l16, "L16")                                                                                    \
	X(18, dvi4, "DVI4")                                                                                  \
	X(19, lpc, "LPC")                                                                                    \
	X(20, qcelp, "QCELP")                                                                                \
	X(21, mpa, "MPA")                                                                                    \
	X(22, cn, "CN")                                                                                      \
	X(23, telephone_event, "telephone-event")                                                            \
	X(24, h261, "H261")                                                                                  \
	X(25, h263, "H263")                                                                                  \
	X(26, h264, "H264")                                                                                  \
	X(27, h265, "H265")                                                                                  \
	X(28, vp8, "VP8")                                                                                    \
	X(29, vp9, "VP9")                                                                                    \
	X(30, av1, "AV1")                                                                                    \
	X(31, mpv, "MPV")

/* RTP clock rates, kept in three bits; 0: unknown, or one not listed here. X(number, name, hertz) */
#define SIPSONDE_CLOCKS(X)                                                                                   \
	X(0, unknown, 0)                                                                                     \
	X(1, 8000, 8000)                                                                                     \
	X(2, 16000, 16000)                                                                                   \
	X(3, 24000, 24000)                                                                                   \
	X(4, 32000, 32000)                                                                                   \
	X(5, 44100, 44100)                                                                                   \
	X(6, 48000, 48000)                                                                                   \
	X(7, 90000, 90000)

/* RTCP packet types, RFC 3550 section 12.1, RFC 4585, RFC 3611. X(number, name, label); the type is 200 and
 * the number. */
#define SIPSONDE_RTCP_TYPES(X)                                                                               \
	X(0, sr, "sr")                                                                                       \
	X(1, rr, "rr")                                                                                       \
	X(2, sdes, "sdes")                                                                                   \
	X(3, bye, "bye")                                                                                     \
	X(4, app, "app")                                                                                     \
	X(5, rtpfb, "rtpfb")                                                                                 \
	X(6, psfb, "psfb")                                                                                   \
	X(7, xr, "xr")

/* What a sample of kind `stream` tells. */
#define SIPSONDE_STREAM_NEWS(X)                                                                              \
	X(0, believed, "believed")                                                                           \
	X(1, associated, "associated")                                                                       \
	X(2, codec_changed, "codec-changed")                                                                 \
	X(3, telephone_event, "telephone-event")

/* Tables in the kernel whose entries may give way to newer ones before their time. */
#define SIPSONDE_TABLES(X)                                                                                   \
	X(0, transactions, "transactions")                                                                   \
	X(1, responses, "transaction-responses")                                                             \
	X(2, streams, "streams")                                                                             \
	X(3, fragments, "fragment-keys")                                                                     \
	X(4, sender_reports, "sender-reports")                                                               \
	X(5, tcp_flows, "tcp-flows")                                                                         \
	X(6, sightings, "sightings")

/* What a packet may be wrapped in. A bit for each in knobs.tunnels. X(number, name, label) */
#define SIPSONDE_TUNNELS(X)                                                                                  \
	X(0, none, "none")                                                                                   \
	X(1, gre, "gre")                                                                                     \
	X(2, erspan, "erspan")                                                                               \
	X(3, ipip, "ipip")                                                                                   \
	X(4, six_in_four, "6in4")                                                                            \
	X(5, vxlan, "vxlan")                                                                                 \
	X(6, geneve, "geneve")                                                                               \
	X(7, gtp_u, "gtp-u")                                                                                 \
	X(8, tzsp, "tzsp")                                                                                   \
	X(9, mpls, "mpls")                                                                                   \
	X(10, pppoe, "pppoe")

/* What is known of a TCP connection. `candidate`: its segments are handed over until the agent has decided.
 * X(number, name, label) */
#define SIPSONDE_FLOW_JUDGEMENTS(X)                                                                          \
	X(0, unjudged, "unjudged")                                                                           \
	X(1, candidate, "candidate")                                                                         \
	X(2, sip, "sip")                                                                                     \
	X(3, other, "other")

/* clang-format off */
#define X(number, name, label) SIPSONDE_METHOD_##name = number,
enum sipsonde_method { SIPSONDE_METHODS(X) SIPSONDE_METHOD_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_FLOW_##name = number,
enum sipsonde_flow { SIPSONDE_FLOWS(X) SIPSONDE_FLOW_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_DIRECTION_##name = number,
enum sipsonde_direction { SIPSONDE_DIRECTIONS(X) SIPSONDE_DIRECTION_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_TRANSPORT_##name = number,
enum sipsonde_transport { SIPSONDE_TRANSPORTS(X) SIPSONDE_TRANSPORT_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_HOOK_##name = number,
enum sipsonde_hook { SIPSONDE_HOOKS(X) SIPSONDE_HOOK_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_VERDICT_##name = number,
enum sipsonde_verdict { SIPSONDE_VERDICTS(X) SIPSONDE_VERDICT_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_MALFORMED_##name = number,
enum sipsonde_malformed { SIPSONDE_MALFORMED(X) SIPSONDE_MALFORMED_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_DEFERRED_##name = number,
enum sipsonde_deferred { SIPSONDE_DEFERRED(X) SIPSONDE_DEFERRED_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_KIND_##name = number,
enum sipsonde_kind { SIPSONDE_KINDS(X) SIPSONDE_KIND_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_PATH_##name = number,
enum sipsonde_path { SIPSONDE_PATHS(X) SIPSONDE_PATH_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_TABLE_##name = number,
enum sipsonde_table { SIPSONDE_TABLES(X) SIPSONDE_TABLE_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_CODEC_##name = number,
enum sipsonde_codec { SIPSONDE_CODECS(X) SIPSONDE_CODEC_COUNT };
#undef X
#define X(number, name, hertz) SIPSONDE_CLOCK_##name = number,
enum sipsonde_clock { SIPSONDE_CLOCKS(X) SIPSONDE_CLOCK_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_RTCP_TYPE_##name = number,
enum sipsonde_rtcp_type { SIPSONDE_RTCP_TYPES(X) SIPSONDE_RTCP_TYPE_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_STREAM_NEWS_##name = number,
enum sipsonde_stream_news { SIPSONDE_STREAM_NEWS(X) SIPSONDE_STREAM_NEWS_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_TUNNEL_##name = number,
enum sipsonde_tunnel { SIPSONDE_TUNNELS(X) SIPSONDE_TUNNEL_COUNT };
#undef X
#define X(number, name, label) SIPSONDE_FLOW_JUDGED_##name = number,
enum sipsonde_flow_judgement { SIPSONDE_FLOW_JUDGEMENTS(X) SIPSONDE_FLOW_JUDGEMENT_COUNT };
#undef X
/* clang-format on */

enum { SIPSONDE_TUNNELS_DEEP = 3 }; /* at most so many around one packet */

enum {
	SIPSONDE_CODE_FIRST = 100, /* status codes are 100-699, RFC 3261 section 7.2 */
	SIPSONDE_CODE_LAST = 699,
	SIPSONDE_CODE_COUNT = 600,
	SIPSONDE_CODE_CLASSES = 6, /* 1xx-6xx */
};

#endif
