// SPDX-License-Identifier: GPL-2.0
#include <linux/bitops.h>
#include <linux/minmax.h>
#include "browse.h"
#include "count.h"

/* A chain that seems longer has been changed while it was followed. */
#define TF_BROWSE_CHAIN_MAX	64

static bool tf_browse_belongs(const struct tf_table *table, u32 index, u32 slot)
{
	return index && index <= table->pool->total &&
	       (READ_ONCE(table->pool->flow[index].hash) & table->mask) == slot;
}

static u32 tf_browse_nth(const struct tf_table *table, u32 slot, u32 nth)
{
	u32 index = READ_ONCE(table->bucket[slot]) & TF_TABLE_INDEX;

	while (nth-- && tf_browse_belongs(table, index, slot))
		index = READ_ONCE(table->pool->flow[index].next);
	return tf_browse_belongs(table, index, slot) ? index : 0;
}

u32 tf_browse_next(const struct tf_cache *cache, struct tf_browse *at)
{
	while (at->table < cache->tables) {
		const struct tf_table *table = cache->table[at->table];
		u32 slot = find_next_bit(table->used, table->mask + 1UL,
					 at->slot);
		u32 index;

		if (slot != at->slot)
			at->nth = 0;
		at->slot = slot;
		if (slot > table->mask) {
			at->table++;
			at->slot = 0;
			continue;
		}
		index = tf_browse_nth(table, slot, at->nth);
		if (index && at->nth++ < TF_BROWSE_CHAIN_MAX)
			return index;
		at->slot++;
		at->nth = 0;
	}
	return 0;
}

/* A flow's part in another table, 0 if there is none. */
static u32 tf_browse_part(const struct tf_table *table,
			  const struct tf_flow *flow)
{
	u32 slot = flow->hash & table->mask;
	u32 nth, index;

	if (!test_bit(slot, table->used))
		return 0;
	for (nth = 0; nth < TF_BROWSE_CHAIN_MAX; nth++) {
		index = tf_browse_nth(table, slot, nth);
		if (!index || tf_flow_is_same(&table->pool->flow[index], flow))
			return index;
	}
	return 0;
}

static void tf_browse_add(struct tf_record *record, struct tf_pool *pool,
			  u32 index, const struct tf_moment *now)
{
	struct tf_record part;

	tf_record_of_flow(&part, pool, index, now);
	record->packets += part.packets;
	record->bytes += part.bytes;
	record->tcp_flags |= part.tcp_flags;
	record->first_ms = min(record->first_ms, part.first_ms);
	record->last_ms = max(record->last_ms, part.last_ms);
}

bool tf_browse_record(const struct tf_cache *cache, const struct tf_browse *at,
		      u32 index, const struct tf_moment *now,
		      struct tf_record *record)
{
	struct tf_pool *pool = cache->table[at->table]->pool;
	const struct tf_flow flow = pool->flow[index];
	u32 i, part;

	tf_record_of_flow(record, pool, index, now);
	for (i = 0; i < cache->tables; i++) {
		if (i == at->table)
			continue;
		part = tf_browse_part(cache->table[i], &flow);
		if (part && i < at->table)
			return false;
		if (part)
			tf_browse_add(record, pool, part, now);
	}
	return !record->end_reason;
}
