// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/string.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ndisc.h>
#include <net/route.h>
#include "compat.h"
#include "route.h"

static void tf_route_next_hop6(const struct sk_buff *skb,
			       struct tf_addr *next_hop)
{
	const struct rt6_info *rt = (const struct rt6_info *)skb_dst(skb);

	if (rt->rt6i_flags & RTF_GATEWAY)
		next_hop->ip6 = rt->rt6i_gateway;
}

void tf_route_next_hop(const struct sk_buff *skb, u8 family,
		       struct tf_addr *next_hop)
{
	const struct rtable *rt;

	if (!skb_valid_dst(skb))
		return;
	if (family == NFPROTO_IPV6) {
		tf_route_next_hop6(skb, next_hop);
		return;
	}
	rt = skb_rtable(skb);
	/* An IPv4 route may have an IPv6 gateway (RFC 8950). */
	if (rt->rt_gw_family == AF_INET)
		next_hop->ip = rt->rt_gw4;
}

static struct neighbour *tf_route_neighbour(struct net_device *dev,
					    const struct tf_record *record)
{
	/* The way out is that of the address as sent, if it was translated. */
	if (record->family == NFPROTO_IPV4)
		return __ipv4_neigh_lookup_noref(dev, (__force u32)
						 (record->next_hop.ip ?:
						  record->nat_dst.ip));
#if IS_ENABLED(CONFIG_IPV6)
	return __ipv6_neigh_lookup_noref(dev,
					 ipv6_addr_any(&record->next_hop.ip6) ?
					 &record->nat_dst.ip6 :
					 &record->next_hop.ip6);
#else
	return NULL;
#endif
}

static void tf_route_multicast_mac(struct tf_record *record)
{
	if (record->family == NFPROTO_IPV4)
		ip_eth_mc_map(record->nat_dst.ip, record->post_dst_mac);
	else
		ipv6_eth_mc_map(&record->nat_dst.ip6, record->post_dst_mac);
}

void tf_route_post_macs(struct net *net, struct tf_record *record)
{
	struct neighbour *neigh;
	struct net_device *dev;

	if (!record->out_if)
		return;

	tf_neigh_read_lock();
	dev = dev_get_by_index_rcu(net, record->out_if);
	if (dev && dev->type == ARPHRD_ETHER) {
		memcpy(record->post_src_mac, dev->dev_addr, ETH_ALEN);
		if (record->multicast) {
			tf_route_multicast_mac(record);
		} else {
			neigh = tf_route_neighbour(dev, record);
			if (neigh && (READ_ONCE(neigh->nud_state) & NUD_VALID))
				neigh_ha_snapshot((char *)record->post_dst_mac,
						  neigh, dev);
		}
	}
	tf_neigh_read_unlock();
}
