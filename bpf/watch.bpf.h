/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The story of a packet: where it lies, what it is, who shall hear of it. One source for XDP and tc. */
#ifndef SIPSONDE_WATCH_BPF_H
#define SIPSONDE_WATCH_BPF_H

#include <linux/pkt_cls.h>

#include "parse/classify.h"
#include "context.bpf.h"
#include "sip.bpf.h"
#include "control.bpf.h"
#include "duplicates.bpf.h"
#include "quic.bpf.h"
#include "rtcp.bpf.h"
#include "streams.bpf.h"
#include "tcp.bpf.h"
#include "tunnels.bpf.h"

/* ---- one datagram ---- */

static __always_inline __u8 watch_sip_datagram(void *ctx, enum hook hook, __u32 slot,
					       const struct packet *packet, const struct sight *sight)
{
	struct scratch *scratch = scratch_of(slot);

	if (!scratch)
		return SIPSONDE_VERDICT_other;
	fill_head(scratch, packet, sight, SIPSONDE_KIND_sip, now_ns());
	if (copy_text(ctx, hook, scratch, packet->payload_offset, packet->payload_length))
		return SIPSONDE_VERDICT_other;
	if (!step_text(slot)) {
		if (packet->payload_length < CONTROL_MAX)
			step_control(slot, packet);
		return SIPSONDE_VERDICT_other;
	}
	emit(scratch, 1);
	return SIPSONDE_VERDICT_sip;
}

static __always_inline __u8 watch_rtp(void *ctx, enum hook hook, __u32 slot, struct packet *packet,
				      struct sight *sight)
{
	packet->event = 0;
	if (packet->payload_length == TELEPHONE_EVENT_LENGTH)
		load_bytes(ctx, hook, packet->payload_offset + RTP_HEADER, &packet->event,
			   sizeof(packet->event));
	return (__u8)step_rtp(packet, sight, slot);
}

static __always_inline void watch_rtcp(void *ctx, enum hook hook, __u32 slot, const struct packet *packet,
				       const struct sight *sight)
{
	struct scratch *scratch = scratch_of(slot);
	__u32 length = packet->payload_length;

	if (!scratch)
		return;
	fill_head(scratch, packet, sight, SIPSONDE_KIND_rtcp, now_ns());
	if (length > RTCP_MAX - RTCP_NOTE)
		length = RTCP_MAX - RTCP_NOTE;
	if (copy_behind(ctx, hook, scratch, RTCP_NOTE, packet->payload_offset, length))
		return;
	step_rtcp(slot);
	route_media(scratch, packet);
	emit(scratch, 1);
}

static __always_inline int is_at_endpoint(__u32 slot, const struct packet *packet)
{
	struct scratch *scratch = scratch_of(slot);

	return scratch && endpoint_of(scratch, packet);
}

enum { ACKNOWLEDGEMENT_MAX = 64 };

/* Whether this datagram has a part in a handshake: handshake, change of cipher, alert, or ciphertext of the
 * handshake's epoch; of the epoch after it an acknowledgement (RFC 9147 sections 4 and 7). Application data
 * has none. */
static __always_inline int belongs_to_handshake(const struct packet *packet)
{
	__u8 type = (__u8)packet->opening.first;

	if (type >> 5 == 1)
		return (type & 3) == 2 || packet->payload_length <= ACKNOWLEDGEMENT_MAX;
	return type != 23 && type != 24;
}

/* All of a handshake goes to one worker, by the two addresses: it may begin before the SDP that names them
 * was read.
 */
static __always_inline void watch_dtls(void *ctx, enum hook hook, __u32 slot, const struct packet *packet,
				       const struct sight *sight)
{
	struct scratch *scratch = scratch_of(slot);

	if (!scratch || !belongs_to_handshake(packet))
		return;
	fill_head(scratch, packet, sight, SIPSONDE_KIND_dtls, now_ns());
	if (copy_text(ctx, hook, scratch, packet->payload_offset, packet->payload_length))
		return;
	scratch->head.call_hash = pair_hash(packet);
	emit(scratch, 1);
}

