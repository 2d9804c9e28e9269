// SPDX-License-Identifier: GPL-2.0
/* Settings, which interfaces they name, and which packets they sample. */
#include <kunit/test.h>
#include "config.h"
#include "lists.h"
#include "sampling.h"

static bool tf_config_test_has(const struct tf_config *c,
			       const struct tf_lists *lists, const char *name)
{
	struct tf_config_lists found;

	tf_config_find_lists(c, lists, &found);
	return tf_config_has_interface(c, &found, name);
}

static void tf_config_test_defaults(struct kunit *test)
{
	struct tf_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct tf_lists none;

	KUNIT_ASSERT_NOT_NULL(test, c);
	tf_lists_init(&none);
	tf_config_default(c);
	KUNIT_EXPECT_FALSE(test, c->enabled);
	KUNIT_EXPECT_EQ(test, c->cache_entries, 4096);
	KUNIT_EXPECT_EQ(test, c->active_timeout, 1800);
	KUNIT_EXPECT_EQ(test, c->inactive_timeout, 15);
	KUNIT_EXPECT_EQ(test, c->ipfix_fields, 0xffffbffffULL);
	KUNIT_EXPECT_FALSE(test, tf_config_samples(c));
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &none, "anything"));
}

static void tf_config_test_interfaces(struct kunit *test)
{
	struct tf_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct tf_lists none;

	KUNIT_ASSERT_NOT_NULL(test, c);
	tf_lists_init(&none);
	tf_config_default(c);
	c->interface_count = 2;
	strscpy(c->interface[0], "eth1", IFNAMSIZ);
	strscpy(c->interface[1], "ppp*", IFNAMSIZ);
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &none, "eth1"));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &none, "eth10"));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &none, "eth"));
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &none, "ppp0"));
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &none, "ppp"));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &none, "pp"));
}

/* A list stands for its members, whatever interface is called the same. */
static void tf_config_test_lists(struct kunit *test)
{
	struct tf_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct tf_list_member *member;
	struct tf_list *wan, *eth1;
	struct tf_lists lists;

	KUNIT_ASSERT_NOT_NULL(test, c);
	tf_lists_init(&lists);
	tf_config_default(c);
	c->interface_count = 2;
	strscpy(c->interface[0], "eth1", sizeof(c->interface[0]));
	strscpy(c->interface[1], "WAN-interfaces-of-this-site", sizeof(c->interface[1]));
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &lists, "eth1"));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &lists, "ppp0"));

	wan = tf_lists_add(&lists, "WAN-interfaces-of-this-site", "");
	KUNIT_ASSERT_NOT_NULL(test, wan);
	KUNIT_EXPECT_TRUE(test, tf_config_names(c, wan->name));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &lists, "ppp0"));
	member = tf_list_member_add(&lists, wan, "ppp*");
	KUNIT_ASSERT_NOT_NULL(test, member);
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &lists, "ppp0"));
	KUNIT_EXPECT_FALSE(test, tf_list_has(wan, "eth1"));
	KUNIT_EXPECT_NULL(test, tf_list_member_find(wan, "ppp0"));
	KUNIT_EXPECT_PTR_EQ(test, tf_list_member_find(wan, "ppp*"), member);

	eth1 = tf_lists_add(&lists, "eth1", "shadows an interface");
	KUNIT_ASSERT_NOT_NULL(test, eth1);
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &lists, "eth1"));
	KUNIT_ASSERT_NOT_NULL(test, tf_list_member_add(&lists, eth1, "eth2"));
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &lists, "eth2"));
	tf_lists_del(&lists, eth1);
	KUNIT_EXPECT_TRUE(test, tf_config_test_has(c, &lists, "eth1"));
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &lists, "eth2"));

	KUNIT_EXPECT_EQ(test, lists.list_count, 1);
	KUNIT_EXPECT_EQ(test, lists.member_count, 1);
	tf_list_member_del(&lists, member);
	KUNIT_EXPECT_FALSE(test, tf_config_test_has(c, &lists, "ppp0"));
	tf_lists_free(&lists);
	KUNIT_EXPECT_EQ(test, lists.list_count, 0);
}

static void tf_config_test_ratio(struct kunit *test)
{
	static const u32 cases[][3] = {
		{ 100, 900, 10 }, { 1, 999, 1000 }, { 2222, 1111, 2 },
		{ 3, 1, 1 }, { 1, U32_MAX, U32_MAX },
	};
	struct tf_config *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, c);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		c->packet_sampling = false;
		c->sampling_interval = cases[i][0];
		c->sampling_space = cases[i][1];
		KUNIT_EXPECT_EQ(test, tf_config_sampling_ratio(c), 0);
		c->packet_sampling = true;
		KUNIT_EXPECT_EQ(test, tf_config_sampling_ratio(c), cases[i][2]);
	}
}

/* Every packet by itself is a pattern: interval taken, space passed over. */
static void tf_sampling_test_pattern(struct kunit *test)
{
	struct tf_sampler sampler = { .interval = 3, .space = 5 };
	u32 i;

	for (i = 0; i < 80; i++)
		KUNIT_EXPECT_EQ(test, tf_sampler_take(&sampler, 1), i % 8 < 3);
}

/* Super-packets take their share: the sum is that of single packets. */
static void tf_sampling_test_super(struct kunit *test)
{
	struct tf_sampler sampler = { .interval = 2222, .space = 1111 };
	u64 sent = 0, taken = 0;
	u32 i;

	for (i = 1; i < 3000; i++) {
		u32 packets = i * 7 % 45 + 1;

		sent += packets;
		taken += tf_sampler_take(&sampler, packets);
		KUNIT_ASSERT_EQ(test, taken, sent / 3333 * 2222 +
				min_t(u64, sent % 3333, 2222));
	}
}

static struct kunit_case tf_config_cases[] = {
	KUNIT_CASE(tf_config_test_defaults),
	KUNIT_CASE(tf_config_test_interfaces),
	KUNIT_CASE(tf_config_test_lists),
	KUNIT_CASE(tf_config_test_ratio),
	KUNIT_CASE(tf_sampling_test_pattern),
	KUNIT_CASE(tf_sampling_test_super),
	{}
};

static struct kunit_suite tf_config_suite = {
	.name = "traffic_flow_config",
	.test_cases = tf_config_cases,
};

kunit_test_suite(tf_config_suite);
