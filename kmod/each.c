// SPDX-License-Identifier: GPL-2.0
#include <linux/ip.h>
#include <linux/minmax.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include "count.h"
#include "dissect.h"
#include "each.h"

/* Octets of options that an IPv4 or a TCP header can have. */
#define TF_OPTIONS_MAX	40

/* Both protocols begin their options so. */
#define TF_OPTION_END	0
#define TF_OPTION_NOP	1

/*
 * IANA element 208, ipv4Options, by the registry's table: which bit stands for
 * which option type. As for element 64, bit 0 is the most significant one.
 */
static u32 tf_each_ip_bit(u8 type)
{
	static const u8 types[][2] = {
		{ 7, 0 }, { 134, 1 }, { 133, 2 }, { 68, 3 }, { 131, 4 },
		{ 130, 5 }, { 1, 6 }, { 0, 7 }, { 15, 8 }, { 142, 9 },
		{ 205, 10 }, { 12, 11 }, { 11, 12 }, { 10, 13 }, { 137, 14 },
		{ 136, 15 }, { 151, 16 }, { 150, 17 }, { 149, 18 }, { 147, 19 },
		{ 148, 20 }, { 82, 21 }, { 145, 22 }, { 144, 23 }, { 30, 25 },
		{ 94, 25 }, { 158, 25 }, { 222, 25 }, { 25, 30 }, { 152, 31 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i][0] == type)
			return BIT(31 - types[i][1]);
	return 0;
}

/* IANA element 209, tcpOptions: 2^kind; it has no place for kinds above 63. */
static u64 tf_each_tcp_bit(u8 kind)
{
	return kind < 64 ? BIT_ULL(kind) : 0;
}

/* The bits of a header's options; what is cut or makes no sense ends them. */
static u64 tf_each_options(const struct sk_buff *skb, u32 offset, u32 len,
			   bool tcp)
{
	u8 buf[TF_OPTIONS_MAX];
	const u8 *option;
	u64 bits = 0;
	u32 at = 0;

	option = skb_header_pointer(skb, offset, len, buf);
	if (!option)
		return 0;
	while (at < len) {
		u8 type = option[at];

		bits |= tcp ? tf_each_tcp_bit(type) : tf_each_ip_bit(type);
		if (type == TF_OPTION_END)
			break;
		if (type == TF_OPTION_NOP) {
			at++;
			continue;
		}
		if (at + 1 >= len || option[at + 1] < 2)
			break;
		at += option[at + 1];
	}
	return bits;
}

static u64 tf_each_tcp_options(const struct sk_buff *skb,
			       const struct tf_packet *pkt)
{
	const struct tcphdr *tcp;
	struct tcphdr buf;

	if (pkt->proto != IPPROTO_TCP || !pkt->thoff)
		return 0;
	tcp = skb_header_pointer(skb, pkt->thoff, sizeof(buf), &buf);
	if (!tcp || tcp->doff * 4 <= sizeof(buf))
		return 0;
	return tf_each_options(skb, pkt->thoff + sizeof(buf),
			       tcp->doff * 4 - sizeof(buf), true);
}

/*
 * The packets of a super-packet are as long as the first, but for the last one,
 * which has what is left.
 */
static u32 tf_each_shortest(const struct sk_buff *skb, u32 first)
{
	u32 size = skb_shinfo(skb)->gso_size;
	u32 rest;

	if (!skb_is_gso(skb) || size == GSO_BY_FRAGS || skb->len <= first)
		return first;
	rest = (skb->len - (first - size)) % size;
	return rest ? first - size + rest : first;
}

void tf_each_read(const struct sk_buff *skb, const struct tf_packet *pkt,
		  struct tf_each *each)
{
	struct tf_details details;

