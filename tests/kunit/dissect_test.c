// SPDX-License-Identifier: GPL-2.0
/* What dissect makes of packets, whole and cut at every octet. */
#include <kunit/test.h>
#include <linux/netfilter.h>
#include <linux/prandom.h>
#include <linux/skbuff.h>
#include "parse.h"

/* An skb with no octet more than @len, its last @paged ones in a page. */
static struct sk_buff *tf_test_skb(struct kunit *test, const u8 *data,
				   unsigned int len, unsigned int paged)
{
	unsigned int head = len - paged;
	struct sk_buff *skb = alloc_skb(head, GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_data(skb, data, head);
	skb_reset_network_header(skb);
	if (paged) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page), data + head, paged);
		skb_add_rx_frag(skb, 0, page, 0, paged, PAGE_SIZE);
	}
	return skb;
}

/* IPv4, with one word of options, and TCP with FIN, PSH and ACK. */
static const u8 tf_test_tcp4[] = {
	0x46, 0xb8, 0, 48, 0x12, 0x34, 0x40, 0, 61, 6, 0, 0,
	10, 1, 0, 2, 10, 2, 0, 3, 1, 1, 1, 0,
	0x9c, 0x40, 0x01, 0xbb, 1, 2, 3, 4, 5, 6, 7, 8,
	0x50, 0x19, 0x20, 0x30, 0, 0, 0, 0, 'd', 'a', 't', 'a',
};

/* IPv6: hop-by-hop, destination options, first fragment, UDP. */
static const u8 tf_test_udp6[] = {
	0x6b, 0xb1, 0x23, 0x45, 0, 36, 0, 60,
	0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3,
	60, 0, 1, 4, 0, 0, 0, 0,
	44, 0, 1, 4, 0, 0, 0, 0,
	17, 0, 0, 1, 0, 0, 0, 7,
	0x13, 0x88, 0, 53, 0, 12, 0, 0, 'd', 'a', 't', 'a',
};

static void tf_dissect_test_tcp4(struct kunit *test)
{
	struct sk_buff *skb = tf_test_skb(test, tf_test_tcp4,
					  sizeof(tf_test_tcp4), 0);
	struct tf_details details;
	struct tf_packet pkt;

	KUNIT_ASSERT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	tf_dissect_details(skb, &pkt, &details);
	kfree_skb(skb);

	KUNIT_EXPECT_EQ(test, ntohl(pkt.src.ip), 0x0a010002);
	KUNIT_EXPECT_EQ(test, ntohl(pkt.dst.ip), 0x0a020003);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.sport), 40000);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.dport), 443);
	KUNIT_EXPECT_EQ(test, pkt.proto, IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, pkt.family, NFPROTO_IPV4);
	KUNIT_EXPECT_EQ(test, pkt.tcp_flags, 0x19);
	KUNIT_EXPECT_EQ(test, pkt.flags, 0);
	KUNIT_EXPECT_EQ(test, pkt.packets, 1);
	KUNIT_EXPECT_EQ(test, pkt.bytes, 48);
	KUNIT_EXPECT_EQ(test, pkt.thoff, 24);
	KUNIT_EXPECT_EQ(test, details.tcp_seq, 0x01020304);
	KUNIT_EXPECT_EQ(test, details.tcp_ack, 0x05060708);
	KUNIT_EXPECT_EQ(test, details.tcp_window, 0x2030);
	KUNIT_EXPECT_EQ(test, details.total_len, 48);
	KUNIT_EXPECT_EQ(test, details.header_len, 24);
	KUNIT_EXPECT_EQ(test, details.ttl, 61);
	KUNIT_EXPECT_EQ(test, details.tos, 0xb8);
}

