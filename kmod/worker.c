// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/suspend.h>
#include "device.h"
#include "event.h"
#include "moment.h"
#include "net.h"
#include "payer.h"
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

/* After that a run begins nothing more, if it had to wait for a narrow way. */
#define TF_WORKER_LATE		HZ

/* How long it may wait to finish what it has begun; and one that is the last. */
#define TF_WORKER_PATIENCE	(3 * HZ)
#define TF_WORKER_LAST_PATIENCE	(10 * HZ)

/* A cache has room again when no flow was ended early for that long. */
#define TF_FULL_AGE		(10 * HZ)

static struct workqueue_struct *tf_worker_queue;

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
		.first_ms = tf_moment_ms(now, lost->first),
		.last_ms = now->boot_ms,
		.family = NFPROTO_IPV4,
		.ip_version = 4,
		.end_reason = TF_END_RESOURCES,
	};

	if (!lost->packets)
		return;
	tn->ignored_packets += lost->packets;
	tn->ignored_octets += lost->bytes;
	tf_worker_put(tn, &record);
}

static void tf_worker_put_flow(struct tf_net *tn, struct tf_cache *cache,
			       u32 index, const struct tf_moment *now, bool told)
{
	struct tf_record record;

	tf_record_of_flow(&record, &cache->pool, index, now);
	if (told)
		tf_event_flow(tn, &record);
	if (cache->want & TF_WANT_MASKS)
		tf_masks_fill(&tn->masks, tn->net, &record);
	if (cache->want & TF_WANT_MAC)
		tf_route_post_macs(tn->net, &record);
	if (cache->want & TF_WANT_FLOW_ID)
		tf_record_identify(&record);
	if (cache->want & TF_WANT_DEVICES)
		tf_device_describe(tn->net, &record);
	tf_worker_put(tn, &record);
}

/* Whoever wants the namespace's lock has waited long enough. */
static bool tf_worker_is_late(const struct tf_net *tn)
{
	return !time_before64(get_jiffies_64(), tn->late_at);
}

static bool tf_worker_has_target(const struct tf_net *tn)
{
	const struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		if (target->running)
			return true;
	return false;
}

/* Other namespaces that go have waited long enough for this one. */
static bool tf_worker_gives_up(const struct tf_net *tn)
{
	return tn->hasty && tf_worker_is_late(tn);
}

/*
 * The first flows of those that have ended, all of one family. Those without
 * packets were a part of another.
 */
static void tf_worker_put_family(struct tf_net *tn, struct tf_cache *cache,
				 u8 family, u32 count)
{
	const struct tf_flow *flow = cache->pool.flow;
	bool gives_up = tf_worker_gives_up(tn);
	bool has_target = !gives_up && tf_worker_has_target(tn);
	bool told = !gives_up && tf_event_wants_flows(tn);
	u32 index = tn->ended.head;
	struct tf_moment now;

	tf_moment_now(&now);
	if (cache->want & TF_WANT_MASKS)
		tf_masks_forget(&tn->masks);
	for (; count--; index = flow[index].next) {
		if (flow[index].family != family || !flow[index].packets)
			continue;
		if (has_target || told)
			tf_worker_put_flow(tn, cache, index, &now, told);
		if (has_target)
			tn->exported++;
		else
			tn->no_target++;
	}
	tf_event_flush(tn);
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
	while (tn->ended.head && max) {
		u32 count = min3(tn->ended.count, max, (u32)TF_WORKER_SORTED);

		tf_worker_put_family(tn, cache, NFPROTO_IPV4, count);
		tf_worker_put_family(tn, cache, NFPROTO_IPV6, count);
		tf_worker_free(tn, cache, count);
		max -= count;
		cond_resched();
	}
}

static void tf_worker_export_some(struct tf_net *tn, struct tf_cache *cache)
{
	u32 batches = TF_WORKER_RUN / TF_WORKER_SORTED;

	while (tn->ended.head && batches-- && !tf_worker_is_late(tn))
		tf_worker_export(tn, cache, TF_WORKER_SORTED);
}

