/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow cache of a namespace: a table for each CPU and the pool that their
 * flows come from. It is made for one configuration; another configuration
 * gets another cache, and this one is emptied.
 */
#ifndef TF_CACHE_H
#define TF_CACHE_H

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
 */
enum tf_want {
	TF_WANT_NAT	= 1 << 0,
	TF_WANT_MAC	= 1 << 1,
	TF_WANT_GATEWAY	= 1 << 2,
	TF_WANT_MASKS	= 1 << 3,
	TF_WANT_32BIT	= 1 << 4,
};

/**
 * struct tf_cache - tables and pool
 * @want: &enum tf_want
 * @filtered: only some interfaces
 * @sampled: only some packets
 * @meter_exports: our own datagrams, too
 * @tables: how many there are: one for each CPU that was online
 * @table: they
 * @sampler: which packets, if @sampled
 * @pool: their flows
 * @of_cpu: each CPU's table; a CPU that came later shares one
 */
struct tf_cache {
	u8 want;
	bool filtered;
	bool sampled;
	bool meter_exports;
	u32 tables;
	struct tf_table **table;
	struct tf_sampler sampler ____cacheline_aligned_in_smp;
	struct tf_pool pool;
	struct tf_table *of_cpu[] ____cacheline_aligned_in_smp;
};

/**
 * tf_cache_create - an empty cache
 * @config: for these settings
 * @want: &enum tf_want
 *
 * Return: NULL if there is not enough memory.
 */
struct tf_cache *tf_cache_create(const struct tf_config *config, u8 want);

/* Give its memory back. No CPU may use it any more. NULL is allowed. */
void tf_cache_destroy(struct tf_cache *cache);

/* The sum of what its tables have counted. */
void tf_cache_seen(struct tf_cache *cache, struct tf_counters *sum);

/* Flows in it that have not ended. */
u64 tf_cache_active(struct tf_cache *cache);

/* Octets that it occupies. */
u64 tf_cache_memory(const struct tf_cache *cache);

#endif /* TF_CACHE_H */
