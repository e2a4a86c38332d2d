/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ethernet, 802.1Q and 802.1ad, IPv4 with options, IPv6 with extension headers, UDP and TCP: where the
 * payload of a datagram or segment begins and between whom it passes. No maps, no helpers; every step checks
 * its bytes.
 */
#ifndef SIPSONDE_PARSE_PACKET_H
#define SIPSONDE_PARSE_PACKET_H

#include "parse/bytes.h"
#include "sipsonde/protocol.h"

/* The first twelve bytes of a payload, zero behind its end. */
struct opening {
	__u64 first; /* bytes 0-7 as they lie in memory */
	__u32 next;  /* bytes 8-11 */
	__u32 reserved;
};

enum fragment_part {
	FRAGMENT_NONE,
	FRAGMENT_FIRST, /* has the UDP header */
	FRAGMENT_LATER,
};

struct packet {
	__u32 src_addr[4]; /* v4-mapped, network order */
	__u32 dst_addr[4];
	__u32 network_offset; /* of the IP header */
	__u32 network_length; /* of the IP packet, as its header says */
	__u32 payload_offset; /* behind the UDP or TCP header */
	__u32 payload_length; /* as the UDP header says, else what the IP packet or the fragment holds */
	__u32 fragment_id;
	__u16 src_port;
	__u16 dst_port;
	__u16 vlan_id; /* the outermost, 0: none */
	__u8 fragment;
	__u8 is_udp; /* there is a payload */
	__u8 is_tcp;
	__u8 tcp_flags; /* SIPSONDE_TCP_SYN … */
	__u8 protocol;	/* of an IP packet parsed from a copy: what lies at payload_offset */
	__u8 tunnel[SIPSONDE_TUNNELS_DEEP]; /* enum sipsonde_tunnel around it, the outermost first */
	struct opening opening;
	__u32 has_opening; /* it could be read on the way */
	union {
		__u32 event;	/* UDP: bytes 12-15 of a payload as long as an RFC 4733 event */
		__u32 sequence; /* TCP */
	};
};

/* Reads forward through a header area. Used on packet memory, where `end` is checked by the verifier, and on
 * a copy of its first bytes. */
struct cursor {
	const __u8 *base;
	const __u8 *end;
	__u32 offset;
	__u32 again;   /* bytes were asked for that are not there, or rare headers met: parse a copy */
	__u32 deep;    /* IPv6 extension headers are stepped over; a constant where it is compiled */
	__u32 tunnels; /* what may be a tunnel is to be parsed from a copy */
};

enum {
	HEADERS_MAX = 512, /* of all headers before the payload */
	VLAN_TAGS_MAX = 2,
	IPV6_EXTENSIONS_MAX = 6,
};

/* Where a tunnel over UDP goes to. */
enum {
	PORT_GTP_U = 2152,
	PORT_VXLAN = 4789,
	PORT_GENEVE = 6081,
	PORT_VXLAN_LINUX = 8472, /* what Linux takes unless told otherwise */
	PORT_TZSP = 37008,
};

/* The next `size` bytes, or NULL when they are not there. Does not advance. */
static __always_inline const __u8 *peek(struct cursor *cursor, __u32 size)
{
	const __u8 *at;

	if (cursor->offset > HEADERS_MAX - 64)
		return 0;
	at = cursor->base + cursor->offset;
	if (at + size > cursor->end) {
		cursor->again = 1;
		return 0;
	}
	return at;
}

static __always_inline __u16 network_u16(const __u8 *at)
{
	return (__u16)(at[0] << 8 | at[1]);
}

static __always_inline __u32 raw_u32(const __u8 *at)
{
#ifdef __bpf__
	return *(const __u32 *)at;
#else
	__u32 value;

	memcpy(&value, at, sizeof(value));
	return value;
#endif
}

