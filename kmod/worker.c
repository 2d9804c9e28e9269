// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include "net.h"
#include "record.h"
#include "route.h"
#include "target.h"
#include "worker.h"

/* Flows that are taken from a table while its CPU may have to wait. */
#define TF_WORKER_LOCKED_BATCH	64

/* Flows that are exported before whoever wants the namespace's lock gets it. */
#define TF_WORKER_RUN		16384

/* Flows of both families that are put in order, so that sets are long. */
#define TF_WORKER_SORTED	1024

static struct workqueue_struct *tf_worker_queue;

static void tf_worker_moment(struct tf_moment *now)
{
	now->jiffies = (u32)jiffies;
	now->boot_ms = div_u64(ktime_get_boottime_ns(), NSEC_PER_MSEC);
}

static void tf_worker_put(struct tf_net *tn, const struct tf_record *record)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		if (target->running)
			tf_target_put(target, record);
}

/* Packets without a flow go out as one record that has nothing but counters. */
static void tf_worker_put_lost(struct tf_net *tn, const struct tf_lost *lost,
			       const struct tf_moment *now)
{
	struct tf_record record = {
		.packets = lost->packets,
		.bytes = lost->bytes,
		.first_ms = now->boot_ms -
			    jiffies_to_msecs(now->jiffies - lost->first),
		.last_ms = now->boot_ms,
		.family = NFPROTO_IPV4,
		.ip_version = 4,
		.end_reason = TF_END_RESOURCES,
	};

	if (lost->packets)
		tf_worker_put(tn, &record);
}

static void tf_worker_put_flow(struct tf_net *tn, struct tf_cache *cache,
			       u32 index, const struct tf_moment *now)
{
	struct tf_record record;

	tf_record_of_flow(&record, &cache->pool, index, now);
	if (cache->want & TF_WANT_MASKS)
		tf_route_masks(tn->net, &record);
	if (cache->want & TF_WANT_MAC)
		tf_route_post_macs(tn->net, &record);
	tf_worker_put(tn, &record);
}

static bool tf_worker_has_target(const struct tf_net *tn)
{
	const struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		if (target->running)
			return true;
	return false;
}

/* The first flows of those that have ended, all of one family. */
static void tf_worker_put_family(struct tf_net *tn, struct tf_cache *cache,
				 u8 family, u32 count,
				 const struct tf_moment *now)
{
	const struct tf_flow *flow = cache->pool.flow;
	u32 index = tn->ended.head;

	while (count--) {
		u32 next = flow[index].next;

		if (flow[index].family == family)
			tf_worker_put_flow(tn, cache, index, now);
		index = next;
	}
}

static void tf_worker_free(struct tf_net *tn, struct tf_cache *cache, u32 count)
{
	struct tf_stock freed = {};

	tn->ended.count -= count;
	while (count--) {
		u32 index = tn->ended.head;

		tn->ended.head = cache->pool.flow[index].next;
		tf_pool_put(&cache->pool, &freed, index);
	}
	tf_pool_put_all(&cache->pool, &freed);
}

static void tf_worker_export(struct tf_net *tn, struct tf_cache *cache, u32 max)
{
	struct tf_moment now;

	while (tn->ended.head && max) {
		u32 count = min3(tn->ended.count, max, (u32)TF_WORKER_SORTED);

		if (tf_worker_has_target(tn)) {
			tf_worker_moment(&now);
			tf_worker_put_family(tn, cache, NFPROTO_IPV4, count,
					     &now);
			tf_worker_put_family(tn, cache, NFPROTO_IPV6, count,
					     &now);
			tn->exported += count;
		} else {
			tn->no_target += count;
		}
		tf_worker_free(tn, cache, count);
		max -= count;
		cond_resched();
	}
}

static void tf_worker_run_targets(struct tf_net *tn, bool flush)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		if (target->running)
			tf_target_run(target, flush);
}

