/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which interfaces to meter: the settings name them, packets have indexes. The
 * set of indexes follows interfaces as they come, go and change their names.
 */
#ifndef TF_INTERFACES_H
#define TF_INTERFACES_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include "config.h"

struct net;
struct net_device;

/**
 * struct tf_interfaces - the interfaces of a namespace that are metered
 * @lock: serialises changes; taken under the namespace's lock or under RTNL,
 *	takes neither itself
 * @config: the settings with the names; protected by @lock
 * @set: the indexes; read under RCU
 */
struct tf_interfaces {
	struct mutex lock;
	const struct tf_config *config;
	struct tf_interface_set __rcu *set;
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

/* Look at the namespace's interfaces again: one has changed. */
void tf_interfaces_update(struct tf_interfaces *interfaces, struct net *net);

/* Whether a packet comes in or goes out by one of them. Under RCU. */
bool tf_interfaces_match(const struct tf_interfaces *interfaces,
			 const struct net_device *in,
			 const struct net_device *out);

#endif /* TF_INTERFACES_H */
