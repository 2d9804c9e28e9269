// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>
#include <net/sock.h>
#include "dissect.h"
#include "hooks.h"
#include "nat.h"
#include "net.h"
#include "route.h"
#include "worker.h"

/*
 * Input and forward run with bottom halves off, output often does not; and
 * spin_lock_bh() costs a good part of what a packet may cost at all.
 */
static bool tf_hook_lock(struct tf_table *table)
{
	bool bh_on = !softirq_count();

	if (bh_on)
		local_bh_disable();
	spin_lock(&table->lock);
	return bh_on;
}

static void tf_hook_unlock(struct tf_table *table, bool bh_on)
{
	spin_unlock(&table->lock);
	if (bh_on)
		local_bh_enable();
}

static bool tf_hook_dissect(const struct sk_buff *skb, u8 family,
			    struct tf_packet *pkt)
{
	if (family == NFPROTO_IPV4 ? !tf_dissect_ipv4(skb, pkt) :
				     !tf_dissect_ipv6(skb, pkt))
		return false;
	tf_nat_received(skb, pkt);
	return true;
}

/* A super-packet may be taken in part: then its octets count in proportion. */
static bool tf_hook_sample(struct tf_cache *cache, struct tf_packet *pkt)
{
	u32 taken = tf_sampler_take(&cache->sampler, pkt->packets);

	if (taken < pkt->packets) {
		pkt->bytes = (u64)pkt->bytes * taken / pkt->packets;
		pkt->packets = taken;
	}
	return taken;
}

static void tf_hook_macs(const struct sk_buff *skb,
			 const struct nf_hook_state *state,
			 struct tf_origin *origin)
{
	if (state->hook == NF_INET_LOCAL_OUT || !skb->dev ||
	    skb->dev->type != ARPHRD_ETHER || !skb_mac_header_was_set(skb) ||
	    skb_mac_header_len(skb) < ETH_HLEN)
		return;
	ether_addr_copy(origin->src_mac, eth_hdr(skb)->h_source);
	ether_addr_copy(origin->dst_mac, eth_hdr(skb)->h_dest);
}

static void tf_hook_origin(const struct tf_cache *cache,
			   const struct sk_buff *skb,
			   const struct nf_hook_state *state,
			   const struct tf_packet *pkt,
			   struct tf_origin *origin)
{
	memset(origin, 0, sizeof(*origin));
	tf_dissect_details(skb, pkt, &origin->details);
	origin->in_if = state->in ? state->in->ifindex : 0;
	origin->out_if = state->out ? state->out->ifindex : 0;
	if (cache->want & TF_WANT_NAT)
		tf_nat_sent(skb, pkt, &origin->nat);
	if (cache->want & TF_WANT_GATEWAY)
		tf_route_next_hop(skb, pkt->family, &origin->next_hop);
	if (cache->want & TF_WANT_MAC)
		tf_hook_macs(skb, state, origin);
}

/* Out of line: it has a big stack frame that a known flow need not pay for. */
static noinline enum tf_counted
tf_hook_begin(struct tf_cache *cache, struct tf_table *table,
	      const struct sk_buff *skb, const struct nf_hook_state *state,
	      const struct tf_packet *pkt, u32 hash, u32 now)
{
	struct tf_origin origin;
	enum tf_counted counted;
	bool bh_on;

	/* Routes and connections are not looked at under the lock. */
	tf_hook_origin(cache, skb, state, pkt, &origin);

	bh_on = tf_hook_lock(table);
	counted = tf_table_count(table, pkt, hash, now);
	if (counted == TF_COUNTED_NOT)
		counted = tf_table_begin(table, pkt, hash, now, &origin);
	tf_hook_unlock(table, bh_on);
	return counted;
}

static noinline void tf_hook_headless(struct tf_table *table,
				      const struct sk_buff *skb)
{
	bool bh_on = tf_hook_lock(table);

	tf_table_count_headless(table, skb->len, (u32)jiffies);
	tf_hook_unlock(table, bh_on);
}

static void tf_hook_count(struct tf_net *tn, struct tf_cache *cache,
			  const struct sk_buff *skb,
			  const struct nf_hook_state *state, u8 family)
{
	struct tf_table *table = cache->of_cpu[raw_smp_processor_id()];
	enum tf_counted counted;
	u32 now = (u32)jiffies;
	struct tf_packet pkt;
	bool bh_on;
	u32 hash;

	if (unlikely(cache->filtered) &&
	    !tf_interfaces_match(&tn->interfaces, state->in, state->out))
		return;
	if (unlikely(!tf_hook_dissect(skb, family, &pkt))) {
		tf_hook_headless(table, skb);
		return;
	}
	if (unlikely(cache->sampled) && !tf_hook_sample(cache, &pkt))
		return;

	hash = tf_table_hash(table, &pkt);
	bh_on = tf_hook_lock(table);
	counted = tf_table_count(table, &pkt, hash, now);
	tf_hook_unlock(table, bh_on);
	if (likely(counted == TF_COUNTED))
		return;

	if (counted == TF_COUNTED_NOT)
		counted = tf_hook_begin(cache, table, skb, state, &pkt, hash,
					now);
	if (counted == TF_COUNTED_ENDED)
		tf_worker_hurry(tn);
}

static unsigned int tf_hook_in(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	/* What came over loopback was counted when it was sent. */
	if (cache && !(state->in->flags & IFF_LOOPBACK))
		tf_hook_count(tn, cache, skb, state, state->pf);
	return NF_ACCEPT;
}

static unsigned int tf_hook_forward(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache)
		tf_hook_count(tn, cache, skb, state, state->pf);
	return NF_ACCEPT;
}

