/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One sample in a worker's ring: this head, then payload_len bytes. Written by bpf/emit.bpf.h, read by
 * userspace/ring/. All numbers are in host byte order. */
#ifndef SIPSONDE_EVENT_H
#define SIPSONDE_EVENT_H

#include <linux/types.h>
#ifdef __cplusplus
#include <type_traits>
#endif

#include "sipsonde/protocol.h"

enum sipsonde_judgement {
	SIPSONDE_JUDGED_request = 0,
	SIPSONDE_JUDGED_response = 1,
	SIPSONDE_JUDGED_malformed = 2, /* event.reason: enum sipsonde_malformed */
};

enum {
	SIPSONDE_EVENT_RETRANSMISSION = 1, /* the kernel had seen this transaction and code before */
	SIPSONDE_EVENT_DEFERRED = 2,	   /* a bound was hit; event.reason: enum sipsonde_deferred */
	SIPSONDE_EVENT_TRUNCATED = 4,	   /* fewer bytes than the datagram had on the wire */
};

enum { SIPSONDE_PAYLOAD_MAX = 65536 };

struct sipsonde_event {
	__u64 time_ns; /* CLOCK_MONOTONIC at the hook; in a replay the capture's clock, unix epoch */
	__u32 payload_len;
	__u32 wire_len;	 /* > payload_len when the capture was cut */
	__u32 call_hash; /* of the Call-ID; 0 when the kernel did not find it */
	__u32 ifindex;
	__u16 src_port;
	__u16 dst_port;
	__u16 vlan_id; /* outer VLAN, 0: none */
	__u16 code;    /* of a response */
	__u8 kind;     /* enum sipsonde_kind; a fragment's payload begins at its IP header, those of stream,
			  segment and rtcp with a note */
	__u8 flow;     /* enum sipsonde_flow */
	__u8 transport;
	__u8 path;
	__u8 method; /* enum sipsonde_method; of a response the CSeq's */
	__u8 judgement;
	__u8 reason;
	__u8 flags;
	__u8 src_addr[16]; /* IPv4 is v4-mapped, RFC 4291 section 2.5.5.2 */
	__u8 dst_addr[16];
	__u8 tunnel[SIPSONDE_TUNNELS_DEEP]; /* enum sipsonde_tunnel, the outermost first; 0: no more of them
					     */
	__u8 reserved[5];
};

/* Payload of a sample of kind `stream`; the head says between whom, and head.flow which way. */
struct sipsonde_stream_note {
	__u64 key; /* of slot; another by now: the stream gave way */
	__u64 first_ns;
	__u32 slot;
	__u32 ssrc;
	__u32 timestamp; /* RTP, of the packet that this is about */
	__u16 sequence;
	__u8 news; /* enum sipsonde_stream_news */
	__u8 payload_type;
	__u8 codec;	   /* as in struct sipsonde_stream */
	__u8 codec_before; /* of codec_changed */
	__u8 event;	   /* RFC 4733 section 2.3, of telephone_event */
	__u8 event_end;	   /* its E bit */
	__u16 event_duration;
	__u8 has_call; /* head.call_hash is a call's, else of the two addresses */
	__u8 reserved;
};

/* TCP's flags as they stand in its header (RFC 9293 section 3.1). */
enum {
	SIPSONDE_TCP_FIN = 1,
	SIPSONDE_TCP_SYN = 2,
	SIPSONDE_TCP_RST = 4,
	SIPSONDE_TCP_ACK = 16,
};

/* Before a segment's data in the payload of a sample of kind `segment`; a GRO or GSO buffer is one segment.
 * The head's call_hash is of the two addresses, so that both ways of a connection come to one worker; its
 * wire_len counts the data alone. */
struct sipsonde_segment_note {
	__u64 flow_key; /* of tcp_flows[flow_slot]; another by now: the flow gave way */
	__u32 flow_slot;
	__u32 sequence; /* of the first byte of data, or of SYN */
	__u8 flags;
	__u8 judgement; /* enum sipsonde_flow_judgement */
	__u8 reserved[6];
};

enum { SIPSONDE_RTCP_BLOCKS = 4 };

/* Before the RTCP packet in the payload of a sample of kind `rtcp`. */
struct sipsonde_rtcp_note {
	__u32 round_trip_us[SIPSONDE_RTCP_BLOCKS]; /* of the first report blocks in order: from here to who
						      sent this and back; 0: unknown */
};

#ifdef __cplusplus
static_assert(sizeof(sipsonde_stream_note) == 40 && sizeof(sipsonde_rtcp_note) == 16);
static_assert(std::has_unique_object_representations_v<sipsonde_stream_note>);
static_assert(sizeof(sipsonde_segment_note) == 24 &&
	      std::has_unique_object_representations_v<sipsonde_segment_note>);
static_assert(sizeof(sipsonde_event) == 80);
static_assert(std::has_unique_object_representations_v<sipsonde_event>, "padding would leak kernel bytes");
#else
_Static_assert(sizeof(struct sipsonde_event) == 80, "the ring's layout is fixed");
#endif

#endif