/* QUIC is only timed. Ciphertext of DTLS 1.3 begins with 001CSLEE and looks like anything: it is believed
 * where an SDP named the address (RFC 9147 section 4). */
static __always_inline __u8 watch_unnamed(void *ctx, enum hook hook, __u32 slot, struct packet *packet,
					  struct sight *sight)
{
	struct scratch *scratch = scratch_of(slot);

	watch_quic(packet);
	if (((__u8)packet->opening.first & 0xf2) != 0x22 || packet->payload_length < RTP_HEADER || !scratch ||
	    !endpoint_of(scratch, packet))
		return SIPSONDE_VERDICT_other;
	watch_dtls(ctx, hook, slot, packet, sight);
	return SIPSONDE_VERDICT_dtls;
}

static __always_inline __u8 watch_datagram(void *ctx, enum hook hook, __u32 slot, struct packet *packet,
					   struct sight *sight)
{
	switch (classify_payload(&packet->opening, packet->payload_length)) {
	case CONTENT_TEXT:
		return may_be_sip(packet) ? watch_sip_datagram(ctx, hook, slot, packet, sight)
					  : (__u8)SIPSONDE_VERDICT_other;
	case CONTENT_RTP:
		return watch_rtp(ctx, hook, slot, packet, sight);
	case CONTENT_RTCP_BY_SDP:
		if (!is_at_endpoint(slot, packet))
			return SIPSONDE_VERDICT_other;
		__attribute__((fallthrough));
	case CONTENT_RTCP:
		watch_rtcp(ctx, hook, slot, packet, sight);
		return SIPSONDE_VERDICT_rtcp;
	case CONTENT_DTLS:
		watch_dtls(ctx, hook, slot, packet, sight);
		return SIPSONDE_VERDICT_dtls;
	case CONTENT_STUN:
		return SIPSONDE_VERDICT_stun;
	default:
		return watch_unnamed(ctx, hook, slot, packet, sight);
	}
}

/* The first twelve bytes: as the parser met them, or by way of a copy where they are fewer or do not lie in
 * linear memory. */
static __always_inline void load_opening(void *ctx, enum hook hook, struct packet *packet)
{
	__u32 frame = frame_length(ctx, hook), length = packet->payload_length;
	struct opening opening = {};

	if (packet->payload_offset < frame) {
		if (length > frame - packet->payload_offset)
			length = frame - packet->payload_offset;
		if (length >= 12)
			load_bytes(ctx, hook, packet->payload_offset, &opening, 12);
		else if (length >= 8)
			load_bytes(ctx, hook, packet->payload_offset, &opening, 8);
		else if (length >= 4)
			load_bytes(ctx, hook, packet->payload_offset, &opening, 4);
	}
	packet->opening = opening;
}

static __always_inline void read_opening(void *ctx, enum hook hook, struct packet *packet)
{
	if (!packet->has_opening || packet->payload_length < 12)
		load_opening(ctx, hook, packet);
}

/* ---- fragments ---- */

static __always_inline __u64 fragment_key(const struct packet *packet, __u32 ifindex)
{
	__u64 key = knobs.hash_seed;

	key = mix(key, (__u64)packet->src_addr[0] << 32 | packet->src_addr[1]);
	key = mix(key, (__u64)packet->src_addr[2] << 32 | packet->src_addr[3]);
	key = mix(key, (__u64)packet->dst_addr[0] << 32 | packet->dst_addr[1]);
	key = mix(key, (__u64)packet->dst_addr[2] << 32 | packet->dst_addr[3]);
	key = mix(key, (__u64)ifindex << 32 | packet->fragment_id);
	return key ? key : 1;
}

enum { LATE_PARTS_A_SECOND = 2000, FRAGMENT_LIFETIME_SECONDS = 30, FRAGMENT_PROBES = 4 };

#define SECOND_NS 1000000000ULL