static void tf_dissect_test_udp6(struct kunit *test)
{
	struct sk_buff *skb = tf_test_skb(test, tf_test_udp6,
					  sizeof(tf_test_udp6), 20);
	struct tf_details details;
	struct tf_packet pkt;

	KUNIT_ASSERT_TRUE(test, tf_dissect_ipv6(skb, &pkt));
	tf_dissect_details(skb, &pkt, &details);
	kfree_skb(skb);

	KUNIT_EXPECT_EQ(test, pkt.src.ip6.s6_addr[15], 2);
	KUNIT_EXPECT_EQ(test, pkt.dst.ip6.s6_addr[15], 3);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.sport), 5000);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.dport), 53);
	KUNIT_EXPECT_EQ(test, pkt.proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, pkt.flags, 0);
	KUNIT_EXPECT_EQ(test, pkt.bytes, 76);
	KUNIT_EXPECT_EQ(test, pkt.thoff, 64);
	KUNIT_EXPECT_EQ(test, details.tos, 0xbb);
	KUNIT_EXPECT_EQ(test, details.flow_label, 0x12345);
	KUNIT_EXPECT_EQ(test, details.ttl, 60);
	KUNIT_EXPECT_EQ(test, details.header_len, 40);
	KUNIT_EXPECT_EQ(test, details.udp_len, 12);
	/* Destination options, hop-by-hop, first fragment. */
	KUNIT_EXPECT_EQ(test, details.ext_headers, 0xc8000000);
}

static void tf_dissect_test_later_fragments(struct kunit *test)
{
	u8 v4[sizeof(tf_test_tcp4)], v6[sizeof(tf_test_udp6)];
	struct tf_packet pkt;
	struct sk_buff *skb;

	memcpy(v4, tf_test_tcp4, sizeof(v4));
	v4[7] = 10;
	skb = tf_test_skb(test, v4, sizeof(v4), 0);
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	KUNIT_EXPECT_EQ(test, pkt.ports, 0);
	KUNIT_EXPECT_EQ(test, pkt.flags, TF_PACKET_FRAGMENT);
	KUNIT_EXPECT_EQ(test, pkt.thoff, 0);
	kfree_skb(skb);

	memcpy(v6, tf_test_udp6, sizeof(v6));
	v6[59] = 0x09;
	skb = tf_test_skb(test, v6, sizeof(v6), 0);
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv6(skb, &pkt));
	KUNIT_EXPECT_EQ(test, pkt.proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, pkt.ports, 0);
	KUNIT_EXPECT_EQ(test, pkt.flags, TF_PACKET_FRAGMENT);
	kfree_skb(skb);
}

static void tf_dissect_test_cut4(struct kunit *test, unsigned int len,
				 unsigned int paged)
{
	struct sk_buff *skb = tf_test_skb(test, tf_test_tcp4, len, paged);
	struct tf_details details;
	struct tf_packet pkt;

	KUNIT_EXPECT_EQ(test, tf_dissect_ipv4(skb, &pkt), len >= 20);
	if (len >= 20) {
		tf_dissect_details(skb, &pkt, &details);
		KUNIT_EXPECT_EQ(test, pkt.bytes, len);
		KUNIT_EXPECT_EQ(test, pkt.flags & TF_PACKET_TRUNCATED,
				len < 38 ? TF_PACKET_TRUNCATED : 0);
		KUNIT_EXPECT_EQ(test, ntohs(pkt.dport), len < 28 ? 0 : 443);
		KUNIT_EXPECT_EQ(test, details.tcp_seq,
				len < 44 ? 0 : 0x01020304);
	}
	kfree_skb(skb);
}

static void tf_dissect_test_cut6(struct kunit *test, unsigned int len,
				 unsigned int paged)
{
	struct sk_buff *skb = tf_test_skb(test, tf_test_udp6, len, paged);
	struct tf_details details;
	struct tf_packet pkt;

	KUNIT_EXPECT_EQ(test, tf_dissect_ipv6(skb, &pkt), len >= 40);
	if (len >= 40) {
		tf_dissect_details(skb, &pkt, &details);
		KUNIT_EXPECT_EQ(test, pkt.bytes, len);
		KUNIT_EXPECT_EQ(test, pkt.flags & TF_PACKET_TRUNCATED,
				len < 68 ? TF_PACKET_TRUNCATED : 0);
		KUNIT_EXPECT_EQ(test, ntohs(pkt.dport), len < 68 ? 0 : 53);
		KUNIT_EXPECT_EQ(test, pkt.proto, len < 48 ? 0 : len < 56 ? 60 :
				len < 64 ? 44 : 17);
	}
	kfree_skb(skb);
}

/* Cut at every octet, and with the cut at every place of a page. */
static void tf_dissect_test_cut(struct kunit *test)
{
	unsigned int len, paged;

	for (len = 0; len <= sizeof(tf_test_tcp4); len++)
		for (paged = 0; paged <= len; paged++)
			tf_dissect_test_cut4(test, len, paged);
	for (len = 0; len <= sizeof(tf_test_udp6); len++)
		for (paged = 0; paged <= len; paged++)
			tf_dissect_test_cut6(test, len, paged);
}

