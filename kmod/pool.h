/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a cache: a fixed number of flows, handed out in batches so
 * that CPUs meet at its lock once in TF_POOL_BATCH new flows.
 */
#ifndef TF_POOL_H
#define TF_POOL_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include "each.h"
#include "flow.h"

#define TF_POOL_BATCH	32

/* Ended flows that an owner may keep back before the worker gets them. */
#define TF_POOL_KEPT	64

struct mem_cgroup;

/**
 * struct tf_stock - flows ready for use by one owner, linked by tf_flow.next
 * @head: first of them, 0 if there is none
 * @count: how many
 */
struct tf_stock {
	u32 head;
	u32 count;
};

/**
 * struct tf_pool - all flows of one cache
 * @flow: their hot parts; index 0 is not used
 * @cold: their cold parts
 * @extra: pages of struct tf_extra, allocated when an IPv6 flow wants one
 * @each: what all their packets have shown; NULL if nobody wants to know
 * @strayed: by hash, jiffies of the last packet that a filter let pass on a CPU
 *	which does not have its flow; 0 if there was none
 * @total: how many flows there are
 * @waiting: how many of these exist to hold ended flows until the worker comes
 * @reserve: those and what owners may keep back
 * @payer: the memory cgroup that pays
 * @lock: protects what follows
 * @free: first flow of the first batch of free ones; a batch is linked by
 *	tf_flow.next and batches by the tf_flow.hash of their first, which has
 *	the batch's size in tf_flow.packets
 * @fresh: the first flow that was never used; all after it are free, too
 * @available: how many are free
 * @extra_pages: how many pages of @extra there are
 */
struct tf_pool {
	struct tf_flow *flow;
	struct tf_cold *cold;
	struct tf_extra **extra;
	struct tf_each *each;
	u32 *strayed;
	u32 total;
	u32 waiting;
	u32 reserve;
	struct mem_cgroup *payer;

	spinlock_t lock ____cacheline_aligned_in_smp;
	u32 free;
	u32 fresh;
	u32 available;
	atomic_t extra_pages;
};

/* Octets that a pool will occupy, before it has any IPv6 flows. */
u64 tf_pool_need(u32 entries, unsigned int owners, bool each);

/**
 * tf_pool_init - get the memory
 * @pool: zeroed
 * @entries: flows that users may count on
 * @owners: how many stocks there will be
 *
 * Return: 0 or -ENOMEM.
 */
int tf_pool_init(struct tf_pool *pool, u32 entries, unsigned int owners);

/* Have flows know what all their packets have shown. Return: 0 or -ENOMEM. */
int tf_pool_want_each(struct tf_pool *pool);

/* Give the memory back; also after a failed or without any tf_pool_init(). */
void tf_pool_destroy(struct tf_pool *pool);

/**
 * tf_pool_take - one flow from a stock, which is filled up when it is empty
 * @pool: the pool
 * @stock: the owner's stock, protected by the owner
 * @short_of: set if the pool had to be asked: whether it has come down to its
 *	reserve
 *
 * Return: a flow, or 0 if none is left.
 */
u32 tf_pool_take(struct tf_pool *pool, struct tf_stock *stock, bool *short_of);

/**
 * tf_pool_put - a flow back into a stock, and a whole batch to the pool
 * @pool: the pool
 * @stock: a stock for freed flows
 * @index: the flow
 */
void tf_pool_put(struct tf_pool *pool, struct tf_stock *stock, u32 index);

/* Everything of a stock for freed flows back to the pool. */
void tf_pool_put_all(struct tf_pool *pool, struct tf_stock *stock);

/* Whether the reserve has been begun: more than the promised flows are in use. */
bool tf_pool_short(const struct tf_pool *pool);

/*
 * Whether a good part of what is there for the waiting is gone, even when as many
 * flows as are about to come back have done so.
 */
bool tf_pool_strained(const struct tf_pool *pool, u32 coming);

/**
 * tf_pool_extra - the extra part of an IPv6 flow
 * @pool: the pool
 * @index: the flow
 * @gfp: how to allocate its page if it has none yet; 0: do not
 *
 * Return: NULL if there is none and no memory for one.
 */
struct tf_extra *tf_pool_extra(struct tf_pool *pool, u32 index, gfp_t gfp);

/* Octets that the pool occupies. */
u64 tf_pool_memory(const struct tf_pool *pool);

#endif /* TF_POOL_H */