/* A later part whose first was not seen may have overtaken it: some of them are handed over, for who floods
 * us with such parts shall not fill the ring. */
static __always_inline int admit_late_part(struct scratch *scratch, __u64 now)
{
	if (now - scratch->late_window_ns >= SECOND_NS) {
		scratch->late_window_ns = now;
		scratch->late_count = 0;
	}
	return scratch->late_count++ < LATE_PARTS_A_SECOND;
}

/* Whether the first part holds the beginning of SIP; the text and head are in the scratch. */
static __always_inline int opens_sip(void *ctx, enum hook hook, __u32 slot, struct scratch *scratch,
				     const struct packet *packet)
{
	if (!packet->is_udp || !may_be_sip(packet))
		return 0;
	if (copy_text(ctx, hook, scratch, packet->payload_offset, packet->payload_length))
		return 0;
	if (!opens_text(word_at(&scratch->text, 0)))
		return 0;
	begin_scan(scratch);
	return step_start_line(slot);
}

/* The datagram's place, or the oldest of those where it may stand. */
static __always_inline struct sipsonde_fragment_key *find_fragment(__u64 key)
{
	struct sipsonde_fragment_key *oldest = 0, *entry;

	for (__u32 i = 0; i < FRAGMENT_PROBES; i++) {
		__u32 index = ((__u32)(key >> 32) + i) & (knobs.fragment_slots - 1);

		entry = bpf_map_lookup_elem(&fragment_keys, &index);
		if (!entry)
			return 0;
		if (entry->key == key)
			return entry;
		if (!oldest || entry->time_ns < oldest->time_ns)
			oldest = entry;
	}
	return oldest;
}

/* The first part of a datagram decides for the others, which have no ports. */
static __always_inline int belongs_to_sip(void *ctx, enum hook hook, __u32 slot, struct scratch *scratch,
					  const struct packet *packet, __u64 key)
{
	struct sipsonde_fragment_key *entry = find_fragment(key);
	__u64 now = scratch->head.time_ns;
	struct sipsonde_counters *counters = counters_of(scratch->shard);
	int known;

	if (!entry)
		return 0;
	known = entry->key == key && now - entry->time_ns < FRAGMENT_LIFETIME_SECONDS * SECOND_NS;
	if (packet->fragment == FRAGMENT_LATER)
		return known ? entry->is_sip : (__u32)admit_late_part(scratch, now);
	if (counters && entry->key && !known && entry->is_sip && now - entry->time_ns < SECOND_NS / 10)
		count(&counters->evictions[SIPSONDE_TABLE_fragments], 1);
	if (counters && !entry->key)
		count(&counters->occupied[SIPSONDE_TABLE_fragments], 1);
	entry->is_sip = (__u32)opens_sip(ctx, hook, slot, scratch, packet);
	entry->time_ns = now;
	entry->key = key;
	return entry->is_sip;
}

static __always_inline __u8 watch_fragment(void *ctx, enum hook hook, const struct packet *packet,
					   const struct sight *sight)
{
	__u32 slot = slot_of_hook(hook);
	struct scratch *scratch = scratch_of(slot);
	__u64 key = fragment_key(packet, sight->ifindex);

	if (!scratch)
		return SIPSONDE_VERDICT_other;
	fill_head(scratch, packet, sight, SIPSONDE_KIND_fragment, now_ns());
	if (!belongs_to_sip(ctx, hook, slot, scratch, packet, key))
		return SIPSONDE_VERDICT_other;
	scratch->head.flags = 0;
	scratch->head.call_hash = (__u32)(key >> 32);
	if (!copy_text(ctx, hook, scratch, packet->network_offset, packet->network_length))
		emit(scratch, 1);
	return SIPSONDE_VERDICT_fragment;
}

/* ---- a buffer of several datagrams (UDP GSO and GRO) ---- */

enum { SEGMENTS_MAX = 128 };