static void tf_worker_run_targets(struct tf_net *tn, bool flush)
{
	struct tf_target *target;

	list_for_each_entry(target, &tn->targets, list)
		if (target->running)
			tf_target_run(target, flush);
}

static void tf_worker_put_event(void *context, const struct tf_record *event)
{
	struct tf_net *tn = context;

	tn->nat_events++;
	tf_worker_put(tn, event);
}

static void tf_worker_tell_nat(struct tf_net *tn)
{
	struct tf_moment now;

	tf_moment_now(&now);
	tf_nat_log_run(&tn->nat_log, now.boot_ms, tf_worker_put_event, tn);
}

void tf_worker_end_nat(struct tf_net *tn)
{
	lockdep_assert_held(&tn->lock);
	if (!tf_worker_gives_up(tn))
		tf_worker_tell_nat(tn);
	tf_nat_log_forget(&tn->nat_log);
}

/*
 * End some of what is due in a table, or of everything, and take it over. What
 * has ended goes out while the CPU has it near.
 *
 * Return: whether there may be more.
 */
static bool tf_worker_collect(struct tf_net *tn, struct tf_cache *cache,
			      struct tf_table *table, bool all)
{
	struct tf_moment now;
	struct tf_lost lost;
	bool more;

	spin_lock_bh(&table->lock);
	tf_moment_now(&now);
	if (all)
		more = tf_table_end_all(table, TF_WORKER_LOCKED_BATCH);
	else
		more = tf_table_expire(table, now.jiffies,
				       TF_WORKER_LOCKED_BATCH);
	tf_table_take_ended(table, &tn->ended, &lost);
	spin_unlock_bh(&table->lock);
	tf_worker_put_lost(tn, &lost, &now);
	if (tn->ended.count >= TF_WORKER_SORTED)
		tf_worker_export(tn, cache, TF_WORKER_SORTED);
	cond_resched();
	return more;
}

/* Whether any table has anything: to claim them is not for nothing. */
static bool tf_worker_has_flows(const struct tf_cache *cache)
{
	u32 i;

	for (i = 0; i < cache->tables; i++)
		if (!tf_table_is_idle(cache->table[i]))
			return true;
	return false;
}

static u64 tf_worker_asleep(void)
{
	struct tf_moment now;

	tf_moment_now(&now);
	return now.asleep_ms;
}

/*
 * What only whoever has claimed the tables may do; each second is enough.
 * Timeouts do not run while the host sleeps: no flow outlasts a sleep.
 *
 * Return: whether there may be more; the tables stay claimed until then.
 */
static bool tf_worker_expire(struct tf_net *tn, struct tf_cache *cache)
{
	u32 batches = TF_WORKER_RUN / TF_WORKER_LOCKED_BATCH;
	u64 asleep_ms = tf_worker_asleep();
	bool slept = asleep_ms != tn->asleep_ms;
	u32 i;

	if (cache->claimed || tf_worker_has_flows(cache)) {
		tf_cache_claim(cache);
		for (i = 0; i < cache->tables; i++)
			while (tf_worker_collect(tn, cache, cache->table[i],
						 slept))
				if (!--batches || tf_worker_is_late(tn))
					return true;
		tf_cache_release(cache);
	}
	tn->asleep_ms = asleep_ms;
	return false;
}

/*
 * Each CPU ends its own oldest flows when the cache is full. If that does not
 * help, the flows are another CPU's, which has nothing to do: whose, nobody knows.
 */
static void tf_worker_relieve(struct tf_cache *cache)
{
	u32 waiting = cache->pool.waiting;
	u32 batch = clamp_t(u32, waiting / cache->tables, 1,
			    TF_WORKER_LOCKED_BATCH);
	u32 rounds = max(waiting / batch, cache->tables);
	u32 i;

	tf_cache_claim(cache);
	for (i = 0; i < rounds; i++) {
		struct tf_table *table = cache->table[i % cache->tables];

		spin_lock_bh(&table->lock);
		tf_table_relieve(table, (u32)jiffies, batch);
		spin_unlock_bh(&table->lock);
		cond_resched();
	}
	tf_cache_release(cache);
}

