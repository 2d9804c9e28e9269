// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/minmax.h>
#include <linux/netfilter.h>
#include <linux/prefetch.h>
#include <linux/slab.h>
#include <net/tcp.h>
#include "compat.h"
#include "count.h"
#include "fold.h"
#include "translation.h"

/* How many refreshed flows are put back in search of the oldest. */
#define TF_TABLE_EVICT_TRIES	16

static void *tf_table_alloc(size_t size, int node)
{
	return kvzalloc_node(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN |
			     __GFP_RETRY_MAYFAIL, node);
}

int tf_table_init(struct tf_table *table, struct tf_pool *pool, u32 buckets,
		  int node, const hsiphash_key_t *key,
		  const struct tf_rules *rules)
{
	spin_lock_init(&table->lock);
	spin_lock_init(&table->handed_lock);
	u64_stats_init(&table->sync);
	table->mask = buckets - 1;
	table->pool = pool;
	table->key = *key;
	table->rules = *rules;
	table->bucket = tf_table_alloc(array_size(buckets, sizeof(u32)), node);
	table->used = tf_table_alloc(BITS_TO_LONGS(buckets) * sizeof(long),
				     node);
	if (table->bucket && table->used)
		return 0;

	tf_table_destroy(table);
	return -ENOMEM;
}

void tf_table_destroy(struct tf_table *table)
{
	kvfree(table->bucket);
	kvfree(table->used);
	table->bucket = NULL;
	table->used = NULL;
}

u64 tf_table_need(u32 buckets)
{
	return sizeof(struct tf_table) + (u64)buckets * sizeof(u32) +
	       BITS_TO_LONGS(buckets) * sizeof(long);
}

u64 tf_table_memory(const struct tf_table *table)
{
	return tf_table_need(table->mask + 1);
}

/* When a flow has to end if no further packet comes. */
static u32 tf_table_due(const struct tf_table *table, u32 index, u32 last)
{
	u32 idle = last + table->rules.inactive;
	u32 active = table->pool->cold[index].first + table->rules.active;

	return (s32)(idle - active) < 0 ? idle : active;
}

static void tf_table_chain(struct tf_table *table, u32 index)
{
	struct tf_flow *flow = &table->pool->flow[index];
	u32 slot = flow->hash & table->mask;
	u32 mark = tf_table_mark(flow->hash);
	u32 *bucket = &table->bucket[slot];

	if (!__test_and_set_bit(slot, table->used)) {
		flow->next = 0;
		*bucket = index | mark;
		return;
	}
	flow->next = *bucket & TF_TABLE_INDEX;
	*bucket = (*bucket - flow->next) | index | mark;
}

