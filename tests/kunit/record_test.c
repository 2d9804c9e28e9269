// SPDX-License-Identifier: GPL-2.0
/* What makes two records those of one flow. */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/netfilter.h>
#include "record.h"

static u64 tf_record_test_id(const struct tf_record *like, u16 sport, u16 dport,
			     u8 igmp_type)
{
	struct tf_record record = *like;

	record.sport = sport;
	record.dport = dport;
	record.igmp_type = igmp_type;
	tf_record_identify(&record);
	return record.flow_id;
}

static void tf_record_test_identify(struct kunit *test)
{
	const struct tf_record udp = {
		.family = NFPROTO_IPV4, .proto = IPPROTO_UDP,
	};
	u64 id = tf_record_test_id(&udp, 1111, 40000, 0);
	struct tf_record other = udp;

	KUNIT_EXPECT_EQ(test, id, tf_record_test_id(&udp, 1111, 40000, 0));
	KUNIT_EXPECT_NE(test, id, tf_record_test_id(&udp, 2222, 40000, 0));
	KUNIT_EXPECT_NE(test, id, tf_record_test_id(&udp, 1111, 40001, 0));
	KUNIT_EXPECT_NE(test, id, tf_record_test_id(&udp, 1111, 40000, 0x11));
	other.proto = IPPROTO_TCP;
	KUNIT_EXPECT_NE(test, id, tf_record_test_id(&other, 1111, 40000, 0));
	other = udp;
	other.dst.ip = htonl(0x0a000001);
	KUNIT_EXPECT_NE(test, id, tf_record_test_id(&other, 1111, 40000, 0));
}

static struct kunit_case tf_record_cases[] = {
	KUNIT_CASE(tf_record_test_identify),
	{}
};

static struct kunit_suite tf_record_suite = {
	.name = "traffic_flow_record",
	.test_cases = tf_record_cases,
};

kunit_test_suite(tf_record_suite);
