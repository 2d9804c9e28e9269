// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/jiffies.h>
#include "moment.h"

/* Before and after a sleep of an hour, over the wrap of 32 bits. */
static void tf_moment_test_sleep(struct kunit *test)
{
	static const u32 woke[] = { 0, 1000 * HZ, 5U * HZ, -3U * HZ, 1U << 31 };
	const u64 boot = 100000000, hour = 3600000;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(woke); i++) {
		struct tf_moment now = {
			.jiffies = woke[i] + 10 * HZ, .boot_ms = boot,
			.woke = woke[i], .slept_ms = hour,
		};

		KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, now.jiffies), boot);
		KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, now.jiffies + 1), boot);
		KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, woke[i]), boot - 10000);
		KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, woke[i] - HZ),
				boot - 11000 - hour);
		now.slept_ms = 0;
		KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, woke[i] - HZ),
				boot - 11000);
	}
}

/* The largest timeout, from before the wrap of 32 bits to after it. */
static void tf_moment_test_week(struct kunit *test)
{
	const struct tf_moment now = {
		.jiffies = 7 * HZ, .boot_ms = 2000000000,
	};

	KUNIT_EXPECT_EQ(test, tf_moment_ms(&now, now.jiffies - 604800U * HZ),
			2000000000ULL - 604800000);
}

/* A sleep is noticed, told for as long as a flow may live, then forgotten. */
static void tf_moment_test_look(struct kunit *test)
{
	struct tf_sleep sleep = { .asleep_ms = 5000, .looked = -HZ };
	u32 day, now = 0;

	tf_sleep_look(&sleep, now, 5000);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 0);
	tf_sleep_look(&sleep, now + HZ, 65000);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 60000);
	KUNIT_EXPECT_EQ(test, sleep.woke, now);
	for (day = 1; day <= 7; day++)
		tf_sleep_look(&sleep, now + day * 86400U * HZ, 65000);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 60000);
	for (; day <= 15; day++)
		tf_sleep_look(&sleep, now + day * 86400U * HZ, 65000);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 0);
	for (; day <= 500; day++)
		tf_sleep_look(&sleep, now + day * 86400U * HZ, 65000);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 0);
	tf_sleep_look(&sleep, now, 65001);
	KUNIT_EXPECT_EQ(test, sleep.slept_ms, 1);
}

static struct kunit_case tf_moment_cases[] = {
	KUNIT_CASE(tf_moment_test_sleep),
	KUNIT_CASE(tf_moment_test_week),
	KUNIT_CASE(tf_moment_test_look),
	{}
};

static struct kunit_suite tf_moment_suite = {
	.name = "traffic_flow_moment",
	.test_cases = tf_moment_cases,
};

kunit_test_suite(tf_moment_suite);
