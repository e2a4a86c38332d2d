/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A text that may be SIP: judged, counted, handed over. The text lies in the scratch of `slot`. Steps are
 * global functions, so that the verifier looks at each once and not at every path through all of them.
 */
#ifndef SIPSONDE_SIP_BPF_H
#define SIPSONDE_SIP_BPF_H

#include "emit.bpf.h"
#include "transactions.bpf.h"


STEP int step_start_line(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	return scratch ? judge_start_line(&scratch->text, &scratch->scan) : 0;
}

STEP int step_headers(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	return scratch ? scan_headers(&scratch->text, &scratch->scan) : 1;
}

STEP int step_values(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	if (scratch)
		read_values(&scratch->text, &scratch->scan);
	return 0;
}

static __always_inline __u8 opposite(__u8 flow)
{
	return flow == SIPSONDE_FLOW_ingress ? SIPSONDE_DIRECTION_outbound : SIPSONDE_DIRECTION_inbound;
}

static __always_inline void count_request(struct scratch *scratch, struct sipsonde_counters *counters,
					  int identified)
{
	__u8 direction = scratch->head.flow == SIPSONDE_FLOW_ingress ? SIPSONDE_DIRECTION_inbound
								     : SIPSONDE_DIRECTION_outbound;
	__u8 method = scratch->scan.method, transport = scratch->head.transport;
	struct sipsonde_transaction *transaction;

	if (method >= SIPSONDE_METHOD_COUNT || transport >= SIPSONDE_TRANSPORT_COUNT)
		return;
	count_cell(counters->requests,
		   ((__u64)direction * SIPSONDE_METHOD_COUNT + method) * SIPSONDE_TRANSPORT_COUNT + transport,
		   CELLS_OF(counters->requests));
	if (!identified)
		return;
	transaction = find_transaction(scratch);
	if (transaction && note_request(transaction, scratch, direction)) {
		scratch->head.flags |= SIPSONDE_EVENT_RETRANSMISSION;
		count_cell(counters->retransmissions,
			   ((__u64)direction * SIPSONDE_METHOD_COUNT + method) * SIPSONDE_REPEAT_COUNT +
				   SIPSONDE_REPEAT_request,
			   CELLS_OF(counters->retransmissions));
	}
}

static __always_inline void count_response(struct scratch *scratch, struct sipsonde_counters *counters,
					   __u32 slot, int identified)
{
	__u8 method = scratch->scan.method, transport = scratch->head.transport;
	__u8 direction = opposite(scratch->head.flow);
	__u32 code = (__u32)scratch->scan.code - SIPSONDE_CODE_FIRST;
	struct sipsonde_transaction *transaction = 0;
	struct response_sight sight = {};

	if (method >= SIPSONDE_METHOD_COUNT || transport >= SIPSONDE_TRANSPORT_COUNT ||
	    code >= SIPSONDE_CODE_COUNT)
		return;
	if (identified)
		transaction = find_transaction(scratch);
	if (transaction && transaction->flags & SIPSONDE_TRANSACTION_REQUEST_SEEN)
		direction = transaction->direction & 1;
	count_cell(counters->responses,
		   (((__u64)direction * SIPSONDE_METHOD_COUNT + method) * SIPSONDE_TRANSPORT_COUNT +
		    transport) * SIPSONDE_CODE_COUNT +
			   code,
		   CELLS_OF(counters->responses));
	if (!transaction)
		return;
	note_response(transaction, scratch, &sight);
	if (sight.repeated) {
		scratch->head.flags |= SIPSONDE_EVENT_RETRANSMISSION;
		count_cell(counters->retransmissions,
			   ((__u64)direction * SIPSONDE_METHOD_COUNT + method) * SIPSONDE_REPEAT_COUNT +
				   SIPSONDE_REPEAT_response,
			   CELLS_OF(counters->retransmissions));
	}
	if (!(transaction->flags & SIPSONDE_TRANSACTION_REQUEST_SEEN))
		return;
	step_time_response(transaction, slot);
	if (sight.code_new && transaction->flags & SIPSONDE_TRANSACTION_INITIAL)
		count_cell(counters->invite_results, (__u64)direction * SIPSONDE_CODE_CLASSES + code / 100,
			   CELLS_OF(counters->invite_results));
}

/* The one place that counts a message: exactly one of request, response, malformed. */
STEP int step_count(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);
	struct sipsonde_counters *counters;
	struct sip_scan *scan;
	struct sipsonde_event *head;

	if (!scratch)
		return 0;
	counters = counters_of(scratch->shard);
	if (!counters)
		return 0;
	scan = &scratch->scan;
	head = &scratch->head;
	head->call_hash = (__u32)(scan->call_id_hash >> 32);
	head->method = scan->method;
	head->code = scan->code;
	if (head->path < SIPSONDE_PATH_COUNT)
		count(&counters->messages[head->path], 1);
	if (scan->malformed) {
		head->judgement = SIPSONDE_JUDGED_malformed;
		head->reason = scan->malformed;
		if (scan->malformed < SIPSONDE_MALFORMED_COUNT)
			count(&counters->malformed[scan->malformed], 1);
		return 1;
	}
	if (scan->deferred) {
		head->flags |= SIPSONDE_EVENT_DEFERRED;
		head->reason = scan->deferred;
		if (scan->deferred < SIPSONDE_DEFERRED_COUNT)
			count(&counters->deferred[scan->deferred], 1);
	}
	head->judgement = scan->is_response ? SIPSONDE_JUDGED_response : SIPSONDE_JUDGED_request;
	if (scan->is_response)
		count_response(scratch, counters, slot, !scan->deferred);
	else
		count_request(scratch, counters, !scan->deferred);
	return 1;
}

/* Makes the scan ready for head.payload_len bytes of text. */
static __always_inline void begin_scan(struct scratch *scratch)
{
	struct sip_scan *scan = &scratch->scan;
	__u32 length = in_text(scratch->head.payload_len);

	__builtin_memset(scan, 0, sizeof(*scan));
	__builtin_memset(scratch->text.bytes + length, 0, TEXT_SLACK);
	scan->length = length;
	scan->seed = knobs.hash_seed;
	scan->truncated = (scratch->head.flags & SIPSONDE_EVENT_TRUNCATED) != 0;
}

/* Head and text are in place. Returns 1 when it was SIP: judged as judge_sip() of parse/sip.h would, and
 * counted; the caller emits. */
STEP int step_text(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	if (!scratch)
		return 0;
	begin_scan(scratch);
	if (!step_start_line(slot))
		return 0;
	if (scratch->scan.malformed || scratch->scan.deferred)
		return step_count(slot);
	for (int i = 0; i < HEADER_CHUNKS; i++)
		if (step_headers(slot))
			break;
	step_values(slot);
	return step_count(slot);
}

#endif
