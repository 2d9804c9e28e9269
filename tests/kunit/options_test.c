// SPDX-License-Identifier: GPL-2.0
/* Options templates and records, octet by octet. */
#include <kunit/test.h>
#include <linux/time64.h>
#include <linux/traffic_flow.h>
#include "encode.h"
#include "encode_options.h"

static const struct tf_clock tf_options_clock = {
	.boot_ns = 100 * NSEC_PER_SEC,
	.epoch_ns = 0x6955b900ULL * NSEC_PER_SEC,
};

static const struct tf_option_record tf_options_record = {
	.domain = 0x01020304, .exporter = 7, .ratio = 10, .interval = 100,
	.space = 900, .algorithm = 1, .init_ms = 0x0102030405060708ULL,
	.messages = 0x11, .octets = 0x1213141516ULL, .records = 0x21,
	.flows = 0x31, .ignored_packets = 0x41, .ignored_octets = 0x51,
	.not_sent_flows = 0x61, .not_sent_packets = 0x71,
	.not_sent_octets = 0x8182, .ifindex = 70000, .name = "ether1",
};

struct tf_options_test {
	struct tf_session session;
	struct tf_pdu pdu;
};

static struct tf_options_test *tf_options_begin_test(struct kunit *test,
						     u16 version)
{
	struct tf_options_test *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	o->session.format = tf_format_of(version);
	o->session.sequence = 5;
	o->session.domain = tf_options_record.domain;
	tf_pdu_begin(&o->pdu, &o->session, TF_PDU_MIN, &tf_options_clock);
	return o;
}

static void tf_options_put_both(struct kunit *test, struct tf_options_test *o,
				enum tf_option option)
{
	tf_options_put_template(&o->pdu, o->session.format->version, option);
	KUNIT_EXPECT_TRUE(test, tf_options_put(&o->pdu, option,
					       &tf_options_record));
}

static void tf_options_finish(struct tf_options_test *o)
{
	o->session.format->finish(&o->pdu, &o->session, &tf_options_clock);
}

/* What comes behind the datagram's header. */
#define TF_EXPECT_SETS(_test, _o, _header, _octets) do {		\
	KUNIT_EXPECT_EQ(_test, (_o)->pdu.len, (_header) + sizeof(_octets)); \
	KUNIT_EXPECT_MEMEQ(_test, (_o)->pdu.data + (_header), _octets,	\
			   sizeof(_octets));				\
} while (0)

static void tf_options_test_v9(struct kunit *test)
{
	static const u8 octets[] = {
		/* Lengths in octets, scope type 1, two octets of padding. */
		0, 1, 0, 32, 255, 0, 0, 4, 0, 16, 0, 1, 0, 4,
		0, 34, 0, 4, 1, 48, 0, 2, 1, 49, 0, 4, 1, 50, 0, 4, 0, 0,
		255, 0, 0, 24, 1, 2, 3, 4, 0, 0, 0, 10, 0, 1,
		0, 0, 0, 100, 0, 0, 3, 132, 0, 0,
		0, 1, 0, 20, 255, 4, 0, 4, 0, 4, 0, 2, 0, 4,
		0, 82, 0, 16, 0, 0,
		255, 4, 0, 24, 0, 1, 0x11, 0x70,
		'e', 't', 'h', 'e', 'r', '1', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	};
	struct tf_options_test *o = tf_options_begin_test(test, 9);

	tf_options_put_both(test, o, TF_OPTION_SAMPLING);
	tf_options_put_both(test, o, TF_OPTION_INTERFACE_NAME);
	tf_options_finish(o);
	TF_EXPECT_SETS(test, o, 20, octets);
	/* Two templates and two records; one datagram. */
	KUNIT_EXPECT_EQ(test, o->pdu.data[3], 4);
	KUNIT_EXPECT_EQ(test, o->pdu.records, 0);
	KUNIT_EXPECT_EQ(test, o->session.sequence, 6);
}

