// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include "pool.h"

/*
 * How long ended flows may wait: a CPU that creates a flow a microsecond must
 * not run dry before the worker was scheduled.
 */
#define TF_POOL_RESERVE_MIN	2048
#define TF_POOL_RESERVE_SHARE	32

#define TF_EXTRA_PER_PAGE	(PAGE_SIZE / sizeof(struct tf_extra))

/*
 * User namespaces may fill caches, so their memory cgroup pays. No warning and
 * no OOM killer: whoever asked gets a clear error.
 */
#define TF_POOL_GFP	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static u32 tf_pool_pages(const struct tf_pool *pool)
{
	return pool->total / TF_EXTRA_PER_PAGE + 1;
}

int tf_pool_init(struct tf_pool *pool, u32 entries, unsigned int owners)
{
	pool->reserve = max_t(u32, entries / TF_POOL_RESERVE_SHARE,
			      TF_POOL_RESERVE_MIN);
	pool->total = entries + pool->reserve + owners * TF_POOL_BATCH;
	pool->available = pool->total;
	pool->fresh = 1;
	spin_lock_init(&pool->lock);

	pool->flow = kvcalloc(pool->total + 1, sizeof(*pool->flow), TF_POOL_GFP);
	pool->cold = kvcalloc(pool->total + 1, sizeof(*pool->cold), TF_POOL_GFP);
	pool->extra = kvcalloc(tf_pool_pages(pool), sizeof(*pool->extra),
			       TF_POOL_GFP);
	if (pool->flow && pool->cold && pool->extra)
		return 0;

	tf_pool_destroy(pool);
	return -ENOMEM;
}

void tf_pool_destroy(struct tf_pool *pool)
{
	u32 i;

	for (i = 0; pool->extra && i < tf_pool_pages(pool); i++)
		free_page((unsigned long)pool->extra[i]);
	kvfree(pool->extra);
	kvfree(pool->cold);
	kvfree(pool->flow);
	pool->extra = NULL;
	pool->cold = NULL;
	pool->flow = NULL;
}

static void tf_pool_take_fresh(struct tf_pool *pool, struct tf_stock *stock)
{
	u32 end = min(pool->fresh + TF_POOL_BATCH, pool->total + 1);

	for (; pool->fresh < end; pool->fresh++) {
		pool->flow[pool->fresh].next = stock->head;
		stock->head = pool->fresh;
		stock->count++;
	}
}

static void tf_pool_fill(struct tf_pool *pool, struct tf_stock *stock)
{
	spin_lock(&pool->lock);
	if (pool->free) {
		struct tf_flow *first = &pool->flow[pool->free];

		stock->head = pool->free;
		stock->count = first->packets;
		pool->free = first->hash;
	} else {
		tf_pool_take_fresh(pool, stock);
	}
	pool->available -= stock->count;
	spin_unlock(&pool->lock);
}

u32 tf_pool_take(struct tf_pool *pool, struct tf_stock *stock, bool *short_of)
{
	u32 index;

	if (!stock->head) {
		tf_pool_fill(pool, stock);
		*short_of = tf_pool_short(pool);
	}
	index = stock->head;
	if (index) {
		stock->head = pool->flow[index].next;
		stock->count--;
	}
	return index;
}

void tf_pool_put_all(struct tf_pool *pool, struct tf_stock *stock)
{
	struct tf_flow *first = &pool->flow[stock->head];

	if (!stock->head)
		return;

	first->packets = stock->count;
	spin_lock_bh(&pool->lock);
	first->hash = pool->free;
	pool->free = stock->head;
	pool->available += stock->count;
	spin_unlock_bh(&pool->lock);
	stock->head = 0;
	stock->count = 0;
}

void tf_pool_put(struct tf_pool *pool, struct tf_stock *stock, u32 index)
{
	pool->flow[index].next = stock->head;
	stock->head = index;
	if (++stock->count == TF_POOL_BATCH)
		tf_pool_put_all(pool, stock);
}

bool tf_pool_short(const struct tf_pool *pool)
{
	return READ_ONCE(pool->available) < pool->reserve;
}

bool tf_pool_strained(const struct tf_pool *pool)
{
	return READ_ONCE(pool->available) < pool->reserve / 4 * 3;
}

struct tf_extra *tf_pool_extra(struct tf_pool *pool, u32 index, gfp_t gfp)
{
	struct tf_extra **slot = &pool->extra[index / TF_EXTRA_PER_PAGE];
	struct tf_extra *page = READ_ONCE(*slot);

	if (!page && gfp) {
		struct tf_extra *other;

		page = (struct tf_extra *)get_zeroed_page(gfp);
		if (!page)
			return NULL;
		/* Its neighbours in the page may be other CPUs' flows. */
		other = cmpxchg(slot, NULL, page);
		if (other) {
			free_page((unsigned long)page);
			page = other;
		} else {
			atomic_inc(&pool->extra_pages);
		}
	}
	return page ? &page[index % TF_EXTRA_PER_PAGE] : NULL;
}

u64 tf_pool_memory(const struct tf_pool *pool)
{
	u64 flow = sizeof(*pool->flow) + sizeof(*pool->cold);

	return (pool->total + 1) * flow +
	       tf_pool_pages(pool) * sizeof(*pool->extra) +
	       (u64)atomic_read(&pool->extra_pages) * PAGE_SIZE;
}
