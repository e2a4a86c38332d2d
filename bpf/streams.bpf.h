/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What only looks like RTP is not counted as RTP: a stream is believed after RFC 3550 A.1 probation. */
#ifndef SIPSONDE_STREAMS_BPF_H
#define SIPSONDE_STREAMS_BPF_H

#include "count.bpf.h"

enum {
	MIN_SEQUENTIAL = 2, /* RFC 3550 A.1 */
	MAX_DROPOUT = 3000,
	MAX_MISORDER = 100,
	STREAM_PROBES = 4,
};

static __always_inline __u64 stream_key(const struct packet *packet, __u32 ssrc, __u32 ifindex)
{
	__u64 key = knobs.hash_seed;

	key = mix(key, (__u64)packet->src_addr[0] << 32 | packet->src_addr[1]);
	key = mix(key, (__u64)packet->src_addr[2] << 32 | packet->src_addr[3]);
	key = mix(key, (__u64)packet->dst_addr[0] << 32 | packet->dst_addr[1]);
	key = mix(key, (__u64)packet->dst_addr[2] << 32 | packet->dst_addr[3]);
	key = mix(key, (__u64)packet->src_port << 48 | (__u64)packet->dst_port << 32 | ssrc);
	key = mix(key, ifindex);
	return key ? key : 1;
}

static __always_inline struct sipsonde_stream *find_stream(__u64 key, __u64 now)
{
	struct sipsonde_stream *stream, *oldest = 0;
	struct sipsonde_counters *counters;
	__u64 before;

	for (__u32 i = 0; i < STREAM_PROBES; i++) {
		__u32 slot = ((__u32)(key >> 32) + i) & (knobs.stream_slots - 1);

		stream = bpf_map_lookup_elem(&streams, &slot);
		if (!stream)
			return 0;
		if (stream->key == key)
			return stream;
		if (!oldest || (__u64)stream->last_time < (__u64)oldest->last_time)
			oldest = stream;
	}
	if (!oldest)
		return 0;
	before = oldest->key;
	if (__sync_val_compare_and_swap(&oldest->key, before, key) != before)
		return 0;
	counters = counters_of(shard_of_cpu());
	if (counters && before && oldest->codec && now)
		count(&counters->evictions[SIPSONDE_TABLE_streams], 1);
	if (counters && !before)
		count(&counters->occupied[SIPSONDE_TABLE_streams], 1);
	oldest->sequential = 0;
	oldest->codec = 0;
	return oldest;
}

/* A version-2 datagram of at least 12 bytes: 1 when its stream is believed. */
static __always_inline int believe_stream(const struct packet *packet, __u16 sequence, __u32 ssrc,
					  __u32 ifindex, __u64 now)
{
	struct sipsonde_stream *stream = find_stream(stream_key(packet, ssrc, ifindex), now);

	if (!stream)
		return 0;
	stream->last_time = (__u32)(now >> SIPSONDE_STREAM_TICK_SHIFT);
	if (stream->codec)
		return 1;
	if (stream->sequential && sequence == stream->bad_sequence) {
		if (++stream->sequential >= MIN_SEQUENTIAL)
			stream->codec = 1;
	} else {
		stream->sequential = 1;
		stream->ssrc = ssrc;
	}
	stream->bad_sequence = (__u16)(sequence + 1);
	return stream->codec;
}

#endif
