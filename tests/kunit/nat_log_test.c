// SPDX-License-Identifier: GPL-2.0
/* Translated connections from their first packet to their last. */
#include <kunit/test.h>
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/math64.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include "compat.h"
#include "nat_log.h"
#include "record.h"

#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>

struct tf_log_test {
	struct tf_nat_log log;
	struct nf_conn *ct[4];
	struct tf_record told[16];
	u32 count;
};

static void tf_log_test_put(void *context, const struct tf_record *event)
{
	struct tf_log_test *t = context;

	if (t->count < ARRAY_SIZE(t->told))
		t->told[t->count] = *event;
	t->count++;
}

/* Connections that the test holds, so that nobody frees them. */
static struct tf_log_test *tf_log_test(struct kunit *test, u32 max)
{
	struct tf_log_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct nf_conntrack_tuple *orig, *reply;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, t);
	tf_nat_log_init(&t->log, max);
	for (i = 0; i < ARRAY_SIZE(t->ct); i++) {
		t->ct[i] = kunit_kzalloc(test, ALIGN(sizeof(*t->ct[i]), 16),
					 GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, t->ct[i]);
		refcount_set(&t->ct[i]->ct_general.use, 1);
		t->ct[i]->status = IPS_SRC_NAT;
		orig = &t->ct[i]->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
		reply = &t->ct[i]->tuplehash[IP_CT_DIR_REPLY].tuple;
		orig->src.l3num = i & 1 ? NFPROTO_IPV6 : NFPROTO_IPV4;
		orig->dst.protonum = IPPROTO_UDP;
		orig->src.u3.ip = cpu_to_be32(0x0a010002);
		orig->dst.u3.ip = cpu_to_be32(0x0a020003);
		reply->src.u3.ip = cpu_to_be32(0x0a020003);
		reply->dst.u3.ip = cpu_to_be32(0xc0000201);
		orig->src.u.all = htons(4000 + i);
		orig->dst.u.all = htons(53);
		reply->src.u.all = htons(53);
		reply->dst.u.all = htons(6000 + i);
	}
	return t;
}

static bool tf_log_test_see(struct tf_log_test *t, u32 i)
{
	struct sk_buff skb = {};

	nf_ct_set(&skb, t->ct[i], IP_CT_NEW);
	return tf_nat_log_see(&t->log, &skb, NULL);
}

static void tf_log_test_confirm(struct tf_log_test *t, u32 i)
{
	t->ct[i]->timeout = nfct_time_stamp + 100 * HZ;
	t->ct[i]->status |= IPS_CONFIRMED;
}

/* How many events there were. */
static u32 tf_log_test_run(struct tf_log_test *t, u64 now_ms)
{
	t->count = 0;
	tf_nat_log_run(&t->log, now_ms, tf_log_test_put, t);
	return t->count;
}

static void tf_log_test_life(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 10);
	const struct tf_record *told = t->told;

	tf_log_test_see(t, 0);
	tf_log_test_confirm(t, 0);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1000), 1);
	KUNIT_EXPECT_EQ(test, told->nat_event, 4);
	KUNIT_EXPECT_GT(test, told->first_ms, 0);
	KUNIT_EXPECT_EQ(test, told->family, NFPROTO_IPV4);
	KUNIT_EXPECT_EQ(test, told->proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, ntohl(told->src.ip), 0x0a010002);
	KUNIT_EXPECT_EQ(test, ntohl(told->dst.ip), 0x0a020003);
	KUNIT_EXPECT_EQ(test, ntohl(told->nat_src.ip), 0xc0000201);
	KUNIT_EXPECT_EQ(test, ntohl(told->nat_dst.ip), 0x0a020003);
	KUNIT_EXPECT_EQ(test, told->sport, 4000);
	KUNIT_EXPECT_EQ(test, told->nat_sport, 6000);
	KUNIT_EXPECT_EQ(test, told->dport, 53);
	KUNIT_EXPECT_EQ(test, told->nat_dport, 53);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 2000), 0);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 1);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 2);

	t->ct[0]->status |= IPS_DYING;
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 3000), 1);
	KUNIT_EXPECT_EQ(test, told->nat_event, 5);
	KUNIT_EXPECT_EQ(test, told->first_ms, 3000);
	KUNIT_EXPECT_EQ(test, told->nat_sport, 6000);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 0);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 1);
}

/* Packets of known or untranslated connections are none of our business. */
static void tf_log_test_others(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 10);
	struct sk_buff skb = {};

	tf_nat_log_see(&t->log, &skb, NULL);
	t->ct[0]->status = 0;
	tf_log_test_see(t, 0);
	tf_log_test_confirm(t, 1);
	tf_log_test_see(t, 1);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 0);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1), 0);
}

