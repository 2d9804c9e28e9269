/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A look at the flows of a cache that is in use: without its tables' locks, so
 * that no packet waits for whoever looks, and so without a promise: a flow that
 * begins or ends meanwhile may be left out, and counters may be of two moments.
 *
 * It is done under the namespace's lock. So nothing is freed, nor used for
 * another flow, while it runs; only packets change what it sees. They begin
 * flows and end them, which links an index to another chain; so an index counts
 * only if it is in range and its flow belongs to the bucket that is looked at,
 * and a chain is followed for a bounded way.
 */
#ifndef TF_BROWSE_H
#define TF_BROWSE_H

#include "cache.h"
#include "record.h"

/**
 * struct tf_browse - how far one has come; all zero at the beginning
 * @table: the table
 * @slot: the bucket
 * @nth: the flow in its chain
 */
struct tf_browse {
	u32 table;
	u32 slot;
	u32 nth;
};

/**
 * tf_browse_next - the next flow
 * @cache: the cache; it must stay while this runs
 * @at: moves on
 *
 * Return: 0 if there is none.
 */
u32 tf_browse_next(const struct tf_cache *cache, struct tf_browse *at);

/**
 * tf_browse_record - what is known of a flow by now, of all its parts
 * @cache: the cache
 * @at: where tf_browse_next() has left it
 * @index: what it has returned
 * @now: both clocks
 * @record: takes it
 *
 * Return: false if the flow has ended, or was shown with a table before.
 */
bool tf_browse_record(const struct tf_cache *cache, const struct tf_browse *at,
		      u32 index, const struct tf_moment *now,
		      struct tf_record *record);

#endif /* TF_BROWSE_H */
