// SPDX-License-Identifier: GPL-2.0
/* A flow whose packets come over two CPUs, in times that the test makes up. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <net/tcp.h>
#include "count.h"
#include "translation.h"

struct tf_test_pair {
	struct tf_pool pool;
	struct tf_table cpu[2];
	struct tf_table *table[2];
	struct tf_chain ended;
	u8 family;
	u32 now;
};

static struct tf_test_pair *tf_test_pair(struct kunit *test, u8 family)
{
	const struct tf_rules rules = {
		.active = 60 * HZ, .inactive = 15 * HZ, .bytes_max = U32_MAX,
	};
	const hsiphash_key_t key = { .key = { 1, 2 } };
	struct tf_test_pair *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	KUNIT_ASSERT_EQ(test, tf_pool_init(&t->pool, 1024, 2), 0);
	for (i = 0; i < 2; i++) {
		KUNIT_ASSERT_EQ(test, tf_table_init(&t->cpu[i], &t->pool, 64,
						    NUMA_NO_NODE, &key, &rules), 0);
		t->table[i] = &t->cpu[i];
		t->cpu[i].peer = t->table;
		t->cpu[i].peers = 2;
	}
	t->family = family;
	t->now = (u32)(-5 * HZ);
	return t;
}

static void tf_test_pair_free(struct tf_test_pair *t)
{
	tf_table_destroy(&t->cpu[0]);
	tf_table_destroy(&t->cpu[1]);
	tf_pool_destroy(&t->pool);
}

static struct tf_packet tf_test_pair_packet(const struct tf_test_pair *t)
{
	struct tf_packet pkt = {
		.sport = htons(1000), .dport = htons(80), .proto = IPPROTO_TCP,
		.family = t->family, .packets = 1, .thoff = 20,
	};

	pkt.src.ip6.s6_addr[0] = 1;
	pkt.dst.ip6.s6_addr[0] = 2;
	return pkt;
}

static void tf_test_pair_send(struct tf_test_pair *t, u32 cpu, u32 bytes, u8 flags)
{
	struct tf_packet pkt = tf_test_pair_packet(t);
	struct tf_origin origin = { .in_if = 7 + cpu };
	struct tf_table *table = &t->cpu[cpu];
	u32 hash;

	pkt.tcp_flags = flags;
	pkt.bytes = bytes;
	hash = tf_table_hash(table, &pkt);
	spin_lock_bh(&table->lock);
	if (tf_table_count(table, &pkt, hash, t->now) == TF_COUNTED_NOT)
		tf_table_begin(table, &pkt, hash, t->now, &origin);
	spin_unlock_bh(&table->lock);
}

static void tf_test_pair_translate(struct tf_test_pair *t, u32 cpu,
				   const struct tf_nat *nat)
{
	struct tf_packet pkt = tf_test_pair_packet(t);
	struct tf_table *table = &t->cpu[cpu];

	spin_lock_bh(&table->lock);
	tf_table_translate(table, &pkt, tf_table_hash(table, &pkt), nat);
	spin_unlock_bh(&table->lock);
}

/* As the worker does it; return how many flows there are that count. */
static u32 tf_test_pair_collect(struct tf_test_pair *t, bool all)
{
	struct tf_lost lost;
	u32 flows = 0;
	u32 i;

	for (i = 0; i < 2; i++) {
		struct tf_table *table = &t->cpu[i];

		spin_lock_bh(&table->lock);
		if (all)
			tf_table_end_all(table, U32_MAX);
		else
			tf_table_expire(table, t->now, U32_MAX);
		tf_table_take_ended(table, &t->ended, &lost);
		spin_unlock_bh(&table->lock);
	}
	for (i = t->ended.head; i; i = t->pool.flow[i].next)
		flows += !!t->pool.flow[i].packets;
	return flows;
}

static void tf_test_pair_wait(struct tf_test_pair *t, u32 seconds)
{
	while (seconds--) {
		t->now += HZ;
		tf_test_pair_collect(t, false);
	}
}

static u32 tf_test_pair_whole(struct tf_test_pair *t)
{
	u32 i = t->ended.head;

	while (i && !t->pool.flow[i].packets)
		i = t->pool.flow[i].next;
	return i;
}

#define TF_EXPECT_FLOW(test, t, _packets, _bytes, _reason) do {		\
	const struct tf_flow *flow =					\
		&(t)->pool.flow[tf_test_pair_whole(t)];			\
									\
	KUNIT_EXPECT_EQ(test, flow->packets, _packets);			\
	KUNIT_EXPECT_EQ(test, flow->bytes, _bytes);			\
	KUNIT_EXPECT_EQ(test, flow->state & TF_FLOW_REASON, _reason);	\
	KUNIT_EXPECT_EQ(test, (t)->cpu[0].active + (t)->cpu[1].active, 0); \
	KUNIT_EXPECT_EQ(test, (t)->cpu[0].seen.created +		\
			(t)->cpu[1].seen.created, 1);			\
} while (0)