/* Steps over Ethernet and up to two VLAN tags. Returns the ethertype, 0 when the frame is too short. */
static __always_inline __u16 take_ethernet(struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = peek(cursor, 14);
	__u16 type;

	if (!at)
		return 0;
	type = network_u16(at + 12);
	cursor->offset += 14;
#ifdef __bpf__
#pragma unroll
#endif
	for (int tag = 0; tag < VLAN_TAGS_MAX; tag++) {
		if (type != 0x8100 && type != 0x88a8 && type != 0x9100)
			break;
		at = peek(cursor, 4);
		if (!at)
			return 0;
		if (tag == 0)
			packet->vlan_id = network_u16(at) & 0x0fff;
		type = network_u16(at + 2);
		cursor->offset += 4;
	}
	return type;
}

/* Steps over IPv4 and its options. Returns the protocol, or -1 when there is nothing to read behind it. */
static __always_inline int take_ipv4(struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = peek(cursor, 20);
	__u32 header_length;
	__u16 fragment;
	__u8 protocol;

	if (!at || at[0] >> 4 != 4)
		return -1;
	header_length = (at[0] & 0x0f) * 4;
	packet->network_length = network_u16(at + 2);
	if (header_length < 20 || packet->network_length < header_length)
		return -1;
	fragment = network_u16(at + 6);
	if (fragment & 0x3fff) { /* more fragments, or an offset */
		packet->fragment = fragment & 0x1fff ? FRAGMENT_LATER : FRAGMENT_FIRST;
		packet->fragment_id = network_u16(at + 4);
	}
	protocol = at[9];
	packet->src_addr[0] = 0;
	packet->src_addr[1] = 0;
	packet->src_addr[2] = __builtin_bswap32(0x0000ffff);
	packet->src_addr[3] = raw_u32(at + 12);
	packet->dst_addr[0] = 0;
	packet->dst_addr[1] = 0;
	packet->dst_addr[2] = __builtin_bswap32(0x0000ffff);
	packet->dst_addr[3] = raw_u32(at + 16);
	cursor->offset += header_length;
	return protocol;
}

static __always_inline int is_ipv6_extension(__u8 next)
{
	/* hop-by-hop, routing, fragment, AH, destination options, mobility, HIP, shim6 */
	return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135 ||
	       next == 139 || next == 140;
}

/* Steps over extension headers (RFC 8200 section 4). Returns the upper protocol or -1. */
static __always_inline int take_ipv6_extensions(struct cursor *cursor, struct packet *packet, __u8 next)
{
	for (int i = 0; i < IPV6_EXTENSIONS_MAX; i++) {
		const __u8 *at;
		__u16 fragment;

		if (!is_ipv6_extension(next))
			return next;
		at = peek(cursor, 8);
		if (!at)
			return -1;
		if (next == 44) {
			fragment = network_u16(at + 2);
			if (fragment & 0xfff9) { /* else an atomic fragment, RFC 6946 */
				packet->fragment = fragment & 0xfff8 ? FRAGMENT_LATER : FRAGMENT_FIRST;
				packet->fragment_id = raw_u32(at + 4);
			}
			cursor->offset += 8;
			if (packet->fragment == FRAGMENT_LATER)
				return at[0]; /* what follows is data */
		} else if (next == 51) {
			cursor->offset += (at[1] + 2u) * 4;
		} else {
			cursor->offset += (at[1] + 1u) * 8;
		}
		next = at[0];
	}
	return -1;
}

/* Steps over IPv6. Returns the upper protocol or -1. */
static __always_inline int take_ipv6(struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = peek(cursor, 40);
	__u8 next;

	if (!at || at[0] >> 4 != 6)
		return -1;
	packet->network_length = 40u + network_u16(at + 4);
	next = at[6];
#ifdef __bpf__
#pragma unroll
#endif
	for (int i = 0; i < 4; i++) {
		packet->src_addr[i] = raw_u32(at + 8 + 4 * i);
		packet->dst_addr[i] = raw_u32(at + 24 + 4 * i);
	}
	cursor->offset += 40;
	if (!is_ipv6_extension(next))
		return next;
	cursor->again = 1;
	return cursor->deep ? take_ipv6_extensions(cursor, packet, next) : -1;
}

