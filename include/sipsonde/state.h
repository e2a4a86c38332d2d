/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of the maps that the agent reads: what the kernel counts and remembers. */
#ifndef SIPSONDE_STATE_H
#define SIPSONDE_STATE_H

#include <linux/types.h>

#include "sipsonde/protocol.h"

enum {
	SIPSONDE_WORKERS_MAX = 8,
	SIPSONDE_COUNTER_SHARDS_MAX = 64, /* CPUs share shards beyond that, with atomic additions */
};

/* Upper edges of the latency histograms in milliseconds. X(edge) */
#define SIPSONDE_LATENCY_EDGES_MS(X)                                                                         \
	X(1)                                                                                                 \
	X(2)                                                                                                 \
	X(4)                                                                                                 \
	X(8)                                                                                                 \
	X(16)                                                                                                \
	X(32) X(64) X(128) X(256) X(512) X(1000) X(1500) X(2000) X(3000) X(4000) X(6000) X(8000) X(12000)    \
		X(16000) X(24000) X(32000) X(64000)

enum { SIPSONDE_LATENCY_EDGE_COUNT = 22 };

struct sipsonde_histogram {
	__u64 bucket[SIPSONDE_LATENCY_EDGE_COUNT + 1]; /* not cumulative; the last is above every edge */
	__u64 sum_ns;
};

enum sipsonde_stage { SIPSONDE_STAGE_first, SIPSONDE_STAGE_final, SIPSONDE_STAGE_COUNT };
enum sipsonde_repeat { SIPSONDE_REPEAT_request, SIPSONDE_REPEAT_response, SIPSONDE_REPEAT_COUNT };

/* One shard of every counter that the kernel keeps. Fields are in the order of the metric families they
 * become; indices are the enumerations of protocol.h. */
struct sipsonde_counters {
	__u64 packets[SIPSONDE_HOOK_COUNT][SIPSONDE_FLOW_COUNT][SIPSONDE_VERDICT_COUNT];
	__u64 messages[SIPSONDE_PATH_COUNT];
	__u64 deferred[SIPSONDE_DEFERRED_COUNT];
	__u64 malformed[SIPSONDE_MALFORMED_COUNT];
	__u64 requests[SIPSONDE_DIRECTION_COUNT][SIPSONDE_METHOD_COUNT][SIPSONDE_TRANSPORT_COUNT];
	__u64 retransmissions[SIPSONDE_DIRECTION_COUNT][SIPSONDE_METHOD_COUNT][SIPSONDE_REPEAT_COUNT];
	__u64 invite_results[SIPSONDE_DIRECTION_COUNT][SIPSONDE_CODE_CLASSES];
	__u64 ring_events[SIPSONDE_WORKERS_MAX][SIPSONDE_KIND_COUNT];
	__u64 ring_dropped[SIPSONDE_WORKERS_MAX][SIPSONDE_KIND_COUNT];
	__u64 evictions[SIPSONDE_TABLE_COUNT];
	__u64 occupied[SIPSONDE_TABLE_COUNT]; /* ways and slots taken for the first time */
	__u64 rtp_packets[SIPSONDE_FLOW_COUNT][SIPSONDE_CODEC_COUNT];
	__u64 rtp_bytes[SIPSONDE_FLOW_COUNT][SIPSONDE_CODEC_COUNT]; /* RTP headers and payload */
	__u64 rtp_lost[SIPSONDE_FLOW_COUNT];
	__u64 rtcp_packets[SIPSONDE_FLOW_COUNT][SIPSONDE_RTCP_TYPE_COUNT];
	__u64 rtcp_unusable; /* round trips that were negative or of more than 64 s: a clock stepped */
	struct sipsonde_histogram rtcp_rtt[SIPSONDE_FLOW_COUNT];
	struct sipsonde_histogram quic_handshake;
	struct sipsonde_histogram response_time[SIPSONDE_DIRECTION_COUNT][SIPSONDE_METHOD_COUNT]
					       [SIPSONDE_STAGE_COUNT];
	__u64 responses[SIPSONDE_DIRECTION_COUNT][SIPSONDE_METHOD_COUNT][SIPSONDE_TRANSPORT_COUNT]
		       [SIPSONDE_CODE_COUNT];
};

enum {
	SIPSONDE_TRANSACTION_REQUEST_SEEN = 1,
	SIPSONDE_TRANSACTION_ACK_SEEN = 2,
	SIPSONDE_TRANSACTION_INITIAL = 4, /* an INVITE without To-tag */
	SIPSONDE_TRANSACTION_FIRST_TIMED = 8,
	SIPSONDE_TRANSACTION_FINAL_TIMED = 16,
};

enum { SIPSONDE_TRANSACTION_RESPONSES = 6, SIPSONDE_TRANSACTION_WAYS = 4 };

/* One transaction as one interface sees it, on one cache line. Key 0 is a free way. */
struct sipsonde_transaction {
	__u64 key; /* branch, sent-by, method (ACK counts as INVITE) and interface, hashed */
	__u64 first_ns;
	__u64 last_ns;
	__u32 seen[SIPSONDE_TRANSACTION_RESPONSES]; /* code << 22 | hash of To-tag and RSeq */
	__u32 seen_count;
	__u8 direction;
	__u8 flags;
	__u8 method;
	__u8 reserved;
	__u32 spare[2];
};

enum {
	SIPSONDE_STREAM_TICK_SHIFT = 10, /* struct sipsonde_stream counts time in 1024 ns */
	SIPSONDE_STREAM_MISORDER = 100,	 /* behind the highest by so much is lost (RFC 3550 MAX_MISORDER) */
	SIPSONDE_STREAM_CODEC_BITS = 5,	 /* of sipsonde_stream.codec; the rest is the clock */
	SIPSONDE_STREAM_JITTER_PEAK_SHIFT = 12, /* sipsonde_stream.jitter_peak counts 4096 ns */
};

