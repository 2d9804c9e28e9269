// SPDX-License-Identifier: GPL-2.0
/* A look at a cache: every flow once, and no way out of it. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include "browse.h"
#include "count.h"
#include "moment.h"

#define TF_TEST_NOW	((u32)(-5 * HZ))

static struct tf_cache *tf_test_browsed(struct kunit *test)
{
	const struct tf_rules rules = {
		.active = 60 * HZ, .inactive = 15 * HZ, .bytes_max = U32_MAX,
	};
	const hsiphash_key_t key = { .key = { 1, 2 } };
	struct tf_cache *cache = kunit_kzalloc(test, sizeof(*cache), GFP_KERNEL);
	struct tf_table *table;

	KUNIT_ASSERT_NOT_NULL(test, cache);
	cache->table = kunit_kcalloc(test, 2, sizeof(*cache->table), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cache->table);
	KUNIT_ASSERT_EQ(test, tf_pool_init(&cache->pool, 1024, 2), 0);
	while (cache->tables < 2) {
		table = kunit_kzalloc(test, sizeof(*table), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, table);
		KUNIT_ASSERT_EQ(test, tf_table_init(table, &cache->pool, 64,
						    NUMA_NO_NODE, &key, &rules), 0);
		cache->table[cache->tables++] = table;
	}
	return cache;
}

static void tf_test_browsed_free(struct tf_cache *cache)
{
	tf_table_destroy(cache->table[0]);
	tf_table_destroy(cache->table[1]);
	tf_pool_destroy(&cache->pool);
}

/* A packet of 100 octets of the flow of that number. */
static void tf_test_browsed_send(struct tf_cache *cache, u32 cpu, u8 family,
				 u16 number)
{
	struct tf_packet pkt = {
		.sport = htons(number), .dport = htons(80), .proto = IPPROTO_UDP,
		.family = family, .packets = 1, .bytes = 100,
	};
	struct tf_table *table = cache->table[cpu];
	struct tf_origin origin = { .in_if = 7 };
	u32 hash;

	pkt.src.ip6.s6_addr[0] = 1;
	pkt.dst.ip6.s6_addr[0] = 2;
	hash = tf_table_hash(table, &pkt);
	spin_lock_bh(&table->lock);
	if (tf_table_count(table, &pkt, hash, TF_TEST_NOW) == TF_COUNTED_NOT)
		tf_table_begin(table, &pkt, hash, TF_TEST_NOW, &origin);
	spin_unlock_bh(&table->lock);
}

/* How many there are from there on, at most so many; @packets: of all. */
static u32 tf_test_browse(const struct tf_cache *cache, struct tf_browse at,
			  u32 most, u64 *packets)
{
	const struct tf_moment now = { TF_TEST_NOW + HZ, 1000000 };
	struct tf_record record;
	u32 index, looked = 0, found = 0;

	*packets = 0;
	while (looked++ < most && (index = tf_browse_next(cache, &at))) {
		if (!tf_browse_record(cache, &at, index, &now, &record))
			continue;
		*packets += record.packets;
		found++;
	}
	return looked > most ? U32_MAX : found;
}

static void tf_browse_test_once(struct kunit *test)
{
	struct tf_cache *cache = tf_test_browsed(test);
	const struct tf_browse begin = {};
	u64 packets;
	u16 i;

	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, begin, 1, &packets), 0);
	for (i = 0; i < 300; i++) {
		tf_test_browsed_send(cache, i % 2, NFPROTO_IPV4, i);
		tf_test_browsed_send(cache, i % 2, NFPROTO_IPV6, i);
	}
	/* A hundred have parts on both CPUs, of one packet each. */
	for (i = 0; i < 100; i++)
		tf_test_browsed_send(cache, !(i % 2), NFPROTO_IPV4, i);
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, begin, 1000, &packets), 600);
	KUNIT_EXPECT_EQ(test, packets, 700);
	tf_test_browsed_free(cache);
}

