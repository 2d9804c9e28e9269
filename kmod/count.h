/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every packet of a known flow runs through. It is inline because a call
 * costs as much as most of this does.
 */
#ifndef TF_COUNT_H
#define TF_COUNT_H

#include <linux/netfilter.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include "compat.h"
#include "table.h"

/* The hash of a packet's key. */
static __always_inline u32 tf_table_hash(const struct tf_table *table,
					 const struct tf_packet *pkt)
{
	struct {
		struct in6_addr src;
		struct in6_addr dst;
		u32 ports;
		u32 proto;
	} key __aligned(8) __uninitialized;

	if (pkt->family == NFPROTO_IPV4)
		return hsiphash_4u32((__force u32)pkt->src.ip,
				     (__force u32)pkt->dst.ip,
				     pkt->ports, pkt->proto, &table->key);
	key.src = pkt->src.ip6;
	key.dst = pkt->dst.ip6;
	key.ports = pkt->ports;
	key.proto = pkt->proto;
	return hsiphash(&key, sizeof(key), &table->key);
}

static __always_inline bool tf_flow_is(const struct tf_flow *flow,
				       const struct tf_packet *pkt, u32 hash)
{
	if (flow->hash != hash || flow->ports != pkt->ports ||
	    flow->proto != pkt->proto || flow->family != pkt->family)
		return false;
	if (pkt->family == NFPROTO_IPV4)
		return flow->ip.src == pkt->src.ip && flow->ip.dst == pkt->dst.ip;
	return ipv6_addr_equal(&flow->ip6.src, &pkt->src.ip6) &&
	       ipv6_addr_equal(&flow->ip6.dst, &pkt->dst.ip6);
}

static inline bool tf_flow_is_same(const struct tf_flow *a,
				   const struct tf_flow *b)
{
	if (a->hash != b->hash || a->ports != b->ports ||
	    a->proto != b->proto || a->family != b->family)
		return false;
	if (a->family == NFPROTO_IPV4)
		return a->ip.src == b->ip.src && a->ip.dst == b->ip.dst;
	return ipv6_addr_equal(&a->ip6.src, &b->ip6.src) &&
	       ipv6_addr_equal(&a->ip6.dst, &b->ip6.dst);
}

/* A flow's mark in its bucket, by bits of the hash that do not choose it. */
static inline u32 tf_table_mark(u32 hash)
{
	return BIT(TF_TABLE_INDEX_BITS + ((hash >> 24) * TF_TABLE_MARKS >> 8));
}

/* The flow of a packet, 0 if there is none. */
static __always_inline u32 tf_table_find(const struct tf_table *table,
					 const struct tf_packet *pkt, u32 hash)
{
	const struct tf_flow *flow = table->pool->flow;
	u32 slot = hash & table->mask;
	u32 bucket, index;

	bucket = table->bucket[slot];
	if (!(bucket & tf_table_mark(hash)))
		return 0;
	index = bucket & TF_TABLE_INDEX;
	while (index && unlikely(!tf_flow_is(&flow[index], pkt, hash)))
		index = flow[index].next;
	return index;
}

/* Count a packet in what the table has seen. */
static __always_inline void tf_table_see(struct tf_table *table,
					 const struct tf_packet *pkt)
{
	u64_stats_update_begin(&table->sync);
	table->seen.packets += pkt->packets;
	table->seen.bytes += pkt->bytes;
	if (unlikely(pkt->flags & (TF_PACKET_FRAGMENT | TF_PACKET_TRUNCATED))) {
		if (pkt->flags & TF_PACKET_FRAGMENT)
			table->seen.fragments += pkt->packets;
		if (pkt->flags & TF_PACKET_TRUNCATED)
			table->seen.truncated += pkt->packets;
	}
	u64_stats_update_end(&table->sync);
}

/**
 * tf_table_count - count a packet in its flow
 * @table: the table, entered or claimed
 * @pkt: the packet
 * @hash: tf_table_hash() of it
 * @now: jiffies
 *
 * Return: %TF_COUNTED_NOT, and nothing was counted, if there is no such flow, or
 * if there was one that could not hold more and so has been ended.
 */
static __always_inline enum tf_counted
tf_table_count(struct tf_table *table, const struct tf_packet *pkt, u32 hash,
	       u32 now)
{
	u32 index = tf_table_find(table, pkt, hash);
	struct tf_flow *flow;

	if (unlikely(!index))
		return TF_COUNTED_NOT;

	flow = &table->pool->flow[index];
	if (unlikely(flow->bytes + pkt->bytes > table->rules.bytes_max)) {
		tf_table_full(table, index);
		return TF_COUNTED_NOT;
	}

	flow->bytes += pkt->bytes;
	flow->packets += pkt->packets;
	flow->last = now;
	flow->tcp_flags |= pkt->tcp_flags;
	tf_table_see(table, pkt);
	if (unlikely(pkt->tcp_flags & (TCPHDR_FIN | TCPHDR_RST)))
		tf_table_closed(table, index, now);
	if (unlikely(pkt->flags & TF_PACKET_TRANSLATED) &&
	    unlikely((flow->state & (TF_FLOW_NAT | TF_FLOW_EARLY)) != TF_FLOW_NAT))
		return TF_COUNTED_UNTRANSLATED;
	return TF_COUNTED;
}

#endif /* TF_COUNT_H */
