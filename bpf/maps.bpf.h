/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map of the kernel half; above each who writes, who reads, and what happens when it is full. Sizes of
 * 1 are set by the agent before the load. */
#ifndef SIPSONDE_MAPS_BPF_H
#define SIPSONDE_MAPS_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "parse/packet.h"
#include "parse/sip.h"
#include "parse/tunnel.h"
#include "sipsonde/knobs.h"
#include "sipsonde/state.h"

enum { STREAM_PLACES_A_LINE = 16 };

const volatile struct sipsonde_knobs knobs = {
	.workers = 1,
	.counter_shards = 1,
	.scratch_cpus = 1,
	.transaction_buckets = 1,
	.stream_slots = STREAM_PLACES_A_LINE,
	.fragment_slots = 1,
	.sender_report_slots = 1,
	.tcp_flow_slots = 1,
	.tunnels = 0xffffffff,
	.detect_any = 1,
	.deduplicate = 1,
};

/* One bit a port: where SIP is looked for when knobs.detect_any is off. */
const volatile __u64 sip_ports[65536 / 64] = {};

/* Written by the agent before each packet of a replay. */
struct sipsonde_replay replay = {};

/* How a frame is seen: by which hook, which way. */
struct sight {
	__u32 ifindex;
	__u8 flow;
	__u8 hook_label;
	__u16 reserved;
};

/* A message on its way: the ring's head, the bytes behind it, and what was found in them. */
struct scratch {
	struct sipsonde_event head;
	struct text text;
	struct sip_scan scan;
	struct packet packet; /* of a frame whose headers were parsed from a copy, or of several segments */
	struct packet inner;  /* that may lie in a tunnel of `packet` */
	struct tunnel_walk tunnel;
	struct sight sight;
	__u64 late_window_ns; /* rate limit of fragments whose first part was not seen */
	__u32 late_count;
	__u32 walk;  /* the next packet of an RTCP compound */
	__u32 shard; /* of the counters, for this message */
	__u32 reserved;
	struct sipsonde_endpoint_key endpoint; /* that is looked for: the stack is short */
};

/* One for each CPU and hook, then one for each worker: a plain array, since a per-CPU value ends at 32 KB.
 * Written and read by the programs alone. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Shards of every counter, one for each CPU, then one for each worker. Written by the programs, read by the
 * agent through mmap. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sipsonde_counters);
} counters SEC(".maps");

struct transaction_bucket {
	struct sipsonde_transaction way[SIPSONDE_TRANSACTION_WAYS];
};

/* Transactions by hash. Written and read by the programs; when a bucket is full its oldest entry goes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct transaction_bucket);
} transactions SEC(".maps");

/* Where streams are: in a place the slot's number, above it a part of the key. */
struct stream_places {
	__u32 place[STREAM_PLACES_A_LINE]; /* 0: free */
};

/* By the hash of the key, two places for each stream. Written and read by the programs; when all places of a
 * key are taken the stream that was silent longest goes. Small, so that it stays in the caches where the
 * streams do not. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stream_places);
} stream_places SEC(".maps");

/* The slot that is given away next. */
__u64 stream_turn = 0;

/* Possible and believed RTP streams in the order they came; when all are taken the next in turn that was
 * silent goes. The agent reads them and sets the fields that are its own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sipsonde_stream);
} streams SEC(".maps");

/* Datagrams in fragments whose first part was seen; a newer one takes the place of an older. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sipsonde_fragment_key);
} fragment_keys SEC(".maps");

struct local_network {
	__u32 prefix_bits;
	__u32 address[4]; /* v4-mapped */
};

/* The node's own addresses, for mirror ports. Written by the agent; asked only when knobs.local_networks. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 256);
	__type(key, struct local_network);
	__type(value, __u32);
} local_networks SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/* One ring for each worker, put in by the agent. Written by emit(); what a full ring refuses is counted. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SIPSONDE_WORKERS_MAX);
	__type(key, __u32);
	__array(values, struct ring);
} rings SEC(".maps");

/* Where calls receive media. Written by the agent when an SDP passes, removed when the leg ends; when it is
 * full the agent counts and the stream is measured without its call. Asked once a stream and for each RTCP
 * and DTLS packet, never for a packet of a known stream. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct sipsonde_endpoint_key);
	__type(value, struct sipsonde_endpoint);
} endpoints SEC(".maps");

/* Sender reports by hash; a newer one takes the place of an older. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sipsonde_sender_report);
} sender_reports SEC(".maps");

/* TCP connections and what they carry, open addressing; what is worth least gives way (tcp.bpf.h). Written by
 * the programs; the agent sets the judgement of a candidate. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sipsonde_tcp_flow);
} tcp_flows SEC(".maps");

/* Instances of rtpengine that were pinged. Written by the programs, read by the agent through mmap. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SIPSONDE_MEDIA_ENGINES);
	__type(key, __u32);
	__type(value, struct sipsonde_media_engine);
} media_engines SEC(".maps");

enum { SIGHTINGS = 65536 };

struct sighting {
	__u64 key;
	__u32 tick;
	__u32 tunnel; /* around it, a byte for each */
};

/* Packets by hash, while knobs.deduplicate; a newer one takes the place of an older. Written and read by the
 * programs.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SIGHTINGS);
	__type(key, __u32);
	__type(value, struct sighting);
} sightings SEC(".maps");

struct quic_handshake {
	__u64 key;
	__u64 first_ns;
};

/* QUIC handshakes by hash; a newer one takes the place of an older, whose time is then not known. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct quic_handshake);
} quic_handshakes SEC(".maps");

/* When the last QUIC handshake began, 0: none has. */
__u64 quic_pending = 0;

enum { SLOTS_A_CPU = 3 }; /* xdp, tc ingress, tc egress */

static __always_inline struct scratch *scratch_of(__u32 slot)
{
	return bpf_map_lookup_elem(&scratches, &slot);
}

/* The scratch that this hook owns on this CPU: hooks run with softirqs off and do not interrupt each other.
 */
static __always_inline __u32 slot_of_hook(__u32 hook_index)
{
	return bpf_get_smp_processor_id() * SLOTS_A_CPU + hook_index;
}

/* A part that the verifier looks at once, whoever calls it. */
#define STEP __attribute__((noinline))

static __always_inline __u64 now_ns(void)
{
	return knobs.replay ? replay.now_ns : bpf_ktime_get_ns();
}

#endif
