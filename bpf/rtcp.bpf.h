/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RTCP: each packet of a compound is counted, and a report block tells the round trip between here and who sent it
 * (RFC 3550 section 6.4.1): the time since the sender report that it names passed here, less the time that the
 * reporter kept it. Only this host's clock is used; the NTP time is no more than a name.
 */
#ifndef SIPSONDE_RTCP_BPF_H
#define SIPSONDE_RTCP_BPF_H

#include "emit.bpf.h"
#include "endpoints.bpf.h"
#include "parse/rtp.h"

enum {
	RTCP_NOTE = sizeof(struct sipsonde_rtcp_note), /* the packet lies behind it */
	RTCP_MAX = 2048,
	RTCP_PACKETS_MAX = 16, /* of a compound; RFC 3550 asks for two */
	RTCP_SENDER_INFO = 28,
	RTCP_BLOCK = 24,
	RTCP_FRESH_SECONDS = 10, /* a sender report that gives way sooner is counted */
};

#define RTCP_LONGEST_ROUND_TRIP_NS (64 * RTP_SECOND_NS)

static __always_inline __u32 rtcp_word(const struct scratch *scratch, __u32 offset)
{
	return __builtin_bswap32((__u32)word_at(&scratch->text, RTCP_NOTE + offset));
}

static __always_inline __u64 report_key(__u32 ssrc, __u32 ntp_middle, __u32 ifindex)
{
	__u64 key = mix(knobs.hash_seed, (__u64)ssrc << 32 | ntp_middle);

	key = mix(key, ifindex);
	return key ? key : 1;
}

static __always_inline struct sipsonde_sender_report *report_at(__u64 key)
{
	__u32 slot = (__u32)(key >> 32) & (knobs.sender_report_slots - 1);

	return bpf_map_lookup_elem(&sender_reports, &slot);
}

/* Remembers when a sender report passed first: on `lo` it passes twice. */
static __always_inline void note_sender_report(struct scratch *scratch)
{
	__u32 ntp_middle = rtcp_word(scratch, 8) << 16 | rtcp_word(scratch, 12) >> 16;
	__u64 key = report_key(rtcp_word(scratch, 4), ntp_middle, scratch->head.ifindex);
	struct sipsonde_sender_report *report = report_at(key);
	struct sipsonde_counters *counters = counters_of(scratch->shard);
	__u64 now = scratch->head.time_ns;

	if (!report || !counters || report->key == key)
		return;
	if (!report->key)
		count(&counters->occupied[SIPSONDE_TABLE_sender_reports], 1);
	else if (now - report->time_ns < RTCP_FRESH_SECONDS * RTP_SECOND_NS)
		count(&counters->evictions[SIPSONDE_TABLE_sender_reports], 1);
	report->time_ns = now;
	report->key = key;
}

/* The round trip that the block at `offset` tells in microseconds, 0 when it tells none. */
STEP int step_round_trip(__u32 slot, __u32 offset)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_sender_report *report;
	struct sipsonde_counters *counters;
	__u32 last_report, delay;
	__s64 elapsed;
	__u64 key;

	if (!scratch)
		return 0;
	last_report = rtcp_word(scratch, offset + 16);
	delay = rtcp_word(scratch, offset + 20);
	key = report_key(rtcp_word(scratch, offset), last_report, scratch->head.ifindex);
	report = report_at(key);
	counters = counters_of(scratch->shard);
	if (!last_report || !report || !counters || report->key != key)
		return 0;
	elapsed = (__s64)(scratch->head.time_ns - report->time_ns) - (__s64)((delay * 1000000000ULL) >> 16);
	if (elapsed <= 0 || elapsed > RTCP_LONGEST_ROUND_TRIP_NS) {
		count(&counters->rtcp_unusable, 1);
		return 0;
	}
	observe(&counters->rtcp_rtt[scratch->head.flow & 1], (__u64)elapsed);
	return (int)((__u64)elapsed / 1000) | (elapsed < 1000);
}

static __always_inline void count_rtcp(struct scratch *scratch, __u8 type)
{
	struct sipsonde_counters *counters = counters_of(scratch->shard);
	__u64 index = (__u64)(scratch->head.flow & 1) * SIPSONDE_RTCP_TYPE_COUNT + (__u8)(type - 200);

	if (counters && (__u8)(type - 200) < SIPSONDE_RTCP_TYPE_COUNT)
		count_cell(counters->rtcp_packets, index, CELLS_OF(counters->rtcp_packets));
}

/* Whether the packets of a compound add up to the datagram (RFC 3550 A.2). Of SRTCP only the first packet's head
 * can be read, and what follows is noise. */
static __always_inline int walk_compound(struct scratch *scratch, int counted)
{
	__u32 length = scratch->head.payload_len - RTCP_NOTE;

	scratch->walk = 0;
	for (int i = 0; i < RTCP_PACKETS_MAX; i++) {
		__u32 offset = in_text(scratch->walk) & (RTCP_MAX - 1), word;

		if (offset + 4 > length)
			break;
		word = rtcp_word(scratch, offset);
		if (word >> 30 != 2)
			return 0;
		if (counted)
			count_rtcp(scratch, (__u8)(word >> 16));
		scratch->walk = offset + 4 * ((word & 0xffff) + 1);
	}
	return scratch->walk == length;
}

/* The compound behind the note in the scratch of `slot`. */
STEP int step_rtcp(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_rtcp_note *note;
	__u32 first, offset, blocks;

	if (!scratch)
		return 0;
	note = (struct sipsonde_rtcp_note *)scratch->text.bytes;
	__builtin_memset(note, 0, sizeof(*note));
	first = rtcp_word(scratch, 0);
	if (!walk_compound(scratch, 0)) {
		count_rtcp(scratch, (__u8)(first >> 16));
		return 0;
	}
	walk_compound(scratch, 1);
	if ((first >> 16 & 0xff) == 200)
		note_sender_report(scratch);
	else if ((first >> 16 & 0xff) != 201)
		return 0;
	offset = (first >> 16 & 0xff) == 200 ? RTCP_SENDER_INFO : 8;
	blocks = first >> 24 & 0x1f;
	for (__u32 i = 0; i < SIPSONDE_RTCP_BLOCKS; i++) {
		if (i >= blocks || offset + RTCP_BLOCK > scratch->head.payload_len - RTCP_NOTE)
			break;
		note->round_trip_us[i] = (__u32)step_round_trip(slot, offset);
		offset += RTCP_BLOCK;
	}
	return 0;
}

#endif
