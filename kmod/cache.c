// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include "afford.h"
#include "cache.h"

#define TF_CACHE_BUCKETS_MIN	64

/*
 * Where a flow may be of a format with 32-bit counters, its octets must fit
 * them. Where not, the limit keeps its packets, which have 20 octets at least,
 * below 2^32.
 */
static u64 tf_cache_bytes_max(u16 want)
{
	return want & TF_WANT_32BIT ? U32_MAX : BIT_ULL(36);
}

/* Two buckets a flow if the flows spread over the CPUs; one for a single CPU. */
static u32 tf_cache_buckets(u32 entries, u32 tables)
{
	u32 share = tables > 2 ? DIV_ROUND_UP(2 * entries, tables) : entries;

	return roundup_pow_of_two(max_t(u32, share, TF_CACHE_BUCKETS_MIN));
}

static struct tf_table *tf_cache_add_table(struct tf_cache *cache, int node,
					   u32 buckets,
					   const hsiphash_key_t *key,
					   const struct tf_rules *rules)
{
	struct tf_table *table;

	table = kzalloc_node(sizeof(*table), GFP_KERNEL_ACCOUNT, node);
	if (!table)
		return NULL;
	if (tf_table_init(table, &cache->pool, buckets, node, key, rules)) {
		kfree(table);
		return NULL;
	}
	table->peer = cache->table;
	cache->table[cache->tables++] = table;
	return table;
}

static struct tf_table *tf_cache_shared(struct tf_table *table)
{
	return (struct tf_table *)((unsigned long)table | TF_CACHE_SHARED);
}

/*
 * What a CPU finds when nobody claims its table. Bottom halves off is not
 * alone where they are threads.
 */
static struct tf_table *tf_cache_own(const struct tf_cache *cache,
				     struct tf_table *table)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT) || table == cache->late)
		return tf_cache_shared(table);
	return table;
}

static int tf_cache_add_tables(struct tf_cache *cache, u32 entries,
			       const struct cpumask *cpus,
			       const struct tf_rules *rules)
{
	u32 count = cpumask_weight(cpus);
	u32 buckets = tf_cache_buckets(entries, count);
	struct tf_table *table;
	hsiphash_key_t key;
	int cpu;
	u32 i;

	cache->table = kcalloc(count + 1, sizeof(*cache->table),
			       GFP_KERNEL_ACCOUNT);
	if (!cache->table)
		return -ENOMEM;
	get_random_bytes(&key, sizeof(key));
	for_each_possible_cpu(cpu) {
		bool late = !cpumask_test_cpu(cpu, cpus);

		table = late ? cache->late : NULL;
		if (!table)
			table = tf_cache_add_table(cache, cpu_to_node(cpu),
						   buckets, &key, rules);
		if (!table)
			return -ENOMEM;
		if (late)
			cache->late = table;
		RCU_INIT_POINTER(cache->of_cpu[cpu],
				 tf_cache_own(cache, table));
	}
	if (cache->tables > 1)
		for (i = 0; i < cache->tables; i++)
			cache->table[i]->peers = cache->tables;
	return 0;
}

void tf_cache_claim(struct tf_cache *cache)
{
	int cpu;

	if (cache->claimed)
		return;
	cache->claimed = true;
	for_each_possible_cpu(cpu) {
		struct tf_table *table =
			rcu_dereference_protected(cache->of_cpu[cpu], true);

		RCU_INIT_POINTER(cache->of_cpu[cpu], tf_cache_shared(table));
	}
	synchronize_rcu();
}

void tf_cache_release(struct tf_cache *cache)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		unsigned long table = (unsigned long)
			rcu_dereference_protected(cache->of_cpu[cpu], true);

		table &= ~TF_CACHE_SHARED;
		rcu_assign_pointer(cache->of_cpu[cpu],
				   tf_cache_own(cache, (struct tf_table *)table));
	}
	cache->claimed = false;
}

/* Each CPU has a table, and the late ones share another. */
static u64 tf_cache_need(u32 entries, unsigned int cpus, u16 want)
{
	return tf_pool_need(entries, cpus, want & TF_WANT_EACH) +
	       (cpus + 1ULL) * tf_table_need(tf_cache_buckets(entries, cpus));
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
	ret = -ENOMEM;
	if (tf_can_afford(tf_cache_need(config->cache_entries,
					cpumask_weight(cpus), cache->want)))
		ret = tf_pool_init(&cache->pool, config->cache_entries,
				   cpumask_weight(cpus));
	if (!ret && (cache->want & TF_WANT_EACH))
		ret = tf_pool_want_each(&cache->pool);
	if (!ret)
		ret = tf_cache_add_tables(cache, config->cache_entries, cpus,
					  &rules);
	free_cpumask_var(cpus);
	return ret;
}

struct tf_cache *tf_cache_create(const struct tf_config *config, u16 want)
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

	for (i = 0; i < cache->tables; i++)
		tf_table_seen(cache->table[i], sum);
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
		memory += tf_table_memory(cache->table[i]);
	return memory + tf_pool_memory(&cache->pool);
}
