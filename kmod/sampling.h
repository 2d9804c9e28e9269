/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Systematic count-based sampling (RFC 5475, 5.1): so many packets are taken,
 * so many passed over, and again; counted over all CPUs of the namespace.
 */
#ifndef TF_SAMPLING_H
#define TF_SAMPLING_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * struct tf_sampler - where the counting stands
 * @interval: packets taken in a row
 * @space: packets passed over in a row
 * @seen: packets so far
 */
struct tf_sampler {
	u32 interval;
	u32 space;
	atomic64_t seen;
};

/**
 * tf_sampler_take - how many of the packets that have come now are taken
 * @sampler: the sampler
 * @packets: how many came: a super-packet stands for several
 */
u32 tf_sampler_take(struct tf_sampler *sampler, u32 packets);

#endif /* TF_SAMPLING_H */
