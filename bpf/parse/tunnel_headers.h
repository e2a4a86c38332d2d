/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The headers of tunnels, each against its form. A function steps over one, says what lies behind it, and
 * returns the tunnel's number, or `none` when it is not that header; then the walk is over. No maps, no
 * helpers.
 */
#ifndef SIPSONDE_PARSE_TUNNEL_HEADERS_H
#define SIPSONDE_PARSE_TUNNEL_HEADERS_H

#include "parse/packet.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_ETHERNET = 0x6558, /* transparent Ethernet bridging: a whole frame */
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_UPSTREAM = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_ERSPAN = 0x88be, /* types I and II */
	TYPE_ERSPAN_III = 0x22eb,

	MPLS_LABELS_MAX = 8,
	TZSP_TAGS_MAX = 16,
	GTP_EXTENSIONS_MAX = 6,
	ETHERNET_PADDING = 64, /* at most so much follows what a frame carries, its check sequence included */
	ROOM_UNKNOWN = 65535,  /* of what lies in the frame itself: padding follows it, or a capture cut it */
};

/* How far into the tunnels it has come. */
struct tunnel_walk {
	__u32 length; /* bytes that were copied */
	__u32 offset; /* of what lies next */
	__u32 room;   /* that the headers before it leave for it */
	__u32 slack;  /* so much of which may be padding */
	__u16 type;   /* the ethertype of what lies next, 0: nothing that is known */
	__u8 count;   /* of tunnels so far, not yet proven ones included */
	__u8 cut;     /* who mirrored it says that it is not whole */
	__u8 tunnel[SIPSONDE_TUNNELS_DEEP];
	__u8 reserved;
};

/* At the frame, of whose beginning `length` bytes were copied. */
static __always_inline void begin_walk(struct tunnel_walk *walk, __u32 length)
{
	__builtin_memset(walk, 0, sizeof(*walk));
	walk->length = length;
	walk->room = ROOM_UNKNOWN;
	walk->slack = ROOM_UNKNOWN;
	walk->type = TYPE_ETHERNET;
}

static __always_inline int holds(const struct tunnel_walk *walk, __u32 size)
{
	return size <= walk->room && walk->offset + size <= walk->length;
}

/* Over what is known to be there. */
static __always_inline void advance(struct tunnel_walk *walk, __u32 size)
{
	walk->offset += size;
	walk->room -= size;
}

static __always_inline __u8 next_byte(const struct text *text, const struct tunnel_walk *walk, __u32 offset)
{
	return byte_at(text, walk->offset + offset);
}

static __always_inline __u16 next_u16(const struct text *text, const struct tunnel_walk *walk, __u32 offset)
{
	return (__u16)(next_byte(text, walk, offset) << 8 | next_byte(text, walk, offset + 1));
}

/* What follows names no type of its own: an IP packet begins with its version. */
static __always_inline void take_type_of_version(const struct text *text, struct tunnel_walk *walk)
{
	__u8 version = holds(walk, 1) ? next_byte(text, walk, 0) >> 4 : 0;

	walk->type = version == 4 ? TYPE_IPV4 : version == 6 ? TYPE_IPV6 : 0;
}

/* ---- behind an ethertype ---- */

/* A stack of labels (RFC 3032); a control word (RFC 4385) stands before an Ethernet frame. */
static __always_inline __u8 take_mpls(const struct text *text, struct tunnel_walk *walk)
{
	for (int i = 0; i < MPLS_LABELS_MAX; i++) {
		__u8 is_bottom;

		if (!holds(walk, 4))
			return SIPSONDE_TUNNEL_none;
		is_bottom = next_byte(text, walk, 2) & 1;
		advance(walk, 4);
		if (!is_bottom)
			continue;
		take_type_of_version(text, walk);
		if (!walk->type && holds(walk, 4) && next_byte(text, walk, 0) >> 4 == 0) {
			advance(walk, 4);
			walk->type = TYPE_ETHERNET;
		}
		return SIPSONDE_TUNNEL_mpls;
	}
	return SIPSONDE_TUNNEL_none;
}

