// SPDX-License-Identifier: GPL-2.0
/* Flow table, wheel and pool, in times that the test makes up. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/prandom.h>
#include <linux/tcp.h>
#include <net/tcp.h>
#include "cache.h"
#include "count.h"

/* Five seconds before 32-bit jiffies wrap. */
#define TF_TEST_START	((u32)(-5 * HZ))

struct tf_test_table {
	struct tf_pool pool;
	struct tf_table table;
	struct tf_chain ended;
	u32 now;
};

static struct tf_test_table *tf_test_table(struct kunit *test, u32 entries,
					   u32 buckets, u32 active, u32 inactive)
{
	const struct tf_rules rules = {
		.active = active * HZ, .inactive = inactive * HZ,
		.bytes_max = U32_MAX,
	};
	const hsiphash_key_t key = { .key = { 1, 2 } };
	struct tf_test_table *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_ASSERT_EQ(test, tf_pool_init(&t->pool, entries, 1), 0);
	KUNIT_ASSERT_EQ(test, tf_table_init(&t->table, &t->pool, buckets,
					    NUMA_NO_NODE, &key, &rules), 0);
	t->now = TF_TEST_START;
	return t;
}

static void tf_test_table_free(struct tf_test_table *t)
{
	tf_table_destroy(&t->table);
	tf_pool_destroy(&t->pool);
}

static struct tf_packet tf_test_packet(u32 flow, u32 bytes, u8 flags)
{
	return (struct tf_packet) {
		.src.ip = (__force __be32)flow, .dst.ip = (__force __be32)~flow,
		.sport = (__force __be16)1, .dport = (__force __be16)2,
		.proto = IPPROTO_TCP, .family = NFPROTO_IPV4,
		.tcp_flags = flags, .packets = 1, .bytes = bytes, .thoff = 20,
	};
}

static enum tf_counted tf_test_send_packet(struct tf_test_table *t,
					   const struct tf_packet *pkt)
{
	struct tf_origin origin = { .in_if = 7 };
	enum tf_counted counted;
	u32 hash = tf_table_hash(&t->table, pkt);

	spin_lock_bh(&t->table.lock);
	counted = tf_table_count(&t->table, pkt, hash, t->now);
	if (counted == TF_COUNTED_NOT)
		counted = tf_table_begin(&t->table, pkt, hash, t->now, &origin);
	spin_unlock_bh(&t->table.lock);
	return counted;
}

static enum tf_counted tf_test_send(struct tf_test_table *t, u32 flow,
				    u32 bytes, u8 flags)
{
	struct tf_packet pkt = tf_test_packet(flow, bytes, flags);

	return tf_test_send_packet(t, &pkt);
}

/* Turn the wheel; return how many flows have ended by that. */
static u32 tf_test_expire(struct tf_test_table *t)
{
	u32 before = t->ended.count;
	struct tf_lost lost;

	spin_lock_bh(&t->table.lock);
	while (tf_table_expire(&t->table, t->now, 7))
		;
	tf_table_take_ended(&t->table, &t->ended, &lost);
	spin_unlock_bh(&t->table.lock);
	return t->ended.count - before;
}

static struct tf_flow *tf_test_last(struct tf_test_table *t)
{
	return &t->pool.flow[t->ended.tail];
}

static u8 tf_test_reason(struct tf_test_table *t)
{
	return tf_test_last(t)->state & TF_FLOW_REASON;
}

/* Seconds until one flow has ended, looking every tenth of a second. */
static u32 tf_test_ends_after(struct kunit *test, struct tf_test_table *t,
			      u32 limit)
{
	u32 start = t->now;

	while (!tf_test_expire(t)) {
		KUNIT_ASSERT_LE(test, t->now - start, limit * HZ);
		t->now += HZ / 10;
	}
	return t->now - start;
}

static void tf_table_test_inactive(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 15);
	u32 after;

	tf_test_send(t, 1, 100, 0);
	t->now += 10 * HZ;
	tf_test_expire(t);
	tf_test_send(t, 1, 50, 0);
	after = tf_test_ends_after(test, t, 20);
	KUNIT_EXPECT_GE(test, after, 15 * HZ);
	KUNIT_EXPECT_LE(test, after, 16 * HZ);
	KUNIT_EXPECT_EQ(test, tf_test_reason(t), TF_END_IDLE);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->packets, 2);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->bytes, 150);
	KUNIT_EXPECT_EQ(test, t->pool.cold[t->ended.tail].in_if, 7);
	KUNIT_EXPECT_EQ(test, t->table.active, 0);
	tf_test_table_free(t);
}

static void tf_table_test_active(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 15);
	u32 seconds, packets = 0;

	for (seconds = 0; !tf_test_expire(t); seconds++) {
		KUNIT_ASSERT_LT(test, seconds, 1802);
		tf_test_send(t, 1, 100, 0);
		packets++;
		t->now += HZ;
	}
	KUNIT_EXPECT_GE(test, seconds, 1800);
	KUNIT_EXPECT_EQ(test, tf_test_reason(t), TF_END_ACTIVE);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->packets, packets);
	tf_test_table_free(t);
}