/* It is dropped behind us, or waits for a verdict. */
static void tf_log_test_unborn(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 10);

	nf_conntrack_get(&t->ct[0]->ct_general);
	tf_log_test_see(t, 0);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 3);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1), 0);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 1);
	/* Only the log holds it now. */
	nf_conntrack_put(&t->ct[0]->ct_general);
	nf_conntrack_put(&t->ct[0]->ct_general);
	nf_conntrack_get(&t->ct[0]->ct_general);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 2);
	tf_nat_log_forget(&t->log);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 1);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 0);
}

/* A packet and its copy, dropped both: the log has it twice, and nobody else. */
static void tf_log_test_twice(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 10);
	u64 now_ms = div_u64(ktime_get_boottime_ns(), NSEC_PER_MSEC);

	tf_log_test_see(t, 0);
	tf_log_test_see(t, 0);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, now_ms + 4000), 0);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 2);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, now_ms + 7000), 0);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 0);
	KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[0]), 1);
}

/* IPv4 before IPv6; of each, who goes before who comes; expired is gone. */
static void tf_log_test_order(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 10);
	u32 i;

	for (i = 0; i < 2; i++) {
		tf_log_test_see(t, i);
		tf_log_test_confirm(t, i);
	}
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1), 2);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_event, 4);
	KUNIT_EXPECT_EQ(test, t->told[1].nat_event, 1);
	t->ct[0]->timeout = nfct_time_stamp;
	t->ct[1]->timeout = nfct_time_stamp;
	t->ct[1]->status |= IPS_OFFLOAD;
	for (i = 2; i < 4; i++) {
		tf_log_test_see(t, i);
		tf_log_test_confirm(t, i);
	}
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 2), 3);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_event, 5);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_sport, 6000);
	KUNIT_EXPECT_EQ(test, t->told[1].nat_event, 4);
	KUNIT_EXPECT_EQ(test, t->told[1].nat_sport, 6002);
	KUNIT_EXPECT_EQ(test, t->told[2].nat_event, 1);
	KUNIT_EXPECT_EQ(test, t->told[2].nat_sport, 6003);
	t->ct[1]->status |= IPS_DYING;
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 3), 1);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_event, 2);
	tf_nat_log_forget(&t->log);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[i]), 1);
}

/* What there is no room for is counted, both its events. */
static void tf_log_test_lost(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 2);
	u32 i;

	for (i = 0; i < 4; i++)
		tf_log_test_see(t, i);
	KUNIT_EXPECT_EQ(test, tf_nat_log_count(&t->log), 2);
	KUNIT_EXPECT_EQ(test, atomic64_read(&t->log.lost), 4);
	for (i = 0; i < 4; i++)
		tf_log_test_confirm(t, i);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1), 2);
	tf_nat_log_forget(&t->log);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, tf_ct_holders(t->ct[i]), 1);
}

/* An identifier where others have a port. */
static void tf_log_test_icmp(struct kunit *test)
{
	struct tf_log_test *t = tf_log_test(test, 2);
	struct nf_conntrack_tuple *orig =
		&t->ct[0]->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	struct nf_conntrack_tuple *reply =
		&t->ct[0]->tuplehash[IP_CT_DIR_REPLY].tuple;

	orig->dst.protonum = IPPROTO_ICMP;
	orig->src.u.icmp.id = htons(77);
	orig->dst.u.icmp.type = 8;
	orig->dst.u.icmp.code = 1;
	reply->src.u.icmp.id = htons(99);
	reply->dst.u.icmp.type = 0;
	tf_log_test_see(t, 0);
	tf_log_test_confirm(t, 0);
	KUNIT_EXPECT_EQ(test, tf_log_test_run(t, 1), 1);
	KUNIT_EXPECT_EQ(test, t->told[0].sport, 77);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_sport, 99);
	KUNIT_EXPECT_EQ(test, t->told[0].dport, 0x801);
	KUNIT_EXPECT_EQ(test, t->told[0].nat_dport, 0x801);
	tf_nat_log_forget(&t->log);
}

static struct kunit_case tf_log_cases[] = {
	KUNIT_CASE(tf_log_test_life),
	KUNIT_CASE(tf_log_test_others),
	KUNIT_CASE(tf_log_test_unborn),
	KUNIT_CASE(tf_log_test_twice),
	KUNIT_CASE(tf_log_test_order),
	KUNIT_CASE(tf_log_test_lost),
	KUNIT_CASE(tf_log_test_icmp),
	{}
};

static struct kunit_suite tf_log_suite = {
	.name = "traffic_flow_nat_log",
	.test_cases = tf_log_cases,
};

kunit_test_suite(tf_log_suite);
#endif
