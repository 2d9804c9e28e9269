// SPDX-License-Identifier: GPL-2.0
/* Every format's datagrams, octet by octet. */
#include <kunit/test.h>
#include <linux/netfilter.h>
#include <linux/time64.h>
#include <linux/traffic_flow.h>
#include "compat.h"
#include "config.h"
#include "encode.h"
#include "encode_options.h"
#include "pdu.h"

/* 2026-01-01 00:00:00 UTC is 0x6955b900. */
#define TF_TEST_BOOT_SECS	0x6955b900ULL

static const struct tf_clock tf_test_clock = {
	.boot_ns = 100 * NSEC_PER_SEC + 250 * NSEC_PER_MSEC,
	.epoch_ns = TF_TEST_BOOT_SECS * NSEC_PER_SEC,
};

static const struct tf_record tf_test_ip4 = {
	.packets = 0x0102030405ULL, .bytes = 0x0a0b0c0d0e0fULL,
	.first_ms = 0x1111, .last_ms = 0x2222,
	.src.ip = cpu_to_be32(0x0a010002), .dst.ip = cpu_to_be32(0x0a020003),
	.next_hop.ip = cpu_to_be32(0x0a0200fe),
	.nat_src.ip = cpu_to_be32(0xc0000201), .nat_dst.ip = cpu_to_be32(0xc0000202),
	.in_if = 70000, .out_if = 3, .tcp_seq = 0x21222324,
	.tcp_ack = 0x31323334, .total_len = 0x0514, .tcp_window = 0x4142,
	.udp_len = 0x5152, .sport = 0x6162, .dport = 0x7172,
	.nat_sport = 0x6364, .nat_dport = 0x7374, .icmp = 0x0803,
	.family = NFPROTO_IPV4, .ip_version = 4, .proto = 6, .tos = 0xb8,
	.ttl = 61, .header_len = 20, .tcp_flags = 0x1b, .src_mask = 24,
	.dst_mask = 16, .icmp_type = 8, .icmp_code = 3, .igmp_type = 0x16,
	.multicast = 1,
	.src_mac = { 2, 0, 0, 0, 0, 1 }, .dst_mac = { 2, 0, 0, 0, 0, 2 },
	.post_src_mac = { 2, 0, 0, 0, 0, 3 }, .post_dst_mac = { 2, 0, 0, 0, 0, 4 },
};

static const struct tf_record tf_test_ip6 = {
	.packets = 5, .bytes = 600, .first_ms = 0x1111, .last_ms = 0x2222,
	.src.ip6.s6_addr = { 0xfd, 1, [15] = 2 },
	.dst.ip6.s6_addr = { 0xfd, 2, [15] = 3 },
	.next_hop.ip6.s6_addr = { 0xfe, 0x80, [15] = 9 },
	.nat_src.ip6.s6_addr = { 0xfd, 3, [15] = 4 },
	.nat_dst.ip6.s6_addr = { 0xfd, 4, [15] = 5 },
	.in_if = 2, .out_if = 3, .flow_label = 0x12345, .ext_headers = 0x13,
	.total_len = 120, .sport = 0x6162, .dport = 0x8000, .icmp = 0x8000,
	.nat_sport = 0x6364, .nat_dport = 0x7374,
	.family = NFPROTO_IPV6, .ip_version = 6, .proto = 58, .tos = 0xbb,
	.ttl = 60, .header_len = 40, .src_mask = 64, .dst_mask = 48,
	.icmp_type = 0x80,
};

struct tf_test_export {
	struct tf_session session;
	struct tf_pdu pdu;
};

static struct tf_test_export *tf_test_export(struct kunit *test, u16 version,
					     u64 fields, u8 timestamps)
{
	struct tf_test_export *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);
	struct tf_session *s;

	KUNIT_ASSERT_NOT_NULL(test, e);
	s = &e->session;
	s->format = tf_format_of(version);
	s->sequence = 0x01020304;
	if (version == TRAFFIC_FLOW_VERSION_9) {
		tf_template_v9(&s->ipv4, NFPROTO_IPV4);
		tf_template_v9(&s->ipv6, NFPROTO_IPV6);
	} else {
		tf_template_ipfix(&s->ipv4, NFPROTO_IPV4, fields, timestamps, 0);
		tf_template_ipfix(&s->ipv6, NFPROTO_IPV6, fields, timestamps, 0);
	}
	tf_pdu_begin(&e->pdu, s, 1400, &tf_test_clock);
	return e;
}