/* Marks stay until the chain is empty: whose they are, nobody knows. */
static void tf_table_unchain(struct tf_table *table, u32 index)
{
	struct tf_flow *flow = table->pool->flow;
	u32 next = flow[index].next;
	u32 slot = flow[index].hash & table->mask;
	u32 *bucket = &table->bucket[slot];
	u32 at = *bucket & TF_TABLE_INDEX;

	if (at == index) {
		*bucket = next ? (*bucket - index) | next : 0;
		if (!next)
			__clear_bit(slot, table->used);
		return;
	}
	while (flow[at].next != index)
		at = flow[at].next;
	flow[at].next = next;
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

static void tf_table_tally(struct tf_table *table, u64 *counter, u64 number)
{
	u64_stats_update_begin(&table->sync);
	*counter += number;
	u64_stats_update_end(&table->sync);
}

/* A flow that is off the wheel leaves: from now on it is the worker's. */
static void tf_table_leave(struct tf_table *table, u32 index,
			   struct tf_chain *ended)
{
	struct tf_chain one = { .head = index, .tail = index, .count = 1 };

	tf_table_unchain(table, index);
	table->pool->flow[index].next = 0;
	tf_chain_append(table->pool, ended, &one);
	table->active--;
}

static void tf_table_retire(struct tf_table *table, u32 index,
			    enum tf_end_reason reason)
{
	table->pool->flow[index].state |= reason;
	tf_table_leave(table, index, &table->ended);
	if (reason == TF_END_RESOURCES)
		tf_table_tally(table, &table->seen.early, 1);
}

void tf_table_yield(struct tf_table *table, u32 index, struct tf_table *to)
{
	tf_wheel_del(&table->wheel, table->pool->cold, index);
	tf_table_leave(table, index, &to->ended);
	/* They are one flow, counted where it is exported. */
	tf_table_tally(table, &table->seen.created, -1ULL);
}

/* All parts of a flow end, as one. */
static void tf_table_end(struct tf_table *table, u32 index,
			 enum tf_end_reason reason)
{
	u32 all = tf_fold(table, index);

	tf_table_leave(table, index, &table->ended);
	table->pool->flow[all].state |= reason;
}

void tf_table_full(struct tf_table *table, u32 index)
{
	tf_wheel_del(&table->wheel, table->pool->cold, index);
	tf_table_retire(table, index, TF_END_FORCED);
}

/* Not at once: the last ACK is still to come. */
void tf_table_closed(struct tf_table *table, u32 index, u32 now)
{
	struct tf_pool *pool = table->pool;

	if (pool->flow[index].state & TF_FLOW_FIN)
		return;
	pool->flow[index].state |= TF_FLOW_FIN;
	tf_wheel_del(&table->wheel, pool->cold, index);
	tf_wheel_add(&table->wheel, pool->cold, index, now, now);
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
	ether_addr_copy(cold->src_mac, origin->src_mac);
	ether_addr_copy(cold->dst_mac, origin->dst_mac);
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
		/* No more than the cgroup may have, unlike GFP_ATOMIC. */
		extra = tf_pool_extra(pool, index, GFP_NOWAIT | __GFP_NOWARN);
		if (extra) {
			extra->next_hop = origin->next_hop.ip6;
			extra->flow_label = origin->details.flow_label;
			extra->ext_headers = origin->details.ext_headers;
			flow->state |= TF_FLOW_EXTRA;
		}
	}
	if (origin->nat.done)
		tf_translation_set(pool, index, &origin->nat);
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
		due = tf_table_due(table, index,
				   table->pool->flow[index].last);
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
	tf_table_tally(table, &table->seen.lost_packets, packets);
}

void tf_table_count_headless(struct tf_table *table, u32 bytes, u32 now)
{
	tf_table_tally(table, &table->seen.packets, 1);
	tf_table_tally(table, &table->seen.bytes, bytes);
	tf_table_lose(table, 1, bytes, now);
}

static enum tf_counted tf_table_hand_over(struct tf_table *table)
{
	spin_lock(&table->handed_lock);
	tf_chain_append(table->pool, &table->handed, &table->ended);
	spin_unlock(&table->handed_lock);
	memset(&table->ended, 0, sizeof(table->ended));
	return TF_COUNTED_ENDED;
}

enum tf_counted tf_table_begin(struct tf_table *table,
			       const struct tf_packet *pkt, u32 hash, u32 now,
			       const struct tf_origin *origin)
{
	struct tf_pool *pool = table->pool;
	struct tf_flow *flow;
	u32 index;

	tf_table_see(table, pkt);
	index = tf_pool_take(pool, &table->stock, &table->pressed);
	if (!index) {
		tf_table_lose(table, pkt->packets, pkt->bytes, now);
		return tf_table_hand_over(table);
	}
	/* Before this flow is one that could be chosen. */
	if (table->pressed && table->active)
		tf_table_evict(table, now);

	flow = &pool->flow[index];
	tf_flow_set_key(flow, pkt, hash);
	flow->bytes = pkt->bytes;
	flow->packets = pkt->packets;
	flow->last = now;
	flow->tcp_flags = pkt->tcp_flags;
	tf_flow_set_cold(&pool->cold[index], pkt, origin, now);
	tf_flow_set_origin(pool, index, origin);
	tf_table_chain(table, index);
	tf_wheel_add(&table->wheel, pool->cold, index,
		     tf_table_due(table, index, now), now);
	if (pkt->tcp_flags & (TCPHDR_FIN | TCPHDR_RST))
		tf_table_closed(table, index, now);
	tf_table_tally(table, &table->seen.created, 1);
	if (pkt->family == NFPROTO_IPV6 && !(flow->state & TF_FLOW_EXTRA))
		tf_table_tally(table, &table->seen.incomplete, 1);
	table->active++;
	return table->ended.count < TF_POOL_KEPT ?
	       TF_COUNTED : tf_table_hand_over(table);
}

void tf_table_translate(struct tf_table *table, const struct tf_packet *pkt,
			u32 hash, const struct tf_nat *nat)
{
	u32 index = tf_table_find(table, pkt, hash);

	if (index)
		tf_translation_set(table->pool, index, nat);
}

