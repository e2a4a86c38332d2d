/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * TCP. A connection is judged once, by its ports or by the segments that it begins with; those of SIP and of
 * what may become SIP go to the agent, which puts them in order. A segment of any other costs one look into
 * the table.
 */
#ifndef SIPSONDE_TCP_BPF_H
#define SIPSONDE_TCP_BPF_H

#include "context.bpf.h"
#include "parse/classify.h"
#include "sip.bpf.h"

enum {
	TCP_FLOW_PROBES = 8,
	TCP_FLOW_PROBES_AT_ONCE = 4,	/* of them share a cache line */
	TCP_FLOW_LOOKS = 4,		/* segments that said nothing, and a connection is something else's */
	TCP_FRESH_TICKS = 120 * 976563, /* 120 s: keep-alives come as often (RFC 5626 section 4.4.1) */
	OPENING_MAX = 1024,		/* of a segment, to judge its start line */
	SEGMENT_NOTE = sizeof(struct sipsonde_segment_note),
	SEGMENT_SIGNALS = SIPSONDE_TCP_SYN | SIPSONDE_TCP_FIN | SIPSONDE_TCP_RST,
};

#define NO_PLACE 0x80000000U
#define WORTH_OF_JUDGEMENTS                                                                                  \
	(1ULL << 2 * SIPSONDE_FLOW_JUDGED_candidate | 2ULL << 2 * SIPSONDE_FLOW_JUDGED_sip)

/* ---- the table ---- */

static __always_inline __u64 hash_end(const __u32 *address, __u16 port)
{
	__u64 hash = mix(knobs.hash_seed, (__u64)address[0] << 32 | address[1]);

	return mix(mix(hash, (__u64)address[2] << 32 | address[3]), port);
}

/* The same for both ways of a connection. */
static __always_inline __u64 tcp_flow_key(const struct packet *packet)
{
	__u64 key =
		hash_end(packet->src_addr, packet->src_port) + hash_end(packet->dst_addr, packet->dst_port);

	return key ? key : 1;
}

/* The n-th place of a key. All eight lie in two cache lines that are neighbours. */
static __always_inline __u32 flow_place(__u64 key, __u64 n)
{
	return (__u32)(key >> 32 ^ n) & (knobs.tcp_flow_slots - 1);
}

static __always_inline int carries_sip(__u8 judgement)
{
	return judgement == SIPSONDE_FLOW_JUDGED_sip || judgement == SIPSONDE_FLOW_JUDGED_candidate;
}

/* The largest gives way: a free place, then what is no SIP or was silent for long, a candidate, SIP; of
 * equals the one that was silent longest. Arithmetic instead of branches: eight times four of them are many
 * paths. */
static __always_inline __u64 readiness_to_go(const struct sipsonde_tcp_flow *flow, __u32 time)
{
	__u32 silence = time - flow->last_time;
	__u64 is_free = (~flow->key & (flow->key - 1)) >> 63;
	__u64 is_fresh = ((__u64)silence - TCP_FRESH_TICKS) >> 63;
	__u64 worth = WORTH_OF_JUDGEMENTS >> 2 * (flow->judgement & 3) & 3;

	return is_free << 34 | (2 - worth * is_fresh) << 32 | silence;
}

/* Takes a place for the connection. Returns 0 when another CPU was faster. */
static __always_inline int claim_flow(struct sipsonde_tcp_flow *flow, __u64 key, __u32 time)
{
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());
	__u64 before = flow->key;

	if (!counters)
		return 0;
	if (__sync_val_compare_and_swap(&flow->key, before, key) != before)
		return 0;
	if (!before)
		count(&counters->occupied[SIPSONDE_TABLE_tcp_flows], 1);
	else if (carries_sip(flow->judgement) && time - flow->last_time < TCP_FRESH_TICKS)
		count(&counters->evictions[SIPSONDE_TABLE_tcp_flows], 1);
	return 1;
}