/* More extension headers than are followed: cut, not walked for ever. */
static void tf_dissect_test_long_chain(struct kunit *test)
{
	u8 data[40 + 8 * 40] = { 0x60 };
	struct tf_packet pkt;
	struct sk_buff *skb;
	unsigned int i;

	data[6] = 60;
	for (i = 0; i < 40; i++)
		data[40 + 8 * i] = 60;
	skb = tf_test_skb(test, data, sizeof(data), 0);
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv6(skb, &pkt));
	KUNIT_EXPECT_EQ(test, pkt.flags, TF_PACKET_TRUNCATED);
	KUNIT_EXPECT_EQ(test, pkt.proto, 60);
	kfree_skb(skb);
}

static void tf_dissect_test_proto(struct kunit *test, u8 proto, u16 sport,
				  u16 dport)
{
	u8 data[24] = { 0x45, 0, 0, 24, 0, 0, 0, 0, 64, proto };
	struct tf_packet pkt;
	struct sk_buff *skb;

	data[20] = 0x12;
	data[21] = 0x34;
	data[22] = 0x56;
	data[23] = 0x78;
	skb = tf_test_skb(test, data, sizeof(data), 0);
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	KUNIT_EXPECT_EQ(test, ntohs(pkt.sport), sport);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.dport), dport);
	kfree_skb(skb);
}

static void tf_dissect_test_protos(struct kunit *test)
{
	tf_dissect_test_proto(test, IPPROTO_UDP, 0x1234, 0x5678);
	tf_dissect_test_proto(test, IPPROTO_UDPLITE, 0x1234, 0x5678);
	tf_dissect_test_proto(test, IPPROTO_SCTP, 0x1234, 0x5678);
	tf_dissect_test_proto(test, IPPROTO_DCCP, 0x1234, 0x5678);
	tf_dissect_test_proto(test, IPPROTO_ICMP, 0, 0x1234);
	tf_dissect_test_proto(test, IPPROTO_IGMP, 0, 0x1200);
	tf_dissect_test_proto(test, IPPROTO_GRE, 0, 0);
	tf_dissect_test_proto(test, IPPROTO_ICMPV6, 0, 0);
}

static void tf_dissect_test_gso_of(struct kunit *test, unsigned int type,
				   u16 size, u16 segs, u32 packets, u32 bytes)
{
	static const u8 head[40] = {
		0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, [32] = 0x50,
	};
	u8 *data = kunit_kzalloc(test, 40 + 3000, GFP_KERNEL);
	struct tf_details details;
	struct tf_packet pkt;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, data);
	memcpy(data, head, sizeof(head));
	if (type != SKB_GSO_TCPV4 && type != (SKB_GSO_TCPV4 | SKB_GSO_DODGY))
		data[9] = IPPROTO_UDP;
	skb = tf_test_skb(test, data, 40 + 3000, 0);
	skb_shinfo(skb)->gso_type = type;
	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = segs;
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	KUNIT_EXPECT_EQ(test, pkt.packets, packets);
	KUNIT_EXPECT_EQ(test, pkt.bytes, bytes);
	tf_dissect_details(skb, &pkt, &details);
	KUNIT_EXPECT_LE(test, details.total_len, skb->len);
	kfree_skb(skb);
}

static void tf_dissect_test_gso(struct kunit *test)
{
	/* 3000 octets in segments of 1000: two more headers of 40. */
	tf_dissect_test_gso_of(test, SKB_GSO_TCPV4, 1000, 3, 3, 3040 + 80);
	tf_dissect_test_gso_of(test, SKB_GSO_TCPV4, 1000, 0, 3, 3040 + 80);
	tf_dissect_test_gso_of(test, SKB_GSO_TCPV4 | SKB_GSO_DODGY, 1000, 60000,
			       3, 3040 + 80);
	tf_dissect_test_gso_of(test, SKB_GSO_TCPV4, 1000, 60000, 3, 3040 + 80);
	/* UDP's header is 8; there are 3012 octets after it. */
	tf_dissect_test_gso_of(test, SKB_GSO_UDP_L4, 1004, 3, 3, 3040 + 56);
	/* Fragments repeat the IP header only. */
	tf_dissect_test_gso_of(test, SKB_GSO_UDP, 1480, 0, 3, 3040 + 40);
	tf_dissect_test_gso_of(test, 0, 0, 7, 1, 3040);
}

