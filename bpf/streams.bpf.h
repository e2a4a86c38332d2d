/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RTP streams, one entry each. What only looks like RTP is not counted as RTP: a stream is believed when an
 * SDP named its address, or after RFC 3550 A.1 probation.
 */
#ifndef SIPSONDE_STREAMS_BPF_H
#define SIPSONDE_STREAMS_BPF_H

#include "emit.bpf.h"
#include "endpoints.bpf.h"
#include "parse/rtp.h"

enum {
	STREAM_SLOTS_TRIED = 8,
	STREAM_FRESH_TICKS = 30 * 976563, /* 30 s: who gives way sooner is counted */
	STREAM_ASKS_EACH = 64,		  /* packets between two questions whose stream this is */
	STREAM_CHANGES_TOLD =
		32, /* of codec: a sender that changes with each packet shall not fill the ring */
	TELEPHONE_EVENT_LENGTH = RTP_HEADER + 4, /* RFC 4733 section 2.3 */
};

/* Multilinear, so universal: who does not know the factors cannot make two streams meet (Carter and Wegman).
 * No multiplication waits for another. */
static __always_inline __u64 stream_key(const struct packet *packet, __u32 ssrc, const struct sight *sight)
{
	const volatile __u64 *factors = knobs.stream_factors;
	__u64 key = factors[0] * ssrc;

	key += factors[1] * ((__u32)packet->src_port << 16 | packet->dst_port);
	key += factors[2] * (sight->ifindex << 1 | sight->flow); /* on `lo` each packet passes both ways */
	key += factors[3] * packet->src_addr[0] + factors[4] * packet->src_addr[1];
	key += factors[5] * packet->src_addr[2] + factors[6] * packet->src_addr[3];
	key += factors[7] * packet->dst_addr[0] + factors[8] * packet->dst_addr[1];
	key += factors[9] * packet->dst_addr[2] + factors[10] * packet->dst_addr[3];
	key ^= key >> 32; /* the upper half is the better one */
	return key ? key : 1;
}

/* ---- where a stream's entry is ---- */

/* The places of a key, one cache line of them. */
static __always_inline struct stream_places *places_of(__u64 key)
{
	__u32 index = (__u32)(key >> 32) & (knobs.stream_slots / STREAM_PLACES_A_LINE * 2 - 1);

	return bpf_map_lookup_elem(&stream_places, &index);
}

/* What stands above the slot's number in a place of this key; never 0, as a free place is. */
static __always_inline __u32 tag_of(__u64 key)
{
	return ((__u32)key | knobs.stream_slots) & ~(knobs.stream_slots - 1);
}

static __always_inline struct sipsonde_stream *stream_at(__u32 slot)
{
	return bpf_map_lookup_elem(&streams, &slot);
}

/* Whoever lies at `slot` is found no more. */
STEP int step_forget_stream(__u64 key, __u32 slot)
{
	struct stream_places *places = places_of(key);
	__u32 entry = tag_of(key) | slot;

	if (!places)
		return 0;
	for (__u32 i = 0; i < STREAM_PLACES_A_LINE; i++)
		if (places->place[i] == entry)
			__sync_val_compare_and_swap(&places->place[i], entry, 0);
	return 0;
}

static __always_inline int is_believed_and_fresh(const struct sipsonde_stream *stream, __u32 time)
{
	return stream->key && stream->codec && time - stream->last_time < STREAM_FRESH_TICKS;
}

/* A slot for a new stream: the next in turn, so that streams that live at one time lie side by side. Whoever
 * is there and still sends is passed by; of eight such the one that was silent longest goes. */
static __always_inline __u32 next_slot(__u32 time)
{
	__u32 longest = 0, chosen = 0;

	for (int i = 0; i < STREAM_SLOTS_TRIED; i++) {
		__u32 slot = (__u32)__sync_fetch_and_add(&stream_turn, 1) & (knobs.stream_slots - 1);
		struct sipsonde_stream *stream = stream_at(slot);

		if (!stream || !is_believed_and_fresh(stream, time))
			return slot;
		if (time - stream->last_time >= longest) {
			longest = time - stream->last_time;
			chosen = slot;
		}
	}
	return chosen;
}

/* Which of the places of a key is given to a new stream: a free one, else that of who was silent longest. */
STEP int step_choose_place(__u64 key, __u32 time)
{
	struct stream_places *places = places_of(key);
	__u32 longest = 0, chosen = 0;

	if (!places)
		return 0;
	for (__u32 i = 0; i < STREAM_PLACES_A_LINE; i++) {
		__u32 entry = places->place[i];
		struct sipsonde_stream *stream = stream_at(entry & (knobs.stream_slots - 1));
		__u32 silent;

		if (!entry || !stream)
			return (int)i;
		silent = stream->codec ? time - stream->last_time : ~0U;
		if (silent >= longest) {
			longest = silent;
			chosen = i;
		}
	}
	return (int)chosen;
}