/* Version 1, type 1, code 0: a session (RFC 2516 section 4); then PPP's protocol (RFC 1661 section 2). */
static __always_inline __u8 take_pppoe(const struct text *text, struct tunnel_walk *walk)
{
	__u32 length;
	__u16 protocol;

	if (!holds(walk, 8) || next_u16(text, walk, 0) != 0x1100)
		return SIPSONDE_TUNNEL_none;
	length = next_u16(text, walk, 4);
	protocol = next_u16(text, walk, 6);
	if (length < 2 || length > walk->room - 6)
		return SIPSONDE_TUNNEL_none;
	advance(walk, 8);
	walk->room = length - 2;
	walk->slack = 0;
	walk->type = protocol == 0x0021 ? TYPE_IPV4 : protocol == 0x0057 ? TYPE_IPV6 : 0;
	return SIPSONDE_TUNNEL_pppoe;
}

/* ---- behind IP ---- */

/* Type II has 8 bytes and version 1, type III 12 or 20 and version 2. */
static __always_inline __u8 take_erspan(const struct text *text, struct tunnel_walk *walk)
{
	__u32 is_third = walk->type == TYPE_ERSPAN_III, header = is_third ? 12 : 8;
	__u16 last;

	if (!holds(walk, header) || next_byte(text, walk, 0) >> 4 != 1 + is_third)
		return SIPSONDE_TUNNEL_none;
	walk->cut = next_byte(text, walk, 2) >> 2 & 1;
	last = next_u16(text, walk, 10);
	if (is_third && last & 1) /* a platform's own header follows */
		header += 8;
	advance(walk, header);
	walk->type = TYPE_ETHERNET;
	if (!is_third || !(last >> 10 & 0x1f))
		return SIPSONDE_TUNNEL_erspan;
	if ((last >> 10 & 0x1f) != 2) /* neither a frame nor an IP packet */
		return SIPSONDE_TUNNEL_none;
	take_type_of_version(text, walk);
	return SIPSONDE_TUNNEL_erspan;
}

/* Version 0 with checksum, key or sequence (RFC 2784, RFC 2890); routing and the bits that must be zero are
 * refused. */
static __always_inline __u8 take_gre(const struct text *text, struct tunnel_walk *walk)
{
	__u32 header = 4;
	__u16 flags;

	if (!holds(walk, 4))
		return SIPSONDE_TUNNEL_none;
	flags = next_u16(text, walk, 0);
	if (flags & 0x4fff)
		return SIPSONDE_TUNNEL_none;
	walk->type = next_u16(text, walk, 2);
	header += 4 * ((flags >> 15) + (flags >> 13 & 1) + (flags >> 12 & 1));
	if (!holds(walk, header))
		return SIPSONDE_TUNNEL_none;
	advance(walk, header);
	if (walk->type == TYPE_ERSPAN && !(flags & 0x1000)) { /* type I has neither sequence nor header */
		walk->type = TYPE_ETHERNET;
		return SIPSONDE_TUNNEL_erspan;
	}
	if (walk->type == TYPE_ERSPAN || walk->type == TYPE_ERSPAN_III)
		return take_erspan(text, walk);
	return SIPSONDE_TUNNEL_gre;
}

/* IP in IP (RFC 2003, RFC 2473), of which IPv6 in IPv4 has a name of its own (RFC 4213). */
static __always_inline __u8 take_ip_in_ip(struct tunnel_walk *walk, __u8 protocol)
{
	__u8 is_six_in_four = protocol == 41 && walk->type == TYPE_IPV4;

	walk->type = protocol == 4 ? TYPE_IPV4 : TYPE_IPV6;
	return is_six_in_four ? SIPSONDE_TUNNEL_six_in_four : SIPSONDE_TUNNEL_ipip;
}

/* ---- behind UDP ---- */