/* A tunnel's super-packets repeat the headers of what they carry, too. */
static void tf_dissect_test_gso_tunnel(struct kunit *test)
{
	static const u8 head[60] = {
		0x45, 0, 0, 0, 0, 0, 0, 0, 64, IPPROTO_IPIP,
		[20] = 0x45, [28] = 64, [29] = IPPROTO_TCP, [52] = 0x50,
	};
	u8 *data = kunit_kzalloc(test, sizeof(head) + 3000, GFP_KERNEL);
	struct tf_details details;
	struct tf_packet pkt;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, data);
	memcpy(data, head, sizeof(head));
	skb = tf_test_skb(test, data, sizeof(head) + 3000, 0);
	skb->encapsulation = 1;
	skb_set_inner_transport_header(skb, 40);
	skb_shinfo(skb)->gso_type = SKB_GSO_IPXIP4 | SKB_GSO_TCPV4;
	skb_shinfo(skb)->gso_size = 1000;
	skb_shinfo(skb)->gso_segs = 3;
	KUNIT_EXPECT_TRUE(test, tf_dissect_ipv4(skb, &pkt));
	KUNIT_EXPECT_EQ(test, pkt.proto, IPPROTO_IPIP);
	KUNIT_EXPECT_EQ(test, pkt.packets, 3);
	KUNIT_EXPECT_EQ(test, pkt.bytes, 3060 + 2 * 60);
	tf_dissect_details(skb, &pkt, &details);
	KUNIT_EXPECT_EQ(test, details.total_len, 1060);
	kfree_skb(skb);
}

/* Any octets: what is found is always within bounds. */
static void tf_dissect_test_random(struct kunit *test)
{
	struct rnd_state rnd;
	unsigned int i, j;

	prandom_seed_state(&rnd, 20261123);
	for (i = 0; i < 20000; i++) {
		unsigned int len = prandom_u32_state(&rnd) % 120;
		unsigned int paged = len ? prandom_u32_state(&rnd) % len : 0;
		struct tf_details details;
		struct tf_packet pkt;
		struct sk_buff *skb;
		u8 data[120];
		bool found;

		prandom_bytes_state(&rnd, data, sizeof(data));
		memcpy(data, i & 1 ? tf_test_tcp4 : tf_test_udp6, 20);
		for (j = 0; j < 3; j++)
			data[prandom_u32_state(&rnd) % 20] = prandom_u32_state(&rnd);
		skb = tf_test_skb(test, data, len, paged);
		skb_shinfo(skb)->gso_size = i & 2 ? prandom_u32_state(&rnd) : 0;
		skb_shinfo(skb)->gso_segs = prandom_u32_state(&rnd);
		skb_shinfo(skb)->gso_type = prandom_u32_state(&rnd);
		found = i & 1 ? tf_dissect_ipv4(skb, &pkt) :
				tf_dissect_ipv6(skb, &pkt);
		if (found) {
			tf_dissect_details(skb, &pkt, &details);
			KUNIT_ASSERT_GE(test, pkt.packets, 1);
			KUNIT_ASSERT_GE(test, (u64)pkt.bytes, 20ULL * pkt.packets);
			KUNIT_ASSERT_LT(test, pkt.thoff, len);
		}
		kfree_skb(skb);
	}
}

static struct kunit_case tf_dissect_cases[] = {
	KUNIT_CASE(tf_dissect_test_tcp4),
	KUNIT_CASE(tf_dissect_test_udp6),
	KUNIT_CASE(tf_dissect_test_later_fragments),
	KUNIT_CASE(tf_dissect_test_cut),
	KUNIT_CASE(tf_dissect_test_long_chain),
	KUNIT_CASE(tf_dissect_test_protos),
	KUNIT_CASE(tf_dissect_test_gso),
	KUNIT_CASE(tf_dissect_test_gso_tunnel),
	KUNIT_CASE(tf_dissect_test_random),
	{}
};

static struct kunit_suite tf_dissect_suite = {
	.name = "traffic_flow_dissect",
	.test_cases = tf_dissect_cases,
};

kunit_test_suite(tf_dissect_suite);
