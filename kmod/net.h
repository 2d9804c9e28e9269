/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traffic Flow in one net namespace.
 *
 * Locking, from the outside in:
 *
 * tf_net.lock (mutex) is held by whoever changes settings or targets, and by
 *	the worker while it ends and exports flows. What it does is bounded.
 * tf_interfaces.lock (mutex) is taken under it or under RTNL.
 * tf_table.lock (spinlock, bottom halves off) is held for one packet, or for a
 *	bounded batch of flows.
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

struct net;
struct nf_hook_ops;
struct tf_target;
struct tf_target_config;

/**
 * struct tf_net - the state of a namespace
 * @cache: what packets are counted in; NULL while disabled. Written under @lock
 * @interfaces: which ones are metered
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
 * @work: ends flows and exports them, once a second while enabled
 * @tick: jiffies of the next time
 * @ended: flows that wait to be exported
 * @past: counted in caches that are gone
 * @exported: flows given to the targets
 * @no_target: flows that no target was there for
 */
struct tf_net {
	struct tf_cache __rcu *cache;
	struct tf_interfaces interfaces;
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
	struct delayed_work work;
	unsigned long tick;
	struct tf_chain ended;
	struct tf_counters past;
	u64 exported;
	u64 no_target;
};

int tf_net_init(void);
void tf_net_exit(void);

struct tf_net *tf_net_of(const struct net *net);

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
