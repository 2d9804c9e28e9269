// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "afford.h"

/* Of large blocks, as long as there are any: so that it does not take long. */
#define TF_AFFORD_ORDER		PAGE_ALLOC_COSTLY_ORDER

#define TF_AFFORD_GFP \
	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL | __GFP_COMP)

static u64 tf_afford_available(void)
{
	long pages = si_mem_available();

	return pages > 0 ? (u64)pages << PAGE_SHIFT : 0;
}

/* Return: how many octets there are, at least @octets if that many. */
static u64 tf_afford_take(u64 octets, struct list_head *blocks)
{
	unsigned int order = TF_AFFORD_ORDER;
	struct page *block;
	u64 got = 0;

	while (got < octets) {
		block = alloc_pages(TF_AFFORD_GFP, order);
		if (block) {
			list_add(&block->lru, blocks);
			got += PAGE_SIZE << order;
		} else if (order) {
			order = 0;
		} else {
			break;
		}
		cond_resched();
	}
	return got;
}

static void tf_afford_give_back(struct list_head *blocks)
{
	struct page *block, *next;

	list_for_each_entry_safe(block, next, blocks, lru) {
		list_del(&block->lru);
		__free_pages(block, compound_order(block));
		cond_resched();
	}
}

bool tf_can_afford(u64 octets)
{
	LIST_HEAD(blocks);
	u64 got;

	if (octets > tf_afford_available())
		return false;
	got = tf_afford_take(octets, &blocks);
	tf_afford_give_back(&blocks);
	return got >= octets;
}
