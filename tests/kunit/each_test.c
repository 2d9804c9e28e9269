// SPDX-License-Identifier: GPL-2.0
/* What is seen of each packet of a flow, and what becomes of it in records. */
#include <kunit/test.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/tcp.h>
#include "moment.h"
#include "count.h"
#include "parse.h"

static struct sk_buff *tf_each_test_skb(struct kunit *test, const u8 *data,
					unsigned int len)
{
	struct sk_buff *skb = alloc_skb(len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, data, len);
	skb_reset_network_header(skb);
	return skb;
}

static void tf_each_test_read(struct kunit *test, const u8 *data,
			      unsigned int len, struct tf_each *each)
{
	struct sk_buff *skb = tf_each_test_skb(test, data, len);
	struct tf_packet pkt;

	KUNIT_ASSERT_TRUE(test, data[0] >> 4 == 4 ? tf_dissect_ipv4(skb, &pkt) :
						    tf_dissect_ipv6(skb, &pkt));
	tf_each_read(skb, &pkt, each);
	kfree_skb(skb);
}

/* Router alert, NOP, record route; MSS, SACK allowed, timestamps, kind 200. */
static const u8 tf_each_test_tcp4[] = {
	0x48, 0, 0, 72, 0x12, 0x34, 0x40, 0, 61, 6, 0, 0,
	10, 1, 0, 2, 10, 2, 0, 3,
	148, 4, 0, 0, 1, 7, 3, 4, 0, 0, 0, 0,
	0x9c, 0x40, 0x01, 0xbb, 1, 2, 3, 4, 5, 6, 7, 8,
	0xa0, 0x02, 0x20, 0x30, 0, 0, 0, 0,
	2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 200, 2, 1, 0,
};

static void tf_each_test_options(struct kunit *test)
{
	struct tf_each each;

	tf_each_test_read(test, tf_each_test_tcp4, sizeof(tf_each_test_tcp4),
			  &each);
	/* Bits 20, 6, 0 and 7 (the end) of the registry's, from the left. */
	KUNIT_EXPECT_EQ(test, each.options,
			BIT(31 - 20) | BIT(31 - 6) | BIT(31) | BIT(31 - 7));
	KUNIT_EXPECT_EQ(test, each.tcp_options,
			BIT(2) | BIT(4) | BIT(8) | BIT(1) | BIT(0));
	KUNIT_EXPECT_EQ(test, each.fragment_id, 0x1234);
	KUNIT_EXPECT_EQ(test, each.len_min, sizeof(tf_each_test_tcp4));
	KUNIT_EXPECT_EQ(test, each.len_max, sizeof(tf_each_test_tcp4));
	KUNIT_EXPECT_EQ(test, each.ttl_min, 61);
	KUNIT_EXPECT_EQ(test, each.ttl_max, 61);
	KUNIT_EXPECT_EQ(test, each.passed, 0);
}

/* Cut at every octet, and with every length of an option: nothing beyond. */
static void tf_each_test_cut(struct kunit *test)
{
	u8 data[sizeof(tf_each_test_tcp4)];
	struct tf_each each;
	unsigned int i;

	for (i = 20; i < sizeof(data); i++)
		tf_each_test_read(test, tf_each_test_tcp4, i, &each);
	memcpy(data, tf_each_test_tcp4, sizeof(data));
	for (i = 0; i < 256; i++) {
		data[21] = i;
		data[53] = i;
		tf_each_test_read(test, data, sizeof(data), &each);
		KUNIT_EXPECT_TRUE(test, each.options & BIT(31 - 20));
		KUNIT_EXPECT_TRUE(test, each.tcp_options & BIT(2));
		if (i < 2 || i > 20) {
			KUNIT_EXPECT_EQ(test, each.options, BIT(31 - 20));
			KUNIT_EXPECT_EQ(test, each.tcp_options, BIT(2));
		}
	}
}

static void tf_each_test_ipv6(struct kunit *test)
{
	/* Hop-by-hop, first fragment, UDP. */
	static const u8 packet[] = {
		0x60, 0, 0, 0, 0, 28, 0, 9,
		0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
		0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3,
		44, 0, 1, 4, 0, 0, 0, 0,
		17, 0, 0, 1, 0xa1, 0xa2, 0xa3, 0xa4,
		0x13, 0x88, 0, 53, 0, 12, 0, 0, 'd', 'a', 't', 'a',
	};
	struct tf_each each;

	tf_each_test_read(test, packet, sizeof(packet), &each);
	KUNIT_EXPECT_EQ(test, each.options, BIT(31 - 1) | BIT(31 - 4));
	KUNIT_EXPECT_EQ(test, each.fragment_id, 0xa1a2a3a4);
	KUNIT_EXPECT_EQ(test, each.ttl_min, 9);
	KUNIT_EXPECT_EQ(test, each.len_min, 68);
	KUNIT_EXPECT_EQ(test, each.tcp_options, 0);
}