static void tf_browse_test_values(struct kunit *test)
{
	const struct tf_moment now = { TF_TEST_NOW + 3 * HZ, 1000000 };
	struct tf_cache *cache = tf_test_browsed(test);
	struct tf_browse at = {};
	struct tf_record record;
	u32 index;

	tf_test_browsed_send(cache, 0, NFPROTO_IPV6, 5000);
	tf_test_browsed_send(cache, 1, NFPROTO_IPV6, 5000);
	index = tf_browse_next(cache, &at);
	KUNIT_ASSERT_NE(test, index, 0);
	KUNIT_EXPECT_TRUE(test, tf_browse_record(cache, &at, index, &now, &record));
	KUNIT_EXPECT_EQ(test, record.sport, 5000);
	KUNIT_EXPECT_EQ(test, record.bytes, 200);
	KUNIT_EXPECT_EQ(test, record.first_ms, 997000);
	KUNIT_EXPECT_EQ(test, record.last_ms, 997000);
	KUNIT_EXPECT_EQ(test, record.in_if, 7);
	/* The other part is not a flow of its own. */
	index = tf_browse_next(cache, &at);
	KUNIT_ASSERT_NE(test, index, 0);
	KUNIT_EXPECT_FALSE(test, tf_browse_record(cache, &at, index, &now, &record));
	KUNIT_EXPECT_EQ(test, tf_browse_next(cache, &at), 0);
	/* One that has ended is not shown, though it may be met. */
	cache->pool.flow[index].state |= TF_END_RESOURCES;
	at = (struct tf_browse){ .table = 1 };
	index = tf_browse_next(cache, &at);
	at.table = 0;
	KUNIT_EXPECT_FALSE(test, tf_browse_record(cache, &at, index, &now, &record));
	tf_test_browsed_free(cache);
}

/* What packets may do to a chain meanwhile, and worse. */
static void tf_browse_test_torn(struct kunit *test)
{
	struct tf_cache *cache = tf_test_browsed(test);
	const struct tf_browse begin = {};
	struct tf_table *table = cache->table[0];
	u64 packets;
	u32 slot;

	tf_test_browsed_send(cache, 0, NFPROTO_IPV4, 1);
	slot = find_first_bit(table->used, table->mask + 1);
	/* It goes round in a circle. */
	cache->pool.flow[table->bucket[slot] & TF_TABLE_INDEX].next =
		table->bucket[slot] & TF_TABLE_INDEX;
	KUNIT_EXPECT_LE(test, tf_test_browse(cache, begin, 1000, &packets), 64);
	/* It leads to where no flow is, or to another bucket's. */
	table->bucket[slot] = TF_TABLE_INDEX;
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, begin, 10, &packets), 0);
	table->bucket[slot] = cache->pool.total;
	cache->pool.flow[cache->pool.total].hash = slot + 1;
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, begin, 10, &packets), 0);
	table->bucket[slot] = 0;
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, begin, 10, &packets), 0);
	tf_test_browsed_free(cache);
}

/* Where one had come in a larger cache. */
static void tf_browse_test_elsewhere(struct kunit *test)
{
	struct tf_cache *cache = tf_test_browsed(test);
	u64 packets;

	tf_test_browsed_send(cache, 0, NFPROTO_IPV4, 1);
	tf_test_browsed_send(cache, 1, NFPROTO_IPV4, 2);
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, (struct tf_browse){
				.slot = 100000 }, 10, &packets), 1);
	KUNIT_EXPECT_EQ(test, tf_test_browse(cache, (struct tf_browse){
				.table = 2 }, 10, &packets), 0);
	tf_test_browsed_free(cache);
}

static struct kunit_case tf_browse_cases[] = {
	KUNIT_CASE(tf_browse_test_once),
	KUNIT_CASE(tf_browse_test_values),
	KUNIT_CASE(tf_browse_test_torn),
	KUNIT_CASE(tf_browse_test_elsewhere),
	{}
};

static struct kunit_suite tf_browse_suite = {
	.name = "traffic_flow_browse",
	.test_cases = tf_browse_cases,
};

kunit_test_suite(tf_browse_suite);
