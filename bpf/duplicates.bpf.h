/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A packet that passes an interface twice, bare and in a tunnel or in two different ones, counts the first
 * time. What passes twice in the same way was sent twice and counts twice.
 */
#ifndef SIPSONDE_DUPLICATES_BPF_H
#define SIPSONDE_DUPLICATES_BPF_H

#include "count.bpf.h"

enum {
	SIGHTING_TICK_SHIFT = 20,  /* ticks of 1.05 ms */
	SIGHTING_WINDOW = 954,	   /* 1 s: what comes later is a packet of its own */
	SIGHTING_FRESH = 10,	   /* 10 ms: who gives way sooner is counted */
	SIGHTING_OPENING = 8 + 12, /* a UDP header, its checksum included, and the beginning of the payload */
};

/* What stays of a packet when it is put into a tunnel or taken out of it: not the time to live. */
static __always_inline __u64 sighting_key(const struct packet *packet, __u32 ifindex, __u16 identification,
					  const __u64 *opening)
{
	__u64 key = knobs.hash_seed;

	key = mix(key, (__u64)packet->src_addr[0] << 32 | packet->src_addr[1]);
	key = mix(key, (__u64)packet->src_addr[2] << 32 | packet->src_addr[3]);
	key = mix(key, (__u64)packet->dst_addr[0] << 32 | packet->dst_addr[1]);
	key = mix(key, (__u64)packet->dst_addr[2] << 32 | packet->dst_addr[3]);
	key = mix(key,
		  (__u64)packet->network_length << 48 | (__u64)identification << 32 | packet->fragment_id);
	key = mix(key, opening[0]);
	key = mix(key, opening[1]);
	key = mix(key, opening[2]);
	key = mix(key, ifindex);
	return key ? key : 1;
}

/* Whether the packet of this key passed a moment ago with other tunnels around it; remembers that it passed
 * now. */
static __always_inline int was_seen_otherwise(__u64 key, __u32 tunnel)
{
	__u32 slot = (__u32)(key >> 32) & (SIGHTINGS - 1), tick = (__u32)(now_ns() >> SIGHTING_TICK_SHIFT);
	struct sighting *sighting = bpf_map_lookup_elem(&sightings, &slot);
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());
	__u32 age;

	if (!sighting || !counters)
		return 0;
	age = tick - sighting->tick;
	if (sighting->key == key && age < SIGHTING_WINDOW && sighting->tunnel != tunnel)
		return 1;
	if (sighting->key && sighting->key != key && age < SIGHTING_FRESH)
		count(&counters->evictions[SIPSONDE_TABLE_sightings], 1);
	sighting->key = key;
	sighting->tick = tick;
	sighting->tunnel = tunnel;
	return 0;
}

#endif
