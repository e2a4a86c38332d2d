/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two kinds of context, XDP and tc, as one: length, bytes, interface, and the bytes of a sample. */
#ifndef SIPSONDE_CONTEXT_BPF_H
#define SIPSONDE_CONTEXT_BPF_H

#include "maps.bpf.h"

enum hook { HOOK_XDP, HOOK_TC_INGRESS, HOOK_TC_EGRESS };

/* Whether 0 < *size < limit, in a form that the verifier of Linux 6.1 follows: to it a size that is not 0 may
 * still be 0, but one more than what is 0 or more is not. The barrier keeps the check on the register used.
 */
static __always_inline int is_size_below(__u32 *size, __u32 limit)
{
	__u32 less_one = *size - 1;

	asm volatile("" : "+r"(less_one));
	if (less_one >= limit - 1)
		return 0;
	*size = less_one + 1;
	return 1;
}

static __always_inline long load_bytes(void *ctx, enum hook hook, __u32 offset, void *to, __u32 length)
{
	if (hook == HOOK_XDP)
		return bpf_xdp_load_bytes(ctx, offset, to, length);
	return bpf_skb_load_bytes(ctx, offset, to, length);
}

static __always_inline __u32 frame_length(void *ctx, enum hook hook)
{
	if (hook == HOOK_XDP)
		return (__u32)bpf_xdp_get_buff_len(ctx);
	return ((struct __sk_buff *)ctx)->len;
}

/* Volatile: clang 19 would choose between two addresses and load once, and the verifier refuses a context
 * pointer that was moved. */
static __always_inline __u32 interface_of(void *ctx, enum hook hook)
{
	if (hook == HOOK_XDP)
		return *(volatile __u32 *)&((struct xdp_md *)ctx)->ingress_ifindex;
	return *(volatile __u32 *)&((struct __sk_buff *)ctx)->ifindex;
}

static __always_inline struct sight sight_of(void *ctx, enum hook hook)
{
	struct sight sight = {
		.ifindex = interface_of(ctx, hook),
		.flow = hook == HOOK_TC_EGRESS ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress,
		.hook_label = hook == HOOK_XDP ? SIPSONDE_HOOK_xdp : SIPSONDE_HOOK_tc,
	};

	if (knobs.replay) {
		sight.flow = replay.flow;
		sight.hook_label = replay.hook;
		sight.ifindex = replay.ifindex;
	}
	return sight;
}

/* On a mirror port everything is ingress; what one of the node's own addresses sent is egress. */
static __always_inline void apply_local_networks(const struct packet *packet, struct sight *sight)
{
	struct local_network source = {.prefix_bits = 128};

	if (!knobs.local_networks || knobs.replay)
		return;
	__builtin_memcpy(source.address, packet->src_addr, sizeof(source.address));
	sight->flow =
		bpf_map_lookup_elem(&local_networks, &source) ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress;
}

/* ---- the bytes of a sample ---- */

/* Copies `length` bytes of the frame behind the head, and behind `before` bytes that come first (a constant);
 * what the capture cut is marked. Returns 0 on success. */
static __always_inline int copy_behind(void *ctx, enum hook hook, struct scratch *scratch, __u32 before,
				       __u32 offset, __u32 length)
{
	__u32 frame = frame_length(ctx, hook);

	scratch->head.wire_len = length;
	if (offset >= frame)
		return -1;
	if (length > frame - offset) {
		length = frame - offset;
		scratch->head.flags |= SIPSONDE_EVENT_TRUNCATED;
	}
	if (!is_size_below(&length, TEXT_MAX - before))
		return -1;
	scratch->head.payload_len = before + length;
	return (int)load_bytes(ctx, hook, offset, scratch->text.bytes + before, length);
}

static __always_inline int copy_text(void *ctx, enum hook hook, struct scratch *scratch, __u32 offset,
				     __u32 length)
{
	return copy_behind(ctx, hook, scratch, 0, offset, length);
}

/* ---- where SIP is looked for ---- */

static __always_inline int is_sip_port(__u16 port)
{
	return sip_ports[port >> 6] >> (port & 63) & 1;
}

static __always_inline int has_sip_port(const struct packet *packet)
{
	return is_sip_port(packet->src_port) || is_sip_port(packet->dst_port);
}

static __always_inline int may_be_sip(const struct packet *packet)
{
	return knobs.detect_any || has_sip_port(packet);
}

#endif
