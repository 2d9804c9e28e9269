/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow cache of a namespace: a table for each CPU and the pool that their
 * flows come from. It is made for one configuration; another configuration
 * gets another cache, and this one is emptied.
 *
 * A CPU counts in its own table with bottom halves off, and without a lock:
 * nobody else is there. Whoever else wants the tables claims them first: they
 * are marked as shared, and once every packet under way is done (an RCU grace
 * period) all CPUs take the table's lock, until the mark is gone.
 */
#ifndef TF_CACHE_H
#define TF_CACHE_H

#include <linux/bottom_half.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include "config.h"
#include "sampling.h"
#include "table.h"

/**
 * enum tf_want - what a flow has to know because a target exports it
 * @TF_WANT_NAT: addresses as sent
 * @TF_WANT_MAC: of its frames
 * @TF_WANT_GATEWAY: the next hop
 * @TF_WANT_MASKS: prefix lengths of the routes to its addresses
 * @TF_WANT_32BIT: that its octets fit 32 bits
 * @TF_WANT_DEVICES: VLANs and VRFs of its interfaces
 * @TF_WANT_EACH: what all its packets have shown
 * @TF_WANT_FATE: and which of them the filter has let pass
 * @TF_WANT_FLOW_ID: a number for it
 * @TF_WANT_NAT_EVENTS: not a flow: the beginning and the end of connections
 */
enum tf_want {
	TF_WANT_NAT	= 1 << 0,
	TF_WANT_MAC	= 1 << 1,
	TF_WANT_GATEWAY	= 1 << 2,
	TF_WANT_MASKS	= 1 << 3,
	TF_WANT_32BIT	= 1 << 4,
	TF_WANT_DEVICES	= 1 << 5,
	TF_WANT_EACH	= 1 << 6,
	TF_WANT_FATE	= 1 << 7,
	TF_WANT_NAT_EVENTS = 1 << 8,
	TF_WANT_FLOW_ID	= 1 << 9,
};

/**
 * struct tf_cache - tables and pool
 * @want: &enum tf_want
 * @filtered: only some interfaces
 * @sampled: only some packets
 * @meter_exports: our own datagrams, too
 * @claimed: the worker has claimed the tables
 * @tables: how many there are
 * @table: they
 * @late: shared by the CPUs that were not online; NULL if all were
 * @sampler: which packets, if @sampled
 * @pool: their flows
 * @of_cpu: each CPU's table, with TF_CACHE_SHARED if it takes the lock
 */
struct tf_cache {
	u16 want;
	bool filtered;
	bool sampled;
	bool meter_exports;
	bool claimed;
	u32 tables;
	struct tf_table **table;
	struct tf_table *late;
	struct tf_sampler sampler ____cacheline_aligned_in_smp;
	struct tf_pool pool;
	struct tf_table __rcu *of_cpu[] ____cacheline_aligned_in_smp;
};

/* In the lowest bit of a pointer to a table. */
#define TF_CACHE_SHARED	1UL

/**
 * struct tf_visit - a packet's stay in its CPU's table
 * @table: the table
 * @locked: its lock is held
 * @bh_was_on: bottom halves were on before
 */
struct tf_visit {
	struct tf_table *table;
	bool locked;
	bool bh_was_on;
};

/**
 * tf_cache_enter - have this CPU's table for oneself
 * @cache: the cache
 * @visit: to be handed to tf_cache_leave()
 *
 * Context: under RCU. What comes next cannot sleep.
 *
 * Input and forward run with bottom halves off already, output often does not;
 * to turn them off and on again costs a good part of what a packet may cost.
 */
static inline void tf_cache_enter(struct tf_cache *cache,
				  struct tf_visit *visit)
{
	unsigned long table;

	visit->bh_was_on = !softirq_count();
	if (visit->bh_was_on)
		local_bh_disable();
	table = (unsigned long)
		rcu_dereference(cache->of_cpu[raw_smp_processor_id()]);
	visit->locked = table & TF_CACHE_SHARED;
	visit->table = (struct tf_table *)table;
	if (unlikely(visit->locked)) {
		visit->table = (struct tf_table *)(table - TF_CACHE_SHARED);
		spin_lock(&visit->table->lock);
	}
}

static inline void tf_cache_leave(const struct tf_visit *visit)
{
	if (unlikely(visit->locked))
		spin_unlock(&visit->table->lock);
	if (visit->bh_was_on)
		local_bh_enable();
}

/**
 * tf_cache_claim - make it safe to work in any table under its lock
 * @cache: the cache
 *
 * Context: process; waits for a grace period, but not if they are claimed
 * already. For the worker only.
 */
void tf_cache_claim(struct tf_cache *cache);

/* Let CPUs be alone with their tables again. */
void tf_cache_release(struct tf_cache *cache);

/**
 * tf_cache_create - an empty cache
 * @config: for these settings
 * @want: &enum tf_want
 *
 * Return: NULL if there is not enough memory.
 */
struct tf_cache *tf_cache_create(const struct tf_config *config, u16 want);

/* Give its memory back. No CPU may use it any more. NULL is allowed. */
void tf_cache_destroy(struct tf_cache *cache);

/* The sum of what its tables have counted. */
void tf_cache_seen(struct tf_cache *cache, struct tf_counters *sum);

/* Flows in it that have not ended. */
u64 tf_cache_active(struct tf_cache *cache);

/* Octets that it occupies. */
u64 tf_cache_memory(const struct tf_cache *cache);

#endif /* TF_CACHE_H */