/* The flag I and a network identifier, all else zero (RFC 7348 section 5). */
static __always_inline __u8 take_vxlan(const struct text *text, struct tunnel_walk *walk)
{
	if (!holds(walk, 8) || next_u16(text, walk, 0) != 0x0800 || next_u16(text, walk, 2) ||
	    next_byte(text, walk, 7))
		return SIPSONDE_TUNNEL_none;
	advance(walk, 8);
	walk->type = TYPE_ETHERNET;
	return SIPSONDE_TUNNEL_vxlan;
}

/* Version 0, no control packet, reserved bits zero; options in words (RFC 8926 section 3.4). */
static __always_inline __u8 take_geneve(const struct text *text, struct tunnel_walk *walk)
{
	__u32 header;

	if (!holds(walk, 8) || next_byte(text, walk, 0) >> 6 || next_byte(text, walk, 1) & 0xbf ||
	    next_byte(text, walk, 7))
		return SIPSONDE_TUNNEL_none;
	header = 8 + 4 * (next_byte(text, walk, 0) & 0x3fu);
	walk->type = next_u16(text, walk, 2);
	if (!holds(walk, header))
		return SIPSONDE_TUNNEL_none;
	advance(walk, header);
	return SIPSONDE_TUNNEL_geneve;
}

/* Extension headers behind the sequence number; each ends with the type of the next (TS 29.281 section 5.2).
 */
static __always_inline int take_gtp_extensions(const struct text *text, struct tunnel_walk *walk, __u8 next)
{
	for (int i = 0; i < GTP_EXTENSIONS_MAX; i++) {
		__u32 length;

		if (!next)
			return 1;
		length = holds(walk, 4) ? 4u * next_byte(text, walk, 0) : 0;
		if (!length || !holds(walk, length))
			return 0;
		next = next_byte(text, walk, length - 1);
		advance(walk, length);
	}
	return !next;
}

/* Version 1, protocol type GTP, a G-PDU that fills its datagram (TS 29.281 section 5.1). */
static __always_inline __u8 take_gtp(const struct text *text, struct tunnel_walk *walk)
{
	__u8 flags, next;

	if (!holds(walk, 8))
		return SIPSONDE_TUNNEL_none;
	flags = next_byte(text, walk, 0);
	if ((flags & 0xf8) != 0x30 || next_byte(text, walk, 1) != 255 ||
	    next_u16(text, walk, 2) != walk->room - 8)
		return SIPSONDE_TUNNEL_none;
	advance(walk, 8);
	if (flags & 7) {
		if (!holds(walk, 4))
			return SIPSONDE_TUNNEL_none;
		next = flags & 4 ? next_byte(text, walk, 3) : 0;
		advance(walk, 4);
		if (!take_gtp_extensions(text, walk, next))
			return SIPSONDE_TUNNEL_none;
	}
	take_type_of_version(text, walk);
	return SIPSONDE_TUNNEL_gtp_u;
}

/* Version 1, a packet received or to be sent, Ethernet; tags up to that which ends them. */
static __always_inline __u8 take_tzsp(const struct text *text, struct tunnel_walk *walk)
{
	if (!holds(walk, 5) || next_byte(text, walk, 0) != 1 || next_byte(text, walk, 1) > 1 ||
	    next_u16(text, walk, 2) != 1)
		return SIPSONDE_TUNNEL_none;
	advance(walk, 4);
	for (int i = 0; i < TZSP_TAGS_MAX; i++) {
		__u8 tag = next_byte(text, walk, 0);
		__u32 has_length =
			(1u - tag) >> 31; /* padding and the end have none; no branch for each tag */
		__u32 size = 1 + has_length * (1u + next_byte(text, walk, 1));

		if (!holds(walk, size))
			return SIPSONDE_TUNNEL_none;
		advance(walk, size);
		if (tag == 1) {
			walk->type = TYPE_ETHERNET;
			return SIPSONDE_TUNNEL_tzsp;
		}
	}
	return SIPSONDE_TUNNEL_none;
}

#endif
