// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/minmax.h>
#include "sampling.h"

/* How many of the first @packets are taken. */
static u64 tf_sampler_taken(const struct tf_sampler *sampler, u64 packets)
{
	u64 rest, rounds;

	rounds = div64_u64_rem(packets, (u64)sampler->interval + sampler->space,
			       &rest);
	return rounds * sampler->interval + min_t(u64, rest, sampler->interval);
}

u32 tf_sampler_take(struct tf_sampler *sampler, u32 packets)
{
	u64 seen = atomic64_add_return(packets, &sampler->seen);

	return tf_sampler_taken(sampler, seen) -
	       tf_sampler_taken(sampler, seen - packets);
}
