/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Additions to the counters. A shard has one writer at a time: hooks run with softirqs off on their CPU, and
 * a worker that hands messages back has a shard of its own. Where CPUs outnumber the shards additions are
 * atomic.
 */
#ifndef SIPSONDE_COUNT_BPF_H
#define SIPSONDE_COUNT_BPF_H

#include "maps.bpf.h"

static __always_inline struct sipsonde_counters *counters_of(__u32 shard)
{
	return bpf_map_lookup_elem(&counters, &shard);
}

static __always_inline __u32 shard_of_cpu(void)
{
	return bpf_get_smp_processor_id() & (knobs.counter_shards - 1);
}

static __always_inline void count(__u64 *counter, __u64 amount)
{
	if (knobs.shared_shards)
		__sync_fetch_and_add(counter, amount);
	else
		*counter += amount;
}

/* One cell of a table of counters by its flat index. The bound is put on the very register that becomes the
 * address: Linux 6.1 forgets what it knew of an index that the compiler spilled. */
static __always_inline void count_cell(void *table, __u64 index, __u64 cells)
{
	asm volatile("" : "+r"(index));
	if (index < cells)
		count((__u64 *)table + index, 1);
}

#define CELLS_OF(table) (sizeof(table) / sizeof(__u64))

static __always_inline void count_packets(__u8 hook, __u8 flow, __u8 verdict, __u64 amount)
{
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());

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
