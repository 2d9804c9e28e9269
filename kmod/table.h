/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table of one CPU. Its own CPU counts packets in it, the worker ends
 * flows in it, each alone: see tf_cache_enter() and tf_cache_claim().
 *
 * Time comes in as a parameter: jiffies cut to 32 bits.
 */
#ifndef TF_TABLE_H
#define TF_TABLE_H

#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include "nat.h"
#include "packet.h"
#include "pool.h"
#include "record.h"
#include "wheel.h"

/**
 * struct tf_rules - what decides when a flow ends
 * @active: jiffies from its first packet
 * @inactive: jiffies from its last
 * @bytes_max: octets that one record may hold
 */
struct tf_rules {
	u32 active;
	u32 inactive;
	u64 bytes_max;
};

/**
 * struct tf_counters - what a table has seen, see &enum traffic_flow_stats_attr
 * @packets: metered
 * @bytes: metered
 * @created: flows begun
 * @early: flows ended because the cache was full
 * @fragments: later fragments
 * @truncated: packets cut short
 * @lost_packets: counted in no flow
 * @incomplete: IPv6 flows begun without &struct tf_extra
 */
struct tf_counters {
	u64 packets;
	u64 bytes;
	u64 created;
	u64 early;
	u64 fragments;
	u64 truncated;
	u64 lost_packets;
	u64 incomplete;
};

/**
 * struct tf_lost - packets without a flow that wait to be exported as such
 * @packets: how many
 * @bytes: their octets
 * @first: jiffies of the first
 */
struct tf_lost {
	u64 packets;
	u64 bytes;
	u32 first;
};

/**
 * struct tf_origin - where a flow's first packet came from and went
 * @details: of its headers
 * @nat: its translation, if @nat.done
 * @next_hop: gateway, zero if none
 * @in_if: input interface index
 * @out_if: output interface index
 * @src_mac: of its frame, zero if it had none
 * @dst_mac: of its frame
 */
struct tf_origin {
	struct tf_details details;
	struct tf_nat nat;
	struct tf_addr next_hop;
	u32 in_if;
	u32 out_if;
	u8 src_mac[ETH_ALEN];
	u8 dst_mac[ETH_ALEN];
};

/**
 * struct tf_chain - flows in a row, linked by tf_flow.next
 * @head: the first, 0 if there is none
 * @tail: the last
 * @count: how many
 */
struct tf_chain {
	u32 head;
	u32 tail;
	u32 count;
};

/* Wide enough for the largest pool, and leaves bits for marks. */
#define TF_TABLE_INDEX_BITS	25
#define TF_TABLE_INDEX		(BIT(TF_TABLE_INDEX_BITS) - 1)
#define TF_TABLE_MARKS		(32 - TF_TABLE_INDEX_BITS)

/**
 * struct tf_table - flows of one CPU
 * @lock: taken where the CPU is not alone with its table; the others nest in it
 * @mask: buckets - 1
 * @bucket: the chains: TF_TABLE_INDEX of a bucket names the first flow, the
 *	other bits are marks of the flows in it, so that most that are new need
 *	not look at those there are
 * @used: which buckets have one. It is so much smaller that it stays near the
 *	CPU, so that most flows that are new need not wait for their bucket
 * @pool: where flows come from
 * @key: of the hash
 * @rules: when flows end
 * @peer: all tables of the cache, which have other parts of the same flows
 * @peers: how many; 0 if there are no others
 * @active: flows in the table
 * @sync: lets 32-bit machines read @seen whole
 * @seen: counters
 * @stock: flows ready for use
 * @ended: flows that wait to be handed over
 * @pressed: the pool is at its reserve: each new flow ends an old one
 * @lost: packets without a flow since the worker last came
 * @handed_lock: protects @handed
 * @handed: flows that wait for the worker, which may take them at any time
 * @wheel: the flows by time
 */
struct tf_table {
	spinlock_t lock;
	u32 mask;
	u32 *bucket;
	unsigned long *used;
	struct tf_pool *pool;
	hsiphash_key_t key;
	struct tf_rules rules;
	struct tf_table **peer;
	u32 peers;

	struct u64_stats_sync sync ____cacheline_aligned_in_smp;
	struct tf_counters seen;
	u32 active;
	struct tf_stock stock;
	struct tf_chain ended;
	bool pressed;
	struct tf_lost lost;
	spinlock_t handed_lock;
	struct tf_chain handed;
	struct tf_wheel wheel;
};

