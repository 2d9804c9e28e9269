// SPDX-License-Identifier: GPL-2.0
#include <linux/in.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <net/ipv6.h>
#include "moment.h"
#include "record.h"
#include "translation.h"

/*
 * IANA element 206 with RFC 5102's erratum 1736: bit 0x01 for IPv4; for IPv6
 * the transient flag in 0x08 and the scope in the upper four bits.
 */
static u8 tf_record_multicast(const struct tf_record *record)
{
	const u8 *ip6 = record->dst.ip6.s6_addr;

	if (record->family == NFPROTO_IPV4)
		return ipv4_is_multicast(record->dst.ip) ? 0x01 : 0;
	if (ip6[0] != 0xff)
		return 0;
	return (ip6[1] & 0x0f) << 4 | (ip6[1] & 0x10 ? 0x08 : 0);
}

static void tf_record_set_ip(struct tf_record *record,
			     const struct tf_flow *flow)
{
	record->ip_version = 4;
	record->src.ip = flow->ip.src;
	record->dst.ip = flow->ip.dst;
	record->next_hop.ip = flow->ip.next_hop;
	record->header_len = flow->ip.header_len;
}

static void tf_record_set_ip6(struct tf_record *record,
			      const struct tf_flow *flow, struct tf_pool *pool,
			      u32 index)
{
	const struct tf_extra *extra;

	record->ip_version = 6;
	record->src.ip6 = flow->ip6.src;
	record->dst.ip6 = flow->ip6.dst;
	record->header_len = sizeof(struct ipv6hdr);
	if (!(flow->state & TF_FLOW_EXTRA))
		return;
	extra = tf_pool_extra(pool, index, 0);
	/* Whoever only looks may see the mark before the page. */
	if (unlikely(!extra))
		return;
	record->next_hop.ip6 = extra->next_hop;
	record->flow_label = extra->flow_label;
	record->ext_headers = extra->ext_headers;
}

static void tf_record_set_nat(struct tf_record *record, struct tf_pool *pool,
			      u32 index)
{
	struct tf_nat nat;

	tf_translation_get(pool, index, &nat);
	record->nat_src = nat.done ? nat.src : record->src;
	record->nat_dst = nat.done ? nat.dst : record->dst;
	record->nat_sport = nat.done ? ntohs(nat.sport) : record->sport;
	record->nat_dport = nat.done ? ntohs(nat.dport) : record->dport;
}

static void tf_record_set_proto(struct tf_record *record,
				const struct tf_cold *cold)
{
	switch (record->proto) {
	case IPPROTO_TCP:
		record->tcp_seq = cold->tcp_seq;
		record->tcp_ack = cold->tcp_ack;
		record->tcp_window = cold->window_or_length;
		break;
	case IPPROTO_UDP:
		record->udp_len = cold->window_or_length;
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		record->icmp = record->dport;
		record->icmp_type = record->dport >> 8;
		record->icmp_code = record->dport;
		break;
	case IPPROTO_IGMP:
		record->igmp_type = record->dport >> 8;
		record->dport = 0;
		record->nat_dport = 0;
		break;
	}
}

static void tf_record_set_cold(struct tf_record *record,
			       const struct tf_cold *cold,
			       const struct tf_moment *now)
{
	record->first_ms = tf_moment_ms(now, cold->first);
	record->in_if = cold->in_if;
	record->out_if = cold->out_if;
	record->direction = !cold->in_if;
	record->total_len = cold->total_len;
	record->ttl = cold->ttl;
	record->tos = cold->tos;
	memcpy(record->src_mac, cold->src_mac, ETH_ALEN);
	memcpy(record->dst_mac, cold->dst_mac, ETH_ALEN);
}

/*
 * Each record of a flow has another place in the cache, and settings that change
 * make another cache; so it is made of the key, and of the host's own.
 */
void tf_record_identify(struct tf_record *record)
{
	static siphash_key_t secret __read_mostly;
	struct {
		struct tf_addr src;
		struct tf_addr dst;
		u64 rest;
	} key __aligned(8);

	get_random_once(&secret, sizeof(secret));
	key.src = record->src;
	key.dst = record->dst;
	key.rest = (u64)record->sport << 48 | (u64)record->dport << 32 |
		   record->igmp_type << 16 | record->proto << 8 |
		   record->family;
	record->flow_id = siphash(&key, sizeof(key), &secret);
}

void tf_record_of_flow(struct tf_record *record, struct tf_pool *pool,
		       u32 index, const struct tf_moment *now)
{
	const struct tf_flow *flow = &pool->flow[index];

	memset(record, 0, sizeof(*record));
	record->packets = flow->packets;
	record->bytes = flow->bytes;
	record->sport = ntohs(flow->sport);
	record->dport = ntohs(flow->dport);
	record->family = flow->family;
	record->proto = flow->proto;
	record->tcp_flags = flow->tcp_flags;
	record->end_reason = flow->state & TF_FLOW_REASON;
	tf_record_set_cold(record, &pool->cold[index], now);
	record->last_ms = max(tf_moment_ms(now, flow->last), record->first_ms);
	if (flow->family == NFPROTO_IPV4)
		tf_record_set_ip(record, flow);
	else
		tf_record_set_ip6(record, flow, pool, index);
	tf_record_set_nat(record, pool, index);
	record->multicast = tf_record_multicast(record);
	tf_each_describe(pool, index, now->jiffies, record);
	tf_record_set_proto(record, &pool->cold[index]);
}
