/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a packet does to its stream: sequence, losses, jitter and delay (RFC 3550 sections 6.4.1, A.1, A.3,
 * A.8). No maps, no helpers.
 */
#ifndef SIPSONDE_PARSE_RTP_H
#define SIPSONDE_PARSE_RTP_H

#include "parse/bytes.h"
#include "parse/classify.h"
#include "sipsonde/state.h"

enum {
	RTP_HEADER = 12,
	RTP_MAX_DROPOUT = 3000, /* RFC 3550 A.1 */
	RTP_MIN_SEQUENTIAL = 2,
	RTP_NO_TYPE = 255,
};

/* A step of 27 keeps every decided bit, and its older neighbour, in the window of 128. */
enum { RTP_WINDOW_STEP = 27, RTP_WINDOW_STEPS = 4 };

#define RTP_SECOND_NS 1000000000LL

struct rtp_header {
	__u32 ssrc;
	__u32 timestamp;
	__u16 sequence;
	__u8 payload_type;
	__u8 marker;
};

static __always_inline void read_rtp_header(const struct opening *opening, struct rtp_header *rtp)
{
	__u32 first = __builtin_bswap32((__u32)opening->first);

	rtp->marker = first >> 23 & 1;
	rtp->payload_type = first >> 16 & 0x7f;
	rtp->sequence = (__u16)first;
	rtp->timestamp = __builtin_bswap32((__u32)(opening->first >> 32));
	rtp->ssrc = __builtin_bswap32(opening->next);
}