/* The first CPU has had its last packet long ago, the flow has not. */
static void tf_fold_test_idle(struct kunit *test)
{
	struct tf_test_pair *t = tf_test_pair(test, NFPROTO_IPV4);
	u32 first = t->now;
	u32 i;

	tf_test_pair_send(t, 1, 100, TCPHDR_SYN);
	for (i = 0; i < 40; i++) {
		tf_test_pair_wait(t, 1);
		tf_test_pair_send(t, 0, 10, TCPHDR_ACK);
	}
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, false), 0);
	tf_test_pair_wait(t, 14);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, false), 0);
	tf_test_pair_wait(t, 3);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, false), 1);
	TF_EXPECT_FLOW(test, t, 41, 500, TF_END_IDLE);
	i = tf_test_pair_whole(t);
	KUNIT_EXPECT_EQ(test, t->pool.flow[i].tcp_flags, TCPHDR_SYN | TCPHDR_ACK);
	KUNIT_EXPECT_EQ(test, t->pool.flow[i].last, first + 40 * HZ);
	KUNIT_EXPECT_EQ(test, t->pool.cold[i].first, first);
	KUNIT_EXPECT_EQ(test, t->pool.cold[i].in_if, 8);
	tf_test_pair_free(t);
}

static void tf_fold_test_active(struct kunit *test)
{
	struct tf_test_pair *t = tf_test_pair(test, NFPROTO_IPV6);
	u32 sent = 0;

	while (!tf_test_pair_collect(t, false)) {
		tf_test_pair_send(t, ++sent % 2, 100, 0);
		t->now += HZ;
		KUNIT_ASSERT_LT(test, sent, 63);
	}
	KUNIT_EXPECT_GE(test, sent, 60);
	TF_EXPECT_FLOW(test, t, sent, 100 * sent, TF_END_ACTIVE);
	tf_test_pair_free(t);
}

static void tf_fold_test_closed(struct kunit *test)
{
	struct tf_test_pair *t = tf_test_pair(test, NFPROTO_IPV4);

	tf_test_pair_send(t, 0, 100, TCPHDR_SYN);
	tf_test_pair_send(t, 1, 100, TCPHDR_FIN);
	tf_test_pair_wait(t, 2);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, false), 1);
	TF_EXPECT_FLOW(test, t, 2, 200, TF_END_DETECTED);
	tf_test_pair_free(t);
}

static void tf_fold_test_flush(struct kunit *test)
{
	struct tf_test_pair *t = tf_test_pair(test, NFPROTO_IPV6);

	tf_test_pair_send(t, 1, 100, 0);
	t->now++;
	tf_test_pair_send(t, 0, 100, 0);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, true), 1);
	TF_EXPECT_FLOW(test, t, 2, 200, TF_END_FORCED);
	tf_test_pair_free(t);
}

/* Together they are more than a record holds. */
static void tf_fold_test_too_much(struct kunit *test)
{
	struct tf_test_pair *t = tf_test_pair(test, NFPROTO_IPV4);

	tf_test_pair_send(t, 0, U32_MAX - 50, 0);
	tf_test_pair_send(t, 1, 51, 0);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, true), 2);
	KUNIT_EXPECT_EQ(test, t->pool.flow[t->ended.head].bytes, U32_MAX - 50);
	KUNIT_EXPECT_EQ(test, t->pool.flow[t->ended.tail].bytes, 51);
	tf_test_pair_free(t);
}

/* A program let the packets behind the first go on another CPU. */
static void tf_fold_test_late(struct kunit *test, u8 family)
{
	struct tf_test_pair *t = tf_test_pair(test, family);
	struct tf_nat nat, got;

	tf_test_pair_send(t, 0, 100, TCPHDR_SYN);
	t->now++;
	tf_test_pair_send(t, 1, 100, 0);
	memset(&nat, 0, sizeof(nat));
	nat.sport = htons(6000);
	nat.dport = htons(8080);
	nat.done = true;
	nat.src.ip6.s6_addr[0] = 3;
	nat.dst.ip6.s6_addr[0] = 4;
	tf_test_pair_translate(t, 1, &nat);
	KUNIT_EXPECT_EQ(test, tf_test_pair_collect(t, true), 1);
	tf_translation_get(&t->pool, tf_test_pair_whole(t), &got);
	KUNIT_EXPECT_MEMEQ(test, &got, &nat, sizeof(nat));
	tf_test_pair_free(t);
}

static void tf_fold_test_late4(struct kunit *test)
{
	tf_fold_test_late(test, NFPROTO_IPV4);
}

static void tf_fold_test_late6(struct kunit *test)
{
	tf_fold_test_late(test, NFPROTO_IPV6);
}

static struct kunit_case tf_fold_cases[] = {
	KUNIT_CASE(tf_fold_test_idle),
	KUNIT_CASE(tf_fold_test_active),
	KUNIT_CASE(tf_fold_test_closed),
	KUNIT_CASE(tf_fold_test_flush),
	KUNIT_CASE(tf_fold_test_too_much),
	KUNIT_CASE(tf_fold_test_late4),
	KUNIT_CASE(tf_fold_test_late6),
	{}
};

static struct kunit_suite tf_fold_suite = {
	.name = "traffic_flow_fold",
	.test_cases = tf_fold_cases,
};

kunit_test_suite(tf_fold_suite);
