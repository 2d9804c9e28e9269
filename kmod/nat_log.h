/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NAT events (RFC 8158): when translated connections begin and end.
 *
 * Connection tracking has one listener for its own events, and that is
 * ctnetlink. So a hook behind source translation sees connections begin, and
 * holds each until it has ended, which the worker looks for. A connection that
 * is held keeps its memory and nothing else, for a second after its end, or
 * some more where hundreds of thousands are held: whoever waits for it to go (a
 * namespace, the module of connection tracking) waits as long.
 */
#ifndef TF_NAT_LOG_H
#define TF_NAT_LOG_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/types.h>

struct mem_cgroup;
struct sk_buff;
struct tf_record;

/* Connections that are held at once: what more there are is counted as lost. */
#define TF_NAT_LOG_MAX		(1024 * 1024)

/**
 * struct tf_nat_log - the translated connections of a namespace
 * @fresh: seen by the hook since the worker last came
 * @waiting: how many of these there are
 * @count: how many connections are held
 * @max: how many may be
 * @lost: events that there will not be, two a connection
 * @unborn: seen, but not confirmed: their first packet is on its way
 * @living: those whose beginning has been told; whose turn it is comes first
 */
struct tf_nat_log {
	struct llist_head fresh;
	atomic_t waiting;
	atomic_t count;
	u32 max;
	atomic64_t lost;
	struct list_head unborn;
	struct list_head living;
};

/* Takes an event; all IPv4 ones of a run come before the IPv6 ones. */
typedef void tf_nat_log_put(void *context, const struct tf_record *event);

void tf_nat_log_init(struct tf_nat_log *log, u32 max);

/**
 * tf_nat_log_see - note a connection that begins, if it is translated
 * @log: the log
 * @skb: a packet behind source translation
 * @payer: the memory cgroup that pays, may be NULL
 *
 * Return: whether so many are noted that the worker should come.
 */
bool tf_nat_log_see(struct tf_nat_log *log, const struct sk_buff *skb,
		    struct mem_cgroup *payer);

/* Whether so many are noted that the worker should not wait for its time. */
bool tf_nat_log_presses(const struct tf_nat_log *log);

/**
 * tf_nat_log_run - tell which connections have ended, and which have begun
 * @log: the log
 * @now_ms: boot time, milliseconds
 * @put: takes the events
 * @context: its first argument
 *
 * Looks at a bounded number of those that live; the others' turn is next.
 */
void tf_nat_log_run(struct tf_nat_log *log, u64 now_ms, tf_nat_log_put *put,
		    void *context);

/* Let all connections go, untold. No hook uses the log any more. */
void tf_nat_log_forget(struct tf_nat_log *log);

/* Connections held. */
u32 tf_nat_log_count(const struct tf_nat_log *log);

#endif /* TF_NAT_LOG_H */
