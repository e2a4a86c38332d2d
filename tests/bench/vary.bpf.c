// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Stands before the program that is measured: makes every packet of a test run another stream or transaction,
// then goes over to it. Its own cost is measured with an empty program behind it and taken off.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

volatile const __u32 number_offset = 0; /* where four letters are written that name the stream */
volatile const __u32 sequence_offset =
	0;			   /* of RTP: sequence number, then timestamp, are written here; 0: nowhere */
volatile const __u32 distinct = 1; /* how many there are */

__u32 current = 0;
__u32 round_now = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} measured SEC(".maps");

/* Every field is one store, of the width that a parser loads: a load that meets several stores of narrower
 * ones still under way waits for them, and a packet from a network has none. */
static __always_inline void store_word(unsigned char *at, __u32 word)
{
	*(volatile __u32 *)at = word;
}

/* Four letters: of each the low four bits and whether it is a capital are digits of the number. */
static __always_inline void write_number(unsigned char *at, __u32 number)
{
	__u32 letters = (number & 15) | (number >> 4 & 15) << 8 | (number >> 8 & 15) << 16 |
			(number >> 12 & 15) << 24;
	__u32 capitals = (number >> 11 & 32) | (number >> 12 & 32) << 8 | (number >> 13 & 32) << 16 |
			 (number >> 14 & 32) << 24;

	store_word(at, 0x41414141 + letters + capitals);
}

/* The next of its stream, sent just now by a clock of 8000 Hz: 1024 ns are 0.008192 of its ticks. Streams
 * differ in their numbers, or all would be at a multiple of 64 at once. `at`: the number, behind two bytes.
 */
static __always_inline void write_rtp(unsigned char *at, __u16 sequence)
{
	__u32 timestamp = (__u32)((bpf_ktime_get_ns() >> 10 & 0xffffffff) * 35184372 >> 32);
	__u32 before = *(volatile __u16 *)(at - 2);

	store_word(at - 2, before | (__u32)__builtin_bswap16(sequence) << 16);
	store_word(at + 2, __builtin_bswap32(timestamp));
}

static __always_inline void vary(unsigned char *begin, unsigned char *end)
{
	unsigned char *number = begin + number_offset;
	unsigned char *sequence = begin + sequence_offset;
	__u32 which = current;

	if (number + 4 > end || sequence + 6 > end)
		return;
	write_number(number, which);
	if (sequence_offset)
		write_rtp(sequence, (__u16)(round_now + which));
	if (++which >= distinct) {
		which = 0;
		round_now++;
	}
	current = which;
}

SEC("xdp.frags")
int vary_xdp(struct xdp_md *ctx)
{
	vary((unsigned char *)(long)ctx->data, (unsigned char *)(long)ctx->data_end);
	bpf_tail_call_static(ctx, &measured, 0);
	return XDP_PASS;
}

SEC("tc")
int vary_tc(struct __sk_buff *ctx)
{
	vary((unsigned char *)(long)ctx->data, (unsigned char *)(long)ctx->data_end);
	bpf_tail_call_static(ctx, &measured, 0);
	return TC_ACT_UNSPEC;
}

char vary_license[] SEC("license") = "Dual BSD/GPL";