static void tf_test_finish(struct tf_test_export *e)
{
	e->session.format->finish(&e->pdu, &e->session, &tf_test_clock);
}

static bool tf_test_add(struct tf_test_export *e, const struct tf_record *r)
{
	return e->session.format->add(&e->pdu, &e->session, r);
}

#define TF_EXPECT_PDU(_test, _e, _octets) do {				\
	KUNIT_EXPECT_EQ(_test, (_e)->pdu.len, sizeof(_octets));		\
	KUNIT_EXPECT_MEMEQ(_test, (_e)->pdu.data, _octets, sizeof(_octets)); \
} while (0)

#define TF_TEST_HEAD(_version, _count)					\
	0, _version, 0, _count, 0, 1, 0x87, 0x9a,			\
	0x69, 0x55, 0xb9, 0x64, 0x0e, 0xe6, 0xb2, 0x80

#define TF_TEST_V1_V5_HEAD						\
	10, 1, 0, 2, 10, 2, 0, 3, 10, 2, 0, 0xfe,			\
	0, 0, 0, 3,		/* 70000 does not fit */		\
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,			\
	0, 0, 0x11, 0x11, 0, 0, 0x22, 0x22, 0x61, 0x62, 0x71, 0x72

static void tf_encode_test_v1(struct kunit *test)
{
	static const u8 octets[] = {
		TF_TEST_HEAD(1, 1), TF_TEST_V1_V5_HEAD,
		0, 0, 6, 0xb8, 0x1b, 0, 0, 0, 0, 0, 0, 0,
	};
	struct tf_test_export *e = tf_test_export(test, 1, 0, 0);

	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, octets);
}

static void tf_encode_test_v5(struct kunit *test)
{
	static const u8 octets[] = {
		TF_TEST_HEAD(5, 1), 1, 2, 3, 4, 0, 0, 0x40, 10,
		TF_TEST_V1_V5_HEAD,
		0, 0x1b, 6, 0xb8, 0, 0, 0, 0, 24, 16, 0, 0,
	};
	struct tf_test_export *e = tf_test_export(test, 5, 0, 0);

	e->session.sampling = 10;
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, octets);
	KUNIT_EXPECT_EQ(test, e->session.sequence, 0x01020305);
}

static void tf_encode_test_full(struct kunit *test)
{
	struct tf_test_export *e = tf_test_export(test, 5, 0, 0);
	unsigned int i;

	tf_pdu_begin(&e->pdu, &e->session, 1500, &tf_test_clock);
	for (i = 0; tf_test_add(e, &tf_test_ip4); i++)
		;
	KUNIT_EXPECT_EQ(test, i, 30);
	KUNIT_EXPECT_EQ(test, e->pdu.len, 1464);

	e = tf_test_export(test, 1, 0, 0);
	for (i = 0; tf_test_add(e, &tf_test_ip4); i++)
		;
	KUNIT_EXPECT_EQ(test, i, 24);

	/* Nothing is written past what the path takes. */
	e = tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX, ~0ULL, 0);
	memset(e->pdu.data + 16, 0xa5, sizeof(e->pdu.data) - 16);
	for (i = 0; tf_test_add(e, &tf_test_ip4); i++)
		;
	tf_test_finish(e);
	KUNIT_EXPECT_EQ(test, i, (1400 - 16 - 4) / e->session.ipv4.record_len);
	KUNIT_EXPECT_LE(test, e->pdu.len, 1400);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(e->pdu.data + 1400, 0xa5,
					     sizeof(e->pdu.data) - 1400), NULL);
}

static void tf_encode_test_v9_ipv4(struct kunit *test)
{
	static const u8 octets[] = {
		0, 9, 0, 1, 0, 1, 0x87, 0x9a, 0x69, 0x55, 0xb9, 0x64,
		1, 2, 3, 4, 0, 0, 0, 0,
		1, 0, 0, 100,
		0, 0, 0x11, 0x11, 0, 0, 0x22, 0x22,
		0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 10, 11, 12, 13, 14, 15,
		0, 1, 0x11, 0x70, 0, 0, 0, 3,
		10, 1, 0, 2, 10, 2, 0, 3, 6, 0xb8, 0x61, 0x62, 0x71, 0x72,
		10, 2, 0, 0xfe, 16, 24, 0x1b, 0, 0, 0, 1, 1,
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3,
		2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 4,
		192, 0, 2, 1, 192, 0, 2, 2, 0x63, 0x64, 0x73, 0x74,
		8, 3,
	};
	struct tf_test_export *e = tf_test_export(test, 9, 0, 0);

	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, octets);
	KUNIT_EXPECT_EQ(test, e->session.sequence, 0x01020305);
}

