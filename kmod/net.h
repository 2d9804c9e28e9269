/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traffic Flow in one net namespace.
 *
 * Locking, from the outside in:
 *
 * tf_net.lock (mutex) is held by whoever changes settings or targets, and by
 *	the worker while it ends and exports flows. What it does is bounded.
 * tf_interfaces.lock (mutex) is taken under it or under RTNL.
 * tf_table.lock (spinlock, bottom halves off) is held for a bounded batch of
 *	flows, or for one packet while the tables are claimed (see cache.h); the
 *	worker holds two of them for a flow that is in both tables.
 * tf_table.handed_lock (spinlock) nests in it, to hand over ended flows.
 * tf_pool.lock (spinlock) nests in it, for a batch of free flows.
 *
 * Packets find the cache under RCU.
 */
#ifndef TF_NET_H
#define TF_NET_H

#include <linux/mutex.h>
#include <linux/workqueue.h>
#include "cache.h"
#include "interfaces.h"
#include "masks.h"
#include "nat_log.h"

struct net;
struct nf_hook_ops;
struct sk_buff;
struct tf_target;
struct tf_target_config;

/**
 * struct tf_net - the state of a namespace
 * @cache: what packets are counted in; NULL while disabled. Written under @lock
 * @interfaces: which ones are metered
 * @nat_log: translated connections
 * @hurried: the worker has been called already
 * @net: the namespace
 * @lock: protects all that follows
 * @config: the settings
 * @targets: of struct tf_target, in the order they were added
 * @target_count: how many
 * @last_id: the last that was given to a target
 * @generation: how many selections of fields there were before this one
 * @hooks: registered while enabled
 * @nat_hooks: registered while a flow's translation is wanted
 * @fate_hooks: registered while it is wanted what filters let pass
 * @connection_hooks: registered while NAT events are wanted
 * @work: ends flows and exports them, once a second while enabled
 * @tick: jiffies of the next time
 * @asleep_ms: how long the host had slept when the worker last looked
 * @late_at: jiffies from which on a run begins nothing more
 * @patient_until: jiffies until when the worker may wait for a narrow way
 * @ended: flows that wait to be exported
 * @retiring: a former cache whose flows go out
 * @past: counted in caches that are gone
 * @masks: of routes, while a batch is exported
 * @exported: flows given to the targets
 * @no_target: flows that no target was there for
 * @nat_events: NAT events given to the targets
 * @ignored_packets: packets that counted in no flow of their own
 * @ignored_octets: their octets
 * @caches: how many there were, with @cache
 * @edits: how often targets or lists were changed, and one
 * @early: flows that had been ended early when the worker last looked
 * @early_at: jiffies when it last saw more of them
 * @full: flows are ended early
 * @hasty: the namespace is going, or the module; and who has made the namespace
 *	could have others wait
 * @news: ended flows to be told of, NULL if there are none
 */
struct tf_net {
	struct tf_cache __rcu *cache;
	struct tf_interfaces interfaces;
	struct tf_nat_log nat_log;
	bool hurried;
	struct net *net;

	struct mutex lock;
	struct tf_config *config;
	struct list_head targets;
	u32 target_count;
	u32 last_id;
	u16 generation;
	struct nf_hook_ops *hooks;
	struct nf_hook_ops *nat_hooks;
	struct nf_hook_ops *fate_hooks;
	struct nf_hook_ops *connection_hooks;
	struct delayed_work work;
	unsigned long tick;
	u64 asleep_ms;
	u64 late_at;
	u64 patient_until;
	struct tf_chain ended;
	struct tf_cache *retiring;
	struct tf_counters past;
	struct tf_masks masks;
	u64 exported;
	u64 no_target;
	u64 nat_events;
	u64 ignored_packets;
	u64 ignored_octets;
	u32 caches;
	u32 edits;
	u64 early;
	unsigned long early_at;
	bool full;
	bool hasty;
	struct sk_buff *news;
};

int tf_net_init(void);
void tf_net_exit(void);

struct tf_net *tf_net_of(const struct net *net);

/* Not one that somebody without privileges has made. */
bool tf_net_is_hosts(const struct tf_net *tn);

/* The cache, for those that hold the namespace's lock. */
struct tf_cache *tf_net_cache(struct tf_net *tn);

/**
 * tf_net_apply - make settings the namespace's
 * @tn: the namespace, locked
 * @config: the settings, allocated by kmalloc(); taken over on success
 *
 * Flows that were counted by the former settings are exported.
 *
 * Return: 0; -ENOMEM, and nothing has changed.
 */
int tf_net_apply(struct tf_net *tn, struct tf_config *config);

/**
 * tf_net_add_target - add a target, and begin to export to it
 * @tn: the namespace, locked
 * @target: taken over on success
 *
 * Return: 0; -ENOMEM if flows cannot be made to know what it exports.
 */
int tf_net_add_target(struct tf_net *tn, struct tf_target *target);

/**
 * tf_net_set_target - change a target's settings
 * @tn: the namespace, locked
 * @target: one of its targets
 * @config: the settings
 *
 * Return: 0; -ENOMEM, and nothing has changed.
 */
int tf_net_set_target(struct tf_net *tn, struct tf_target *target,
		      const struct tf_target_config *config);

/* Remove a target; what it had not sent yet is sent first, or is lost. */
void tf_net_del_target(struct tf_net *tn, struct tf_target *target);

#endif /* TF_NET_H */