/* The largest allowed, and nobody turns the wheel for days. */
static void tf_table_test_week(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 64, 604800, 604800);

	tf_test_send(t, 1, 100, 0);
	t->now += 604799U * HZ;
	KUNIT_EXPECT_EQ(test, tf_test_expire(t), 0);
	t->now += 3 * HZ;
	KUNIT_EXPECT_EQ(test, tf_test_expire(t), 1);
	tf_test_table_free(t);
}

static void tf_table_test_closed(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 600);

	tf_test_send(t, 1, 60, TCPHDR_SYN);
	tf_test_send(t, 1, 52, TCPHDR_ACK | TCPHDR_FIN);
	tf_test_send(t, 1, 52, TCPHDR_ACK);
	KUNIT_EXPECT_LE(test, tf_test_ends_after(test, t, 2), HZ);
	KUNIT_EXPECT_EQ(test, tf_test_reason(t), TF_END_DETECTED);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->packets, 3);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->tcp_flags,
			TCPHDR_SYN | TCPHDR_ACK | TCPHDR_FIN);
	tf_test_table_free(t);
}

/* A record holds 32 bits of octets, to the last one. */
static void tf_table_test_bytes_max(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 15);

	tf_test_send(t, 1, U32_MAX - 100, 0);
	tf_test_send(t, 1, 100, 0);
	KUNIT_EXPECT_EQ(test, tf_test_expire(t), 0);
	tf_test_send(t, 1, 20, 0);
	KUNIT_EXPECT_EQ(test, tf_test_expire(t), 1);
	KUNIT_EXPECT_EQ(test, tf_test_reason(t), TF_END_FORCED);
	KUNIT_EXPECT_EQ(test, tf_test_last(t)->bytes, U32_MAX);
	KUNIT_EXPECT_EQ(test, t->table.active, 1);
	KUNIT_EXPECT_EQ(test, t->table.seen.packets, 3);
	tf_test_table_free(t);
}

/* Flows of one bucket are told apart, and each part of the key tells. */
static void tf_table_test_keys(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1, 1800, 15);
	struct tf_packet pkt = tf_test_packet(1, 100, 0);

	tf_test_send_packet(t, &pkt);
	pkt.src.ip ^= (__force __be32)1;
	tf_test_send_packet(t, &pkt);
	pkt.dst.ip ^= (__force __be32)1;
	tf_test_send_packet(t, &pkt);
	pkt.sport ^= (__force __be16)1;
	tf_test_send_packet(t, &pkt);
	pkt.dport ^= (__force __be16)1;
	tf_test_send_packet(t, &pkt);
	pkt.proto = IPPROTO_UDP;
	tf_test_send_packet(t, &pkt);
	KUNIT_EXPECT_EQ(test, t->table.active, 6);
	tf_test_send_packet(t, &pkt);
	KUNIT_EXPECT_EQ(test, t->table.active, 6);
	KUNIT_EXPECT_EQ(test, t->table.seen.created, 6);
	tf_test_table_free(t);
}

/* Everything that was counted is in a flow or in what has no flow. */
static void tf_table_test_full(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 15);
	u32 i, total = t->pool.total + 3000;
	u64 packets = 0, bytes = 0;
	struct tf_lost lost = {};

	for (i = 1; i <= total; i++) {
		tf_test_send(t, i, 100, 0);
		if (i == 10)
			t->now += HZ;
	}
	KUNIT_EXPECT_LE(test, t->table.active, 1024 + TF_POOL_BATCH);
	KUNIT_EXPECT_GT(test, t->table.seen.early, 0);
	/* The oldest went first. */
	KUNIT_EXPECT_EQ(test, (__force u32)t->pool.flow[t->table.handed.head].ip.src, 1);

	spin_lock_bh(&t->table.lock);
	tf_table_end_all(&t->table, U32_MAX);
	tf_table_take_ended(&t->table, &t->ended, &lost);
	spin_unlock_bh(&t->table.lock);
	for (i = t->ended.head; i; i = t->pool.flow[i].next) {
		packets += t->pool.flow[i].packets;
		bytes += t->pool.flow[i].bytes;
	}
	KUNIT_EXPECT_EQ(test, packets + lost.packets, total);
	KUNIT_EXPECT_EQ(test, bytes + lost.bytes, 100ULL * total);
	KUNIT_EXPECT_EQ(test, lost.packets, t->table.seen.lost_packets);
	KUNIT_EXPECT_EQ(test, t->table.seen.packets, total);
	tf_test_table_free(t);
}

