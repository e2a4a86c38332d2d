/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the agent tells the kernel half: constants written before the load, and the words exchanged with
 * it while it runs. */
#ifndef SIPSONDE_KNOBS_H
#define SIPSONDE_KNOBS_H

#include <linux/types.h>

#include "sipsonde/event.h"
#include "sipsonde/state.h"

enum { SIPSONDE_STREAM_FACTORS = 11 }; /* one for each 32 bits of what tells streams apart */

/* Written to .rodata before the load: a knob that is off costs nothing, its branch is gone. */
struct sipsonde_knobs {
	__u64 hash_seed; /* random live, so that a sender cannot choose its bucket; fixed in a replay */
	__u64 stream_factors[SIPSONDE_STREAM_FACTORS]; /* of the key of streams: as hash_seed */
	__u32 workers;				       /* 1 to SIPSONDE_WORKERS_MAX */
	__u32 counter_shards;	   /* of the CPUs, a power of two; one for each worker follows, one for HEP */
	__u32 scratch_cpus;	   /* CPUs that have a scratch */
	__u32 transaction_buckets; /* powers of two */
	__u32 stream_slots;
	__u32 fragment_slots;
	__u32 sender_report_slots;
	__u32 tcp_flow_slots;
	__u32 tunnels;		/* a bit for each enum sipsonde_tunnel that is looked into */
	__u32 jitter_buffer_ns; /* what comes later than that after the earliest is late */
	__u8 detect_any;	/* SIP on any UDP port; else only where sip_ports says */
	__u8 local_networks;	/* the map of that name decides what is egress */
	__u8 replay;		/* clock, direction and hook label come from struct sipsonde_replay */
	__u8 shared_shards;	/* more CPUs than counter shards: additions are atomic */
	__u8 deduplicate;	/* what came bare and in a tunnel counts once */
	__u8 reserved[3];
};

/* Of the packet that is replayed next; read only when knobs.replay is set. */
struct sipsonde_replay {
	__u64 now_ns;
	__u32 ifindex;
	__u8 flow;
	__u8 hook;
	__u8 reserved[2];
};

enum {
	SIPSONDE_HAND_BACK_COUNT = 1, /* a put-together message: judge and count it, tell what it is */
	SIPSONDE_HAND_BACK_EMIT = 2,  /* a message already counted: emit it to the worker of head.call_hash */
};

enum { SIPSONDE_HAND_BACK_SLOTS = SIPSONDE_WORKERS_MAX + 1 }; /* of the workers, and one for what HEP brings */

/* Context of the SEC("syscall") program that takes messages back from the agent. */
struct sipsonde_hand_back {
	struct sipsonde_event head; /* filled in by the agent; after COUNT it also says the judgement */
	__u64 payload;		    /* user-space address of head.payload_len bytes */
	__u32 slot;		    /* the worker's own scratch; that of HEP follows the last worker's */
	__u32 operation;
	__u32 accepted; /* out: 1 when it is SIP (COUNT), when the ring took it (EMIT) */
	__u32 reserved;
};

#endif
