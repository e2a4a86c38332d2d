// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Stands before the program that is measured: makes every packet of a test run another stream or transaction,
// then goes over to it. Its own cost is measured with an empty program behind it and taken off.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

volatile const __u32 number_offset = 0;	  /* where four letters are written that name the stream */
volatile const __u32 sequence_offset = 0; /* where the round is written, big-endian; 0: nowhere */
volatile const __u32 distinct = 1;	  /* how many there are */

__u32 current = 0;
__u32 round_now = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} measured SEC(".maps");

static __always_inline void vary(unsigned char *begin, unsigned char *end)
{
	unsigned char *number = begin + number_offset;
	unsigned char *sequence = begin + sequence_offset;
	__u32 which = current;

	if (number + 4 > end || sequence + 2 > end)
		return;
	number[0] = 'A' + (which & 15);
	number[1] = 'A' + (which >> 4 & 15);
	number[2] = 'A' + (which >> 8 & 15);
	number[3] = 'A' + (which >> 12 & 15);
	if (sequence_offset) {
		sequence[0] = (unsigned char)(round_now >> 8);
		sequence[1] = (unsigned char)round_now;
	}
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
