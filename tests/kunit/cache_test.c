// SPDX-License-Identifier: GPL-2.0
/* Who is alone with a table and when, with all CPUs at work. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/netfilter.h>
#include <linux/prandom.h>
#include "cache.h"
#include "count.h"

#define TF_TEST_CPUS	4

struct tf_test_sender {
	struct tf_cache *cache;
	struct rnd_state rnd;
	u64 sent;
	bool stop;
	struct completion done;
};

static struct tf_cache *tf_test_cache(struct kunit *test)
{
	struct tf_config *config =
		kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct tf_cache *cache;

	KUNIT_ASSERT_NOT_NULL(test, config);
	tf_config_default(config);
	config->cache_entries = 1024;
	cache = tf_cache_create(config, 0);
	KUNIT_ASSERT_NOT_NULL(test, cache);
	return cache;
}

static void tf_test_count(struct tf_cache *cache, u32 flow)
{
	const struct tf_packet pkt = {
		.src.ip = (__force __be32)flow, .dst.ip = (__force __be32)~flow,
		.proto = IPPROTO_UDP, .family = NFPROTO_IPV4,
		.packets = 1, .bytes = 100,
	};
	struct tf_origin origin = {};
	u32 now = (u32)jiffies;
	struct tf_visit visit;
	u32 hash;

	rcu_read_lock();
	tf_cache_enter(cache, &visit);
	hash = tf_table_hash(visit.table, &pkt);
	if (tf_table_count(visit.table, &pkt, hash, now) == TF_COUNTED_NOT)
		tf_table_begin(visit.table, &pkt, hash, now, &origin);
	tf_cache_leave(&visit);
	rcu_read_unlock();
}

/* More flows than the cache holds, so that they are ended here, too. */
static int tf_test_sender(void *data)
{
	struct tf_test_sender *sender = data;

	while (!READ_ONCE(sender->stop)) {
		tf_test_count(sender->cache,
			      1 + prandom_u32_state(&sender->rnd) % 3000);
		if (!(++sender->sent % 256))
			cond_resched();
	}
	complete(&sender->done);
	return 0;
}

static u64 tf_test_take(struct tf_cache *cache, bool all)
{
	struct tf_stock freed = {};
	u64 packets = 0;
	u32 i;

	for (i = 0; i < cache->tables; i++) {
		struct tf_table *table = cache->table[i];
		struct tf_chain ended = {};
		struct tf_lost lost;
		u32 index;

		spin_lock_bh(&table->lock);
		tf_table_relieve(table, (u32)jiffies, all ? U32_MAX : 16);
		tf_table_take_ended(table, &ended, &lost);
		spin_unlock_bh(&table->lock);
		packets += lost.packets;
		while ((index = ended.head)) {
			ended.head = cache->pool.flow[index].next;
			packets += cache->pool.flow[index].packets;
			tf_pool_put(&cache->pool, &freed, index);
		}
	}
	tf_pool_put_all(&cache->pool, &freed);
	return packets;
}

static void tf_cache_test_claims(struct kunit *test)
{
	struct tf_test_sender *sender =
		kunit_kcalloc(test, TF_TEST_CPUS, sizeof(*sender), GFP_KERNEL);
	struct tf_cache *cache = tf_test_cache(test);
	u32 cpus = min_t(u32, num_online_cpus(), TF_TEST_CPUS);
	struct tf_counters seen = {};
	u64 sent = 0, taken = 0;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, sender);
	for (i = 0; i < cpus; i++) {
		struct task_struct *task;

		sender[i].cache = cache;
		prandom_seed_state(&sender[i].rnd, i);
		init_completion(&sender[i].done);
		task = kthread_create(tf_test_sender, &sender[i], "tf_test/%u", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(task));
		kthread_bind(task, i);
		wake_up_process(task);
	}
	for (i = 0; i < 50; i++) {
		tf_cache_claim(cache);
		taken += tf_test_take(cache, false);
		tf_cache_release(cache);
	}
	for (i = 0; i < cpus; i++) {
		WRITE_ONCE(sender[i].stop, true);
		wait_for_completion(&sender[i].done);
		sent += sender[i].sent;
	}
	taken += tf_test_take(cache, true);
	tf_cache_seen(cache, &seen);
	KUNIT_EXPECT_EQ(test, taken, sent);
	KUNIT_EXPECT_EQ(test, seen.packets, sent);
	KUNIT_EXPECT_EQ(test, seen.bytes, 100 * sent);
	KUNIT_EXPECT_EQ(test, tf_cache_active(cache), 0);
	tf_cache_destroy(cache);
}

static void tf_cache_test_locks(struct kunit *test)
{
	struct tf_cache *cache = tf_test_cache(test);
	bool alone, claimed, again;
	struct tf_visit visit;

	rcu_read_lock();
	tf_cache_enter(cache, &visit);
	alone = !visit.locked;
	tf_cache_leave(&visit);
	rcu_read_unlock();

	tf_cache_claim(cache);
	rcu_read_lock();
	tf_cache_enter(cache, &visit);
	claimed = visit.locked;
	lockdep_assert_held(&visit.table->lock);
	tf_cache_leave(&visit);
	rcu_read_unlock();
	tf_cache_release(cache);

	rcu_read_lock();
	tf_cache_enter(cache, &visit);
	again = !visit.locked;
	tf_cache_leave(&visit);
	rcu_read_unlock();

	KUNIT_EXPECT_NE(test, alone, IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_TRUE(test, claimed || !IS_ENABLED(CONFIG_SMP));
	KUNIT_EXPECT_EQ(test, again, alone);
	tf_cache_destroy(cache);
}

static struct kunit_case tf_cache_cases[] = {
	KUNIT_CASE(tf_cache_test_locks),
	KUNIT_CASE(tf_cache_test_claims),
	{}
};

static struct kunit_suite tf_cache_suite = {
	.name = "traffic_flow_cache",
	.test_cases = tf_cache_cases,
};

kunit_test_suite(tf_cache_suite);
