// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Somebody else's programs on the same interface: they let everything pass and must outlive the agent.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

SEC("tc")
int neighbour_tc(struct __sk_buff *skb)
{
	return TC_ACT_UNSPEC;
}

SEC("xdp")
int neighbour_xdp(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char neighbour_license[] SEC("license") = "GPL";