static void tf_encode_test_v9_ipv6(struct kunit *test)
{
	static const u8 octets[] = {
		0, 9, 0, 1, 0, 1, 0x87, 0x9a, 0x69, 0x55, 0xb9, 0x64,
		1, 2, 3, 4, 0, 0, 0, 0,
		1, 1, 0, 132,
		6, 0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 64,
		0, 0, 0, 2,
		0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 48,
		0, 0, 0, 3,
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9,
		58, 0, 0, 0, 0, 1, 1, 0xbb, 0x61, 0x62, 0x80, 0,
		0x01, 0x23, 0x45, 0, 0, 0, 0x13,
		0, 0, 0x22, 0x22, 0, 0, 0x11, 0x11,
		0, 0, 0, 0, 0, 0, 2, 0x58, 0, 0, 0, 0, 0, 0, 0, 5,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0x80, 0,
	};
	struct tf_test_export *e = tf_test_export(test, 9, 0, 0);

	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip6));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, octets);
}

/* Both families in a datagram, each once; a third set needs another. */
static void tf_encode_test_sets(struct kunit *test)
{
	struct tf_test_export *e = tf_test_export(test, 9, 0, 0);

	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip6));
	KUNIT_EXPECT_FALSE(test, tf_test_add(e, &tf_test_ip4));
	KUNIT_EXPECT_EQ(test, e->pdu.records, 3);
	tf_test_finish(e);
	KUNIT_EXPECT_EQ(test, e->pdu.len, 20 + 196 + 132);
	KUNIT_EXPECT_EQ(test, e->pdu.data[3], 3);
}

/* Element numbers of a template, in its order. */
static void tf_encode_test_template(struct kunit *test, struct tf_template *t,
				    const u16 *elements, unsigned int count,
				    unsigned int record_len)
{
	unsigned int i, len = 0;

	KUNIT_ASSERT_EQ(test, t->count, count);
	for (i = 0; i < count; i++) {
		KUNIT_EXPECT_EQ(test, t->fields[i]->element, elements[i]);
		len += t->fields[i]->len;
	}
	KUNIT_EXPECT_EQ(test, t->record_len, record_len);
	KUNIT_EXPECT_EQ(test, len, record_len);
}

static void tf_encode_test_ipfix_templates(struct kunit *test)
{
	static const u16 ip4[] = {
		60, 22, 21, 160, 2, 1, 7, 11, 10, 14, 4, 5, 6, 57, 80, 81, 56,
		8, 12, 15, 9, 13, 192, 206, 189, 224, 205, 184, 185, 186, 33,
		176, 177, 225, 226, 227, 228, 32,
	};
	static const u16 ip6[] = {
		60, 152, 153, 160, 2, 1, 7, 11, 10, 14, 4, 5, 6, 57, 80, 81, 56,
		27, 28, 62, 29, 30, 192, 206, 189, 224, 205, 184, 185, 186, 33,
		178, 179, 31, 281, 282, 227, 228, 139,
	};
	struct tf_template t;

	tf_template_ipfix(&t, NFPROTO_IPV4, TF_IPFIX_FIELDS_ROUTEROS,
			  TRAFFIC_FLOW_TIMESTAMPS_UPTIME, 0);
	KUNIT_EXPECT_EQ(test, t.id, 258);
	/* RouterOS's 124 octets, and ours at the end. */
	tf_encode_test_template(test, &t, ip4, ARRAY_SIZE(ip4), 124 + 2);
	tf_template_ipfix(&t, NFPROTO_IPV6, TF_IPFIX_FIELDS_ROUTEROS,
			  TRAFFIC_FLOW_TIMESTAMPS_ABSOLUTE, 3);
	KUNIT_EXPECT_EQ(test, t.id, 265);
	tf_encode_test_template(test, &t, ip6, ARRAY_SIZE(ip6), 152 + 8 + 38);
}

#define TF_TEST_EXTENDED (TF_IPFIX_FIELDS_ALL & ~TF_IPFIX_FIELDS_ROUTEROS)

