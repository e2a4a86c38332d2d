/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the payload of a datagram is, by its first twelve bytes. SIP text is tested first: its letters fall
 * into the range that RFC 9443 gives to TURN channels and QUIC.
 */
#ifndef SIPSONDE_PARSE_CLASSIFY_H
#define SIPSONDE_PARSE_CLASSIFY_H

#include "parse/packet.h"
#include "sipsonde/protocol.h"

enum content {
	CONTENT_OTHER,
	CONTENT_TEXT, /* may be SIP: the start line decides */
	CONTENT_RTP,  /* version 2: a stream's history decides */
	CONTENT_RTCP,
	CONTENT_RTCP_BY_SDP, /* may be RTCP: where an SDP named the address it is */
	CONTENT_DTLS,
	CONTENT_STUN,
};

/* Every byte is printable ASCII and the first may begin a token (RFC 3261 section 25.1). */
static __always_inline int opens_text(__u64 word)
{
	if (word & EACH_BYTE(0x80))
		return 0;
	if ((((word | EACH_BYTE(0x80)) - EACH_BYTE(0x20)) & EACH_BYTE(0x80)) != EACH_BYTE(0x80))
		return 0;
	return is_token_byte((__u8)word);
}

static __always_inline enum content classify_rtcp(__u64 word, __u32 length)
{
	__u8 type = (__u8)(word >> 8);
	__u32 first_length = 4 * ((((__u32)(word >> 16) & 0xff) << 8 | ((__u32)(word >> 24) & 0xff)) + 1);

	/* RFC 3550 A.2; one of reduced size (RFC 5506) begins with another type and fills the datagram, or others
	 * follow it, or what SRTCP adds. */
	if (first_length > length)
		return CONTENT_OTHER;
	if (type == 200 || type == 201)
		return word & 0x20 ? CONTENT_OTHER : CONTENT_RTCP;
	if (type < 202 || type > 207)
		return CONTENT_OTHER;
	return first_length == length ? CONTENT_RTCP : CONTENT_RTCP_BY_SDP;
}

/* `length` is the payload's on the wire; bytes behind its end are zero in `opening`. */
static __always_inline enum content classify_payload(const struct opening *opening, __u32 length)
{
	__u64 word = opening->first;
	__u8 byte = (__u8)word;
	__u8 second = (__u8)(word >> 8);

	if (length >= 8 ? opens_text(word) : (length >= 4 && (__u32)lower_case(word) == 0x2f706973))
		return CONTENT_TEXT; /* or no more than "SIP/" and a little */
	if (byte >> 6 == 2 && second >= 192 && second <= 223) /* a report of nothing and a BYE have 8 bytes */
		return length < 8 ? CONTENT_OTHER : classify_rtcp(word, length);
	if (length < 12)
		return CONTENT_OTHER;
	if (byte >> 6 == 2)
		return CONTENT_RTP;
	if (byte <= 3) { /* RFC 8489: magic cookie, length in words and all of the datagram */
		__u32 body = ((__u32)(word >> 16) & 0xff) << 8 | ((__u32)(word >> 24) & 0xff);

		return (word >> 32 == 0x42a41221 && body % 4 == 0 && body + 20 <= length) ? CONTENT_STUN
											  : CONTENT_OTHER;
	}
	if (byte >= 20 && byte <= 26) /* RFC 9147: plain records say DTLS 1.0 or 1.2 */
		return second == 0xfe && ((word >> 16 & 0xff) == 0xff || (word >> 16 & 0xff) == 0xfd)
			       ? CONTENT_DTLS
			       : CONTENT_OTHER;
	return CONTENT_OTHER;
}

#endif
