/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hands a sample to the worker that its hash names: exact length, no wake-up; the reader polls. */
#ifndef SIPSONDE_EMIT_BPF_H
#define SIPSONDE_EMIT_BPF_H

#include "count.bpf.h"

static __always_inline __u32 worker_of(__u32 hash)
{
	return (__u32)(((__u64)hash * knobs.workers) >> 32);
}

/* Returns 1 when the ring took it. `counted`: as an event of the packet path; what was put together from
 * several packets is not, and when refused it is told as lost fragments. */
static __always_inline int emit(struct scratch *scratch, int counted)
{
	__u32 worker = worker_of(scratch->head.call_hash);
	__u64 length = scratch->head.payload_len;
	struct sipsonde_counters *counters = counters_here();
	__u32 kind = scratch->head.kind;
	void *ring = bpf_map_lookup_elem(&rings, &worker);

	/* keep the checks on the registers that become indices */
	asm volatile("" : "+r"(worker), "+r"(kind), "+r"(length));
	if (!ring || !counters || length > TEXT_MAX || worker >= SIPSONDE_WORKERS_MAX ||
	    kind >= SIPSONDE_KIND_COUNT)
		return 0;
	if (bpf_ringbuf_output(ring, scratch, sizeof(scratch->head) + length, BPF_RB_NO_WAKEUP)) {
		count(&counters->ring_dropped[worker][counted ? kind : (__u32)SIPSONDE_KIND_fragment], 1);
		return 0;
	}
	if (counted)
		count(&counters->ring_events[worker][kind], 1);
	return 1;
}

#endif
