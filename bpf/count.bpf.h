/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Additions to the counters. Atomic, since CPUs may share a shard and the syscall program may be preempted.
 */
#ifndef SIPSONDE_COUNT_BPF_H
#define SIPSONDE_COUNT_BPF_H

#include "maps.bpf.h"

static __always_inline struct sipsonde_counters *counters_here(void)
{
	__u32 shard = bpf_get_smp_processor_id() & (knobs.counter_shards - 1);

	return bpf_map_lookup_elem(&counters, &shard);
}

static __always_inline void count(__u64 *counter, __u64 amount)
{
	__sync_fetch_and_add(counter, amount);
}

static __always_inline void count_packets(__u8 hook, __u8 flow, __u8 verdict, __u64 amount)
{
	struct sipsonde_counters *counters = counters_here();

	if (counters && hook < SIPSONDE_HOOK_COUNT && flow < SIPSONDE_FLOW_COUNT &&
	    verdict < SIPSONDE_VERDICT_COUNT)
		count(&counters->packets[hook][flow][verdict], amount);
}

/* Index of the bucket whose upper edge is the first not below `elapsed_ns`. */
static __always_inline __u32 latency_bucket(__u64 elapsed_ns)
{
	__u32 bucket = 0;

	/* the sign of a difference, not a comparison: 22 branches would be 2^22 paths to the verifier */
#define X(edge_ms) bucket += (__u32)(((edge_ms)*1000000ULL - elapsed_ns) >> 63);
	SIPSONDE_LATENCY_EDGES_MS(X)
#undef X
	return bucket;
}

static __always_inline void observe(struct sipsonde_histogram *histogram, __u64 elapsed_ns)
{
	__u32 bucket = latency_bucket(elapsed_ns);

	if (bucket <= SIPSONDE_LATENCY_EDGE_COUNT)
		count(&histogram->bucket[bucket], 1);
	count(&histogram->sum_ns, elapsed_ns);
}

#endif
