// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#endif
#include "nat.h"

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

/*
 * An ICMP error is handed the connection it tells of, the tuples of which say
 * nothing of its own header.
 */
static bool tf_nat_is_error(const struct nf_conn *ct, const struct tf_packet *pkt,
			    enum ip_conntrack_info ctinfo)
{
	u8 proto = nf_ct_protonum(ct);

	if (proto != pkt->proto)
		return true;
	return (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) &&
	       (ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY);
}

/* The translated connection that a packet is of, and the packet's direction. */
static const struct nf_conn *tf_nat_conn(const struct sk_buff *skb,
					 const struct tf_packet *pkt,
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

bool tf_nat_is_translated(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct && READ_ONCE(ct->status) & IPS_NAT_MASK;
}

static bool tf_nat_has_ports(const struct tf_packet *pkt)
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

static void tf_nat_addr(struct tf_addr *addr, const union nf_inet_addr *from,
			u8 family)
{
	if (family == NFPROTO_IPV4)
		addr->ip = from->ip;
	else
		addr->ip6 = from->in6;
}

void tf_nat_received(const struct sk_buff *skb, struct tf_packet *pkt)
{
	const struct nf_conntrack_tuple *tuple;
	const struct nf_conn *ct;
	enum ip_conntrack_dir dir;

	ct = tf_nat_conn(skb, pkt, &dir);
	if (!ct)
		return;

	tuple = &ct->tuplehash[dir].tuple;
	tf_nat_addr(&pkt->src, &tuple->src.u3, pkt->family);
	tf_nat_addr(&pkt->dst, &tuple->dst.u3, pkt->family);
	if (tf_nat_has_ports(pkt)) {
		pkt->sport = tuple->src.u.all;
		pkt->dport = tuple->dst.u.all;
	}
}

void tf_nat_sent(const struct sk_buff *skb, const struct tf_packet *pkt,
		 struct tf_nat *nat)
{
	const struct nf_conntrack_tuple *tuple;
	const struct nf_conn *ct;
	enum ip_conntrack_dir dir;

	nat->done = false;
	ct = tf_nat_conn(skb, pkt, &dir);
	if (!ct)
		return;
	/* What the answer to this packet is expected to come from and go to. */
	tuple = &ct->tuplehash[!dir].tuple;
	tf_nat_addr(&nat->src, &tuple->dst.u3, pkt->family);
	tf_nat_addr(&nat->dst, &tuple->src.u3, pkt->family);
	nat->sport = pkt->sport;
	nat->dport = pkt->dport;
	if (tf_nat_has_ports(pkt)) {
		nat->sport = tuple->dst.u.all;
		nat->dport = tuple->src.u.all;
	}
	nat->done = true;
}

bool tf_nat_begins(const struct sk_buff *skb)
{
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	return ct && !nf_ct_is_confirmed(ct) &&
	       (READ_ONCE(ct->status) & IPS_SRC_NAT);
}

#else

bool tf_nat_is_translated(const struct sk_buff *skb)
{
	return false;
}

void tf_nat_received(const struct sk_buff *skb, struct tf_packet *pkt)
{
}

void tf_nat_sent(const struct sk_buff *skb, const struct tf_packet *pkt,
		 struct tf_nat *nat)
{
	nat->done = false;
}

bool tf_nat_begins(const struct sk_buff *skb)
{
	return false;
}

#endif
