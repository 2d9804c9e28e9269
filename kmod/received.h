/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key of a packet as it was received, where connection tracking has changed
 * its addresses on the way here. It is inline because each packet of a
 * translated connection runs through it.
 */
#ifndef TF_RECEIVED_H
#define TF_RECEIVED_H

#include <linux/in.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#endif
#include "packet.h"

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

/*
 * An ICMP error is handed the connection it tells of, the tuples of which say
 * nothing of its own header.
 */
static __always_inline bool tf_nat_is_error(const struct nf_conn *ct,
					    const struct tf_packet *pkt,
					    enum ip_conntrack_info ctinfo)
{
	u8 proto = nf_ct_protonum(ct);

	if (proto != pkt->proto)
		return true;
	return (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) &&
	       (ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY);
}

/* The translated connection that a packet is of, and the packet's direction. */
static __always_inline const struct nf_conn *
tf_nat_conn(const struct sk_buff *skb, const struct tf_packet *pkt,
	    enum ip_conntrack_dir *dir)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || !(READ_ONCE(ct->status) & IPS_NAT_MASK) ||
	    tf_nat_is_error(ct, pkt, ctinfo))
		return NULL;
	*dir = CTINFO2DIR(ctinfo);
	return ct;
}

static __always_inline bool tf_nat_has_ports(const struct tf_packet *pkt)
{
	switch (pkt->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return pkt->thoff;
	default:
		return false;
	}
}

static __always_inline void tf_nat_addr(struct tf_addr *addr,
					const union nf_inet_addr *from,
					u8 family)
{
	if (family == NFPROTO_IPV4)
		addr->ip = from->ip;
	else
		addr->ip6 = from->in6;
}

/**
 * tf_nat_received - turn a packet's key into that of the packet as received
 * @skb: the packet
 * @pkt: what dissect found in it; its addresses and ports are replaced where
 *	they have been translated on the way here
 */
static __always_inline void tf_nat_received(const struct sk_buff *skb,
					    struct tf_packet *pkt)
{
	const struct nf_conntrack_tuple *tuple;
	const struct nf_conn *ct;
	enum ip_conntrack_dir dir;

	ct = tf_nat_conn(skb, pkt, &dir);
	if (!ct)
		return;

	pkt->flags |= TF_PACKET_TRANSLATED;
	tuple = &ct->tuplehash[dir].tuple;
	tf_nat_addr(&pkt->src, &tuple->src.u3, pkt->family);
	tf_nat_addr(&pkt->dst, &tuple->dst.u3, pkt->family);
	if (tf_nat_has_ports(pkt)) {
		pkt->sport = tuple->src.u.all;
		pkt->dport = tuple->dst.u.all;
	}
}

#else

static inline void tf_nat_received(const struct sk_buff *skb,
				   struct tf_packet *pkt)
{
}

#endif

#endif /* TF_RECEIVED_H */