static void tf_options_test_ipfix(struct kunit *test)
{
	static const u8 octets[] = {
		/*
		 * Counts of fields, scope element 149, no padding; so data
		 * sets may begin askew, and end where four divides.
		 */
		0, 3, 0, 30, 255, 0, 0, 5, 0, 1, 0, 149, 0, 4,
		0, 34, 0, 4, 1, 48, 0, 2, 1, 49, 0, 4, 1, 50, 0, 4,
		255, 0, 0, 22, 1, 2, 3, 4, 0, 0, 0, 10, 0, 1,
		0, 0, 0, 100, 0, 0, 3, 132,
		0, 3, 0, 22, 255, 3, 0, 3, 0, 1, 0, 149, 0, 4,
		0, 10, 0, 4, 0, 83, 0, 16,
		255, 3, 0, 54, 1, 2, 3, 4, 0, 1, 0x11, 0x70,
		'e', 't', 'h', 'e', 'r', '1', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		1, 2, 3, 4, 0, 1, 0x11, 0x70,
		'e', 't', 'h', 'e', 'r', '1', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0,
	};
	struct tf_options_test *o = tf_options_begin_test(test, 10);

	tf_options_put_both(test, o, TF_OPTION_SAMPLING);
	tf_options_put_both(test, o, TF_OPTION_INTERFACE);
	KUNIT_EXPECT_TRUE(test, tf_options_put(&o->pdu, TF_OPTION_INTERFACE,
					       &tf_options_record));
	tf_options_finish(o);
	TF_EXPECT_SETS(test, o, 16, octets);
	/* Options records are data records: the sequence counts them. */
	KUNIT_EXPECT_EQ(test, o->session.sequence, 8);
}

static void tf_options_test_statistics(struct kunit *test)
{
	static const u8 octets[] = {
		0, 3, 0, 42, 255, 1, 0, 8, 0, 1, 0, 149, 0, 4,
		0, 41, 0, 8, 0, 42, 0, 8, 0, 40, 0, 8, 0, 163, 0, 8,
		0, 164, 0, 8, 0, 165, 0, 8, 0, 160, 0, 8,
		255, 1, 0, 66, 1, 2, 3, 4,
		0, 0, 0, 0, 0, 0, 0, 0x11,
		0, 0, 0, 0, 0, 0, 0, 0x21,
		0, 0, 0, 0x12, 0x13, 0x14, 0x15, 0x16,
		0, 0, 0, 0, 0, 0, 0, 0x31,
		0, 0, 0, 0, 0, 0, 0, 0x41,
		0, 0, 0, 0, 0, 0, 0, 0x51,
		1, 2, 3, 4, 5, 6, 7, 8, 0, 0,
		0, 3, 0, 26, 255, 2, 0, 4, 0, 1, 0, 144, 0, 4,
		0, 166, 0, 8, 0, 167, 0, 8, 0, 168, 0, 8,
		255, 2, 0, 34, 0, 0, 0, 7,
		0, 0, 0, 0, 0, 0, 0, 0x61,
		0, 0, 0, 0, 0, 0, 0, 0x71,
		0, 0, 0, 0, 0, 0, 0x81, 0x82, 0, 0,
	};
	struct tf_options_test *o = tf_options_begin_test(test, 10);

	tf_options_put_both(test, o, TF_OPTION_METERING);
	tf_options_put_both(test, o, TF_OPTION_EXPORTING);
	tf_options_finish(o);
	TF_EXPECT_SETS(test, o, 16, octets);
}

/* What goes with the templates fits the smallest datagram. */
static void tf_options_test_room(struct kunit *test)
{
	static const u16 versions[] = { 9, 10 };
	struct tf_options_test *o;
	unsigned int i, names;

	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		o = tf_options_begin_test(test, versions[i]);
		tf_options_put_both(test, o, TF_OPTION_SAMPLING);
		tf_options_put_both(test, o, TF_OPTION_METERING);
		tf_options_put_both(test, o, TF_OPTION_EXPORTING);
		tf_options_put_template(&o->pdu, versions[i],
					TF_OPTION_INTERFACE);
		tf_options_put_template(&o->pdu, versions[i],
					TF_OPTION_INTERFACE_NAME);
		KUNIT_EXPECT_EQ(test, o->pdu.templates, 5);
		KUNIT_EXPECT_EQ(test, o->pdu.options, 3);
		KUNIT_EXPECT_LE(test, o->pdu.len, TF_PDU_MIN);

		tf_pdu_begin(&o->pdu, &o->session, TF_PDU_MIN,
			     &tf_options_clock);
		for (names = 0; tf_options_put(&o->pdu, TF_OPTION_INTERFACE,
					       &tf_options_record); names++)
			;
		tf_options_finish(o);
		KUNIT_EXPECT_EQ(test, names, 20);
		KUNIT_EXPECT_LE(test, o->pdu.len, TF_PDU_MIN);
	}
}

static struct kunit_case tf_options_cases[] = {
	KUNIT_CASE(tf_options_test_v9),
	KUNIT_CASE(tf_options_test_ipfix),
	KUNIT_CASE(tf_options_test_statistics),
	KUNIT_CASE(tf_options_test_room),
	{}
};

static struct kunit_suite tf_options_suite = {
	.name = "traffic_flow_options",
	.test_cases = tf_options_cases,
};

kunit_test_suite(tf_options_suite);