/* Where the connection is, or else with NO_PLACE the place that it may take. */
STEP __u32 step_find_flow(__u64 key, __u32 time)
{
	__u64 readiest = 0;

	for (__u32 i = 0; i < TCP_FLOW_PROBES; i++) {
		__u32 place = flow_place(key, i);
		const struct sipsonde_tcp_flow *flow = bpf_map_lookup_elem(&tcp_flows, &place);
		__s64 more;

		if (!flow)
			return NO_PLACE;
		if (flow->key == key)
			return place;
		/* of equals the nearer, which is_of_other() finds sooner */
		more = (__s64)((readiness_to_go(flow, time) << 3 | (TCP_FLOW_PROBES - 1 - i)) - readiest);
		asm volatile("" : "+r"(more));
		readiest += (__u64)(more & ~(more >> 63)); /* the larger of the two, without a branch */
	}
	return flow_place(key, ~readiest & (TCP_FLOW_PROBES - 1)) | NO_PLACE;
}

/* The place of the segment's connection, which is new or begins anew when a SYN says so; NO_PLACE when it has
 * none. */
STEP __u32 step_place_flow(const struct packet *packet, __u64 key, __u32 time)
{
	__u32 found = step_find_flow(key, time), place = found & ~NO_PLACE;
	struct sipsonde_tcp_flow *flow = bpf_map_lookup_elem(&tcp_flows, &place);
	int may_be_read;

	if (!packet || !flow)
		return NO_PLACE;
	may_be_read = has_sip_port(packet);
	if (found & NO_PLACE) {
		/* What has no data and no port of SIP leaves no trace: a scan of ports fills no table. */
		if (!packet->payload_length && !may_be_read)
			return NO_PLACE;
		if (!claim_flow(flow, key, time))
			return NO_PLACE;
	} else if (!(packet->tcp_flags & SIPSONDE_TCP_SYN)) {
		return place;
	} else if (carries_sip(flow->judgement)) { /* the agent hears that it begins anew */
		may_be_read = 1;
	}
	flow->judgement = may_be_read ? SIPSONDE_FLOW_JUDGED_candidate : SIPSONDE_FLOW_JUDGED_unjudged;
	flow->looked = 0;
	return place;
}

/* ---- judging ---- */

/* Whether what is no start line may become one with the next segment: a method and a SIP URI. */
static __always_inline int begins_start_line(const struct scratch *scratch)
{
	const struct sip_scan *scan = &scratch->scan;
	__u64 target = lower_case(word_at(&scratch->text, scan->first_space + 1));

	return scan->method_length && scan->first_space == scan->method_length &&
	       leading_bytes(target, 3) == ASCII8('s', 'i', 'p', 0, 0, 0, 0, 0);
}

/* What the beginning of a segment says; it lies in the scratch. */
static __always_inline __u8 judge_opening(struct scratch *scratch, __u32 slot)
{
	__u32 length = scratch->head.payload_len;
	__u64 word;

	begin_scan(scratch);
	word = word_at(&scratch->text, 0);
	if ((__u32)word == 0x20544547) /* "GET ": HTTP, which may be upgraded (RFC 7118) */
		return SIPSONDE_FLOW_JUDGED_candidate;
	if (opens_text(word)) {
		int is_sip = step_start_line(slot);

		if (is_sip && !scratch->scan.malformed && !scratch->scan.deferred)
			return SIPSONDE_FLOW_JUDGED_sip;
		if (is_sip || begins_start_line(scratch))
			return SIPSONDE_FLOW_JUDGED_candidate;
	}
	if (length <= 4 && (word & 0xffff) == 0x0a0d) /* a keep-alive says nothing (RFC 5626 section 4.4.1) */
		return SIPSONDE_FLOW_JUDGED_unjudged;
	return SIPSONDE_FLOW_JUDGED_other;
}

STEP int step_judge_flow(__u32 slot, __u32 place)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_tcp_flow *flow = bpf_map_lookup_elem(&tcp_flows, &place);
	__u8 judgement;

	if (!scratch || !flow)
		return 0;
	judgement = judge_opening(scratch, slot);
	if (judgement == SIPSONDE_FLOW_JUDGED_other && ++flow->looked < TCP_FLOW_LOOKS)
		judgement = SIPSONDE_FLOW_JUDGED_unjudged;
	flow->judgement = judgement;
	return 0;
}

/* ---- one segment ---- */

