// SPDX-License-Identifier: GPL-2.0
#include <linux/hash.h>
#include <linux/netfilter.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include "compat.h"
#include "masks.h"
#include "record.h"

void tf_masks_forget(struct tf_masks *masks)
{
	memset(masks, 0, sizeof(*masks));
}

static u8 tf_mask_ask4(struct net *net, const struct tf_mask *mask)
{
	struct fib_result res = {};
	struct flowi4 fl4 = {
		.flowi4_iif = mask->in_if ?: LOOPBACK_IFINDEX,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
		.daddr = mask->to.ip,
		.saddr = mask->from,
	};

	tf_flowi4_set_tos(&fl4, mask->tos);
	if (fib_lookup(net, &fl4, &res, FIB_LOOKUP_IGNORE_LINKSTATE))
		return 0;
	return res.prefixlen;
}

#if IS_ENABLED(CONFIG_IPV6)
/* By the table of the VRF that the packet came by, if it did. */
static u8 tf_mask_ask6(struct net *net, const struct tf_mask *mask)
{
	int vrf = l3mdev_master_ifindex_by_index(net, mask->in_if);
	struct fib6_info *from;
	struct rt6_info *rt;
	u8 len = 0;

	rt = rt6_lookup(net, &mask->to.ip6, NULL, vrf, NULL, 0);
	if (!rt)
		return 0;
	from = rcu_dereference(rt->from);
	if (from)
		len = from->fib6_dst.plen;
	ip6_rt_put(rt);
	return len;
}
#else
static u8 tf_mask_ask6(struct net *net, const struct tf_mask *mask)
{
	return 0;
}
#endif

static u8 tf_mask_find(struct tf_masks *masks, struct net *net,
		       const struct tf_mask *asked)
{
	u32 place = hash_32(ipv6_addr_hash(&asked->to.ip6), TF_MASKS_BITS);
	struct tf_mask *known = &masks->known[place];

	if (memcmp(known, asked, offsetof(struct tf_mask, len))) {
		*known = *asked;
		known->len = asked->family == NFPROTO_IPV4 ?
			     tf_mask_ask4(net, asked) :
			     tf_mask_ask6(net, asked);
	}
	return known->len;
}

/* Without rules routing looks at the destination and the type of service only. */
static void tf_masks_fill4(struct tf_masks *masks, struct net *net,
			   struct tf_record *record)
{
	struct tf_mask asked = {
		.to.ip = record->src.ip,
		.tos = record->tos,
		.family = NFPROTO_IPV4,
	};

	if (fib4_has_custom_rules(net))
		asked.in_if = record->in_if;
	record->src_mask = tf_mask_find(masks, net, &asked);
	asked.to.ip = record->dst.ip;
	if (fib4_has_custom_rules(net))
		asked.from = record->src.ip;
	record->dst_mask = tf_mask_find(masks, net, &asked);
}

static void tf_masks_fill6(struct tf_masks *masks, struct net *net,
			   struct tf_record *record)
{
	struct tf_mask asked = {
		.to.ip6 = record->src.ip6,
		.family = NFPROTO_IPV6,
	};

	/* A VRF comes with a rule. */
	if (fib6_has_custom_rules(net))
		asked.in_if = record->in_if ?: record->out_if;
	record->src_mask = tf_mask_find(masks, net, &asked);
	asked.to.ip6 = record->dst.ip6;
	record->dst_mask = tf_mask_find(masks, net, &asked);
}

void tf_masks_fill(struct tf_masks *masks, struct net *net,
		   struct tf_record *record)
{
	rcu_read_lock();
	if (record->family == NFPROTO_IPV4)
		tf_masks_fill4(masks, net, record);
	else
		tf_masks_fill6(masks, net, record);
	rcu_read_unlock();
}