enum {
	SIPSONDE_STREAM_TOLD = 1,	  /* the ring took the news of this stream */
	SIPSONDE_STREAM_HAS_CALL = 2,	  /* call_hash is that of an SDP endpoint */
	SIPSONDE_STREAM_BAD_SEQUENCE = 4, /* bad_sequence is set (RFC 3550 A.1) */
};

/* A possible RTP stream under probation (RFC 3550 A.1), or believed. The first cache line is all that a plain
 * packet touches. Written by the programs, but for the two fields named so; read by the agent through mmap,
 * where a reader may meet a packet's update half done. Key 0 is a free slot. */
struct sipsonde_stream {
	__u64 key;	      /* 5-tuple, SSRC, interface and flow, hashed */
	__u64 window[2];      /* bit n of 128: the packet `highest - n` arrived; before the first all ones */
	__u64 bytes;	      /* RTP headers and payload, without duplicates */
	__u64 jitter_sum_ns;  /* of the jitter after each packet that was measured */
	__u32 highest;	      /* extended sequence number, RFC 3550 A.1 */
	__u32 last_timestamp; /* RTP */
	__u32 last_time;      /* of the last packet, in ticks, wrapping */
	__u32 jitter_ns;      /* RFC 3550 A.8 */
	__s32 delay_ns;	      /* of the last packet against the earliest of late */
	__u16 jitter_peak;    /* the largest so far, coarse; exact in jitter_max_ns */
	__u8 payload_type;
	__u8 codec; /* enum sipsonde_codec, above it enum sipsonde_clock; 0: in probation */

	__u64 first_ns;
	__u32 ssrc;
	__u32 base;	 /* highest - base + 1 packets were expected (RFC 3550 A.3) */
	__u32 lost;	 /* of those behind by SIPSONDE_STREAM_MISORDER; the window says about the others */
	__u32 loss_runs; /* runs of lost packets without one in between that arrived */
	__u32 duplicates;
	__u32 reordered;   /* came after one with a higher number */
	__u32 late;	   /* after the jitter buffer had given them up */
	__u32 unmeasured;  /* took no part in the jitter: marker, CN, telephone-event, no clock */
	__u32 longest_gap; /* between two packets, in ticks; only what is above SIPSONDE_STREAM_GAP_TICKS */
	__u32 jitter_max_ns;
	__u32 call_hash;
	__u16 bad_sequence;
	__u16 restarts;	    /* resynchronised after a jump of sequence (A.1) or timestamp */
	__u8 reorder_depth; /* the largest */
	__u8 event_type;    /* payload types of telephone-event and CN, 255: none known */
	__u8 comfort_type;
	__u8 flags;
	__u8 sequential;     /* packets in order while in probation */
	__u8 asked_by_agent; /* set by the agent: ask again whose stream this is; cleared by the program */
	__u8 agent_clock;    /* set by the agent: enum sipsonde_clock, of a stream that no SDP explained */
	__u8 codec_changes;  /* that were told */
};

enum { SIPSONDE_STREAM_GAP_TICKS = 62500 }; /* 64 ms */

/* Where somebody said in SDP that he receives media. Written by the agent, read by the programs when a stream
 * is new, and for RTCP and DTLS. */
struct sipsonde_endpoint_key {
	__u8 address[16]; /* v4-mapped */
	__u16 port;
	__u8 reserved[6];
};

enum { SIPSONDE_ENDPOINT_PAYLOADS = 12 };

struct sipsonde_endpoint {
	__u32 call_hash;
	__u32 reserved;
	struct {
		__u8 payload_type;
		__u8 codec; /* as in struct sipsonde_stream; 0: no more of them */
	} payload[SIPSONDE_ENDPOINT_PAYLOADS];
};

/* A sender report that passed: a report that names it later tells the round trip (RFC 3550 section 6.4.1). */
struct sipsonde_sender_report {
	__u64 key; /* SSRC, middle of the NTP time, interface, hashed */
	__u64 time_ns;
};

enum { SIPSONDE_MEDIA_ENGINES = 256 };
#define SIPSONDE_MEDIA_ENGINE_FORGOTTEN_NS (3600ULL * 1000000000)

/* An instance of rtpengine by the address of its control port. */
struct sipsonde_media_engine {
	__u64 key;     /* address and port, hashed; 0: free */
	__u64 ping_ns; /* the last ping to it, and the last answer; 0: none */
	__u64 pong_ns;
	__u64 reserved;
};

/* A datagram in fragments whose first part was judged: later parts follow its fate. */
struct sipsonde_fragment_key {
	__u64 key; /* addresses, id and protocol, hashed */
	__u64 time_ns;
	__u32 is_sip;
	__u32 reserved;
};

/* What is known of a TCP connection, both ways and on every interface. Written by the programs; the agent
 * sets the judgement of a candidate. */
struct sipsonde_tcp_flow {
	__u64 key;	 /* the two addresses and ports in either order, hashed; 0: free */
	__u32 last_time; /* of the last segment, in ticks of 1024 ns, wrapping */
	__u8 judgement;	 /* enum sipsonde_flow_judgement */
	__u8 looked;	 /* segments with data that were read and did not decide */
	__u8 reserved[2];
};

#ifdef __cplusplus
static_assert(sizeof(sipsonde_transaction) == 64 && sizeof(sipsonde_stream) == 128);
#else
_Static_assert(sizeof(struct sipsonde_transaction) == 64, "one cache line");
_Static_assert(sizeof(struct sipsonde_stream) == 128, "two cache lines");
#endif

#endif