/* Fields that RouterOS has not, each with a value of its own. */
static const struct tf_record tf_test_extended = {
	.ip_version = 4, .end_reason = 5, .direction = 1, .vlan = 0x0102,
	.post_vlan = 0x0304, .customer_vlan = 0x0506, .in_vrf = 0x0708090a,
	.out_vrf = 0x0b0c0d0e, .flow_id = 0x1112131415161718ULL,
	.ext_headers = 0x21222324, .ip_options = 0x31323334,
	.tcp_options = 0x4142434445464748ULL, .len_min = 0x51525354,
	.len_max = 0x61626364, .ttl_min = 0x71, .ttl_max = 0x72,
	.fragment_id = 0x81828384, .status = 0x91,
};

static void tf_encode_test_extended_ipv4(struct kunit *test)
{
	static const u16 elements[] = {
		60, 136, 61, 58, 59, 243, 245, 234, 235, 148, 208, 209, 25, 26,
		52, 53, 54, 89,
	};
	static const u8 octets[] = {
		0, 10, 0, 84, 0x69, 0x55, 0xb9, 0x64, 1, 2, 3, 4, 0, 0, 0, 0,
		1, 2, 0, 68, 4, 5, 1, 1, 2, 3, 4, 1, 2, 5, 6, 7, 8, 9, 10,
		11, 12, 13, 14, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
		0x31, 0x32, 0x33, 0x34,
		0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
		0, 0, 0, 0, 0x51, 0x52, 0x53, 0x54,
		0, 0, 0, 0, 0x61, 0x62, 0x63, 0x64,
		0x71, 0x72, 0x81, 0x82, 0x83, 0x84, 0x91, 0, 0,
	};
	struct tf_test_export *e =
		tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX,
			       TF_TEST_EXTENDED, 0);
	struct tf_record record = tf_test_extended;

	tf_encode_test_template(test, &e->session.ipv4, elements,
				ARRAY_SIZE(elements), 62);
	record.family = NFPROTO_IPV4;
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &record));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, octets);
}

static void tf_encode_test_extended_ipv6(struct kunit *test)
{
	static const u16 elements[] = {
		60, 136, 61, 58, 59, 243, 245, 234, 235, 148, 64, 209, 25, 26,
		52, 53, 54, 89,
	};
	struct tf_test_export *e =
		tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX,
			       TF_TEST_EXTENDED, 0);
	struct tf_record record = tf_test_extended;

	tf_encode_test_template(test, &e->session.ipv6, elements,
				ARRAY_SIZE(elements), 62);
	record.family = NFPROTO_IPV6;
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &record));
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(e->pdu.data + 47), 0x21222324);
}

/* A flow, then NAT events: each kind has a set, in this order only. */
static void tf_encode_test_nat(struct kunit *test)
{
	static const u8 octets[] = {
		/* 65264, its length, the time: below */
		0xfe, 0xf0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4,
		6, 10, 1, 0, 2, 192, 0, 2, 1, 0x61, 0x62, 0x63, 0x64,
		10, 2, 0, 3, 192, 0, 2, 2, 0x71, 0x72, 0x73, 0x74,
	};
	struct tf_test_export *e = tf_test_export(test, 9, 0, 0);
	u64 wall = TF_TEST_BOOT_SECS * 1000 + 0x1111;
	struct tf_record event = tf_test_ip4;
	u8 expected[sizeof(octets)];
	u32 at;
	int i;

	tf_template_nat(&e->session.nat_ipv4, NFPROTO_IPV4);
	tf_template_nat(&e->session.nat_ipv6, NFPROTO_IPV6);
	KUNIT_EXPECT_EQ(test, e->session.nat_ipv4.record_len, 34);
	KUNIT_EXPECT_EQ(test, e->session.nat_ipv6.record_len, 34 + 4 * 12);
	memcpy(expected, octets, sizeof(octets));
	expected[3] = 4 + 34;
	for (i = 0; i < 8; i++)
		expected[4 + i] = wall >> (56 - 8 * i);

	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip6));
	event.nat_event = 4;
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &event));
	at = e->pdu.set;
	KUNIT_EXPECT_EQ(test, e->pdu.len - at, sizeof(octets));
	event = tf_test_ip6;
	event.nat_event = 1;
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &event));
	KUNIT_EXPECT_FALSE(test, tf_test_add(e, &tf_test_ip4));
	tf_test_finish(e);
	KUNIT_EXPECT_EQ(test, e->pdu.data[3], 3);
	/* Padded to four octets; its length says so. */
	expected[3] += 2;
	KUNIT_EXPECT_MEMEQ(test, e->pdu.data + at, expected, sizeof(expected));

	tf_pdu_begin(&e->pdu, &e->session, TF_PDU_MIN, &tf_test_clock);
	e->session.format->put_nat_templates(&e->pdu, &e->session);
	KUNIT_EXPECT_EQ(test, e->pdu.len, 20 + 4 + 2 * (4 + 11 * 4));
}

