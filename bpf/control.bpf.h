/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control protocol of rtpengine (NG): a cookie, a space and a bencoded dictionary. Pings and the answers to them
 * tell which instances are alive.
 */
#ifndef SIPSONDE_CONTROL_BPF_H
#define SIPSONDE_CONTROL_BPF_H

#include "count.bpf.h"

enum { COOKIE_MAX = 48, CONTROL_MAX = 256 };

#define PING_FIRST 0x6d6d6f633a376420ULL /* " d7:comm" */
#define PING_THEN 0x6e69703a34646e61ULL  /* "and4:pin" */
#define PONG_FIRST 0x757365723a366420ULL /* " d6:resu" */
#define PONG_THEN 0x6e6f703a34746cULL	 /* "lt4:pon" */

static __always_inline struct sipsonde_media_engine *engine_at(const __u32 *address, __u16 port, __u64 now)
{
	__u64 key = mix(mix(knobs.hash_seed, (__u64)address[2] << 32 | address[3]), port);
	__u32 slot = (__u32)(key >> 32) & (SIPSONDE_MEDIA_ENGINES - 1);
	struct sipsonde_media_engine *engine = bpf_map_lookup_elem(&media_engines, &slot);

	if (!engine)
		return 0;
	if (engine->key != key) { /* who was here first stays while it is alive */
		if (engine->key && now - engine->ping_ns < SIPSONDE_MEDIA_ENGINE_FORGOTTEN_NS)
			return 0;
		engine->key = key;
		engine->ping_ns = 0;
		engine->pong_ns = 0;
	}
	return engine;
}

/* A text that is no SIP, in the scratch. */
STEP int step_control(__u32 slot, const struct packet *packet)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_media_engine *engine;
	__u64 now, word, next;
	__u32 at;

	if (!scratch || !packet)
		return 0;
	now = scratch->head.time_ns;
	for (at = 1; at < COOKIE_MAX; at++)
		if (scratch->text.bytes[at] == ' ')
			break;
	word = word_at(&scratch->text, at);
	next = word_at(&scratch->text, at + 8);
	if (word == PING_FIRST && next == PING_THEN) {
		engine = engine_at(packet->dst_addr, packet->dst_port, now);
		if (engine)
			engine->ping_ns = now;
	} else if (word == PONG_FIRST && (next & 0xffffffffffffffULL) == PONG_THEN) {
		engine = engine_at(packet->src_addr, packet->src_port, now);
		if (engine)
			engine->pong_ns = now;
	}
	return 0;
}

#endif