/* The datagram at `offset` of the buffer whose headers are in the scratch. */
STEP int step_segment(struct __sk_buff *ctx, __u32 slot, __u32 offset, __u32 length)
{
	struct scratch *scratch = scratch_of(slot);
	__u8 verdict;

	if (!scratch)
		return 0;
	scratch->packet.payload_offset = offset;
	scratch->packet.payload_length = length;
	load_opening(ctx, HOOK_TC_INGRESS, &scratch->packet);
	verdict = watch_datagram(ctx, HOOK_TC_INGRESS, slot, &scratch->packet, &scratch->sight);
	if (verdict != VERDICT_COUNTED)
		count_packets(scratch->sight.hook_label, scratch->sight.flow, verdict, 1);
	return 0;
}

static __always_inline void watch_segments(struct __sk_buff *ctx, __u32 slot, const struct packet *packet,
					   const struct sight *sight)
{
	struct scratch *scratch = scratch_of(slot);
	__u32 done = 0, length = packet->payload_length, segment_length = ctx->gso_size;
	__u32 begin = packet->payload_offset;

	if (!scratch)
		return;
	scratch->packet = *packet;
	scratch->sight = *sight;
	for (int i = 0; i < SEGMENTS_MAX && done < length; i++) {
		__u32 rest = length - done;

		step_segment(ctx, slot, begin + done, rest < segment_length ? rest : segment_length);
		done += segment_length;
	}
}

/* ---- the same packet in another way ---- */

static __always_inline int is_duplicate(void *ctx, enum hook hook, const struct packet *packet,
					const struct sight *sight)
{
	__u32 tunnel = packet->tunnel[0] | packet->tunnel[1] << 8 | packet->tunnel[2] << 16;
	__u64 opening[3] = {};
	__u16 identification = 0; /* of IPv6 its length */

	load_bytes(ctx, hook, packet->network_offset + 4, &identification, sizeof(identification));
	if (packet->is_udp && packet->payload_length >= 12)
		load_bytes(ctx, hook, packet->payload_offset - 8, opening, SIGHTING_OPENING);
	else if (packet->is_udp)
		load_bytes(ctx, hook, packet->payload_offset - 8, opening, 8);
	return was_seen_otherwise(sighting_key(packet, sight->ifindex, identification, opening), tunnel);
}

STEP int step_duplicate_xdp(struct xdp_md *ctx, struct packet *packet, struct sight *sight)
{
	return packet && sight && is_duplicate(ctx, HOOK_XDP, packet, sight);
}

STEP int step_duplicate_tc(struct __sk_buff *ctx, struct packet *packet, struct sight *sight)
{
	return packet && sight && is_duplicate(ctx, HOOK_TC_INGRESS, packet, sight);
}

/* What passed here before goes no further: there is nothing in it. */
static __always_inline void drop_duplicate(void *ctx, enum hook hook, struct packet *packet,
					   struct sight *sight)
{
	if (!packet->is_udp && !packet->fragment)
		return;
	if (hook == HOOK_XDP ? step_duplicate_xdp(ctx, packet, sight)
			     : step_duplicate_tc(ctx, packet, sight)) {
		packet->is_udp = 0;
		packet->fragment = FRAGMENT_NONE;
	}
}

/* ---- one frame ---- */

/* Headers that are rare, may be of a tunnel, or do not lie in linear memory are parsed from a copy. */
static __always_inline int copy_headers(void *ctx, enum hook hook, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	__u32 length = frame_length(ctx, hook);

	if (!scratch)
		return 0;
	__builtin_memset(&scratch->packet, 0, sizeof(scratch->packet));
	if (length > HEADERS_MAX)
		length = HEADERS_MAX;
	if (!is_size_below(&length, HEADERS_MAX + 1))
		return 0;
	if (load_bytes(ctx, hook, 0, scratch->text.bytes, length))
		return 0;
	begin_walk(&scratch->tunnel, length);
	return 1;
}

STEP int step_copy_headers_xdp(struct xdp_md *ctx, __u32 slot)
{
	return copy_headers(ctx, HOOK_XDP, slot);
}

