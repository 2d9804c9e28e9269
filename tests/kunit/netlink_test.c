// SPDX-License-Identifier: GPL-2.0
/* Messages over netlink hold what they say and nothing of what was there before. */
#include <kunit/test.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include "netlink.h"
#include "target.h"

/* A message in memory that was full of @poison. */
static struct sk_buff *tf_test_message(struct kunit *test, u8 poison,
				       tf_fill_fn *fill, const void *what)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	struct tf_net *tn = tf_net_of(&init_net);
	void *header;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(skb->data, poison, skb_tailroom(skb));
	header = tf_netlink_put(skb, TRAFFIC_FLOW_CMD_GET);
	KUNIT_ASSERT_NOT_NULL(test, header);
	mutex_lock(&tn->lock);
	ret = fill(skb, tn, what);
	mutex_unlock(&tn->lock);
	KUNIT_EXPECT_EQ(test, ret, 0);
	genlmsg_end(skb, header);
	return skb;
}

/* What is in it does not depend on that; @least: it is not just empty. */
static void tf_test_clean(struct kunit *test, tf_fill_fn *fill,
			  const void *what, unsigned int least)
{
	struct sk_buff *a = tf_test_message(test, 0xaa, fill, what);
	struct sk_buff *b = tf_test_message(test, 0x55, fill, what);

	KUNIT_EXPECT_GT(test, a->len, least + NLMSG_HDRLEN + GENL_HDRLEN);
	KUNIT_EXPECT_EQ(test, a->len, b->len);
	if (a->len == b->len)
		KUNIT_EXPECT_MEMEQ(test, a->data, b->data, a->len);
	nlmsg_free(a);
	nlmsg_free(b);
}

/* Names of interfaces of lengths that are padded, one behind the other */
static int tf_test_fill_named(struct sk_buff *skb, struct tf_net *tn,
			      const void *what)
{
	struct tf_config *config = tn->config, *named;
	int ret;

	named = kmemdup(config, sizeof(*config), GFP_KERNEL);
	if (!named)
		return -ENOMEM;
	named->interface_count = 2;
	strscpy(named->interface[0], "r1", sizeof(named->interface[0]));
	strscpy(named->interface[1], "eth10", sizeof(named->interface[1]));
	tn->config = named;
	ret = tf_fill_config(skb, tn, what);
	tn->config = config;
	kfree(named);
	return ret;
}

static void tf_netlink_test_settings(struct kunit *test)
{
	tf_test_clean(test, tf_test_fill_named, NULL, 104);
	tf_test_clean(test, tf_fill_config, NULL, 80);
	tf_test_clean(test, tf_fill_stats, NULL, 100);
}

static void tf_netlink_test_target(struct kunit *test)
{
	struct tf_target_config config;
	struct tf_target *target;

	tf_target_config_default(&config);
	config.dst.family = AF_INET;
	config.src.family = AF_INET;
	strscpy(config.way.interface, "eth0", sizeof(config.way.interface));
	target = tf_target_create(tf_net_of(&init_net), &config);
	KUNIT_ASSERT_NOT_NULL(test, target);
	tf_test_clean(test, tf_fill_target, target, 200);
	target->config.dst.family = AF_INET6;
	target->config.src.family = AF_INET6;
	tf_test_clean(test, tf_fill_target, target, 200);
	kfree(target);
}

/* Names of lengths that are padded */
static void tf_netlink_test_lists(struct kunit *test)
{
	static const struct tf_list list = { .name = "LAN", .comment = "near" };
	static const struct tf_list_member member = {
		.of = &list, .interface = "eth10",
	};

	tf_test_clean(test, tf_fill_list, &list, 12);
	tf_test_clean(test, tf_fill_member, &member, 12);
}

static void tf_netlink_test_flow(struct kunit *test)
{
	struct tf_flow_told *told = kunit_kzalloc(test, sizeof(*told), GFP_KERNEL);
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	struct tf_record *record;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, told);
	record = &told->record;
	record->proto = IPPROTO_UDP;
	record->packets = 1;
	record->next_hop.ip6.s6_addr[0] = 1;
	record->nat_src.ip6.s6_addr[0] = 2;
	record->nat_sport = 3;
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		record->family = families[i];
		tf_test_clean(test, tf_fill_flow, told, 100);
		record->end_reason = 1;
		tf_test_clean(test, tf_fill_flow, told, 108);
		record->end_reason = 0;
	}
}

static struct kunit_case tf_netlink_cases[] = {
	KUNIT_CASE(tf_netlink_test_settings),
	KUNIT_CASE(tf_netlink_test_target),
	KUNIT_CASE(tf_netlink_test_lists),
	KUNIT_CASE(tf_netlink_test_flow),
	{}
};

static struct kunit_suite tf_netlink_suite = {
	.name = "traffic_flow_netlink",
	.test_cases = tf_netlink_cases,
};

kunit_test_suite(tf_netlink_suite);