/* Tell when the cache gets full, and when it has not been for a while. */
static void tf_worker_watch(struct tf_net *tn, struct tf_cache *cache)
{
	struct tf_counters seen = tn->past;

	tf_cache_seen(cache, &seen);
	if (seen.early != tn->early) {
		tn->early = seen.early;
		tn->early_at = jiffies;
		if (!tn->full)
			tf_event(tn, TRAFFIC_FLOW_EVENT_CACHE_FULL);
		tn->full = true;
	} else if (tn->full && time_after(jiffies, tn->early_at + TF_FULL_AGE)) {
		tn->full = false;
		tf_event(tn, TRAFFIC_FLOW_EVENT_CACHE_RELIEVED);
	}
}

/*
 * How long to wait for collectors. Whoever may ask for a command, or wants a worker's
 * turn, waits with it, on all the host: a user namespace's collectors are not worth that.
 */
static void tf_worker_be_patient(struct tf_net *tn, unsigned int patience)
{
	tn->patient_until = get_jiffies_64();
	if (tf_net_is_hosts(tn))
		tn->patient_until += patience;
}

static void tf_worker_take_handed(struct tf_net *tn, struct tf_cache *cache)
{
	u32 i;

	for (i = 0; i < cache->tables; i++)
		tf_table_take_handed(cache->table[i], &tn->ended);
}

/* Return: whether to come again at once. */
static bool tf_worker_run(struct tf_net *tn, struct tf_cache *cache)
{
	bool tick = time_after_eq(jiffies, tn->tick);
	bool more;

	tn->late_at = get_jiffies_64() + TF_WORKER_LATE;
	tf_worker_be_patient(tn, TF_WORKER_PATIENCE);
	if (tick)
		tf_interfaces_retry(&tn->interfaces, tn->net);
	more = tick && tf_worker_expire(tn, cache);
	tf_worker_take_handed(tn, cache);
	tf_worker_export_some(tn, cache);
	if (tick || tf_nat_log_presses(&tn->nat_log))
		tf_worker_tell_nat(tn);
	tf_worker_run_targets(tn, tick);
	if (tick && !more) {
		tf_worker_watch(tn, cache);
		tn->tick = jiffies + HZ;
	}
	if (more || tn->ended.head)
		return true;
	if (!tf_pool_strained(&cache->pool, 0))
		return false;
	/* What has ended meanwhile is room as soon as it is exported. */
	tf_worker_take_handed(tn, cache);
	if (tf_pool_strained(&cache->pool, tn->ended.count))
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
	struct mem_cgroup *before;
	struct tf_cache *cache;
	bool again = false;

	mutex_lock(&tn->lock);
	WRITE_ONCE(tn->hurried, false);
	cache = tf_net_cache(tn);
	if (cache) {
		before = tf_payer_set(cache->pool.payer);
		again = tf_worker_run(tn, cache);
		tf_payer_set(before);
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
	tn->late_at = get_jiffies_64() + TF_WORKER_LATE;
	tf_worker_be_patient(tn, TF_WORKER_LAST_PATIENCE);
	for (i = 0; i < cache->tables; i++)
		while (tf_worker_collect(tn, cache, cache->table[i], true))
			;
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
	tn->asleep_ms = tf_worker_asleep();
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

/*
 * The host is about to sleep, or has slept. To look now tells the packets of
 * before from those of after; the worker's last look may be a second ago.
 */
static int tf_worker_sleeps(struct notifier_block *nb, unsigned long event,
			    void *data)
{
	tf_worker_asleep();
	return NOTIFY_DONE;
}

static struct notifier_block tf_worker_sleep = {
	.notifier_call = tf_worker_sleeps,
};

int tf_worker_init(void)
{
	int ret;

	tf_moment_init();
	tf_worker_queue = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 0);
	if (!tf_worker_queue)
		return -ENOMEM;
	ret = register_pm_notifier(&tf_worker_sleep);
	if (ret)
		destroy_workqueue(tf_worker_queue);
	return ret;
}

void tf_worker_exit(void)
{
	unregister_pm_notifier(&tf_worker_sleep);
	destroy_workqueue(tf_worker_queue);
}
