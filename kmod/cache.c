// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include "cache.h"

#define TF_CACHE_BUCKETS_MIN	64

/*
 * Where a flow may be of a format with 32-bit counters, its octets must fit
 * them. Where not, the limit keeps its packets, which have 20 octets at least,
 * below 2^32.
 */
static u64 tf_cache_bytes_max(u8 want)
{
	return want & TF_WANT_32BIT ? U32_MAX : BIT_ULL(36);
}

/* Two buckets a flow if the flows spread over the CPUs; one for a single CPU. */
static u32 tf_cache_buckets(u32 entries, u32 tables)
{
	u32 share = tables > 2 ? DIV_ROUND_UP(2 * entries, tables) : entries;

	return roundup_pow_of_two(max_t(u32, share, TF_CACHE_BUCKETS_MIN));
}

static int tf_cache_add_table(struct tf_cache *cache, int cpu, u32 buckets,
			      const hsiphash_key_t *key,
			      const struct tf_rules *rules)
{
	struct tf_table *table;
	int ret;

	table = kzalloc_node(sizeof(*table), GFP_KERNEL_ACCOUNT,
			     cpu_to_node(cpu));
	if (!table)
		return -ENOMEM;
	ret = tf_table_init(table, &cache->pool, buckets, cpu_to_node(cpu), key,
			    rules);
	if (ret) {
		kfree(table);
		return ret;
	}
	cache->of_cpu[cpu] = table;
	cache->table[cache->tables++] = table;
	return 0;
}

static int tf_cache_add_tables(struct tf_cache *cache, u32 entries,
			       const struct cpumask *cpus,
			       const struct tf_rules *rules)
{
	u32 count = cpumask_weight(cpus);
	u32 buckets = tf_cache_buckets(entries, count);
	hsiphash_key_t key;
	int cpu, ret;

	cache->table = kcalloc(count, sizeof(*cache->table), GFP_KERNEL_ACCOUNT);
	if (!cache->table)
		return -ENOMEM;
	get_random_bytes(&key, sizeof(key));
	for_each_cpu(cpu, cpus) {
		ret = tf_cache_add_table(cache, cpu, buckets, &key, rules);
		if (ret)
			return ret;
	}
	for_each_possible_cpu(cpu) {
		if (!cache->of_cpu[cpu])
			cache->of_cpu[cpu] = cache->table[cpu % count];
	}
	return 0;
}

static int tf_cache_init(struct tf_cache *cache, const struct tf_config *config)
{
	const struct tf_rules rules = {
		.active = config->active_timeout * HZ,
		.inactive = config->inactive_timeout * HZ,
		.bytes_max = tf_cache_bytes_max(cache->want),
	};
	cpumask_var_t cpus;
	int ret;

	/* CPUs may come and go meanwhile; they are counted once. */
	if (!alloc_cpumask_var(&cpus, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(cpus, cpu_online_mask);
	ret = tf_pool_init(&cache->pool, config->cache_entries,
			   cpumask_weight(cpus));
	if (!ret)
		ret = tf_cache_add_tables(cache, config->cache_entries, cpus,
					  &rules);
	free_cpumask_var(cpus);
	return ret;
}

struct tf_cache *tf_cache_create(const struct tf_config *config, u8 want)
{
	struct tf_cache *cache;

	cache = kzalloc(struct_size(cache, of_cpu, nr_cpu_ids),
			GFP_KERNEL_ACCOUNT);
	if (!cache)
		return NULL;
	cache->want = want;
	cache->filtered = config->interface_count;
	cache->sampled = tf_config_samples(config);
	cache->meter_exports = config->meter_exports;
	cache->sampler.interval = config->sampling_interval;
	cache->sampler.space = config->sampling_space;
	if (!tf_cache_init(cache, config))
		return cache;

	tf_cache_destroy(cache);
	return NULL;
}

void tf_cache_destroy(struct tf_cache *cache)
{
	u32 i;

	if (!cache)
		return;
	for (i = 0; i < cache->tables; i++) {
		tf_table_destroy(cache->table[i]);
		kfree(cache->table[i]);
	}
	kfree(cache->table);
	tf_pool_destroy(&cache->pool);
	kfree(cache);
}

void tf_cache_seen(struct tf_cache *cache, struct tf_counters *sum)
{
	u32 i;

	for (i = 0; i < cache->tables; i++) {
		struct tf_table *table = cache->table[i];
		const struct tf_counters *seen = &table->seen;

		spin_lock_bh(&table->lock);
		sum->packets += seen->packets;
		sum->bytes += seen->bytes;
		sum->created += seen->created;
		sum->early += seen->early;
		sum->fragments += seen->fragments;
		sum->truncated += seen->truncated;
		sum->lost_packets += seen->lost_packets;
		spin_unlock_bh(&table->lock);
	}
}

u64 tf_cache_active(struct tf_cache *cache)
{
	u64 active = 0;
	u32 i;

	for (i = 0; i < cache->tables; i++)
		active += READ_ONCE(cache->table[i]->active);
	return active;
}

u64 tf_cache_memory(const struct tf_cache *cache)
{
	u64 memory = struct_size(cache, of_cpu, nr_cpu_ids);
	u32 i;

	for (i = 0; i < cache->tables; i++)
		memory += sizeof(*cache->table[i]) +
			  (cache->table[i]->mask + 1ULL) * sizeof(u32);
	return memory + tf_pool_memory(&cache->pool);
}