#define RTP_CODEC(codec, clock)                                                                              \
	((__u8)(SIPSONDE_CODEC_##codec | SIPSONDE_CLOCK_##clock << SIPSONDE_STREAM_CODEC_BITS))

/* Tables are data of the object in BPF; a host includes this header many times. */
#ifdef __bpf__
#define RTP_TABLE const
#else
#define RTP_TABLE static const
#endif

/* Static payload types from 0 on, RFC 3551 section 6; 0: reserved or unassigned. G722 has a clock of 8000 by
 * an old mistake (section 4.5.2). By position: C++ has no designators for arrays. */
/* clang-format off */
RTP_TABLE __u8 rtp_static_types[128] = {
	/*  0 */ RTP_CODEC(pcmu, 8000), 0, 0, RTP_CODEC(gsm, 8000), RTP_CODEC(g723, 8000),
	/*  5 */ RTP_CODEC(dvi4, 8000), RTP_CODEC(dvi4, 16000), RTP_CODEC(lpc, 8000),
	/*  8 */ RTP_CODEC(pcma, 8000), RTP_CODEC(g722, 8000), RTP_CODEC(l16, 44100), RTP_CODEC(l16, 44100),
	/* 12 */ RTP_CODEC(qcelp, 8000), RTP_CODEC(cn, 8000), RTP_CODEC(mpa, 90000), RTP_CODEC(g728, 8000),
	/* 16 */ RTP_CODEC(dvi4, unknown), RTP_CODEC(dvi4, unknown), /* 11025 and 22050 Hz */
	/* 18 */ RTP_CODEC(g729, 8000), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* 31 */ RTP_CODEC(h261, 90000), RTP_CODEC(mpv, 90000), 0, RTP_CODEC(h263, 90000),
};
/* clang-format on */

static __always_inline __u8 codec_of_static_type(__u8 payload_type)
{
	__u8 codec = rtp_static_types[payload_type & 127];

	return codec ? codec : RTP_CODEC(unknown, unknown);
}

static __always_inline __u32 codec_of(const struct sipsonde_stream *stream)
{
	return stream->codec & (SIPSONDE_CODEC_COUNT - 1);
}

/* Nanoseconds a tick of the RTP clock lasts, in 256ths. */
RTP_TABLE __u32 rtp_tick_lasts[SIPSONDE_CLOCK_COUNT] = {
	0, 32000000, 16000000, 10666667, 8000000, 5804989, 5333333, 2844444,
};

/* ---- the sequence ---- */

static __always_inline __u32 ones_in(__u64 bits)
{
	bits -= bits >> 1 & 0x5555555555555555ULL;
	bits = (bits & 0x3333333333333333ULL) + (bits >> 2 & 0x3333333333333333ULL);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (__u32)(bits * 0x0101010101010101ULL >> 56);
}

/* The window moves on by `step` of 1 to RTP_WINDOW_STEP; what is now too far behind is decided. Returns how
 * many that lost. */
static __always_inline __u32 move_window(struct sipsonde_stream *stream, __u32 step)
{
	__u64 older, missing;
	__u32 lost;

	step &= 31;
	stream->window[1] = stream->window[1] << step | stream->window[0] >> ((64 - step) & 63);
	stream->window[0] <<= step;
	older = stream->window[1] >> (SIPSONDE_STREAM_MISORDER - 64);
	missing = ~older & ((1ULL << step) - 1);
	if (!missing)
		return 0;
	lost = ones_in(missing);
	stream->lost += lost;
	stream->loss_runs += ones_in(missing & older >> 1); /* whose older neighbour arrived */
	return lost;
}

/* A jump ahead within RTP_MAX_DROPOUT: after four steps the whole window is decided, and all between is lost
 * in the run that is open by then. */
static __always_inline __u32 move_far(struct sipsonde_stream *stream, __u32 ahead)
{
	__u32 lost = 0;

	for (int i = 0; i < RTP_WINDOW_STEPS; i++) {
		__u32 step = RTP_WINDOW_STEP;

		if (!ahead)
			break;
		if (ahead < step)
			step = ahead;
		lost += move_window(stream, step);
		ahead -= step;
	}
	stream->lost += ahead;
	return lost + ahead;
}

enum rtp_place {
	RTP_IN_ORDER,
	RTP_REORDERED,
	RTP_DUPLICATE,
	RTP_FAR, /* neither near ahead nor near behind: perhaps another sequence begins */
};

/* Whether the bit was free; it is taken now. */
static __always_inline int take_bit(__u64 *word, __u32 bit)
{
	__u64 mask = 1ULL << (bit & 63);

	if (*word & mask)
		return 0;
	*word |= mask;
	return 1;
}

static __always_inline enum rtp_place place_behind(struct sipsonde_stream *stream, __u32 behind)
{
	int is_free =
		behind < 64 ? take_bit(&stream->window[0], behind) : take_bit(&stream->window[1], behind);

	if (!is_free) {
		stream->duplicates++;
		return RTP_DUPLICATE;
	}
	stream->reordered++;
	if (behind > stream->reorder_depth)
		stream->reorder_depth = (__u8)behind;
	return RTP_REORDERED;
}

/* What is not there and not yet decided counts as lost now. Returns how many. */
static __always_inline __u32 close_window(struct sipsonde_stream *stream)
{
	__u64 missing = ~stream->window[0];
	__u64 missing_older = ~stream->window[1] & ((1ULL << (SIPSONDE_STREAM_MISORDER - 64)) - 1);
	__u32 lost = ones_in(missing) + ones_in(missing_older);

	stream->lost += lost;
	stream->loss_runs += ones_in(missing & (stream->window[0] >> 1 | stream->window[1] << 63)) +
			     ones_in(missing_older & stream->window[1] >> 1);
	stream->window[0] = ~0ULL;
	stream->window[1] = ~0ULL;
	return lost;
}

/* Two packets in order far away: the sender restarted (A.1). The count of expected packets goes on, and the
 * first of the two belongs to it. */
static __always_inline __u32 restart_sequence(struct sipsonde_stream *stream, __u16 sequence)
{
	__u32 expected = stream->highest - stream->base + 1;
	__u32 lost = close_window(stream);

	stream->highest = (stream->highest & 0xffff0000) + 0x10000 + sequence;
	stream->base = stream->highest - expected - 1;
	stream->restarts++;
	return lost;
}

/* Takes the sequence number of a believed stream that is not simply the next. `lost`: how many it showed to
 * be lost. */
static __always_inline enum rtp_place take_odd_sequence(struct sipsonde_stream *stream, __u16 sequence,
							__u32 *lost)
{
	__u16 ahead = (__u16)(sequence - stream->highest), behind = (__u16)-ahead;

	if (behind < SIPSONDE_STREAM_MISORDER)
		return place_behind(stream, behind);
	if (ahead <= RTP_MAX_DROPOUT) {
		*lost = move_far(stream, ahead);
		stream->window[0] |= 1;
		stream->highest += ahead;
		return RTP_IN_ORDER;
	}
	if (stream->flags & SIPSONDE_STREAM_BAD_SEQUENCE && stream->bad_sequence == sequence) {
		stream->flags &= (__u8)~SIPSONDE_STREAM_BAD_SEQUENCE;
		*lost = restart_sequence(stream, sequence);
		return RTP_IN_ORDER;
	}
	stream->bad_sequence = (__u16)(sequence + 1);
	stream->flags |= SIPSONDE_STREAM_BAD_SEQUENCE;
	return RTP_FAR;
}

/* The next packet in order and nothing decided as lost: all of it on the first line. */
static __always_inline int take_next_sequence(struct sipsonde_stream *stream, __u16 sequence)
{
	if ((__u16)(sequence - stream->highest) != 1 ||
	    !(stream->window[1] >> (SIPSONDE_STREAM_MISORDER - 1 - 64) & 1))
		return 0;
	stream->window[1] = stream->window[1] << 1 | stream->window[0] >> 63;
	stream->window[0] = stream->window[0] << 1 | 1;
	stream->highest++;
	return 1;
}

/* ---- the time ---- */

static __always_inline void note_gap(struct sipsonde_stream *stream, __u32 time)
{
	__u32 gap = time - stream->last_time;

	if (gap > SIPSONDE_STREAM_GAP_TICKS && gap < 1U << 31 && gap > stream->longest_gap)
		stream->longest_gap = gap;
}

/* J += (|D| - J) / 16, A.8. The exact maximum lies on the second line and is written only when the coarse one
 * says that it grew. */
static __always_inline void note_jitter(struct sipsonde_stream *stream, __u32 difference)
{
	__u32 jitter = stream->jitter_ns, peak;

	jitter += (__u32)(((__s32)(difference - jitter) + 8) >> 4);
	stream->jitter_ns = jitter;
	stream->jitter_sum_ns += jitter;
	peak = jitter >> SIPSONDE_STREAM_JITTER_PEAK_SHIFT;
	if (peak < stream->jitter_peak)
		return;
	stream->jitter_peak = peak < 65535 ? (__u16)(peak + 1) : 65535;
	if (jitter > stream->jitter_max_ns)
		stream->jitter_max_ns = jitter;
}

/* How late this packet is against the earliest of late: what a fixed jitter buffer would see. The reference
 * follows slowly, since clocks drift (1/1024 a packet: 100 ppm cost 2 ms). */
static __always_inline void note_delay(struct sipsonde_stream *stream, __s32 difference, __u32 buffer_ns)
{
	__s32 delay = stream->delay_ns + difference;

	if (delay < 0)
		delay = 0;
	if ((__u32)delay > buffer_ns)
		stream->late++;
	stream->delay_ns = delay - (delay >> 10);
}

/* Packet spacing against timestamp spacing. A step of more than a second is no jitter: the sender's clock or
 * the network started anew. */
static __always_inline void take_time(struct sipsonde_stream *stream, const struct rtp_header *rtp, __u64 now,
				      __u32 buffer_ns)
{
	__u32 time = (__u32)(now >> SIPSONDE_STREAM_TICK_SHIFT);
	__u32 tick = rtp_tick_lasts[stream->codec >> SIPSONDE_STREAM_CODEC_BITS];
	__s64 elapsed = (__s64)(__s32)(time - stream->last_time) << SIPSONDE_STREAM_TICK_SHIFT;
	__s64 difference = elapsed - ((__s64)(__s32)(rtp->timestamp - stream->last_timestamp) * tick >> 8);

	if (time - stream->last_time > SIPSONDE_STREAM_GAP_TICKS)
		note_gap(stream, time);
	stream->last_time = time;
	stream->last_timestamp = rtp->timestamp;
	if (!tick || rtp->marker) {
		stream->unmeasured++;
	} else if (difference > RTP_SECOND_NS || difference < -RTP_SECOND_NS) {
		stream->unmeasured++;
		stream->restarts++;
		stream->delay_ns = 0;
	} else {
		note_jitter(stream, (__u32)(difference < 0 ? -difference : difference));
		note_delay(stream, (__s32)difference, buffer_ns);
	}
}

/* ---- the beginning ---- */

static __always_inline void begin_stream(struct sipsonde_stream *stream, const struct rtp_header *rtp,
					 __u64 now)
{
	stream->window[0] = ~0ULL;
	stream->window[1] = ~0ULL;
	stream->bytes = 0;
	stream->jitter_sum_ns = 0;
	stream->highest = rtp->sequence;
	stream->base = rtp->sequence;
	stream->last_timestamp = rtp->timestamp;
	stream->last_time = (__u32)(now >> SIPSONDE_STREAM_TICK_SHIFT);
	stream->jitter_ns = 0;
	stream->delay_ns = 0;
	stream->jitter_peak = 0;
	stream->payload_type = rtp->payload_type;
	stream->first_ns = now;
	stream->ssrc = rtp->ssrc;
	stream->lost = 0;
	stream->loss_runs = 0;
	stream->duplicates = 0;
	stream->reordered = 0;
	stream->late = 0;
	stream->unmeasured = 1; /* the first has nothing to be held against */
	stream->longest_gap = 0;
	stream->jitter_max_ns = 0;
	stream->call_hash = 0;
	stream->restarts = 0;
	stream->reorder_depth = 0;
	stream->event_type = RTP_NO_TYPE;
	stream->comfort_type = 13; /* RFC 3551 section 6 */
	stream->flags = 0;
	stream->sequential = 1;
	stream->asked_by_agent = 0;
	stream->agent_clock = 0;
	stream->codec_changes = 0;
}

#endif
