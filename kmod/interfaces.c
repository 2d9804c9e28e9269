// SPDX-License-Identifier: GPL-2.0
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "interfaces.h"

/* Where one was that is called otherwise now; no interface has that index. */
#define TF_INTERFACE_LEFT	U32_MAX

/**
 * struct tf_interface_set - interface indexes, hashed with open addressing
 * @rcu: for freeing
 * @bits: there are 1 << bits slots, more than twice as many as there is room for
 * @room: so many indexes may be in it
 * @count: how many are, with those of interfaces that have gone
 * @slot: an index, %TF_INTERFACE_LEFT or 0
 */
struct tf_interface_set {
	struct rcu_head rcu;
	u32 bits;
	u32 room;
	u32 count;
	u32 slot[];
};

static u32 *tf_interface_slot(const struct tf_interface_set *set, u32 ifindex)
{
	u32 at = hash_32(ifindex, set->bits);
	u32 found;

	while ((found = READ_ONCE(set->slot[at])) && found != ifindex)
		at = (at + 1) & (BIT(set->bits) - 1);
	return (u32 *)&set->slot[at];
}

static struct tf_interface_set *tf_interface_set_alloc(u32 room)
{
	u32 bits = ilog2(room + 1) + 2;
	struct tf_interface_set *set;

	set = kvzalloc(struct_size(set, slot, BIT(bits)), GFP_KERNEL_ACCOUNT);
	if (set) {
		set->bits = bits;
		set->room = room;
	}
	return set;
}

/* Return: whether there was room. */
static bool tf_interface_set_add(struct tf_interface_set *set, u32 ifindex)
{
	if (set->count == set->room)
		return false;
	WRITE_ONCE(*tf_interface_slot(set, ifindex), ifindex);
	set->count++;
	return true;
}

/* Return: how many interfaces match; no more than there is room for are added. */
static u32 tf_interface_set_fill(struct tf_interface_set *set, struct net *net,
				 const struct tf_config *config,
				 const struct tf_lists *lists)
{
	struct tf_config_lists found;
	struct net_device *dev;
	u32 count = 0;

	tf_config_find_lists(config, lists, &found);
	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		if (!tf_config_has_interface(config, &found, dev->name))
			continue;
		tf_interface_set_add(set, dev->ifindex);
		count++;
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
		count = tf_interface_set_fill(set, net, config, lists);
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
		WRITE_ONCE(interfaces->stale, false);
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
	WRITE_ONCE(interfaces->stale, false);
	return 0;
}

/* RTNL is held: only where there is no other way are all looked at again. */
static void tf_interfaces_see(struct tf_interfaces *interfaces, struct net *net,
			      const struct net_device *dev)
{
	struct tf_interface_set *set;
	struct tf_config_lists found;
	bool wanted;
	u32 *slot;

	set = rcu_dereference_protected(interfaces->set,
					lockdep_is_held(&interfaces->lock));
	slot = tf_interface_slot(set, dev->ifindex);
	tf_config_find_lists(interfaces->config, &interfaces->lists, &found);
	wanted = tf_config_has_interface(interfaces->config, &found, dev->name);
	if (!wanted && *slot)
		WRITE_ONCE(*slot, TF_INTERFACE_LEFT);
	if (!wanted || *slot || tf_interface_set_add(set, dev->ifindex))
		return;
	/* Without memory the former set is better than none, for a while. */
	if (tf_interfaces_look(interfaces, net))
		WRITE_ONCE(interfaces->stale, true);
}

void tf_interfaces_retry(struct tf_interfaces *interfaces, struct net *net)
{
	if (likely(!READ_ONCE(interfaces->stale)))
		return;
	mutex_lock(&interfaces->lock);
	tf_interfaces_look(interfaces, net);
	mutex_unlock(&interfaces->lock);
}

void tf_interfaces_changed(struct tf_interfaces *interfaces, struct net *net,
			   const struct net_device *dev)
{
	mutex_lock(&interfaces->lock);
	WRITE_ONCE(interfaces->changes, interfaces->changes + 1);
	if (dev && interfaces->config)
		tf_interfaces_see(interfaces, net, dev);
	mutex_unlock(&interfaces->lock);
}

static bool tf_interface_is_in(const struct tf_interface_set *set, u32 ifindex)
{
	/* A slot that was free may be another one's now. */
	return READ_ONCE(*tf_interface_slot(set, ifindex)) == ifindex;
}

bool tf_interfaces_has(const struct tf_interfaces *interfaces, u32 ifindex)
{
	const struct tf_interface_set *set = rcu_dereference(interfaces->set);

	return !set || tf_interface_is_in(set, ifindex);
}

bool tf_interfaces_match(const struct tf_interfaces *interfaces,
			 const struct net_device *in,
			 const struct net_device *out)
{
	const struct tf_interface_set *set = rcu_dereference(interfaces->set);

	/* Without a set the settings have just come to be for all of them. */
	return !set || (in && tf_interface_is_in(set, in->ifindex)) ||
	       (out && tf_interface_is_in(set, out->ifindex));
}