STEP int step_copy_headers_tc(struct __sk_buff *ctx, __u32 slot)
{
	return copy_headers(ctx, HOOK_TC_INGRESS, slot);
}

static __always_inline void parse_again(void *ctx, enum hook hook, struct packet *packet)
{
	__u32 slot = slot_of_hook(hook);
	struct scratch *scratch = scratch_of(slot);

	if (!scratch)
		return;
	if (hook == HOOK_XDP ? step_copy_headers_xdp(ctx, slot) : step_copy_headers_tc(ctx, slot))
		unwrap(slot);
	*packet = scratch->packet;
}

static __always_inline void parse_frame(void *ctx, enum hook hook, struct packet *packet)
{
	struct cursor cursor = {.tunnels = knobs.tunnels};

	if (hook == HOOK_XDP) {
		cursor.base = (const __u8 *)(long)((struct xdp_md *)ctx)->data;
		cursor.end = (const __u8 *)(long)((struct xdp_md *)ctx)->data_end;
	} else {
		cursor.base = (const __u8 *)(long)((struct __sk_buff *)ctx)->data;
		cursor.end = (const __u8 *)(long)((struct __sk_buff *)ctx)->data_end;
	}
	parse_packet(&cursor, packet);
	if (cursor.again)
		parse_again(ctx, hook, packet);
	if (hook != HOOK_XDP && ((struct __sk_buff *)ctx)->vlan_present && !packet->vlan_id)
		packet->vlan_id = ((struct __sk_buff *)ctx)->vlan_tci & 0x0fff;
}

static __always_inline void watch_frame(void *ctx, enum hook hook)
{
	struct sight sight = sight_of(ctx, hook);
	__u8 verdict = SIPSONDE_VERDICT_other;
	struct packet storage = {}, *packet = &storage;
	__u32 segments = 1;

	/* Kept in memory: as separate values its members would be spilled at every branch of the parser. */
	asm volatile("" : "+r"(packet));
	if (hook != HOOK_XDP && ((struct __sk_buff *)ctx)->gso_segs > 1)
		segments = ((struct __sk_buff *)ctx)->gso_segs;
	parse_frame(ctx, hook, packet);
	apply_local_networks(packet, &sight);
	if (knobs.deduplicate)
		drop_duplicate(ctx, hook, packet, &sight);
	if (packet->fragment) {
		verdict = watch_fragment(ctx, hook, packet, &sight);
	} else if (packet->is_udp) {
		if (segments > 1) {
			watch_segments(ctx, slot_of_hook(hook), packet, &sight);
			return;
		}
		read_opening(ctx, hook, packet);
		verdict = watch_datagram(ctx, hook, slot_of_hook(hook), packet, &sight);
	} else if (packet->is_tcp) {
		watch_segment(ctx, hook, packet, &sight);
	}
	if (verdict != VERDICT_COUNTED)
		count_packets(sight.hook_label, sight.flow, verdict, segments);
}

/* ---- from the agent ---- */

static __always_inline void watch_handed_back(struct sipsonde_hand_back *message)
{
	__u32 slot = knobs.scratch_cpus * SLOTS_A_CPU + message->slot;
	struct scratch *scratch = scratch_of(slot);
	__u32 length = message->head.payload_len;

	message->accepted = 0;
	if (!scratch || message->slot >= SIPSONDE_HAND_BACK_SLOTS)
		return;
	scratch->head = message->head;
	scratch->shard = knobs.counter_shards + message->slot;
	if (!is_size_below(&length, TEXT_MAX))
		return;
	if (bpf_copy_from_user(scratch->text.bytes, length, (const void *)(long)message->payload))
		return;
	if (message->operation == SIPSONDE_HAND_BACK_EMIT) {
		message->accepted = (__u32)emit(scratch, 0);
		return;
	}
	message->accepted = (__u32)step_text(slot);
	message->head = scratch->head;
}

#endif
