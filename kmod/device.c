// SPDX-License-Identifier: GPL-2.0
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/l3mdev.h>
#include <net/net_namespace.h>
#include "device.h"
#include "record.h"

static const struct net_device *tf_device_lower(const struct net_device *vlan)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	return vlan_dev_priv(vlan)->real_dev;
#else
	return NULL;
#endif
}

/*
 * The VLAN of a device; of a VLAN in a VLAN the outer one, and @inner is the
 * device's own.
 */
static u16 tf_device_vlan(const struct net_device *dev, u16 *inner)
{
	const struct net_device *lower;

	*inner = 0;
	if (!is_vlan_dev(dev))
		return 0;
	/* It may be in another namespace, where nobody looks it up from here. */
	lower = tf_device_lower(dev);
	if (!lower || !is_vlan_dev(lower))
		return vlan_dev_vlan_id(dev);
	*inner = vlan_dev_vlan_id(dev);
	return vlan_dev_vlan_id(lower);
}

void tf_device_describe(struct net *net, struct tf_record *record)
{
	struct net_device *in, *out;
	u16 inner;

	rcu_read_lock();
	in = dev_get_by_index_rcu(net, record->in_if);
	if (in) {
		record->vlan = tf_device_vlan(in, &record->customer_vlan);
		record->in_vrf = l3mdev_master_ifindex_rcu(in);
	}
	out = dev_get_by_index_rcu(net, record->out_if);
	if (out) {
		record->post_vlan = tf_device_vlan(out, &inner);
		record->out_vrf = l3mdev_master_ifindex_rcu(out);
	}
	rcu_read_unlock();
}