/* Gives a new stream its entry, which is then zero but for its key. Returns its slot, or -1 when another CPU
 * was quicker. */
STEP int step_claim_stream(__u64 key, __u32 time)
{
	struct stream_places *places = places_of(key);
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());
	__u32 place = (__u32)step_choose_place(key, time) & (STREAM_PLACES_A_LINE - 1), slot, entry;
	struct sipsonde_stream *stream;
	__u64 before;

	if (!places || !counters)
		return -1;
	entry = places->place[place];
	slot = entry ? entry & (knobs.stream_slots - 1) : next_slot(time);
	stream = stream_at(slot);
	if (!stream)
		return -1;
	before = stream->key;
	if (is_believed_and_fresh(stream, time))
		count(&counters->evictions[SIPSONDE_TABLE_streams], 1);
	if (before && !entry)
		step_forget_stream(before, slot);
	if (__sync_val_compare_and_swap(&stream->key, before, key) != before)
		return -1;
	stream->codec = 0;
	stream->sequential = 0;
	__sync_val_compare_and_swap(&places->place[place], entry, tag_of(key) | slot);
	if (!before)
		count(&counters->occupied[SIPSONDE_TABLE_streams], 1);
	return (int)slot;
}

/* The stream's entry, or one claimed for it. */
static __always_inline struct sipsonde_stream *find_stream(__u64 key, __u64 now, __u32 *slot)
{
	struct stream_places *places = places_of(key);
	__u32 tag = tag_of(key);
	struct sipsonde_stream *stream;

	if (!places)
		return 0;
	for (__u32 i = 0; i < STREAM_PLACES_A_LINE; i++) {
		*slot = places->place[i] ^ tag;
		if (*slot >= knobs.stream_slots)
			continue;
		stream = stream_at(*slot);
		if (stream && stream->key == key)
			return stream;
	}
	*slot = (__u32)step_claim_stream(key, (__u32)(now >> SIPSONDE_STREAM_TICK_SHIFT));
	return stream_at(*slot);
}

/* ---- the news of a stream ---- */

/* Puts the head and a note about this packet into the scratch. */
static __always_inline struct sipsonde_stream_note *
begin_note(struct scratch *scratch, const struct packet *packet, const struct sight *sight, __u64 now)
{
	struct sipsonde_stream_note *note = (struct sipsonde_stream_note *)scratch->text.bytes;

	fill_head(scratch, packet, sight, SIPSONDE_KIND_stream, now);
	scratch->head.payload_len = sizeof(*note);
	scratch->head.wire_len = sizeof(*note);
	__builtin_memset(note, 0, sizeof(*note));
	return note;
}

static __always_inline int tell_news(struct scratch *scratch, const struct sipsonde_stream *stream,
				     __u32 place, __u8 news, __u32 timestamp)
{
	struct sipsonde_stream_note *note = (struct sipsonde_stream_note *)scratch->text.bytes;

	note->key = stream->key;
	note->first_ns = stream->first_ns;
	note->slot = place;
	note->ssrc = stream->ssrc;
	note->payload_type = stream->payload_type;
	note->codec = stream->codec;
	note->timestamp = timestamp;
	note->sequence = (__u16)stream->highest;
	note->news = news;
	note->has_call = stream->flags & SIPSONDE_STREAM_HAS_CALL ? 1 : 0;
	scratch->head.call_hash = stream->call_hash;
	return emit(scratch, 1);
}

/* What an SDP says of payload types: the stream's codec, and which of them are events and comfort noise. */
static __always_inline void read_payload_types(struct sipsonde_stream *stream,
					       const struct sipsonde_endpoint *endpoint)
{
	for (int i = 0; i < SIPSONDE_ENDPOINT_PAYLOADS; i++) {
		__u8 codec = endpoint->payload[i].codec, payload_type = endpoint->payload[i].payload_type;

		if (!codec)
			break;
		if (payload_type == stream->payload_type)
			stream->codec = codec;
		if ((codec & (SIPSONDE_CODEC_COUNT - 1)) == SIPSONDE_CODEC_telephone_event)
			stream->event_type = payload_type;
		if ((codec & (SIPSONDE_CODEC_COUNT - 1)) == SIPSONDE_CODEC_cn)
			stream->comfort_type = payload_type;
	}
}

/* The agent's clock, where neither SDP nor the static table has one. */
static __always_inline void learn_clock(struct sipsonde_stream *stream)
{
	if (!(stream->codec >> SIPSONDE_STREAM_CODEC_BITS) && stream->agent_clock < SIPSONDE_CLOCK_COUNT)
		stream->codec |= (__u8)(stream->agent_clock << SIPSONDE_STREAM_CODEC_BITS);
}

