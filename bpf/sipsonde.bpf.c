// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs. A packet is parsed, classified, counted and, when the story of a call needs it, handed over.
 * Every one of them ends in pass: a probe has no opinion on a packet.
 */
#include "watch.bpf.h"

SEC("xdp.frags")
int sipsonde_xdp(struct xdp_md *ctx)
{
	watch_frame(ctx, HOOK_XDP);
	return XDP_PASS;
}

SEC("tc")
int sipsonde_in(struct __sk_buff *ctx)
{
	watch_frame(ctx, HOOK_TC_INGRESS);
	return TC_ACT_UNSPEC; /* also TCX_NEXT: whoever comes after us decides */
}

SEC("tc")
int sipsonde_out(struct __sk_buff *ctx)
{
	watch_frame(ctx, HOOK_TC_EGRESS);
	return TC_ACT_UNSPEC;
}

/* A message that the agent put together comes back to be judged and counted like any other. */
SEC("syscall")
int sipsonde_hand_back(struct sipsonde_hand_back *message)
{
	watch_handed_back(message);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
