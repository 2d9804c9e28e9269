/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory cgroup that a cache was made in pays also for what is allocated
 * later, by packets or by the worker, which are nobody's or somebody else's.
 */
#ifndef TF_PAYER_H
#define TF_PAYER_H

#include <linux/memcontrol.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include "compat.h"

/* The caller's memory cgroup, to be put. Context: process. */
static inline struct mem_cgroup *tf_payer_get(void)
{
	return get_mem_cgroup_from_mm(current->mm);
}

/* NULL is allowed. */
static inline void tf_payer_put(struct mem_cgroup *payer)
{
	mem_cgroup_put(payer);
}

/**
 * tf_payer_set - let somebody pay for allocations with __GFP_ACCOUNT
 * @payer: who does, from now on
 *
 * Return: who did before, to be set again by whoever has set this one.
 */
static inline struct mem_cgroup *tf_payer_set(struct mem_cgroup *payer)
{
	return tf_set_active_memcg(payer);
}

#endif /* TF_PAYER_H */
