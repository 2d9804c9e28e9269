// SPDX-License-Identifier: GPL-2.0
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "interfaces.h"

/**
 * struct tf_interface_set - interface indexes, hashed with open addressing
 * @rcu: for freeing
 * @bits: there are 1 << bits slots, more than twice as many as indexes
 * @slot: an index, or 0
 */
struct tf_interface_set {
	struct rcu_head rcu;
	u32 bits;
	u32 slot[];
};

static u32 *tf_interface_slot(const struct tf_interface_set *set, u32 ifindex)
{
	u32 at = hash_32(ifindex, set->bits);

	while (set->slot[at] && set->slot[at] != ifindex)
		at = (at + 1) & (BIT(set->bits) - 1);
	return (u32 *)&set->slot[at];
}

static struct tf_interface_set *tf_interface_set_alloc(u32 count)
{
	u32 bits = ilog2(count + 1) + 2;
	struct tf_interface_set *set;

	set = kvzalloc(struct_size(set, slot, BIT(bits)), GFP_KERNEL_ACCOUNT);
	if (set)
		set->bits = bits;
	return set;
}

/* Return: how many interfaces match; no more than @room go into the set. */
static u32 tf_interface_set_fill(struct tf_interface_set *set, u32 room,
				 struct net *net, const struct tf_config *config,
				 const struct tf_lists *lists)
{
	struct net_device *dev;
	u32 count = 0;

	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		if (!tf_config_has_interface(config, lists, dev->name))
			continue;
		if (count++ < room)
			*tf_interface_slot(set, dev->ifindex) = dev->ifindex;
	}
	rcu_read_unlock();
	return count;
}

static struct tf_interface_set *
tf_interface_set_make(struct net *net, const struct tf_config *config,
		      const struct tf_lists *lists)
{
	struct tf_interface_set *set;
	u32 room = 16;
	u32 count;

	for (;;) {
		set = tf_interface_set_alloc(room);
		if (!set)
			return NULL;
		count = tf_interface_set_fill(set, room, net, config, lists);
		if (count <= room)
			return set;
		kvfree(set);
		room = count + count / 8;
	}
}

static void tf_interface_set_free(struct rcu_head *rcu)
{
	kvfree(container_of(rcu, struct tf_interface_set, rcu));
}

static void tf_interfaces_replace(struct tf_interfaces *interfaces,
				  struct tf_interface_set *set)
{
	struct tf_interface_set *old;

	old = rcu_replace_pointer(interfaces->set, set,
				  lockdep_is_held(&interfaces->lock));
	if (old)
		call_rcu(&old->rcu, tf_interface_set_free);
}

void tf_interfaces_init(struct tf_interfaces *interfaces)
{
	mutex_init(&interfaces->lock);
	tf_lists_init(&interfaces->lists);
}

void tf_interfaces_exit(struct tf_interfaces *interfaces)
{
	mutex_lock(&interfaces->lock);
	interfaces->config = NULL;
	tf_interfaces_replace(interfaces, NULL);
	tf_lists_free(&interfaces->lists);
	mutex_unlock(&interfaces->lock);
	mutex_destroy(&interfaces->lock);
}

int tf_interfaces_set(struct tf_interfaces *interfaces, struct net *net,
		      const struct tf_config *config)
{
	struct tf_interface_set *set = NULL;
	int ret = 0;

	if (config && !config->interface_count)
		config = NULL;

	mutex_lock(&interfaces->lock);
	if (config)
		set = tf_interface_set_make(net, config, &interfaces->lists);
	if (config && !set) {
		ret = -ENOMEM;
	} else {
		interfaces->config = config;
		tf_interfaces_replace(interfaces, set);
	}
	mutex_unlock(&interfaces->lock);
	return ret;
}

int tf_interfaces_look(struct tf_interfaces *interfaces, struct net *net)
{
	struct tf_interface_set *set;

	lockdep_assert_held(&interfaces->lock);
	if (!interfaces->config)
		return 0;
	set = tf_interface_set_make(net, interfaces->config, &interfaces->lists);
	if (!set)
		return -ENOMEM;
	tf_interfaces_replace(interfaces, set);
	return 0;
}

void tf_interfaces_update(struct tf_interfaces *interfaces, struct net *net)
{
	mutex_lock(&interfaces->lock);
	WRITE_ONCE(interfaces->changes, interfaces->changes + 1);
	/* Without memory the former set is better than none. */
	tf_interfaces_look(interfaces, net);
	mutex_unlock(&interfaces->lock);
}

static bool tf_interface_is_in(const struct tf_interface_set *set,
			       const struct net_device *dev)
{
	return dev && *tf_interface_slot(set, dev->ifindex);
}

bool tf_interfaces_match(const struct tf_interfaces *interfaces,
			 const struct net_device *in,
			 const struct net_device *out)
{
	const struct tf_interface_set *set = rcu_dereference(interfaces->set);

	/* Without a set the settings have just come to be for all of them. */
	return !set || tf_interface_is_in(set, in) ||
	       tf_interface_is_in(set, out);
}
