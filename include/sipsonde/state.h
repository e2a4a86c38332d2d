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
	X(8) X(16) X(32) X(64) X(128) X(256) X(512) X(1000) X(1500) X(2000) X(3000) X(4000) X(6000) X(8000)  \
		X(12000) X(16000) X(24000) X(32000) X(64000)

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

/* A possible RTP stream under probation (RFC 3550 A.1) or believed; one cache line. Key 0 is free. */
struct sipsonde_stream {
	__u64 key; /* 5-tuple, SSRC and interface, hashed */
	__u64 last_ns;
	__u32 ssrc;
	__u16 next_sequence;
	__u8 in_order; /* packets in sequence so far */
	__u8 believed;
	__u32 reserved[10];
};

/* A datagram in fragments whose first part was judged: later parts follow its fate. */
struct sipsonde_fragment_key {
	__u64 key; /* addresses, id and protocol, hashed */
	__u64 time_ns;
	__u32 is_sip;
	__u32 reserved;
};

#ifdef __cplusplus
static_assert(sizeof(sipsonde_transaction) == 64 && sizeof(sipsonde_stream) == 64);
#else
_Static_assert(sizeof(struct sipsonde_transaction) == 64, "one cache line");
_Static_assert(sizeof(struct sipsonde_stream) == 64, "one cache line");
#endif

#endif
