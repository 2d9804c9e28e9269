// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include "nat.h"
#include "received.h"

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

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
	nat->early = !nf_ct_is_confirmed(ct);
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
