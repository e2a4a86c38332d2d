/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Transactions as one interface sees them: which request a response answers, how long it took, and what is a
 * repetition. Keyed as RFC 3261 section 17.2.3 asks: top Via branch, sent-by, method; ACK joins its INVITE.
 */
#ifndef SIPSONDE_TRANSACTIONS_BPF_H
#define SIPSONDE_TRANSACTIONS_BPF_H

#include "count.bpf.h"

/* Timers B and F: a request repeats for 64 * T1 and no longer (RFC 3261 section 17.1). What comes later under
 * the same branch is another transaction of a peer that reuses branches. */
#define TRANSACTION_LIFETIME_NS (32ULL * 1000000000)

static __always_inline __u64 transaction_key(const struct scratch *scratch)
{
	const struct sip_scan *scan = &scratch->scan;
	__u8 method = scan->method == SIPSONDE_METHOD_ack ? (__u8)SIPSONDE_METHOD_invite : scan->method;
	__u64 key = mix(scan->seed, scan->branch_hash);

	key = mix(key, scan->sent_by_hash);
	key = mix(key, (__u64)scratch->head.ifindex << 8 | method);
	if (!scan->magic_cookie) /* RFC 2543 branches are not unique */
		key = mix(mix(key, scan->call_id_hash), scan->cseq_number);
	return key ? key : 1;
}

/* The message's entry, a free or the oldest way claimed for it, or NULL when another CPU was faster. */
static __always_inline struct sipsonde_transaction *find_transaction(const struct scratch *scratch)
{
	__u64 key = transaction_key(scratch), now = scratch->head.time_ns;
	__u32 index = (__u32)(key >> 32) & (knobs.transaction_buckets - 1);
	struct transaction_bucket *bucket = bpf_map_lookup_elem(&transactions, &index);
	struct sipsonde_transaction *oldest, *way;
	struct sipsonde_counters *counters;
	__u64 before;

	if (!bucket)
		return 0;
	oldest = &bucket->way[0];
	for (int i = 0; i < SIPSONDE_TRANSACTION_WAYS; i++) {
		way = &bucket->way[i];
		if (way->key == key)
			return way;
		if (!way->key) { /* ways are taken in order: what follows is free too */
			oldest = way;
			break;
		}
		if (way->last_ns < oldest->last_ns)
			oldest = way;
	}
	before = oldest->key;
	if (__sync_val_compare_and_swap(&oldest->key, before, key) != before)
		return oldest->key == key ? oldest : 0;
	counters = counters_of(scratch->shard);
	if (counters && before && now - oldest->last_ns < TRANSACTION_LIFETIME_NS)
		count(&counters->evictions[SIPSONDE_TABLE_transactions], 1);
	if (counters && !before)
		count(&counters->occupied[SIPSONDE_TABLE_transactions], 1);
	oldest->first_ns = now;
	oldest->last_ns = now;
	oldest->seen_count = 0;
	oldest->flags = 0;
	return oldest;
}

static __always_inline void restart_transaction(struct sipsonde_transaction *transaction, __u64 now)
{
	transaction->first_ns = now;
	transaction->seen_count = 0;
	transaction->flags = 0;
}

/* A request takes its place. Returns 1 when it repeats one. */
static __always_inline int note_request(struct sipsonde_transaction *transaction,
					const struct scratch *scratch, __u8 direction)
{
	const struct sip_scan *scan = &scratch->scan;
	__u64 now = scratch->head.time_ns;
	__u8 mark = scan->method == SIPSONDE_METHOD_ack ? SIPSONDE_TRANSACTION_ACK_SEEN
							: SIPSONDE_TRANSACTION_REQUEST_SEEN;

	if (now - transaction->last_ns > TRANSACTION_LIFETIME_NS && now > transaction->last_ns)
		restart_transaction(transaction, now);
	transaction->last_ns = now;
	if (transaction->flags & mark)
		return 1;
	if (mark == SIPSONDE_TRANSACTION_REQUEST_SEEN) {
		transaction->first_ns = now;
		transaction->direction = direction;
		transaction->method = scan->method;
		if (scan->method == SIPSONDE_METHOD_invite && !scan->to_tag_hash)
			mark |= SIPSONDE_TRANSACTION_INITIAL;
	}
	transaction->flags |= mark;
	return 0;
}

struct response_sight {
	int repeated; /* same code, To-tag and RSeq */
	int code_new; /* no response with this code before */
};

/* A response takes its place among those already seen. */
static __always_inline void note_response(struct sipsonde_transaction *transaction,
					  const struct scratch *scratch, struct response_sight *sight)
{
	const struct sip_scan *scan = &scratch->scan;
	__u64 identity = mix(scan->to_tag_hash, scan->rseq_hash);
	__u32 value = (__u32)scan->code << 22 | ((__u32)identity & 0x3fffff);
	__u32 count_before = transaction->seen_count, place;
	struct sipsonde_counters *counters;

	sight->code_new = 1;
	transaction->last_ns = scratch->head.time_ns;
	for (__u32 i = 0; i < SIPSONDE_TRANSACTION_RESPONSES; i++) {
		if (i >= count_before)
			break;
		if (transaction->seen[i] >> 22 == scan->code)
			sight->code_new = 0;
		if (transaction->seen[i] == value)
			sight->repeated = 1;
	}
	if (sight->repeated)
		return;
	place = __sync_fetch_and_add(&transaction->seen_count, 1);
	if (place < SIPSONDE_TRANSACTION_RESPONSES) {
		transaction->seen[place] = value;
		return;
	}
	counters = counters_of(scratch->shard);
	if (counters)
		count(&counters->evictions[SIPSONDE_TABLE_responses], 1);
}

static __always_inline void observe_response(struct sipsonde_counters *counters, __u8 direction, __u8 method,
					     enum sipsonde_stage stage, __u64 elapsed)
{
	struct sipsonde_histogram *histograms = (struct sipsonde_histogram *)counters->response_time;
	__u64 index = ((__u64)direction * SIPSONDE_METHOD_COUNT + method) * SIPSONDE_STAGE_COUNT + stage;

	asm volatile("" : "+r"(index)); /* as in count_cell() */
	if (index < sizeof(counters->response_time) / sizeof(struct sipsonde_histogram))
		observe(&histograms[index], elapsed);
}

/* Request to first and to final response; to an INVITE a 100 says nothing. */
STEP int step_time_response(struct sipsonde_transaction *transaction, __u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_counters *counters;
	__u8 method, direction;
	__u64 elapsed;
	__u16 code;

	if (!transaction || !scratch || scratch->head.time_ns < transaction->first_ns)
		return 0;
	counters = counters_of(scratch->shard);
	if (!counters)
		return 0;
	code = scratch->scan.code;
	method = scratch->scan.method;
	direction = transaction->direction;
	elapsed = scratch->head.time_ns - transaction->first_ns;
	if (!(transaction->flags & SIPSONDE_TRANSACTION_FIRST_TIMED) &&
	    !(method == SIPSONDE_METHOD_invite && code == 100)) {
		transaction->flags |= SIPSONDE_TRANSACTION_FIRST_TIMED;
		observe_response(counters, direction, method, SIPSONDE_STAGE_first, elapsed);
	}
	if (!(transaction->flags & SIPSONDE_TRANSACTION_FINAL_TIMED) && code >= 200) {
		transaction->flags |= SIPSONDE_TRANSACTION_FINAL_TIMED;
		observe_response(counters, direction, method, SIPSONDE_STAGE_final, elapsed);
	}
	return 0;
}

#endif
