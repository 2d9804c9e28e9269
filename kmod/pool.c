// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/slab.h>
#include "payer.h"
#include "pool.h"

/*
 * How long ended flows may wait: a CPU that creates a flow a microsecond must
 * not run dry before the worker was scheduled.
 */
#define TF_POOL_WAITING_MIN	2048
#define TF_POOL_WAITING_SHARE	32

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

static void tf_pool_size(struct tf_pool *pool, u32 entries, unsigned int owners)
{
	pool->waiting = max_t(u32, entries / TF_POOL_WAITING_SHARE,
			      TF_POOL_WAITING_MIN);
	pool->reserve = pool->waiting + owners * TF_POOL_KEPT;
	pool->total = entries + pool->reserve + owners * TF_POOL_BATCH;
	pool->available = pool->total;
	pool->fresh = 1;
}

static u64 tf_pool_each_size(const struct tf_pool *pool)
{
	return (pool->total + 1ULL) * sizeof(*pool->each) +
	       TF_EACH_STRAYED * sizeof(*pool->strayed);
}

u64 tf_pool_need(u32 entries, unsigned int owners, bool each)
{
	struct tf_pool pool = {};

	tf_pool_size(&pool, entries, owners);
	return tf_pool_memory(&pool) + (each ? tf_pool_each_size(&pool) : 0);
}

int tf_pool_init(struct tf_pool *pool, u32 entries, unsigned int owners)
{
	tf_pool_size(pool, entries, owners);
	spin_lock_init(&pool->lock);
	pool->payer = tf_payer_get();
	pool->flow = kvcalloc(pool->total + 1, sizeof(*pool->flow), TF_POOL_GFP);
	pool->cold = kvcalloc(pool->total + 1, sizeof(*pool->cold), TF_POOL_GFP);
	pool->extra = kvcalloc(tf_pool_pages(pool), sizeof(*pool->extra),
			       TF_POOL_GFP);
	if (pool->flow && pool->cold && pool->extra)
		return 0;

	tf_pool_destroy(pool);
	return -ENOMEM;
}

int tf_pool_want_each(struct tf_pool *pool)
{
	pool->each = kvcalloc(pool->total + 1, sizeof(*pool->each),
			      TF_POOL_GFP);
	pool->strayed = kvcalloc(TF_EACH_STRAYED, sizeof(*pool->strayed),
				 TF_POOL_GFP);
	return pool->each && pool->strayed ? 0 : -ENOMEM;
}

void tf_pool_destroy(struct tf_pool *pool)
{
	u32 i;

	for (i = 0; pool->extra && i < tf_pool_pages(pool); i++)
		free_page((unsigned long)pool->extra[i]);
	kvfree(pool->strayed);
	kvfree(pool->each);
	kvfree(pool->extra);
	kvfree(pool->cold);
	kvfree(pool->flow);
	pool->strayed = NULL;
	pool->each = NULL;
	pool->extra = NULL;
	pool->cold = NULL;
	pool->flow = NULL;
	tf_payer_put(pool->payer);
	pool->payer = NULL;
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
		/* The next one to be taken may have been away for long. */
		prefetchw(&pool->flow[stock->head]);
		prefetchw(&pool->cold[stock->head]);
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

bool tf_pool_strained(const struct tf_pool *pool, u32 coming)
{
	return READ_ONCE(pool->available) + coming < pool->waiting / 4 * 3;
}

static struct tf_extra *tf_pool_get_page(struct tf_pool *pool, gfp_t gfp)
{
	struct mem_cgroup *before = tf_payer_set(pool->payer);
	unsigned long page = get_zeroed_page(gfp | __GFP_ACCOUNT);

	tf_payer_set(before);
	return (struct tf_extra *)page;
}

struct tf_extra *tf_pool_extra(struct tf_pool *pool, u32 index, gfp_t gfp)
{
	struct tf_extra **slot = &pool->extra[index / TF_EXTRA_PER_PAGE];
	struct tf_extra *page = READ_ONCE(*slot);

	if (!page && gfp) {
		struct tf_extra *other;

		page = tf_pool_get_page(pool, gfp);
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
	       (pool->each ? tf_pool_each_size(pool) : 0) +
	       tf_pool_pages(pool) * sizeof(*pool->extra) +
	       (u64)atomic_read(&pool->extra_pages) * PAGE_SIZE;
}