/* End what is due in a table, or everything, and take it over. */
static void tf_worker_collect(struct tf_net *tn, struct tf_table *table,
			      bool all)
{
	struct tf_moment now;
	struct tf_lost lost;
	bool more;

	do {
		spin_lock_bh(&table->lock);
		tf_worker_moment(&now);
		if (all)
			more = tf_table_end_all(table, TF_WORKER_LOCKED_BATCH);
		else
			more = tf_table_expire(table, now.jiffies,
					       TF_WORKER_LOCKED_BATCH);
		tf_table_take_ended(table, &tn->ended, &lost);
		spin_unlock_bh(&table->lock);
		tf_worker_put_lost(tn, &lost, &now);
		cond_resched();
	} while (more);
}

/*
 * Each CPU ends its own oldest flows when the cache is full. If that does not
 * help, the flows are another CPU's, which has nothing to do.
 */
static void tf_worker_relieve(struct tf_cache *cache)
{
	u32 i;

	for (i = 0; i < cache->tables; i++) {
		struct tf_table *table = cache->table[i];

		spin_lock_bh(&table->lock);
		tf_table_relieve(table, (u32)jiffies, TF_WORKER_LOCKED_BATCH);
		spin_unlock_bh(&table->lock);
	}
}

/* Return: whether to come again at once. */
static bool tf_worker_run(struct tf_net *tn, struct tf_cache *cache)
{
	bool tick = time_after_eq(jiffies, tn->tick);
	u32 i;

	for (i = 0; i < cache->tables; i++)
		tf_worker_collect(tn, cache->table[i], false);
	tf_worker_export(tn, cache, TF_WORKER_RUN);
	tf_worker_run_targets(tn, tick);
	if (tick)
		tn->tick = jiffies + HZ;
	if (tn->ended.head)
		return true;
	if (!tf_pool_strained(&cache->pool))
		return false;
	tf_worker_relieve(cache);
	return true;
}

static unsigned long tf_worker_pause(const struct tf_net *tn)
{
	unsigned long now = jiffies;

	return time_before(now, tn->tick) ? tn->tick - now : 0;
}

static void tf_worker(struct work_struct *work)
{
	struct tf_net *tn = container_of(work, struct tf_net, work.work);
	struct tf_cache *cache;
	bool again = false;

	mutex_lock(&tn->lock);
	WRITE_ONCE(tn->hurried, false);
	cache = tf_net_cache(tn);
	if (cache) {
		again = tf_worker_run(tn, cache);
		if (again)
			tf_worker_hurry(tn);
		else
			queue_delayed_work(tf_worker_queue, &tn->work,
					   tf_worker_pause(tn));
	}
	mutex_unlock(&tn->lock);
}

void tf_worker_drain(struct tf_net *tn, struct tf_cache *cache)
{
	u32 i;

	lockdep_assert_held(&tn->lock);
	for (i = 0; i < cache->tables; i++)
		tf_worker_collect(tn, cache->table[i], true);
	tf_worker_export(tn, cache, U32_MAX);
	tf_worker_run_targets(tn, true);
}

void tf_worker_setup(struct tf_net *tn)
{
	INIT_DELAYED_WORK(&tn->work, tf_worker);
}

void tf_worker_start(struct tf_net *tn)
{
	tn->tick = jiffies + HZ;
	queue_delayed_work(tf_worker_queue, &tn->work, HZ);
}

void tf_worker_hurry(struct tf_net *tn)
{
	if (READ_ONCE(tn->hurried))
		return;
	WRITE_ONCE(tn->hurried, true);
	mod_delayed_work(tf_worker_queue, &tn->work, 0);
}

void tf_worker_stop(struct tf_net *tn)
{
	cancel_delayed_work_sync(&tn->work);
}

int tf_worker_init(void)
{
	tf_worker_queue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 0);
	return tf_worker_queue ? 0 : -ENOMEM;
}

void tf_worker_exit(void)
{
	destroy_workqueue(tf_worker_queue);
}