/* The codec of the stream's payload type, by the SDP that it belongs to or by the static table. */
static __always_inline void learn_codec(struct sipsonde_stream *stream,
					const struct sipsonde_endpoint *endpoint)
{
	stream->codec = codec_of_static_type(stream->payload_type);
	if (endpoint)
		read_payload_types(stream, endpoint);
	learn_clock(stream);
}

/* Whether its worker has been told whose stream this is, and that is still so. */
static __always_inline int is_settled(const struct sipsonde_stream *stream,
				      const struct sipsonde_endpoint *endpoint)
{
	if (!(stream->flags & SIPSONDE_STREAM_TOLD))
		return 0;
	if (!endpoint) /* it keeps the call that it had; one without a call may have been given up */
		return stream->flags & SIPSONDE_STREAM_HAS_CALL || !stream->asked_by_agent;
	return !stream->asked_by_agent && stream->flags & SIPSONDE_STREAM_HAS_CALL &&
	       stream->call_hash == endpoint->call_hash;
}

/* Asks whose stream this is, and tells the worker when that is new. */
STEP int step_ask(struct packet *packet, struct sight *sight, struct sipsonde_stream *stream, __u32 slot,
		  __u32 place)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_endpoint *endpoint;
	__u8 news = SIPSONDE_STREAM_NEWS_associated;

	if (!packet || !sight || !stream || !scratch)
		return 0;
	endpoint = endpoint_of(scratch, packet);
	if (!stream->codec) {
		news = SIPSONDE_STREAM_NEWS_believed;
	} else {
		learn_clock(stream);
		if (is_settled(stream, endpoint))
			return 0;
	}
	stream->asked_by_agent = 0;
	stream->flags &= (__u8)~SIPSONDE_STREAM_HAS_CALL;
	if (endpoint)
		stream->flags |= SIPSONDE_STREAM_HAS_CALL;
	stream->call_hash = endpoint ? endpoint->call_hash : pair_hash(packet);
	learn_codec(stream, endpoint);
	begin_note(scratch, packet, sight, now_ns());
	if (tell_news(scratch, stream, place, news, stream->last_timestamp))
		stream->flags |= SIPSONDE_STREAM_TOLD;
	return 0;
}

/* ---- payload types that are not the stream's ---- */

static __always_inline void tell_event(struct packet *packet, struct sight *sight,
				       struct sipsonde_stream *stream, __u32 slot, __u32 place,
				       const struct rtp_header *rtp)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_stream_note *note;

	/* the first packet of an event and its last ones; whoever hears of it knows repeats by the timestamp
	 */
	if (!scratch || packet->payload_length != TELEPHONE_EVENT_LENGTH ||
	    !(rtp->marker || packet->event >> 15 & 1))
		return;
	note = begin_note(scratch, packet, sight, now_ns());
	note->event = (__u8)packet->event;
	note->event_end = packet->event >> 15 & 1;
	note->event_duration = __builtin_bswap16((__u16)(packet->event >> 16));
	/* the event's own: audio in between goes on with another */
	tell_news(scratch, stream, place, SIPSONDE_STREAM_NEWS_telephone_event, rtp->timestamp);
}

/* The stream goes on with another codec. */
static __always_inline void change_codec(struct packet *packet, struct sight *sight,
					 struct sipsonde_stream *stream, __u32 slot, __u32 place,
					 const struct rtp_header *rtp)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_stream_note *note;
	__u8 before = stream->codec;

	if (!scratch)
		return;
	stream->payload_type = rtp->payload_type;
	learn_codec(stream, endpoint_of(scratch, packet));
	if (stream->codec_changes >= STREAM_CHANGES_TOLD)
		return;
	stream->codec_changes++;
	note = begin_note(scratch, packet, sight, now_ns());
	note->codec_before = before;
	tell_news(scratch, stream, place, SIPSONDE_STREAM_NEWS_codec_changed, stream->last_timestamp);
}

/* Returns the codec that this packet counts under, and whether it tells anything of the jitter: neither
 * comfort noise nor an event does. */
STEP int step_other_type(struct packet *packet, struct sight *sight, struct sipsonde_stream *stream,
			 __u32 slot, __u32 place)
{
	struct rtp_header rtp;

	if (!packet || !sight || !stream)
		return 0;
	read_rtp_header(&packet->opening, &rtp);
	if (rtp.payload_type == stream->comfort_type)
		return SIPSONDE_CODEC_cn;
	if (rtp.payload_type == stream->event_type ||
	    (stream->event_type == RTP_NO_TYPE && rtp.payload_type >= 96 &&
	     rtp.payload_type != stream->payload_type && packet->payload_length == TELEPHONE_EVENT_LENGTH)) {
		stream->event_type = rtp.payload_type;
		tell_event(packet, sight, stream, slot, place, &rtp);
		return SIPSONDE_CODEC_telephone_event;
	}
	if (rtp.payload_type != stream->payload_type)
		change_codec(packet, sight, stream, slot, place, &rtp);
	return (int)codec_of(stream);
}