/* The first twelve bytes behind the headers, if they lie here. */
static __always_inline void take_opening(const struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = cursor->base + cursor->offset;

	if (cursor->offset > HEADERS_MAX - 64 || at + 12 > cursor->end)
		return;
	packet->opening.first = (__u64)raw_u32(at + 4) << 32 | raw_u32(at);
	packet->opening.next = raw_u32(at + 8);
	packet->has_opening = 1;
}

/* Steps over UDP; the payload's length is the header's, but no more than the IP packet holds. */
static __always_inline void take_udp(struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = peek(cursor, 8);
	__u32 length, room;

	if (!at)
		return;
	packet->src_port = network_u16(at);
	packet->dst_port = network_u16(at + 2);
	length = network_u16(at + 4);
	cursor->offset += 8;
	packet->payload_offset = cursor->offset;
	take_opening(cursor, packet);
	if (packet->network_offset + packet->network_length < cursor->offset || length < 8)
		return;
	room = packet->network_offset + packet->network_length - cursor->offset;
	length -= 8;
	packet->payload_length = length < room ? length : room;
	packet->is_udp = 1;
}

/* Steps over TCP and its options (RFC 9293 section 3.1); the payload ends where the IP packet does. */
static __always_inline void take_tcp(struct cursor *cursor, struct packet *packet)
{
	const __u8 *at = peek(cursor, 20);
	__u32 header_length, end = packet->network_offset + packet->network_length;

	if (!at)
		return;
	header_length = (at[12] >> 4) * 4;
	packet->src_port = network_u16(at);
	packet->dst_port = network_u16(at + 2);
	packet->sequence = __builtin_bswap32(raw_u32(at + 4));
	packet->tcp_flags = at[13];
	packet->payload_offset = cursor->offset + header_length;
	if (header_length < 20 || end < packet->payload_offset)
		return;
	packet->payload_length = end - packet->payload_offset;
	packet->is_tcp = 1;
}

static __always_inline int is_tunnel_port(__u16 port)
{
	return port == PORT_VXLAN || port == PORT_GENEVE || port == PORT_GTP_U || port == PORT_VXLAN_LINUX ||
	       port == PORT_TZSP;
}

/* MPLS, a PPPoE session, IP in IP, GRE. */
static __always_inline int is_tunnel_type(__u16 type, int protocol)
{
	return type == 0x8847 || type == 0x8848 || type == 0x8864 || protocol == 4 || protocol == 41 ||
	       protocol == 47;
}

/* Fills `packet`, which is zero but for what stands before IP, from the header at the cursor on. */
static __always_inline void parse_network(struct cursor *cursor, struct packet *packet, __u16 type)
{
	int protocol = -1;

	packet->network_offset = cursor->offset;
	/* From memory: the verifier forgets how many tags there were and takes one way through the rare
	 * headers. */
	if (cursor->deep)
		cursor->offset = *(volatile __u32 *)&packet->network_offset;
	if (type == 0x0800)
		protocol = take_ipv4(cursor, packet);
	else if (type == 0x86dd)
		protocol = take_ipv6(cursor, packet);
	if (protocol != 17) {
		if (protocol == 6 && !packet->fragment) {
			take_tcp(cursor, packet);
		} else if (cursor->deep && protocol >= 0 && !packet->fragment) {
			packet->protocol = (__u8)protocol;
			packet->payload_offset = cursor->offset;
		}
		packet->fragment = FRAGMENT_NONE;
		if (cursor->tunnels && is_tunnel_type(type, protocol))
			cursor->again = 1;
		return;
	}
	if (packet->fragment == FRAGMENT_LATER)
		return;
	take_udp(cursor, packet);
	if (cursor->tunnels && is_tunnel_port(packet->dst_port))
		cursor->again = 1;
}

/* Fills `packet`, which must be zero. When cursor.again is set, more is to be had from a copy with `deep`.
 * What is neither UDP nor TCP over IP leaves is_udp, is_tcp and fragment at 0; so do fragments of TCP. */
static __always_inline void parse_packet(struct cursor *cursor, struct packet *packet)
{
	__u16 type = take_ethernet(cursor, packet);

	parse_network(cursor, packet, type);
}

#endif
