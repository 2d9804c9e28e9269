// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include "sent.h"

static void tf_sent_test_datagram(u8 *data, u32 number)
{
	memset(data, 0, TF_SENT_QUOTE);
	memcpy(data + 8, &number, sizeof(number));
}

/* Datagrams FIRST to LAST, each with as many records as its number says. */
static void tf_sent_test_send(struct tf_sent *sent, u32 first, u32 last)
{
	u8 data[TF_SENT_QUOTE];
	u32 i;

	for (i = first; i <= last; i++) {
		tf_sent_test_datagram(data, i);
		tf_sent_add(sent, data, sizeof(data), &(struct tf_cargo){
			.records = i, .packets = 2 * i, .octets = 3 * i });
	}
}

static u32 tf_sent_test_refuse(struct tf_sent *sent, u32 number)
{
	u8 data[TF_SENT_QUOTE];
	struct tf_cargo lost;

	tf_sent_test_datagram(data, number);
	tf_sent_refuse(sent, data, sizeof(data), &lost);
	return lost.records;
}

/* What is quoted is what is lost, once; what is not there is nothing. */
static void tf_sent_test_quoted(struct kunit *test)
{
	struct tf_sent sent = {};
	struct tf_cargo lost;

	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 1), 0);
	tf_sent_test_send(&sent, 1, 10);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 4), 4);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 4), 0);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 2), 0);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 7), 7);
	/* Nothing quoted: the last one */
	tf_sent_refuse(&sent, NULL, 0, &lost);
	KUNIT_EXPECT_EQ(test, lost.records, 10);
	KUNIT_EXPECT_EQ(test, lost.packets, 20);
	KUNIT_EXPECT_EQ(test, lost.octets, 30);
	tf_sent_refuse(&sent, NULL, 0, &lost);
	KUNIT_EXPECT_EQ(test, lost.records, 0);
}

/* While it refuses all between two refusals is lost, however much it was. */
static void tf_sent_test_between(struct kunit *test)
{
	struct tf_sent sent = {};

	tf_sent_test_send(&sent, 1, 10);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 8), 8);
	sent.refused = true;
	tf_sent_test_send(&sent, 11, 100);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 90),
			90 * 91 / 2 - 8 * 9 / 2);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 100),
			100 * 101 / 2 - 90 * 91 / 2);
	tf_sent_test_send(&sent, 101, 102);
	tf_sent_forget(&sent);
	KUNIT_EXPECT_EQ(test, tf_sent_test_refuse(&sent, 102), 0);
}

/*
 * Whatever is said to have been refused, in whatever order, by whomever: nothing is
 * lost twice, and not more than was sent.
 */
static void tf_sent_test_forged(struct kunit *test)
{
	u8 data[TF_SENT_QUOTE];
	struct tf_sent sent = {};
	struct tf_cargo lost;
	struct rnd_state rnd;
	u64 added = 0, gone = 0;
	u32 last = 0, i;

	prandom_seed_state(&rnd, 20261126);
	for (i = 0; i < 100000; i++) {
		u32 what = prandom_u32_state(&rnd);

		if (what % 4 == 0) {
			tf_sent_test_send(&sent, last + 1, last + 1);
			added += ++last;
			continue;
		}
		sent.refused = what & 0x100;
		if (what & 0x200)
			prandom_bytes_state(&rnd, data, sizeof(data));
		else
			tf_sent_test_datagram(data, last - (what >> 10) % 100);
		tf_sent_refuse(&sent, data, what % 3 ? sizeof(data) :
			       (what >> 16) % TF_SENT_QUOTE, &lost);
		KUNIT_ASSERT_EQ(test, lost.packets, 2 * (u64)lost.records);
		KUNIT_ASSERT_EQ(test, lost.octets, 3 * (u64)lost.records);
		gone += lost.records;
		KUNIT_ASSERT_LE(test, gone, added);
	}
	KUNIT_EXPECT_GT(test, gone, 0);
}

static struct kunit_case tf_sent_cases[] = {
	KUNIT_CASE(tf_sent_test_quoted),
	KUNIT_CASE(tf_sent_test_between),
	KUNIT_CASE(tf_sent_test_forged),
	{}
};

static struct kunit_suite tf_sent_suite = {
	.name = "traffic_flow_sent",
	.test_cases = tf_sent_cases,
};

kunit_test_suite(tf_sent_suite);