/**
 * enum tf_counted - what became of a packet, and what the caller has to do
 * @TF_COUNTED: nothing more to do
 * @TF_COUNTED_ENDED: enough flows have ended to wake the worker
 * @TF_COUNTED_NOT: the flow is new; come again with its origin
 * @TF_COUNTED_UNTRANSLATED: the packet is translated, and its flow may not know
 */
enum tf_counted {
	TF_COUNTED,
	TF_COUNTED_ENDED,
	TF_COUNTED_NOT,
	TF_COUNTED_UNTRANSLATED,
};

/**
 * tf_table_init - an empty table
 * @table: zeroed
 * @pool: where its flows come from
 * @buckets: a power of two
 * @node: where its memory should be
 * @key: of its hash
 * @rules: when its flows end
 *
 * Return: 0 or -ENOMEM.
 */
int tf_table_init(struct tf_table *table, struct tf_pool *pool, u32 buckets,
		  int node, const hsiphash_key_t *key,
		  const struct tf_rules *rules);

/* Give an init'ed or zeroed table's memory back; its flows are the pool's. */
void tf_table_destroy(struct tf_table *table);

/**
 * tf_table_yield - end a part of a flow that another table's part takes up
 * @table: the table, claimed and locked
 * @index: the part
 * @to: the other table, locked, with whose ended flows it waits
 */
void tf_table_yield(struct tf_table *table, u32 index, struct tf_table *to);

/* Octets that a table of so many buckets will occupy. */
u64 tf_table_need(u32 buckets);

/* Octets that it occupies. */
u64 tf_table_memory(const struct tf_table *table);

/* A connection was closed: its flow ends with the next second. */
void tf_table_closed(struct tf_table *table, u32 index, u32 now);

/* A flow can hold no more: it ends at once. */
void tf_table_full(struct tf_table *table, u32 index);

/**
 * tf_table_begin - begin a flow and count its first packet
 * @table: the table, entered or claimed
 * @pkt: the packet, not in any flow
 * @hash: tf_table_hash() of it
 * @now: jiffies
 * @origin: the rest of what the flow keeps
 *
 * A full cache ends the oldest flow of this table for it.
 */
enum tf_counted tf_table_begin(struct tf_table *table,
			       const struct tf_packet *pkt, u32 hash, u32 now,
			       const struct tf_origin *origin);

/* Fill in the translation of a packet's flow, if it has one without. */
void tf_table_translate(struct tf_table *table, const struct tf_packet *pkt,
			u32 hash, const struct tf_nat *nat);

/**
 * tf_table_expire - end the flows that are due
 * @table: the table, entered or claimed
 * @now: jiffies
 * @batch: how many flows to look at, at most
 *
 * Return: whether there may be more.
 */
bool tf_table_expire(struct tf_table *table, u32 now, unsigned int batch);

/* End up to @batch flows, oldest first. Return: whether there may be more. */
bool tf_table_end_all(struct tf_table *table, unsigned int batch);

/* End up to @batch of the oldest flows because the cache is full. */
void tf_table_relieve(struct tf_table *table, u32 now, unsigned int batch);

/* Count a packet that has no IP header to tell its flow by. */
void tf_table_count_headless(struct tf_table *table, u32 bytes, u32 now);

/* Append a chain to a chain. */
void tf_chain_append(struct tf_pool *pool, struct tf_chain *chain,
		     const struct tf_chain *more);

/*
 * Whether there is nothing to end or to take over; any time. What comes
 * meanwhile is seen the next time.
 */
static inline bool tf_table_is_idle(const struct tf_table *table)
{
	return !READ_ONCE(table->active) && !READ_ONCE(table->ended.count) &&
	       !READ_ONCE(table->lost.packets);
}

/* Add what the table has counted to a sum; any time. */
void tf_table_seen(const struct tf_table *table, struct tf_counters *sum);

/* Take over the flows that have been handed over; any time. */
void tf_table_take_handed(struct tf_table *table, struct tf_chain *chain);

/**
 * tf_table_take_ended - take over all ended flows
 * @table: the table, entered or claimed
 * @chain: they are appended to it
 * @lost: takes over the packets without a flow
 */
void tf_table_take_ended(struct tf_table *table, struct tf_chain *chain,
			 struct tf_lost *lost);

#endif /* TF_TABLE_H */
