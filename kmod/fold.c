// SPDX-License-Identifier: GPL-2.0
#include "count.h"
#include "fold.h"
#include "translation.h"

/* The part of the same flow in a table that is locked; 0 if there is none. */
static u32 tf_fold_find(const struct tf_table *table, const struct tf_flow *like)
{
	const struct tf_flow *flow = table->pool->flow;
	u32 bucket = table->bucket[like->hash & table->mask];
	u32 index = 0;

	if (bucket & tf_table_mark(like->hash))
		index = bucket & TF_TABLE_INDEX;
	while (index && !tf_flow_is_same(&flow[index], like))
		index = flow[index].next;
	return index;
}

/*
 * Few flows have more than one part: most tables need not be locked to see that
 * they have none. A part that is begun meanwhile is a flow of its own.
 */
static bool tf_fold_lock(struct tf_table *table, struct tf_table *other, u32 hash)
{
	if (other == table || !test_bit(hash & other->mask, other->used))
		return false;
	spin_lock_nested(&other->lock, SINGLE_DEPTH_NESTING);
	return true;
}

u32 tf_fold_last(struct tf_table *table, u32 index)
{
	const struct tf_flow *flow = table->pool->flow;
	u32 last = flow[index].last;
	u32 i, part;

	for (i = 0; i < table->peers; i++) {
		struct tf_table *peer = table->peer[i];

		if (!tf_fold_lock(table, peer, flow[index].hash))
			continue;
		part = tf_fold_find(peer, &flow[index]);
		if (part && (s32)(flow[part].last - last) > 0)
			last = flow[part].last;
		spin_unlock(&peer->lock);
	}
	return last;
}

/* Into the one that began first: what was seen of its first packet counts. */
static u32 tf_fold_two(struct tf_pool *pool, u32 a, u32 b)
{
	bool b_first = (s32)(pool->cold[b].first - pool->cold[a].first) < 0;
	struct tf_flow *into = &pool->flow[b_first ? b : a];
	struct tf_flow *from = &pool->flow[b_first ? a : b];

	tf_each_fold(pool, b_first ? b : a, b_first ? a : b);
	tf_translation_fold(pool, b_first ? b : a, b_first ? a : b);
	into->packets += from->packets;
	into->bytes += from->bytes;
	into->tcp_flags |= from->tcp_flags;
	if ((s32)(from->last - into->last) > 0)
		into->last = from->last;
	from->packets = 0;
	from->bytes = 0;
	return b_first ? b : a;
}

u32 tf_fold(struct tf_table *table, u32 index)
{
	struct tf_pool *pool = table->pool;
	const struct tf_flow *flow = pool->flow;
	u32 all = index;
	u32 i, part;

	for (i = 0; i < table->peers; i++) {
		struct tf_table *peer = table->peer[i];

		if (!tf_fold_lock(table, peer, flow[index].hash))
			continue;
		part = tf_fold_find(peer, &flow[index]);
		if (part && flow[all].bytes + flow[part].bytes <=
			    table->rules.bytes_max) {
			tf_table_yield(peer, part, table);
			all = tf_fold_two(pool, all, part);
		}
		spin_unlock(&peer->lock);
	}
	return all;
}