/* ---- a packet ---- */

/* A packet of a believed stream. `verdicts`: 1, or 0 when it had its verdict before the stream was believed.
 */
static __always_inline void count_rtp(const struct sight *sight, __u32 codec, __u64 bytes, __u64 lost,
				      __u64 verdicts)
{
	struct sipsonde_counters *counters = counters_of(shard_of_cpu());
	__u64 flow = sight->flow & 1;
	__u64 index = flow * SIPSONDE_CODEC_COUNT + (codec & (SIPSONDE_CODEC_COUNT - 1));

	if (!counters)
		return;
	count(&counters->packets[sight->hook_label & 1][flow][SIPSONDE_VERDICT_rtp], verdicts);
	asm volatile("" : "+r"(index)); /* as in count_cell() */
	if (index >= CELLS_OF(counters->rtp_packets))
		return;
	count((__u64 *)counters->rtp_packets + index, 1);
	count((__u64 *)counters->rtp_bytes + index, bytes);
	if (lost)
		count(&counters->rtp_lost[flow], lost);
}

enum probation { STILL_IN_PROBATION, BELIEVED_NOW, BELIEVED_WITH_THIS };

/* A stream that is not believed yet: a second packet in order decides, or the SDP that named its address. */
STEP int step_probation(struct packet *packet, struct sipsonde_stream *stream, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	struct rtp_header rtp;

	if (!packet || !stream || !scratch)
		return STILL_IN_PROBATION;
	read_rtp_header(&packet->opening, &rtp);
	if (stream->sequential && (__u16)(rtp.sequence - stream->highest) == 1)
		return BELIEVED_NOW;
	begin_stream(stream, &rtp, now_ns());
	stream->bytes = packet->payload_length;
	return endpoint_of(scratch, packet) ? BELIEVED_WITH_THIS : STILL_IN_PROBATION;
}

static __always_inline void take_rtp(struct packet *packet, struct sight *sight,
				     struct sipsonde_stream *stream, __u32 slot, __u32 place,
				     const struct rtp_header *rtp, __u64 now)
{
	enum rtp_place where = RTP_IN_ORDER;
	__u32 codec, lost = 0;

	if (!take_next_sequence(stream, rtp->sequence))
		where = take_odd_sequence(stream, rtp->sequence, &lost);
	codec = codec_of(stream);
	if (rtp->payload_type != stream->payload_type)
		codec = (__u32)step_other_type(packet, sight, stream, slot, place);
	count_rtp(sight, codec, packet->payload_length, lost, 1);
	if (where == RTP_DUPLICATE)
		return;
	stream->bytes += packet->payload_length;
	if (where == RTP_FAR || codec == SIPSONDE_CODEC_telephone_event || codec == SIPSONDE_CODEC_cn)
		stream->unmeasured++;
	else
		take_time(stream, rtp, now, knobs.jitter_buffer_ns);
}

enum { VERDICT_COUNTED = 255 }; /* the packet's verdict is counted already */

/* A version-2 datagram that may be RTP. Returns the verdict; that of RTP is counted here, beside the rest. */
STEP int step_rtp(struct packet *packet, struct sight *sight, __u32 slot)
{
	__u64 now = now_ns();
	struct sipsonde_stream *stream;
	struct rtp_header rtp;
	__u32 place = 0;

	if (!packet || !sight)
		return SIPSONDE_VERDICT_other;
	read_rtp_header(&packet->opening, &rtp);
	stream = find_stream(stream_key(packet, rtp.ssrc, sight), now, &place);
	if (!stream)
		return SIPSONDE_VERDICT_other;
	if (!stream->codec) {
		int probation = step_probation(packet, stream, slot);

		if (probation == STILL_IN_PROBATION)
			return SIPSONDE_VERDICT_other;
		step_ask(packet, sight, stream, slot, place);
		/* what was held back too */
		count_rtp(sight, codec_of(stream), stream->bytes, 0, probation == BELIEVED_WITH_THIS);
		if (probation == BELIEVED_WITH_THIS)
			return VERDICT_COUNTED;
	}
	take_rtp(packet, sight, stream, slot, place, &rtp, now);
	if (rtp.sequence % STREAM_ASKS_EACH == 0)
		step_ask(packet, sight, stream, slot, place);
	return VERDICT_COUNTED;
}

#endif
