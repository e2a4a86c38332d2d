/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the copy of a frame's first bytes in the scratch to its packet, or to that inside of its tunnels. */
#ifndef SIPSONDE_TUNNELS_BPF_H
#define SIPSONDE_TUNNELS_BPF_H

#include "maps.bpf.h"

STEP int step_tunnel(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	return scratch && take_tunnel(&scratch->text, &scratch->tunnel, &scratch->packet, knobs.tunnels);
}

STEP int step_inner(__u32 slot)
{
	struct scratch *scratch = scratch_of(slot);

	return scratch && take_inner(&scratch->text, &scratch->tunnel, &scratch->packet, &scratch->inner);
}

/* Leaves the innermost packet that is proven in scratch.packet. */
static __always_inline void unwrap(__u32 slot)
{
	int more = step_inner(slot);

	for (int i = 0; i < SIPSONDE_TUNNELS_DEEP && more && knobs.tunnels; i++)
		more = step_tunnel(slot) && step_inner(slot);
}

#endif
