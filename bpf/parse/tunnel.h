/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a packet may be wrapped in, one header at a time, from a copy of the frame's first bytes. A tunnel is
 * believed when its header keeps to its form and the IP header inside proves itself: an IPv4 checksum, and a
 * length that agrees with those around it. A UDP port alone proves nothing. No maps, no helpers.
 */
#ifndef SIPSONDE_PARSE_TUNNEL_H
#define SIPSONDE_PARSE_TUNNEL_H

#include "parse/tunnel_headers.h"

/* ---- one tunnel ---- */

static __always_inline __u8 take_in_udp(const struct text *text, struct tunnel_walk *walk, __u16 port)
{
	if (port == PORT_VXLAN || port == PORT_VXLAN_LINUX)
		return take_vxlan(text, walk);
	if (port == PORT_GENEVE)
		return take_geneve(text, walk);
	if (port == PORT_GTP_U)
		return take_gtp(text, walk);
	if (port == PORT_TZSP)
		return take_tzsp(text, walk);
	return SIPSONDE_TUNNEL_none;
}

/* Goes behind the headers of the IP packet in `packet`. */
static __always_inline __u8 take_in_ip(const struct text *text, struct tunnel_walk *walk,
				       const struct packet *packet)
{
	__u32 end = packet->network_offset + packet->network_length;

	if (packet->fragment || packet->payload_offset > end)
		return SIPSONDE_TUNNEL_none;
	walk->offset = packet->payload_offset;
	walk->room = packet->is_udp ? packet->payload_length : end - packet->payload_offset;
	walk->slack = 0;
	walk->cut = 0;
	if (packet->is_udp)
		return take_in_udp(text, walk, packet->dst_port);
	if (packet->protocol == 47)
		return take_gre(text, walk);
	if (packet->protocol == 4 || packet->protocol == 41)
		return take_ip_in_ip(walk, packet->protocol);
	return SIPSONDE_TUNNEL_none;
}

/* Steps over the next tunnel's header. Returns 0 when there is none, or `tunnels` has no bit for it. */
static __always_inline int take_tunnel(const struct text *text, struct tunnel_walk *walk,
				       const struct packet *packet, __u32 tunnels)
{
	__u8 kind = SIPSONDE_TUNNEL_none;

	if (walk->type == TYPE_IPV4 || walk->type == TYPE_IPV6)
		kind = take_in_ip(text, walk, packet);
	else if (walk->type == TYPE_MPLS || walk->type == TYPE_MPLS_UPSTREAM)
		kind = take_mpls(text, walk);
	else if (walk->type == TYPE_PPPOE)
		kind = take_pppoe(text, walk);
	if (!kind || !(tunnels >> kind & 1))
		return 0;
	if (walk->count == 0)
		walk->tunnel[0] = kind;
	else if (walk->count == 1)
		walk->tunnel[1] = kind;
	else
		walk->tunnel[2] = kind;
	walk->count++;
	return 1;
}

/* ---- the proof ---- */

static __always_inline int fits(const struct tunnel_walk *walk, __u32 length)
{
	return walk->cut || (length <= walk->room && walk->room - length <= walk->slack);
}

/* The one's complement sum over the header is all ones (RFC 1071). */
static __always_inline int has_right_checksum(const struct text *text, const struct tunnel_walk *walk,
					      __u32 header)
{
	__u64 sum = 0;

	for (__u32 i = 0; i < 60; i += 4) {
		if (i >= header)
			break;
		sum += raw_u32(text->bytes + in_text(walk->offset + i));
	}
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static __always_inline int is_ipv4_here(const struct text *text, const struct tunnel_walk *walk)
{
	__u8 first = next_byte(text, walk, 0);
	__u32 header = 4u * (first & 0x0f);

	if (first >> 4 != 4 || header < 20 || walk->offset + header > walk->length)
		return 0;
	return next_u16(text, walk, 2) >= header && fits(walk, next_u16(text, walk, 2)) &&
	       has_right_checksum(text, walk, header);
}

static __always_inline int is_ipv6_here(const struct text *text, const struct tunnel_walk *walk)
{
	return next_byte(text, walk, 0) >> 4 == 6 && walk->offset + 40 <= walk->length &&
	       fits(walk, 40u + next_u16(text, walk, 4));
}

static __always_inline int is_ip_here(const struct text *text, const struct tunnel_walk *walk)
{
	if (walk->type == TYPE_IPV4)
		return is_ipv4_here(text, walk);
	return walk->type == TYPE_IPV6 && is_ipv6_here(text, walk);
}

/* Steps over an Ethernet header when there is one; what it carries may be padded. */
static __always_inline void take_inner_ethernet(struct cursor *cursor, struct tunnel_walk *walk,
						struct packet *inner)
{
	__u32 size;

	if (walk->type != TYPE_ETHERNET)
		return;
	walk->type = take_ethernet(cursor, inner);
	size = cursor->offset - walk->offset;
	if (size > walk->room)
		walk->type = 0;
	advance(walk, size);
	if (walk->slack < ETHERNET_PADDING)
		walk->slack = ETHERNET_PADDING;
	/* from memory, as in parse_network() */
	cursor->offset = *(volatile __u32 *)&walk->offset;
}

/* Goes from behind a tunnel's header, or from the frame itself, to the IP packet: once that is proven, which
 * the frame's own need not be, it takes the place of `packet`. `inner` is room to work in. Returns 1 when
 * there may be another tunnel, in that packet or right here. */
static __always_inline int take_inner(const struct text *text, struct tunnel_walk *walk,
				      struct packet *packet, struct packet *inner)
{
	struct cursor cursor = {.base = text->bytes,
				.end = text->bytes + in_text(walk->length),
				.offset = walk->offset,
				.again = 0,
				.deep = 1,
				.tunnels = 0};

	__builtin_memset(inner, 0, sizeof(*inner));
	inner->vlan_id = packet->vlan_id; /* a tag inside goes before it */
	take_inner_ethernet(&cursor, walk, inner);
	if (walk->count && !is_ip_here(text, walk))
		return walk->type == TYPE_MPLS || walk->type == TYPE_MPLS_UPSTREAM ||
		       walk->type == TYPE_PPPOE;
	parse_network(&cursor, inner, walk->type);
	__builtin_memcpy(inner->tunnel, walk->tunnel, sizeof(inner->tunnel));
	*packet = *inner;
	return 1;
}

#endif