/* Look at a flow that has come up: end it, or put it in where it belongs now. */
static void tf_table_look(struct tf_table *table, u32 index, u32 now)
{
	struct tf_flow *flow = &table->pool->flow[index];
	struct tf_cold *cold = &table->pool->cold[index];
	u32 last = flow->last;

	if (flow->state & TF_FLOW_FIN) {
		tf_table_end(table, index, TF_END_DETECTED);
		return;
	}
	if (now - last >= table->rules.inactive)
		last = tf_fold_last(table, index);
	if ((s32)(now - last) >= (s32)table->rules.inactive)
		tf_table_end(table, index, TF_END_IDLE);
	else if ((s32)(now - cold->first) >= (s32)table->rules.active)
		tf_table_end(table, index, TF_END_ACTIVE);
	else
		tf_wheel_add(&table->wheel, table->pool->cold, index,
			     tf_table_due(table, index, last), now);
}

/* So many flows are off the wheel at once; none of them has ended. */
#define TF_TABLE_AHEAD		16

static u32 tf_table_next(struct tf_table *table, u32 now, bool all)
{
	struct tf_wheel *wheel = &table->wheel;
	u32 index, slot_due;

	if (!all)
		return tf_wheel_due(wheel, table->pool->cold, now);
	index = tf_wheel_first(wheel, &slot_due);
	if (index)
		tf_wheel_del(wheel, table->pool->cold, index);
	return index;
}

/* What is needed for their end comes nearer for all of them at the same time. */
static unsigned int tf_table_pick(struct tf_table *table, u32 *picked,
				  unsigned int max, u32 now, bool all)
{
	const struct tf_flow *flow = table->pool->flow;
	unsigned int n;

	for (n = 0; n < max; n++) {
		picked[n] = tf_table_next(table, now, all);
		if (!picked[n])
			break;
		prefetchw(&table->bucket[flow[picked[n]].hash & table->mask]);
	}
	return n;
}

bool tf_table_expire(struct tf_table *table, u32 now, unsigned int batch)
{
	u32 picked[TF_TABLE_AHEAD];
	unsigned int i, n, max;

	for (; batch; batch -= n) {
		max = min_t(unsigned int, batch, TF_TABLE_AHEAD);
		n = tf_table_pick(table, picked, max, now, false);
		for (i = 0; i < n; i++)
			tf_table_look(table, picked[i], now);
		if (n < max)
			return false;
	}
	return true;
}

bool tf_table_end_all(struct tf_table *table, unsigned int batch)
{
	u32 picked[TF_TABLE_AHEAD];
	unsigned int i, n, max;

	for (; batch; batch -= n) {
		max = min_t(unsigned int, batch, TF_TABLE_AHEAD);
		n = tf_table_pick(table, picked, max, 0, true);
		for (i = 0; i < n; i++)
			tf_table_end(table, picked[i], TF_END_FORCED);
		if (n < max)
			return false;
	}
	return true;
}

void tf_table_relieve(struct tf_table *table, u32 now, unsigned int batch)
{
	while (batch-- && table->active)
		tf_table_evict(table, now);
	tf_table_hand_over(table);
}

void tf_table_seen(const struct tf_table *table, struct tf_counters *sum)
{
	struct tf_counters seen;
	unsigned int start;

	do {
		start = tf_stats_fetch_begin(&table->sync);
		seen = table->seen;
	} while (tf_stats_fetch_retry(&table->sync, start));
	sum->packets += seen.packets;
	sum->bytes += seen.bytes;
	sum->created += seen.created;
	sum->early += seen.early;
	sum->fragments += seen.fragments;
	sum->truncated += seen.truncated;
	sum->lost_packets += seen.lost_packets;
	sum->incomplete += seen.incomplete;
}

void tf_table_take_handed(struct tf_table *table, struct tf_chain *chain)
{
	spin_lock_bh(&table->handed_lock);
	tf_chain_append(table->pool, chain, &table->handed);
	memset(&table->handed, 0, sizeof(table->handed));
	spin_unlock_bh(&table->handed_lock);
}

void tf_table_take_ended(struct tf_table *table, struct tf_chain *chain,
			 struct tf_lost *lost)
{
	tf_table_take_handed(table, chain);
	tf_chain_append(table->pool, chain, &table->ended);
	memset(&table->ended, 0, sizeof(table->ended));
	*lost = table->lost;
	memset(&table->lost, 0, sizeof(table->lost));
}