/* A super-packet shows the lengths of what it stands for. */
static void tf_each_test_super(struct kunit *test)
{
	static const u8 head[40] = {
		0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, [32] = 0x50,
	};
	u8 *data = kunit_kzalloc(test, 40 + 2500, GFP_KERNEL);
	struct tf_packet pkt;
	struct sk_buff *skb;
	struct tf_each each;

	KUNIT_ASSERT_NOT_NULL(test, data);
	memcpy(data, head, sizeof(head));
	skb = tf_each_test_skb(test, data, 40 + 2500);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1000;
	skb_shinfo(skb)->gso_segs = 3;
	KUNIT_ASSERT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	tf_each_read(skb, &pkt, &each);
	KUNIT_EXPECT_EQ(test, each.len_min, 540);
	KUNIT_EXPECT_EQ(test, each.len_max, 1040);
	/* Of which sampling has taken but one. */
	pkt.packets = 1;
	pkt.bytes = 873;
	tf_each_read(skb, &pkt, &each);
	KUNIT_EXPECT_EQ(test, each.len_min, 540);
	KUNIT_EXPECT_EQ(test, each.len_max, 1040);
	kfree_skb(skb);
}

struct tf_each_test {
	struct tf_pool pool;
	struct tf_table cpu[2];
	struct tf_table *table[2];
	u32 now;
};

static struct tf_each_test *tf_each_test_tables(struct kunit *test)
{
	const struct tf_rules rules = {
		.active = 60 * HZ, .inactive = 15 * HZ, .bytes_max = U32_MAX,
	};
	const hsiphash_key_t key = { .key = { 1, 2 } };
	struct tf_each_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_ASSERT_EQ(test, tf_pool_init(&t->pool, 1024, 2), 0);
	KUNIT_ASSERT_EQ(test, tf_pool_want_each(&t->pool), 0);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, tf_table_init(&t->cpu[i], &t->pool, 64,
						    NUMA_NO_NODE, &key, &rules), 0);
		t->table[i] = &t->cpu[i];
		t->cpu[i].peer = t->table;
		t->cpu[i].peers = 2;
	}
	return t;
}

/* A packet as the hooks treat it; the filter lets it pass or does not. */
static void tf_each_test_send(struct kunit *test, struct tf_each_test *t,
			      u32 cpu, u8 ttl, u8 kind, bool pass)
{
	struct tf_table *table = &t->cpu[cpu];
	u8 data[sizeof(tf_each_test_tcp4)];
	struct tf_origin origin = { .out_if = 3 };
	struct tf_packet pkt;
	struct sk_buff *skb;
	u32 hash;

	memcpy(data, tf_each_test_tcp4, sizeof(data));
	data[8] = ttl;
	data[5] = kind;
	data[52] = kind;
	data[53] = 20;
	skb = tf_each_test_skb(test, data, sizeof(data));
	KUNIT_ASSERT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	hash = tf_table_hash(table, &pkt);
	spin_lock_bh(&table->lock);
	if (tf_table_count(table, &pkt, hash, t->now) == TF_COUNTED_NOT)
		tf_table_begin(table, &pkt, hash, t->now, &origin);
	tf_each_count(table, skb, &pkt, hash);
	if (pass)
		tf_each_pass(table, &pkt, hash);
	spin_unlock_bh(&table->lock);
	kfree_skb(skb);
	t->now++;
}

/* End everything: the record of the flow that has packets. */
static void tf_each_test_record(struct kunit *test, struct tf_each_test *t,
				struct tf_record *record)
{
	const struct tf_moment now = { .jiffies = t->now, .boot_ms = 1000 };
	struct tf_chain ended = {};
	struct tf_lost lost;
	u32 i;

	for (i = 0; i < 2; i++) {
		spin_lock_bh(&t->cpu[i].lock);
		tf_table_end_all(&t->cpu[i], U32_MAX);
		tf_table_take_ended(&t->cpu[i], &ended, &lost);
		spin_unlock_bh(&t->cpu[i].lock);
	}
	i = ended.head;
	while (i && !t->pool.flow[i].packets)
		i = t->pool.flow[i].next;
	KUNIT_ASSERT_NE(test, i, 0);
	tf_record_of_flow(record, &t->pool, i, &now);
	for (i = 0; i < 2; i++)
		tf_table_destroy(&t->cpu[i]);
	tf_pool_destroy(&t->pool);
}

