/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long a QUIC handshake takes, from outside: from the client's first Initial to the first packet with a short
 * header between the two, which only who has finished the handshake can send (RFC 9000 sections 17.2.2 and 17.3).
 */
#ifndef SIPSONDE_QUIC_BPF_H
#define SIPSONDE_QUIC_BPF_H

#include "count.bpf.h"

enum { QUIC_SLOTS = 4096 }; /* handshakes that are open at a time */

#define QUIC_LONGEST_NS (10ULL * 1000000000)

/* Direction-free: both ways are one connection. A connection that moves in its handshake is not followed. */
static __always_inline __u64 connection_key(const struct packet *packet)
{
	__u64 from = mix(knobs.hash_seed, (__u64)packet->src_addr[2] << 32 | packet->src_addr[3]);
	__u64 to = mix(knobs.hash_seed, (__u64)packet->dst_addr[2] << 32 | packet->dst_addr[3]);

	from = mix(from, (__u64)packet->src_addr[0] << 32 | packet->src_addr[1]);
	to = mix(to, (__u64)packet->dst_addr[0] << 32 | packet->dst_addr[1]);
	return mix(from, packet->src_port) + mix(to, packet->dst_port);
}

/* An Initial of version 1 or 2 (RFC 9000 section 17.2, RFC 9369 section 3.2). */
static __always_inline int is_quic_initial(const struct opening *opening)
{
	__u8 first = (__u8)opening->first;
	__u32 version = __builtin_bswap32((__u32)(opening->first >> 8));

	return ((first & 0xf0) == 0xc0 && version == 1) || ((first & 0xf0) == 0xd0 && version == 0x6b3343cf);
}

static __always_inline int has_quic_short_header(const struct opening *opening)
{
	return ((__u8)opening->first & 0xc0) == 0x40;
}

/* An Initial, or a datagram with a short header while handshakes are open. */
STEP int step_quic(struct packet *packet)
{
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());
	struct quic_handshake *open;
	__u64 key, now;
	__u32 slot;

	if (!packet || !counters)
		return 0;
	key = connection_key(packet);
	slot = (__u32)(key >> 32) & (QUIC_SLOTS - 1);
	open = bpf_map_lookup_elem(&quic_handshakes, &slot);
	if (!open)
		return 0;
	now = now_ns();
	if (is_quic_initial(&packet->opening)) {
		if (open->key == key)
			return 0;
		open->key = key;
		open->first_ns = now;
		quic_pending = now;
	} else if (open->key == key) {
		open->key = 0;
		if (now - open->first_ns < QUIC_LONGEST_NS)
			observe(&counters->quic_handshake, now - open->first_ns);
	}
	return 0;
}

/* Short headers are everywhere on a host that serves QUIC: they are asked about only while a handshake may be open.
 */
static __always_inline void watch_quic(struct packet *packet)
{
	if (packet->payload_length < 21) /* RFC 9000 section 10.3: what is shorter is no 1-RTT packet */
		return;
	if (is_quic_initial(&packet->opening) ||
	    (has_quic_short_header(&packet->opening) && quic_pending &&
	     now_ns() - quic_pending < QUIC_LONGEST_NS))
		step_quic(packet);
}

#endif
