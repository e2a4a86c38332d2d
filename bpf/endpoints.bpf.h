/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose media this is: the address that an SDP named is where it goes to or, behind a NAT, where it comes from. */
#ifndef SIPSONDE_ENDPOINTS_BPF_H
#define SIPSONDE_ENDPOINTS_BPF_H

#include "maps.bpf.h"

static __always_inline struct sipsonde_endpoint *endpoint_at(struct scratch *scratch, const __u32 *address,
							     __u16 port)
{
	__builtin_memcpy(scratch->endpoint.address, address, sizeof(scratch->endpoint.address));
	scratch->endpoint.port = port;
	return bpf_map_lookup_elem(&endpoints, &scratch->endpoint);
}

static __always_inline struct sipsonde_endpoint *endpoint_of(struct scratch *scratch, const struct packet *packet)
{
	struct sipsonde_endpoint *endpoint = endpoint_at(scratch, packet->dst_addr, packet->dst_port);

	return endpoint ? endpoint : endpoint_at(scratch, packet->src_addr, packet->src_port);
}

/* One worker for both ways of what no SDP named, RTP and RTCP alike. */
static __always_inline __u32 pair_hash(const struct packet *packet)
{
	__u64 from = mix(knobs.hash_seed, (__u64)packet->src_addr[2] << 32 | packet->src_addr[3]);
	__u64 to = mix(knobs.hash_seed, (__u64)packet->dst_addr[2] << 32 | packet->dst_addr[3]);

	from = mix(from, packet->src_port >> 1);
	to = mix(to, packet->dst_port >> 1);
	return (__u32)((from + to) >> 32);
}

/* The ring that hears of it. Returns 1 when it is a call's. */
static __always_inline int route_media(struct scratch *scratch, const struct packet *packet)
{
	struct sipsonde_endpoint *endpoint = endpoint_of(scratch, packet);

	scratch->head.call_hash = endpoint ? endpoint->call_hash : pair_hash(packet);
	return endpoint != 0;
}

#endif