	tf_dissect_details(skb, pkt, &details);
	*each = (struct tf_each) {
		.tcp_options = tf_each_tcp_options(skb, pkt),
		.options = details.ext_headers,
		.fragment_id = details.fragment_id,
		.len_min = tf_each_shortest(skb, details.total_len),
		.len_max = details.total_len,
		.ttl_min = details.ttl,
		.ttl_max = details.ttl,
	};
	if (pkt->family == NFPROTO_IPV4 &&
	    details.header_len > sizeof(struct iphdr))
		each->options = tf_each_options(skb, sizeof(struct iphdr),
						details.header_len -
						sizeof(struct iphdr), false);
}

static void tf_each_add(struct tf_each *into, const struct tf_each *from)
{
	into->tcp_options |= from->tcp_options;
	into->options |= from->options;
	into->passed += from->passed;
	into->len_min = min(into->len_min, from->len_min);
	into->len_max = max(into->len_max, from->len_max);
	into->ttl_min = min(into->ttl_min, from->ttl_min);
	into->ttl_max = max(into->ttl_max, from->ttl_max);
}

void tf_each_count(struct tf_table *table, const struct sk_buff *skb,
		   const struct tf_packet *pkt, u32 hash)
{
	u32 index = tf_table_find(table, pkt, hash);
	struct tf_each each;

	/* It may have been counted in none, or in one that was ended for it. */
	if (!index)
		return;
	tf_each_read(skb, pkt, &each);
	/* The packet that its flow began with. */
	if (table->pool->flow[index].packets == pkt->packets)
		table->pool->each[index] = each;
	else
		tf_each_add(&table->pool->each[index], &each);
}

bool tf_each_pass(struct tf_table *table, const struct tf_packet *pkt, u32 hash)
{
	u32 index = tf_table_find(table, pkt, hash);

	if (!index)
		return false;
	table->pool->each[index].passed += pkt->packets;
	return true;
}

void tf_each_stray(struct tf_pool *pool, u32 hash, u32 now)
{
	WRITE_ONCE(pool->strayed[hash % TF_EACH_STRAYED], now ?: 1);
}

void tf_each_fold(struct tf_pool *pool, u32 into, u32 from)
{
	if (pool->each)
		tf_each_add(&pool->each[into], &pool->each[from]);
}

/* IANA element 89; reasons are not known. */
#define TF_STATUS_UNKNOWN	0
#define TF_STATUS_FORWARDED	64
#define TF_STATUS_DROPPED	128
#define TF_STATUS_FOR_US	195

/*
 * Whether a packet of the flow may have been let pass on a CPU that has not
 * counted it: one of that hash has, in the flow's time.
 */
static bool tf_each_may_stray(const struct tf_pool *pool, u32 index, u32 now)
{
	u32 hash = pool->flow[index].hash;
	u32 strayed = READ_ONCE(pool->strayed[hash % TF_EACH_STRAYED]);

	return strayed && now - strayed <= now - pool->cold[index].first;
}

static u8 tf_each_status(const struct tf_pool *pool, u32 index, u32 now,
			 const struct tf_record *record)
{
	const struct tf_each *each = &pool->each[index];

	if (!each->passed && !tf_each_may_stray(pool, index, now))
		return TF_STATUS_DROPPED;
	if (each->passed < record->packets)
		return TF_STATUS_UNKNOWN;
	return record->out_if ? TF_STATUS_FORWARDED : TF_STATUS_FOR_US;
}

void tf_each_describe(const struct tf_pool *pool, u32 index, u32 now,
		      struct tf_record *record)
{
	const struct tf_each *each;

	if (!pool->each)
		return;
	each = &pool->each[index];
	record->tcp_options = each->tcp_options;
	if (record->family == NFPROTO_IPV4)
		record->ip_options = each->options;
	else
		record->ext_headers |= each->options;
	record->fragment_id = each->fragment_id;
	record->len_min = each->len_min;
	record->len_max = each->len_max;
	record->ttl_min = each->ttl_min;
	record->ttl_max = each->ttl_max;
	record->status = tf_each_status(pool, index, now, record);
}