static void tf_each_test_all(struct kunit *test)
{
	struct tf_each_test *t = tf_each_test_tables(test);
	struct tf_record record;

	tf_each_test_send(test, t, 0, 60, 3, true);
	tf_each_test_send(test, t, 0, 64, 5, true);
	tf_each_test_send(test, t, 0, 50, 2, true);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.packets, 3);
	KUNIT_EXPECT_EQ(test, record.ttl_min, 50);
	KUNIT_EXPECT_EQ(test, record.ttl_max, 64);
	KUNIT_EXPECT_EQ(test, record.tcp_options, BIT(2) | BIT(3) | BIT(5));
	KUNIT_EXPECT_EQ(test, record.fragment_id, 0x1203);
	KUNIT_EXPECT_EQ(test, record.len_min, 72);
	KUNIT_EXPECT_EQ(test, record.status, 64);
}

/* Parts on two CPUs; the entry of the later one is another flow's before. */
static void tf_each_test_folded(struct kunit *test)
{
	struct tf_each_test *t = tf_each_test_tables(test);
	struct tf_record record;

	memset(t->pool.each, 0xff, (t->pool.total + 1) * sizeof(*t->pool.each));
	tf_each_test_send(test, t, 1, 60, 3, true);
	tf_each_test_send(test, t, 0, 50, 2, true);
	tf_each_test_send(test, t, 1, 70, 4, true);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.packets, 3);
	KUNIT_EXPECT_EQ(test, record.ttl_min, 50);
	KUNIT_EXPECT_EQ(test, record.ttl_max, 70);
	KUNIT_EXPECT_EQ(test, record.tcp_options, BIT(2) | BIT(3) | BIT(4));
	KUNIT_EXPECT_EQ(test, record.fragment_id, 0x1203);
	KUNIT_EXPECT_EQ(test, record.status, 64);
}

static void tf_each_test_dropped(struct kunit *test)
{
	struct tf_each_test *t = tf_each_test_tables(test);
	struct tf_record record;

	tf_each_test_send(test, t, 0, 60, 3, false);
	tf_each_test_send(test, t, 0, 60, 3, false);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.status, 128);

	/* Some of each is neither. */
	t = tf_each_test_tables(test);
	tf_each_test_send(test, t, 0, 60, 3, true);
	tf_each_test_send(test, t, 1, 60, 3, false);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.packets, 2);
	KUNIT_EXPECT_EQ(test, record.status, 0);
}

/* The hash of the flow that tf_each_test_send() sends. */
static u32 tf_each_test_hash(struct kunit *test, const struct tf_each_test *t)
{
	struct sk_buff *skb = tf_each_test_skb(test, tf_each_test_tcp4,
					       sizeof(tf_each_test_tcp4));
	struct tf_packet pkt;

	KUNIT_ASSERT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	kfree_skb(skb);
	return tf_table_hash(&t->cpu[0], &pkt);
}

/* What another CPU has let pass, nobody knows to be dropped. */
static void tf_each_test_strayed(struct kunit *test)
{
	struct tf_each_test *t = tf_each_test_tables(test);
	struct tf_record record;
	u32 hash;

	/* Before it began, and one of another hash while it lived */
	hash = tf_each_test_hash(test, t);
	tf_each_stray(&t->pool, hash, t->now);
	t->now += HZ;
	tf_each_test_send(test, t, 0, 60, 3, false);
	tf_each_stray(&t->pool, hash + 1, t->now);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.status, 128);

	t = tf_each_test_tables(test);
	tf_each_test_send(test, t, 0, 60, 3, false);
	tf_each_stray(&t->pool, hash, t->now);
	tf_each_test_record(test, t, &record);
	KUNIT_EXPECT_EQ(test, record.status, 0);
}

static struct kunit_case tf_each_cases[] = {
	KUNIT_CASE(tf_each_test_options),
	KUNIT_CASE(tf_each_test_cut),
	KUNIT_CASE(tf_each_test_ipv6),
	KUNIT_CASE(tf_each_test_super),
	KUNIT_CASE(tf_each_test_all),
	KUNIT_CASE(tf_each_test_folded),
	KUNIT_CASE(tf_each_test_dropped),
	KUNIT_CASE(tf_each_test_strayed),
	{}
};

static struct kunit_suite tf_each_suite = {
	.name = "traffic_flow_each",
	.test_cases = tf_each_cases,
};

kunit_test_suite(tf_each_suite);