/* What of the data is not there, cut by a capture or by our bound, shows in head.wire_len. */
static __always_inline void hand_over(void *ctx, enum hook hook, struct scratch *scratch,
				      const struct packet *packet, const struct sipsonde_tcp_flow *flow,
				      __u32 place)
{
	struct sipsonde_segment_note *note = (struct sipsonde_segment_note *)scratch->text.bytes;
	__u32 length = packet->payload_length;

	scratch->head.flags = 0;
	scratch->head.transport = SIPSONDE_TRANSPORT_tcp;
	scratch->head.call_hash = (__u32)(flow->key >> 32);
	if (length > TEXT_MAX - SEGMENT_NOTE - 1)
		length = TEXT_MAX - SEGMENT_NOTE - 1;
	if (copy_behind(ctx, hook, scratch, SEGMENT_NOTE, packet->payload_offset, length))
		scratch->head.payload_len = SEGMENT_NOTE;
	scratch->head.wire_len = packet->payload_length;
	if (scratch->head.payload_len < SEGMENT_NOTE + packet->payload_length)
		scratch->head.flags |= SIPSONDE_EVENT_TRUNCATED;
	__builtin_memset(note, 0, sizeof(*note));
	note->flow_key = flow->key;
	note->flow_slot = place;
	note->sequence = packet->sequence;
	note->flags = packet->tcp_flags;
	note->judgement = flow->judgement;
	emit(scratch, 1);
}

/* A segment whose connection is not known to be something else's. */
static __always_inline int take_segment(void *ctx, enum hook hook, const struct packet *packet,
					const struct sight *sight, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_tcp_flow *flow;
	__u32 place, time, length;
	__u64 now = now_ns();

	if (!packet || !sight || !scratch)
		return 0;
	time = (__u32)(now >> SIPSONDE_STREAM_TICK_SHIFT);
	place = step_place_flow(packet, tcp_flow_key(packet), time);
	flow = bpf_map_lookup_elem(&tcp_flows, &place);
	if (!flow || flow->judgement == SIPSONDE_FLOW_JUDGED_other)
		return 0;
	flow->last_time = time;
	fill_head(scratch, packet, sight, SIPSONDE_KIND_segment, now);
	if (flow->judgement == SIPSONDE_FLOW_JUDGED_unjudged) {
		length = packet->payload_length < OPENING_MAX ? packet->payload_length : OPENING_MAX;
		if (!copy_text(ctx, hook, scratch, packet->payload_offset, length))
			step_judge_flow(slot, place);
	}
	if (carries_sip(flow->judgement))
		hand_over(ctx, hook, scratch, packet, flow, place);
	return 0;
}

STEP int step_take_segment_xdp(struct xdp_md *ctx, const struct packet *packet, const struct sight *sight,
			       __u32 slot)
{
	return take_segment(ctx, HOOK_XDP, packet, sight, slot);
}

STEP int step_take_segment_tc(struct __sk_buff *ctx, const struct packet *packet, const struct sight *sight,
			      __u32 slot)
{
	return take_segment(ctx, HOOK_TC_INGRESS, packet, sight, slot);
}

/* Whether its connection was judged to be no SIP: in line, without a call and without a clock, for this is
 * all that most TCP costs. */
static __always_inline int is_of_other(const struct packet *packet)
{
	__u64 key;

	if (packet->tcp_flags & SIPSONDE_TCP_SYN)
		return 0;
	key = tcp_flow_key(packet);
	for (__u32 i = 0; i < TCP_FLOW_PROBES_AT_ONCE; i++) {
		__u32 place = flow_place(key, i);
		const struct sipsonde_tcp_flow *flow = bpf_map_lookup_elem(&tcp_flows, &place);

		if (!flow)
			return 0;
		if (flow->key == key)
			return flow->judgement == SIPSONDE_FLOW_JUDGED_other;
	}
	return 0;
}

static __always_inline void watch_segment(void *ctx, enum hook hook, const struct packet *packet,
					  const struct sight *sight)
{
	if (!packet->payload_length && !(packet->tcp_flags & SEGMENT_SIGNALS))
		return;
	if (!may_be_sip(packet) || is_of_other(packet))
		return;
	if (hook == HOOK_XDP)
		step_take_segment_xdp(ctx, packet, sight, slot_of_hook(hook));
	else
		step_take_segment_tc(ctx, packet, sight, slot_of_hook(hook));
}

#endif