/* Each choice alone: what is written is what the template says. */
static void tf_encode_test_choices(struct kunit *test)
{
	struct tf_test_export *e;
	unsigned int i, padded;

	for (i = 0; i < __TRAFFIC_FLOW_FIELD_MAX; i++) {
		e = tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX, BIT_ULL(i),
				   i & 1);
		KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip6));
		KUNIT_EXPECT_EQ(test, e->pdu.len,
				16 + 4 + e->session.ipv6.record_len);
		tf_test_finish(e);
		padded = e->pdu.len - 20 - e->session.ipv6.record_len;
		KUNIT_EXPECT_LT(test, padded, e->session.ipv6.record_len);
		KUNIT_EXPECT_LT(test, padded, 4);
		KUNIT_EXPECT_EQ(test, e->pdu.data[3] + 256 * e->pdu.data[2],
				e->pdu.len);
		kunit_kfree(test, e);
	}
}

static void tf_encode_test_ipfix_record(struct kunit *test)
{
	static const u8 octets[] = {
		0, 10, 0, 40, 0x69, 0x55, 0xb9, 0x64, 1, 2, 3, 4, 0, 0, 0, 0,
		1, 2, 0, 24, 4,
		0, 0, 0, 0, 0, 0, 0, 0, /* when it began: below */
		0, 0, 10, 11, 12, 13, 14, 15,
		0, 0, 0,
	};
	struct tf_test_export *e =
		tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX,
			       BIT_ULL(TRAFFIC_FLOW_FIELD_FIRST_FORWARDED) |
			       BIT_ULL(TRAFFIC_FLOW_FIELD_BYTES), 0);
	u64 wall = TF_TEST_BOOT_SECS * 1000 + 0x1111;
	u8 expected[sizeof(octets)];
	int i;

	memcpy(expected, octets, sizeof(octets));
	for (i = 0; i < 8; i++)
		expected[21 + i] = wall >> (56 - 8 * i);
	KUNIT_EXPECT_TRUE(test, tf_test_add(e, &tf_test_ip4));
	tf_test_finish(e);
	TF_EXPECT_PDU(test, e, expected);
	KUNIT_EXPECT_EQ(test, e->session.sequence, 0x01020305);
}

/* Both templates fit the smallest datagram; they are no data records. */
static void tf_encode_test_template_sets(struct kunit *test)
{
	struct tf_test_export *e = tf_test_export(test, 9, 0, 0);

	tf_pdu_begin(&e->pdu, &e->session, TF_PDU_MIN, &tf_test_clock);
	e->session.format->put_templates(&e->pdu, &e->session);
	tf_test_finish(e);
	KUNIT_EXPECT_EQ(test, e->pdu.len, 20 + 4 + 4 + 27 * 4 + 4 + 26 * 4);
	KUNIT_EXPECT_EQ(test, e->pdu.data[3], 2);
	KUNIT_EXPECT_EQ(test, e->session.sequence, 0x01020305);

	e = tf_test_export(test, TRAFFIC_FLOW_VERSION_IPFIX, ~0ULL, 0);
	tf_pdu_begin(&e->pdu, &e->session, TF_PDU_MIN, &tf_test_clock);
	e->session.format->put_templates(&e->pdu, &e->session);
	tf_test_finish(e);
	KUNIT_EXPECT_EQ(test, e->pdu.len, 16 + 4 + 4 + 55 * 4 + 4 + 56 * 4);
	KUNIT_EXPECT_EQ(test, e->pdu.data[17], 2);
	KUNIT_EXPECT_EQ(test, e->session.sequence, 0x01020304);
}

/* No datagram has a wrap of the uptime in it. */
static void tf_encode_test_uptime(struct kunit *test)
{
	static const u64 boot_ms[] = {
		0, 1000, U32_MAX - 30000ULL, U32_MAX, U32_MAX + 1ULL,
		U32_MAX + 7ULL * 86400000, U32_MAX + 9ULL * 86400000,
		2ULL * U32_MAX + 5, 1ULL << 40,
	};
	struct tf_test_export *e = tf_test_export(test, 5, 0, 0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(boot_ms); i++) {
		struct tf_clock clock = { .boot_ns = boot_ms[i] * NSEC_PER_MSEC };
		u64 old = boot_ms[i] > 604800000 ? boot_ms[i] - 604800000 : 0;
		u32 first, last;

		tf_pdu_begin(&e->pdu, &e->session, 1400, &clock);
		first = tf_pdu_uptime(&e->pdu, old);
		last = tf_pdu_uptime(&e->pdu, boot_ms[i]);
		KUNIT_EXPECT_EQ(test, last - first, boot_ms[i] - old);
		KUNIT_EXPECT_GE(test, last, first);
		KUNIT_EXPECT_LE(test, last, U32_MAX - 30000);
	}
}

