/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Hands a sample to the worker that its hash names: exact length, no wake-up; the reader polls. */
#ifndef SIPSONDE_EMIT_BPF_H
#define SIPSONDE_EMIT_BPF_H

#include "count.bpf.h"

static __always_inline void fill_head(struct scratch *scratch, const struct packet *packet,
				      const struct sight *sight, __u8 kind, __u64 now)
{
	struct sipsonde_event *head = &scratch->head;

	scratch->shard = shard_of_cpu();
	__builtin_memset(head, 0, sizeof(*head));
	head->time_ns = now;
	head->ifindex = sight->ifindex;
	head->src_port = packet->src_port;
	head->dst_port = packet->dst_port;
	head->vlan_id = packet->vlan_id;
	head->kind = kind;
	head->flow = sight->flow;
	head->transport = SIPSONDE_TRANSPORT_udp;
	head->path = SIPSONDE_PATH_packet;
	__builtin_memcpy(head->src_addr, packet->src_addr, 16);
	__builtin_memcpy(head->dst_addr, packet->dst_addr, 16);
	__builtin_memcpy(head->tunnel, packet->tunnel, sizeof(head->tunnel));
}

static __always_inline __u32 worker_of(__u32 hash)
{
	return (__u32)(((__u64)hash * knobs.workers) >> 32);
}

/* One cell of counters->ring_events or ring_dropped. The bounds are put on the very registers that become
 * the address: the compiler keeps an earlier check on a copy that it spills. */
static __always_inline void count_sample(__u64 (*rows)[SIPSONDE_KIND_COUNT], __u64 worker, __u64 kind)
{
	asm volatile("%0 &= 7" : "+r"(worker)); /* SIPSONDE_WORKERS_MAX - 1 */
	asm volatile("" : "+r"(kind));
	if (kind < SIPSONDE_KIND_COUNT)
		count(&rows[worker][kind], 1);
}

/* What a message that was put together is told as when the ring refuses it: what it came in. */
static __always_inline __u8 kind_of_parts(const struct sipsonde_event *head)
{
	return head->transport == SIPSONDE_TRANSPORT_udp ? (__u8)SIPSONDE_KIND_fragment
							 : (__u8)SIPSONDE_KIND_segment;
}

/* Returns 1 when the ring took it. `counted`: as an event of the packet path; what was put together from
 * several packets is not, and when refused it is told as lost fragments or segments. */
static __always_inline int emit(struct scratch *scratch, int counted)
{
	__u32 worker = worker_of(scratch->head.call_hash), key = worker;
	struct sipsonde_counters *counters = counters_of(scratch->shard);
	__u64 length = scratch->head.payload_len;
	__u8 kind = counted ? scratch->head.kind : kind_of_parts(&scratch->head);
	void *ring = bpf_map_lookup_elem(&rings, &key);

	asm volatile("" : "+r"(length));
	if (!ring || !counters || length > TEXT_MAX)
		return 0;
	if (bpf_ringbuf_output(ring, scratch, sizeof(scratch->head) + length, BPF_RB_NO_WAKEUP)) {
		count_sample(counters->ring_dropped, worker, kind);
		return 0;
	}
	if (counted)
		count_sample(counters->ring_events, worker, kind);
	return 1;
}

#endif
