/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What takes a look at each packet of a flow, and not only at the first: for
 * fields that few want, so it lies in memory of its own, which is there only
 * while somebody wants them. A flow without it costs a branch.
 */
#ifndef TF_EACH_H
#define TF_EACH_H

#include <linux/build_bug.h>
#include <linux/types.h>

struct sk_buff;
struct tf_packet;
struct tf_pool;
struct tf_record;
struct tf_table;

/**
 * struct tf_each - what all packets of a flow have shown
 * @tcp_options: kinds of TCP options, or-ed, bits as in IANA element 209
 * @options: IPv4 options, or-ed, bits as in IANA element 208; or IPv6 extension
 *	headers, as in element 64
 * @fragment_id: identification of the first packet, IANA element 54
 * @passed: packets that came out of the filter behind us
 * @len_min: octets of the shortest packet of the wire
 * @len_max: of the longest
 * @ttl_min: lowest time to live or hop limit
 * @ttl_max: highest
 */
struct tf_each {
	u64 tcp_options;
	u32 options;
	u32 fragment_id;
	u32 passed;
	u32 len_min;
	u32 len_max;
	u8 ttl_min;
	u8 ttl_max;
};

static_assert(sizeof(struct tf_each) == 32);

/* So many marks for packets that strayed; flows share them by their hash. */
#define TF_EACH_STRAYED		1024

/**
 * tf_each_read - what one packet shows
 * @skb: the packet; its network header is at skb->data
 * @pkt: what dissect found in it
 * @each: all of it is set
 */
void tf_each_read(const struct sk_buff *skb, const struct tf_packet *pkt,
		  struct tf_each *each);

/**
 * tf_each_count - add a packet to what its flow has shown
 * @table: the table, entered or claimed, in which it has just been counted
 * @skb: the packet
 * @pkt: its key and counts
 * @hash: tf_table_hash() of it
 */
void tf_each_count(struct tf_table *table, const struct sk_buff *skb,
		   const struct tf_packet *pkt, u32 hash);

/**
 * tf_each_pass - a packet that was counted has come out of the filter
 * @table: the table, entered or claimed
 * @pkt: its key and counts
 * @hash: tf_table_hash() of it
 *
 * Return: whether its flow is in this table.
 */
bool tf_each_pass(struct tf_table *table, const struct tf_packet *pkt, u32 hash);

/**
 * tf_each_stray - a packet has come out of the filter where its flow is not
 * @pool: of the cache
 * @hash: tf_table_hash() of it
 * @now: jiffies
 */
void tf_each_stray(struct tf_pool *pool, u32 hash, u32 now);

/* Add what a part of a flow has shown to another part, the first packet's. */
void tf_each_fold(struct tf_pool *pool, u32 into, u32 from);

/* Fill in a record what all packets of its flow have shown until @now, jiffies. */
void tf_each_describe(const struct tf_pool *pool, u32 index, u32 now,
		      struct tf_record *record);

#endif /* TF_EACH_H */