static bool tf_hook_is_export(const struct tf_net *tn, const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	return sk && sk_fullsock(sk) && rcu_dereference_sk_user_data(sk) == tn;
}

static unsigned int tf_hook_out(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (!cache)
		return NF_ACCEPT;
	/* Out of a VRF packets come here twice; the second time tells where. */
	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	if (cache->meter_exports || !tf_hook_is_export(tn, skb))
		tf_hook_count(tn, cache, skb, state, state->pf);
	return NF_ACCEPT;
}

/* After source translation, and of a connection's first packet only. */
static unsigned int tf_hook_translated(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache;
	struct tf_table *table;
	struct tf_packet pkt;
	struct tf_nat nat;
	bool bh_on;
	u32 hash;

	if (!tf_nat_begins(skb))
		return NF_ACCEPT;
	cache = rcu_dereference(tn->cache);
	if (!cache || !tf_hook_dissect(skb, state->pf, &pkt))
		return NF_ACCEPT;
	tf_nat_sent(skb, &pkt, &nat);
	if (!nat.done)
		return NF_ACCEPT;

	table = cache->of_cpu[raw_smp_processor_id()];
	hash = tf_table_hash(table, &pkt);
	bh_on = tf_hook_lock(table);
	tf_table_translate(table, &pkt, hash, &nat);
	tf_hook_unlock(table, bh_on);
	return NF_ACCEPT;
}

#define TF_HOOK(_pf, _hooknum, _priority, _hook) {	\
	.hook		= _hook,			\
	.pf		= _pf,				\
	.hooknum	= _hooknum,			\
	.priority	= _priority,			\
}

#define TF_METER(_pf, _hooknum, _hook) \
	TF_HOOK(_pf, _hooknum, NF_IP_PRI_FILTER - 1, _hook)

/* Just before the filters; the numbers are the same for both families. */
static const struct nf_hook_ops tf_meter_hooks[] = {
	TF_METER(NFPROTO_IPV4, NF_INET_LOCAL_IN, tf_hook_in),
	TF_METER(NFPROTO_IPV4, NF_INET_FORWARD, tf_hook_forward),
	TF_METER(NFPROTO_IPV4, NF_INET_LOCAL_OUT, tf_hook_out),
#if IS_ENABLED(CONFIG_IPV6)
	TF_METER(NFPROTO_IPV6, NF_INET_LOCAL_IN, tf_hook_in),
	TF_METER(NFPROTO_IPV6, NF_INET_FORWARD, tf_hook_forward),
	TF_METER(NFPROTO_IPV6, NF_INET_LOCAL_OUT, tf_hook_out),
#endif
};

#define TF_WATCH(_pf, _hooknum) \
	TF_HOOK(_pf, _hooknum, NF_IP_PRI_NAT_SRC + 1, tf_hook_translated)

/* Source translation is done in these two. */
static const struct nf_hook_ops tf_nat_hooks[] = {
	TF_WATCH(NFPROTO_IPV4, NF_INET_POST_ROUTING),
	TF_WATCH(NFPROTO_IPV4, NF_INET_LOCAL_IN),
#if IS_ENABLED(CONFIG_IPV6)
	TF_WATCH(NFPROTO_IPV6, NF_INET_POST_ROUTING),
	TF_WATCH(NFPROTO_IPV6, NF_INET_LOCAL_IN),
#endif
};

static struct nf_hook_ops *tf_hooks_start(struct tf_net *tn,
					  const struct nf_hook_ops *ops,
					  unsigned int count)
{
	struct nf_hook_ops *mine;
	unsigned int i;
	int ret;

	mine = kmemdup(ops, count * sizeof(*ops), GFP_KERNEL_ACCOUNT);
	if (!mine)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < count; i++)
		mine[i].priv = tn;
	ret = nf_register_net_hooks(tn->net, mine, count);
	if (ret) {
		kfree(mine);
		return ERR_PTR(ret);
	}
	return mine;
}

int tf_hooks_register(struct tf_net *tn)
{
	struct nf_hook_ops *mine;

	lockdep_assert_held(&tn->lock);
	if (tn->hooks)
		return 0;
	mine = tf_hooks_start(tn, tf_meter_hooks, ARRAY_SIZE(tf_meter_hooks));
	if (IS_ERR(mine))
		return PTR_ERR(mine);
	tn->hooks = mine;
	return 0;
}

static void tf_hooks_stop(struct tf_net *tn, struct nf_hook_ops **ops,
			  unsigned int count)
{
	if (!*ops)
		return;
	nf_unregister_net_hooks(tn->net, *ops, count);
	synchronize_net();
	kfree(*ops);
	*ops = NULL;
}

int tf_hooks_watch_nat(struct tf_net *tn, bool wanted)
{
	struct nf_hook_ops *mine;

	lockdep_assert_held(&tn->lock);
	if (!wanted)
		tf_hooks_stop(tn, &tn->nat_hooks, ARRAY_SIZE(tf_nat_hooks));
	if (!wanted || tn->nat_hooks)
		return 0;
	mine = tf_hooks_start(tn, tf_nat_hooks, ARRAY_SIZE(tf_nat_hooks));
	if (IS_ERR(mine))
		return PTR_ERR(mine);
	tn->nat_hooks = mine;
	return 0;
}

void tf_hooks_unregister(struct tf_net *tn)
{
	tf_hooks_stop(tn, &tn->nat_hooks, ARRAY_SIZE(tf_nat_hooks));
	tf_hooks_stop(tn, &tn->hooks, ARRAY_SIZE(tf_meter_hooks));
}