/* Everything that a datagram may have: each octet of it is written. */
static void tf_encode_test_fill(struct tf_test_export *e, u16 version, u8 poison)
{
	static const struct tf_option_record option = { .name = "ether1" };
	const struct tf_format *format = e->session.format;
	struct tf_record event = tf_test_ip4;
	int i;

	memset(&e->pdu, poison, sizeof(e->pdu));
	tf_pdu_begin(&e->pdu, &e->session, TF_PDU_MAX, &tf_test_clock);
	if (format->templates) {
		format->put_templates(&e->pdu, &e->session);
		format->put_nat_templates(&e->pdu, &e->session);
		for (i = TF_OPTION_SAMPLING; i <= TF_OPTION_INTERFACE_NAME; i++) {
			tf_options_put_template(&e->pdu, version, i);
			tf_options_put(&e->pdu, i, &option);
		}
		tf_set_close(&e->pdu);
	}
	tf_test_add(e, &tf_test_ip4);
	if (!format->templates)
		goto finish;
	tf_test_add(e, &tf_test_ip6);
	event.nat_event = 4;
	tf_test_add(e, &event);
	event = tf_test_ip6;
	event.nat_event = 1;
	tf_test_add(e, &event);
finish:
	tf_test_finish(e);
}

/* What was in memory before does not show, in padding or anywhere. */
static void tf_encode_test_poison(struct kunit *test)
{
	static const u16 versions[] = { 1, 5, 9, 10 };
	struct tf_test_export *a, *b;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		/* A record length that is to be padded, and all fields. */
		a = tf_test_export(test, versions[i], TF_IPFIX_FIELDS_ROUTEROS, 0);
		b = tf_test_export(test, versions[i], TF_IPFIX_FIELDS_ROUTEROS, 0);
		tf_template_nat(&a->session.nat_ipv4, NFPROTO_IPV4);
		tf_template_nat(&a->session.nat_ipv6, NFPROTO_IPV6);
		b->session = a->session;
		tf_encode_test_fill(a, versions[i], 0xaa);
		tf_encode_test_fill(b, versions[i], 0x55);
		KUNIT_EXPECT_EQ(test, a->pdu.records, versions[i] < 9 ? 1 : 4);
		KUNIT_EXPECT_EQ(test, a->pdu.options, versions[i] < 9 ? 0 : 5);
		KUNIT_EXPECT_EQ(test, a->pdu.templates, versions[i] < 9 ? 0 : 9);
		KUNIT_ASSERT_EQ(test, a->pdu.len, b->pdu.len);
		KUNIT_EXPECT_MEMEQ(test, a->pdu.data, b->pdu.data, a->pdu.len);
		KUNIT_EXPECT_EQ(test, a->pdu.data[a->pdu.len], 0xaa);
		KUNIT_EXPECT_EQ(test, b->pdu.data[b->pdu.len], 0x55);
	}
}

static struct kunit_case tf_encode_cases[] = {
	KUNIT_CASE(tf_encode_test_v1),
	KUNIT_CASE(tf_encode_test_v5),
	KUNIT_CASE(tf_encode_test_full),
	KUNIT_CASE(tf_encode_test_v9_ipv4),
	KUNIT_CASE(tf_encode_test_v9_ipv6),
	KUNIT_CASE(tf_encode_test_sets),
	KUNIT_CASE(tf_encode_test_ipfix_templates),
	KUNIT_CASE(tf_encode_test_extended_ipv4),
	KUNIT_CASE(tf_encode_test_extended_ipv6),
	KUNIT_CASE(tf_encode_test_nat),
	KUNIT_CASE(tf_encode_test_choices),
	KUNIT_CASE(tf_encode_test_ipfix_record),
	KUNIT_CASE(tf_encode_test_template_sets),
	KUNIT_CASE(tf_encode_test_uptime),
	KUNIT_CASE(tf_encode_test_poison),
	{}
};

static struct kunit_suite tf_encode_suite = {
	.name = "traffic_flow_encode",
	.test_cases = tf_encode_cases,
};

kunit_test_suite(tf_encode_suite);