/* A new flow that is over already is not the one that has to go for itself. */
static void tf_table_test_full_closed(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 1024, 1800, 15);
	struct tf_packet last = tf_test_packet(0x7fffffff, 100, TCPHDR_RST);
	u32 i = 0;

	while (!t->table.pressed)
		tf_test_send(t, ++i, 100, 0);
	tf_test_send_packet(t, &last);
	KUNIT_EXPECT_NE(test, 0, tf_table_find(&t->table, &last,
					       tf_table_hash(&t->table, &last)));
	tf_test_table_free(t);
}

static void tf_test_recycle(struct tf_test_table *t, u64 *packets)
{
	struct tf_stock freed = {};
	u32 index, next;

	for (index = t->ended.head; index; index = next) {
		next = t->pool.flow[index].next;
		*packets += t->pool.flow[index].packets;
		tf_pool_put(&t->pool, &freed, index);
	}
	tf_pool_put_all(&t->pool, &freed);
	memset(&t->ended, 0, sizeof(t->ended));
}

/* A long time of random traffic: no packet and no entry gets lost. */
static void tf_table_test_random(struct kunit *test)
{
	struct tf_test_table *t = tf_test_table(test, 1024, 256, 30, 3);
	struct rnd_state rnd;
	u64 ended = 0;
	u32 i;

	prandom_seed_state(&rnd, 42);
	for (i = 0; i < 100000; i++) {
		u32 r = prandom_u32_state(&rnd);

		tf_test_send(t, 1 + r % 3000, 40, r >> 24 == 0 ? TCPHDR_FIN : 0);
		if (r >> 20 == 0)
			t->now += HZ;
		/* As many as the reserve holds have not ended before. */
		if (!(i % 200)) {
			tf_test_expire(t);
			tf_test_recycle(t, &ended);
		}
	}
	spin_lock_bh(&t->table.lock);
	tf_table_end_all(&t->table, U32_MAX);
	spin_unlock_bh(&t->table.lock);
	tf_test_expire(t);
	tf_test_recycle(t, &ended);
	KUNIT_EXPECT_EQ(test, ended, 100000);
	KUNIT_EXPECT_EQ(test, t->table.seen.lost_packets, 0);
	KUNIT_EXPECT_EQ(test, t->table.active, 0);
	KUNIT_EXPECT_EQ(test, t->pool.available + t->table.stock.count,
			t->pool.total);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(t->table.wheel.occupied,
					     TF_WHEEL_SLOTS));
	tf_test_table_free(t);
}

static void tf_table_test_memory(struct kunit *test)
{
	struct tf_config *config =
		kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct tf_cache *cache;

	KUNIT_ASSERT_NOT_NULL(test, config);
	tf_config_default(config);
	config->cache_entries = 65536;
	cache = tf_cache_create(config, 0);
	KUNIT_ASSERT_NOT_NULL(test, cache);
	KUNIT_EXPECT_LE(test, tf_cache_memory(cache), 65536ULL * 128);
	tf_cache_destroy(cache);
}

/* However many CPUs keep flows back, none of the promised is missing for that. */
static void tf_table_test_owners(struct kunit *test)
{
	u32 taken = 1024 + 128 * (TF_POOL_BATCH - 1 + TF_POOL_KEPT - 1);
	struct tf_stock stock = {};
	struct tf_pool pool = {};
	bool short_of;

	KUNIT_ASSERT_EQ(test, tf_pool_init(&pool, 1024, 128), 0);
	while (taken && tf_pool_take(&pool, &stock, &short_of))
		taken--;
	KUNIT_EXPECT_EQ(test, taken, 0);
	KUNIT_EXPECT_FALSE(test, tf_pool_strained(&pool, 0));
	for (taken = 0; taken < 1024; taken++)
		tf_pool_take(&pool, &stock, &short_of);
	KUNIT_EXPECT_TRUE(test, tf_pool_strained(&pool, 0));
	/* Three quarters of what is there for the waiting are wanted. */
	KUNIT_EXPECT_TRUE(test, tf_pool_strained(&pool, 1535 - pool.available));
	KUNIT_EXPECT_FALSE(test, tf_pool_strained(&pool, 1536 - pool.available));
	tf_pool_destroy(&pool);
}

static struct kunit_case tf_table_cases[] = {
	KUNIT_CASE(tf_table_test_inactive),
	KUNIT_CASE(tf_table_test_active),
	KUNIT_CASE(tf_table_test_week),
	KUNIT_CASE(tf_table_test_closed),
	KUNIT_CASE(tf_table_test_bytes_max),
	KUNIT_CASE(tf_table_test_keys),
	KUNIT_CASE(tf_table_test_full),
	KUNIT_CASE(tf_table_test_full_closed),
	KUNIT_CASE(tf_table_test_random),
	KUNIT_CASE(tf_table_test_memory),
	KUNIT_CASE(tf_table_test_owners),
	{}
};

static struct kunit_suite tf_table_suite = {
	.name = "traffic_flow_table",
	.test_cases = tf_table_cases,
};

kunit_test_suite(tf_table_suite);
