// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <net/tcp.h>
#include "table.h"

/* So many flows are worth waking the worker for. */
#define TF_TABLE_ENDED_MANY	64

/* How many refreshed flows are put back in search of the oldest. */
#define TF_TABLE_EVICT_TRIES	16

int tf_table_init(struct tf_table *table, struct tf_pool *pool, u32 buckets,
		  int node, const hsiphash_key_t *key,
		  const struct tf_rules *rules)
{
	spin_lock_init(&table->lock);
	table->mask = buckets - 1;
	table->pool = pool;
	table->key = *key;
	table->rules = *rules;
	table->bucket = kvzalloc_node(array_size(buckets, sizeof(u32)),
				      GFP_KERNEL_ACCOUNT | __GFP_NOWARN, node);
	return table->bucket ? 0 : -ENOMEM;
}

void tf_table_destroy(struct tf_table *table)
{
	kvfree(table->bucket);
	table->bucket = NULL;
}

u32 tf_table_hash(const struct tf_table *table, const struct tf_packet *pkt)
{
	struct {
		struct in6_addr src;
		struct in6_addr dst;
		u32 ports;
		u32 proto;
	} key __aligned(8);

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

static bool tf_flow_is(const struct tf_flow *flow, const struct tf_packet *pkt,
		       u32 hash)
{
	if (flow->hash != hash || flow->ports != pkt->ports ||
	    flow->proto != pkt->proto || flow->family != pkt->family)
		return false;
	if (pkt->family == NFPROTO_IPV4)
		return flow->ip.src == pkt->src.ip && flow->ip.dst == pkt->dst.ip;
	return ipv6_addr_equal(&flow->ip6.src, &pkt->src.ip6) &&
	       ipv6_addr_equal(&flow->ip6.dst, &pkt->dst.ip6);
}

static u32 tf_table_find(const struct tf_table *table,
			 const struct tf_packet *pkt, u32 hash)
{
	const struct tf_flow *flow = table->pool->flow;
	u32 index = table->bucket[hash & table->mask];

	while (index && !tf_flow_is(&flow[index], pkt, hash))
		index = flow[index].next;
	return index;
}

/* When a flow has to end if no further packet comes. */
static u32 tf_table_due(const struct tf_table *table, u32 index)
{
	u32 idle = table->pool->flow[index].last + table->rules.inactive;
	u32 active = table->pool->cold[index].first + table->rules.active;

	return (s32)(idle - active) < 0 ? idle : active;
}

static void tf_table_unchain(struct tf_table *table, u32 index)
{
	struct tf_flow *flow = table->pool->flow;
	u32 *link = &table->bucket[flow[index].hash & table->mask];

	while (*link != index)
		link = &flow[*link].next;
	*link = flow[index].next;
}

void tf_chain_append(struct tf_pool *pool, struct tf_chain *chain,
		     const struct tf_chain *more)
{
	if (!more->head)
		return;
	if (chain->head)
		pool->flow[chain->tail].next = more->head;
	else
		chain->head = more->head;
	chain->tail = more->tail;
	chain->count += more->count;
}

/* End a flow that is off the wheel: from now on it is the worker's. */
static void tf_table_retire(struct tf_table *table, u32 index,
			    enum tf_end_reason reason)
{
	struct tf_chain one = { .head = index, .tail = index, .count = 1 };
	struct tf_flow *flow = &table->pool->flow[index];

	tf_table_unchain(table, index);
	flow->state |= reason;
	flow->next = 0;
	tf_chain_append(table->pool, &table->ended, &one);
	table->active--;
	if (reason == TF_END_RESOURCES)
		table->seen.early++;
}

static void tf_table_see(struct tf_table *table, const struct tf_packet *pkt)
{
	table->seen.packets += pkt->packets;
	table->seen.bytes += pkt->bytes;
	if (unlikely(pkt->flags)) {
		if (pkt->flags & TF_PACKET_FRAGMENT)
			table->seen.fragments += pkt->packets;
		if (pkt->flags & TF_PACKET_TRUNCATED)
			table->seen.truncated += pkt->packets;
	}
}

/* A connection that was closed ends with the next second, its last ACK in it. */
static void tf_table_closed(struct tf_table *table, u32 index, u32 now)
{
	struct tf_pool *pool = table->pool;

	if (pool->flow[index].state & TF_FLOW_FIN)
		return;
	pool->flow[index].state |= TF_FLOW_FIN;
	tf_wheel_del(&table->wheel, pool->cold, index);
	tf_wheel_add(&table->wheel, pool->cold, index, now, now);
}

enum tf_counted tf_table_count(struct tf_table *table,
			       const struct tf_packet *pkt, u32 hash, u32 now)
{
	u32 index = tf_table_find(table, pkt, hash);
	struct tf_flow *flow;

	if (!index)
		return TF_COUNTED_NOT;

	flow = &table->pool->flow[index];
	if (unlikely(flow->bytes + pkt->bytes > table->rules.bytes_max)) {
		tf_wheel_del(&table->wheel, table->pool->cold, index);
		tf_table_retire(table, index, TF_END_FORCED);
		return TF_COUNTED_NOT;
	}

	flow->bytes += pkt->bytes;
	flow->packets += pkt->packets;
	flow->last = now;
	flow->tcp_flags |= pkt->tcp_flags;
	tf_table_see(table, pkt);
	if (unlikely(pkt->tcp_flags & (TCPHDR_FIN | TCPHDR_RST)))
		tf_table_closed(table, index, now);
	return TF_COUNTED;
}

static void tf_flow_set_nat(struct tf_pool *pool, u32 index,
			    const struct tf_nat *nat)
{
	struct tf_flow *flow = &pool->flow[index];
	struct tf_extra *extra;

	if (flow->family == NFPROTO_IPV4) {
		flow->ip.nat_src = nat->src.ip;
		flow->ip.nat_dst = nat->dst.ip;
		flow->ip.nat_sport = nat->sport;
		flow->ip.nat_dport = nat->dport;
		flow->state |= TF_FLOW_NAT;
		return;
	}
	if (!(flow->state & TF_FLOW_EXTRA))
		return;
	extra = tf_pool_extra(pool, index, 0);
	extra->nat_src = nat->src.ip6;
	extra->nat_dst = nat->dst.ip6;
	extra->nat_sport = nat->sport;
	extra->nat_dport = nat->dport;
	flow->state |= TF_FLOW_NAT;
}

static void tf_flow_set_key(struct tf_flow *flow, const struct tf_packet *pkt,
			    u32 hash)
{
	flow->hash = hash;
	flow->ports = pkt->ports;
	flow->proto = pkt->proto;
	flow->family = pkt->family;
	flow->state = 0;
	if (pkt->family == NFPROTO_IPV4) {
		flow->ip.src = pkt->src.ip;
		flow->ip.dst = pkt->dst.ip;
	} else {
		flow->ip6.src = pkt->src.ip6;
		flow->ip6.dst = pkt->dst.ip6;
	}
}

static void tf_flow_set_cold(struct tf_cold *cold, const struct tf_packet *pkt,
			     const struct tf_origin *origin, u32 now)
{
	const struct tf_details *details = &origin->details;

	cold->first = now;
	cold->in_if = origin->in_if;
	cold->out_if = origin->out_if;
	cold->total_len = details->total_len;
	cold->tcp_seq = details->tcp_seq;
	cold->tcp_ack = details->tcp_ack;
	cold->window_or_length = pkt->proto == IPPROTO_TCP ?
				 details->tcp_window : details->udp_len;
	cold->ttl = details->ttl;
	cold->tos = details->tos;
	memcpy(cold->src_mac, origin->src_mac, ETH_ALEN);
	memcpy(cold->dst_mac, origin->dst_mac, ETH_ALEN);
}

static void tf_flow_set_origin(struct tf_pool *pool, u32 index,
			       const struct tf_origin *origin)
{
	struct tf_flow *flow = &pool->flow[index];
	struct tf_extra *extra;

	if (flow->family == NFPROTO_IPV4) {
		flow->ip.next_hop = origin->next_hop.ip;
		flow->ip.header_len = origin->details.header_len;
	} else {
		extra = tf_pool_extra(pool, index, GFP_ATOMIC | __GFP_NOWARN);
		if (extra) {
			extra->next_hop = origin->next_hop.ip6;
			extra->flow_label = origin->details.flow_label;
			extra->ext_headers = origin->details.ext_headers;
			flow->state |= TF_FLOW_EXTRA;
		}
	}
	if (origin->nat.done)
		tf_flow_set_nat(pool, index, &origin->nat);
}

/* End the oldest flow, which is not always the first that the wheel knows. */
static void tf_table_evict(struct tf_table *table, u32 now)
{
	struct tf_cold *cold = table->pool->cold;
	int tries = TF_TABLE_EVICT_TRIES;
	u32 index, due, slot_due;

	for (;;) {
		index = tf_wheel_first(&table->wheel, &slot_due);
		tf_wheel_del(&table->wheel, cold, index);
		due = tf_table_due(table, index);
		if (!--tries || (s32)(due - slot_due) <= 0 ||
		    (table->pool->flow[index].state & TF_FLOW_FIN))
			break;
		tf_wheel_add(&table->wheel, cold, index, due, now);
	}
	tf_table_retire(table, index, TF_END_RESOURCES);
}

static void tf_table_lose(struct tf_table *table, u32 packets, u64 bytes,
			  u32 now)
{
	if (!table->lost.packets)
		table->lost.first = now;
	table->lost.packets += packets;
	table->lost.bytes += bytes;
	table->seen.lost_packets += packets;
}

void tf_table_count_headless(struct tf_table *table, u32 bytes, u32 now)
{
	lockdep_assert_held(&table->lock);
	table->seen.packets++;
	table->seen.bytes += bytes;
	tf_table_lose(table, 1, bytes, now);
}

enum tf_counted tf_table_begin(struct tf_table *table,
			       const struct tf_packet *pkt, u32 hash, u32 now,
			       const struct tf_origin *origin)
{
	struct tf_pool *pool = table->pool;
	u32 *bucket = &table->bucket[hash & table->mask];
	struct tf_flow *flow;
	u32 index;

	lockdep_assert_held(&table->lock);
	tf_table_see(table, pkt);
	index = tf_pool_take(pool, &table->stock, &table->pressed);
	if (!index) {
		tf_table_lose(table, pkt->packets, pkt->bytes, now);
		return TF_COUNTED_ENDED;
	}

	flow = &pool->flow[index];
	tf_flow_set_key(flow, pkt, hash);
	flow->bytes = pkt->bytes;
	flow->packets = pkt->packets;
	flow->last = now;
	flow->tcp_flags = pkt->tcp_flags;
	tf_flow_set_cold(&pool->cold[index], pkt, origin, now);
	tf_flow_set_origin(pool, index, origin);
	flow->next = *bucket;
	*bucket = index;
	tf_wheel_add(&table->wheel, pool->cold, index,
		     tf_table_due(table, index), now);
	if (pkt->tcp_flags & (TCPHDR_FIN | TCPHDR_RST))
		tf_table_closed(table, index, now);
	table->seen.created++;
	table->active++;

	if (table->pressed && table->active > 1)
		tf_table_evict(table, now);
	return table->ended.count < TF_TABLE_ENDED_MANY ? TF_COUNTED :
							  TF_COUNTED_ENDED;
}

void tf_table_translate(struct tf_table *table, const struct tf_packet *pkt,
			u32 hash, const struct tf_nat *nat)
{
	u32 index = tf_table_find(table, pkt, hash);

	if (index)
		tf_flow_set_nat(table->pool, index, nat);
}

/* Look at a flow that has come up: end it, or put it in where it belongs now. */
static void tf_table_look(struct tf_table *table, u32 index, u32 now)
{
	struct tf_flow *flow = &table->pool->flow[index];
	struct tf_cold *cold = &table->pool->cold[index];

	if (flow->state & TF_FLOW_FIN)
		tf_table_retire(table, index, TF_END_DETECTED);
	else if ((s32)(now - flow->last) >= (s32)table->rules.inactive)
		tf_table_retire(table, index, TF_END_IDLE);
	else if ((s32)(now - cold->first) >= (s32)table->rules.active)
		tf_table_retire(table, index, TF_END_ACTIVE);
	else
		tf_wheel_add(&table->wheel, table->pool->cold, index,
			     tf_table_due(table, index), now);
}

bool tf_table_expire(struct tf_table *table, u32 now, unsigned int batch)
{
	u32 index;

	lockdep_assert_held(&table->lock);
	while (batch--) {
		index = tf_wheel_due(&table->wheel, table->pool->cold, now);
		if (!index)
			return false;
		tf_table_look(table, index, now);
	}
	return true;
}

bool tf_table_end_all(struct tf_table *table, unsigned int batch)
{
	u32 index, slot_due;

	lockdep_assert_held(&table->lock);
	while (batch--) {
		index = tf_wheel_first(&table->wheel, &slot_due);
		if (!index)
			return false;
		tf_wheel_del(&table->wheel, table->pool->cold, index);
		tf_table_retire(table, index, TF_END_FORCED);
	}
	return true;
}

void tf_table_relieve(struct tf_table *table, u32 now, unsigned int batch)
{
	lockdep_assert_held(&table->lock);
	while (batch-- && table->active)
		tf_table_evict(table, now);
}

void tf_table_take_ended(struct tf_table *table, struct tf_chain *chain,
			 struct tf_lost *lost)
{
	lockdep_assert_held(&table->lock);
	tf_chain_append(table->pool, chain, &table->ended);
	memset(&table->ended, 0, sizeof(table->ended));
	*lost = table->lost;
	memset(&table->lost, 0, sizeof(table->lost));
}
