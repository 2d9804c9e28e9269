/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which interfaces to meter: the settings name them or lists of them, packets
 * have indexes. The set of indexes follows interfaces as they come, go and
 * change their names, and lists as their members do.
 */
#ifndef TF_INTERFACES_H
#define TF_INTERFACES_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include "config.h"
#include "lists.h"

struct net;
struct net_device;

/**
 * struct tf_interfaces - the interfaces of a namespace that are metered
 * @lock: serialises changes; taken under the namespace's lock or under RTNL,
 *	takes neither itself
 * @config: the settings with the names; protected by @lock
 * @lists: lists of interfaces; changed under @lock and the namespace's lock,
 *	read under either
 * @set: the indexes; read under RCU
 * @stale: without memory an interface could not be added to @set
 * @changes: how often interfaces of the namespace came, went or were renamed
 */
struct tf_interfaces {
	struct mutex lock;
	const struct tf_config *config;
	struct tf_lists lists;
	struct tf_interface_set __rcu *set;
	bool stale;
	u32 changes;
};

void tf_interfaces_init(struct tf_interfaces *interfaces);
void tf_interfaces_exit(struct tf_interfaces *interfaces);

/**
 * tf_interfaces_set - meter the interfaces that the settings name from now on
 * @interfaces: the namespace's
 * @net: the namespace
 * @config: the settings; they must stay where they are until the next call.
 *	NULL: none
 *
 * Return: 0 or -ENOMEM, and nothing has changed.
 */
int tf_interfaces_set(struct tf_interfaces *interfaces, struct net *net,
		      const struct tf_config *config);

/**
 * tf_interfaces_changed - one of the namespace's interfaces is another
 * @interfaces: the namespace's
 * @net: the namespace
 * @dev: the interface that has come or has got another name; NULL: one has gone.
 *	Its index stays until it is another's
 */
void tf_interfaces_changed(struct tf_interfaces *interfaces, struct net *net,
			   const struct net_device *dev);

/**
 * tf_interfaces_look - look at all again: lists were changed, under the lock
 * @interfaces: the namespace's, their lock held
 * @net: the namespace
 *
 * Return: 0 or -ENOMEM, and the former interfaces are metered.
 */
int tf_interfaces_look(struct tf_interfaces *interfaces, struct net *net);

/* Look at all again if there was not enough memory when one came. */
void tf_interfaces_retry(struct tf_interfaces *interfaces, struct net *net);

/* Whether that index is one of theirs. Under RCU. */
bool tf_interfaces_has(const struct tf_interfaces *interfaces, u32 ifindex);

/* Whether a packet comes in or goes out by one of them. Under RCU. */
bool tf_interfaces_match(const struct tf_interfaces *interfaces,
			 const struct net_device *in,
			 const struct net_device *out);

#endif /* TF_INTERFACES_H */
