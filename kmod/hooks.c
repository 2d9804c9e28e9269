// SPDX-License-Identifier: GPL-2.0
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "compat.h"
#include "count.h"
#include "hooks.h"
#include "nat.h"
#include "net.h"
#include "parse.h"
#include "received.h"
#include "route.h"
#include "worker.h"

static __always_inline bool tf_hook_dissect(const struct sk_buff *skb,
					    u8 family, struct tf_packet *pkt)
{
	if (family == NFPROTO_IPV4 ? !tf_dissect_ipv4(skb, pkt) :
				     !tf_dissect_ipv6(skb, pkt))
		return false;
	if (skb_nfct(skb))
		tf_nat_received(skb, pkt);
	return true;
}

/* A super-packet may be taken in part: then its octets count in proportion. */
static __always_inline bool tf_hook_sample(struct tf_cache *cache,
					   struct tf_packet *pkt)
{
	u32 taken = tf_sampler_take(&cache->sampler, pkt->packets);

	if (taken < pkt->packets) {
		pkt->bytes = div_u64((u64)pkt->bytes * taken, pkt->packets);
		pkt->packets = taken;
	}
	return taken;
}

/*
 * The index of the interface that a packet came in by. Where that belongs to a
 * VRF, @state has the VRF instead.
 */
static u32 tf_hook_in_if(const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	u32 port = 0;

	if (!state->in)
		return 0;
	if (netif_is_l3_master(state->in))
		port = state->pf == NFPROTO_IPV4 ? tf_inet_sdif(skb) :
						   inet6_sdif(skb);
	return port ?: state->in->ifindex;
}

static bool tf_hook_is_chosen(const struct tf_net *tn, const struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	const struct tf_interfaces *interfaces = &tn->interfaces;

	return tf_interfaces_match(interfaces, state->in, state->out) ||
	       (state->in && netif_is_l3_master(state->in) &&
		tf_interfaces_has(interfaces, tf_hook_in_if(skb, state)));
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
	tf_dissect_details(skb, pkt, &origin->details);
	origin->in_if = tf_hook_in_if(skb, state);
	origin->out_if = state->out ? state->out->ifindex : 0;
	origin->nat.done = false;
	origin->next_hop = (struct tf_addr) {};
	eth_zero_addr(origin->src_mac);
	eth_zero_addr(origin->dst_mac);
	if ((cache->want & TF_WANT_NAT) && skb_nfct(skb))
		tf_nat_sent(skb, pkt, &origin->nat);
	if (cache->want & TF_WANT_GATEWAY)
		tf_route_next_hop(skb, pkt->family, &origin->next_hop);
	if (cache->want & TF_WANT_MAC)
		tf_hook_macs(skb, state, origin);
}

/* Out of line: it has a big stack frame that a known flow need not pay for. */
static noinline enum tf_counted
tf_hook_begin(const struct tf_cache *cache, struct tf_table *table,
	      const struct sk_buff *skb, const struct nf_hook_state *state,
	      const struct tf_packet *pkt, u32 hash, u32 now)
{
	struct tf_origin origin __uninitialized;

	tf_hook_origin(cache, skb, state, pkt, &origin);
	return tf_table_begin(table, pkt, hash, now, &origin);
}

/*
 * A program got the flow's first packet from a queue and let it go on another
 * CPU, where tf_hook_translated() did not find the flow.
 */
static noinline void tf_hook_translate(struct tf_table *table,
				       const struct sk_buff *skb,
				       const struct tf_packet *pkt, u32 hash)
{
	struct tf_nat nat;

	tf_nat_sent(skb, pkt, &nat);
	if (nat.done)
		tf_table_translate(table, pkt, hash, &nat);
}

static noinline void tf_hook_headless(struct tf_cache *cache,
				      const struct sk_buff *skb)
{
	struct tf_visit visit;

	tf_cache_enter(cache, &visit);
	tf_table_count_headless(visit.table, skb->len, (u32)jiffies);
	tf_cache_leave(&visit);
}

static __always_inline void tf_hook_family(struct tf_net *tn,
					   struct tf_cache *cache,
					   const struct sk_buff *skb,
					   const struct nf_hook_state *state,
					   u8 family)
{
	struct tf_packet pkt __uninitialized;
	enum tf_counted counted;
	u32 now = (u32)jiffies;
	struct tf_visit visit;
	u32 hash;

	if (unlikely(cache->filtered) && !tf_hook_is_chosen(tn, skb, state))
		return;
	if (unlikely(!tf_hook_dissect(skb, family, &pkt))) {
		tf_hook_headless(cache, skb);
		return;
	}
	if (unlikely(cache->sampled) && !tf_hook_sample(cache, &pkt))
		return;

	tf_cache_enter(cache, &visit);
	hash = tf_table_hash(visit.table, &pkt);
	counted = tf_table_count(visit.table, &pkt, hash, now);
	if (unlikely(counted == TF_COUNTED_NOT)) {
		struct tf_packet copy = pkt;

		counted = tf_hook_begin(cache, visit.table, skb, state, &copy,
					hash, now);
	}
	if (unlikely(counted == TF_COUNTED_UNTRANSLATED) &&
	    (cache->want & TF_WANT_NAT)) {
		struct tf_packet copy = pkt;

		tf_hook_translate(visit.table, skb, &copy, hash);
	}
	if (unlikely(cache->want & TF_WANT_EACH)) {
		struct tf_packet copy = pkt;

		tf_each_count(visit.table, skb, &copy, hash);
	}
	tf_cache_leave(&visit);
	if (unlikely(counted == TF_COUNTED_ENDED))
		tf_worker_hurry(tn);
}

/* One for each family, so that neither asks which it is at every step. */
static void tf_hook_count(struct tf_net *tn, struct tf_cache *cache,
			  const struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_IPV4)
		tf_hook_family(tn, cache, skb, state, NFPROTO_IPV4);
	else
		tf_hook_family(tn, cache, skb, state, NFPROTO_IPV6);
}

/* A packet that tf_hook_count() has seen comes out of the filter. */
static void tf_hook_pass(struct tf_net *tn, struct tf_cache *cache,
			 const struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct tf_visit visit;
	struct tf_packet pkt;
	u32 hash;

	/* A former cache may not have what is wanted now. */
	if (!(cache->want & TF_WANT_FATE))
		return;
	if (unlikely(cache->filtered) && !tf_hook_is_chosen(tn, skb, state))
		return;
	if (!tf_hook_dissect(skb, state->pf, &pkt))
		return;
	tf_cache_enter(cache, &visit);
	/* Of a flow that is not there it may not have been taken as a sample. */
	hash = tf_table_hash(visit.table, &pkt);
	if (!tf_each_pass(visit.table, &pkt, hash) && !cache->sampled)
		tf_each_stray(&cache->pool, hash, (u32)jiffies);
	tf_cache_leave(&visit);
}

static unsigned int tf_hook_in(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	/* What came over loopback was counted when it was sent. */
	if (cache && !(state->in->flags & IFF_LOOPBACK))
		tf_hook_count(tn, cache, skb, state);
	return NF_ACCEPT;
}

static unsigned int tf_hook_forward(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache)
		tf_hook_count(tn, cache, skb, state);
	return NF_ACCEPT;
}

static bool tf_hook_is_export(const struct tf_net *tn, const struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	return sk && sk_fullsock(sk) && rcu_dereference_sk_user_data(sk) == tn;
}

/* Out of a VRF packets come here twice; the second time tells where. */
static bool tf_hook_is_metered_out(const struct tf_net *tn,
				   const struct tf_cache *cache,
				   const struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return !netif_is_l3_master(state->out) &&
	       (cache->meter_exports || !tf_hook_is_export(tn, skb));
}

static unsigned int tf_hook_out(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache && tf_hook_is_metered_out(tn, cache, skb, state))
		tf_hook_count(tn, cache, skb, state);
	return NF_ACCEPT;
}

/* After source translation, and of a connection's first packet only. */
static unsigned int tf_hook_translated(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache;
	struct tf_visit visit;
	struct tf_packet pkt;
	struct tf_nat nat;

	if (!tf_nat_begins(skb))
		return NF_ACCEPT;
	cache = rcu_dereference(tn->cache);
	if (!cache || !tf_hook_dissect(skb, state->pf, &pkt))
		return NF_ACCEPT;
	tf_nat_sent(skb, &pkt, &nat);
	if (!nat.done)
		return NF_ACCEPT;
	nat.early = false;

	tf_cache_enter(cache, &visit);
	tf_table_translate(visit.table, &pkt,
			   tf_table_hash(visit.table, &pkt), &nat);
	tf_cache_leave(&visit);
	return NF_ACCEPT;
}

static unsigned int tf_hook_connection(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	const struct tf_cache *cache = rcu_dereference(tn->cache);

	/* Out of a VRF packets come here twice; the first time untranslated. */
	if (state->out && netif_is_l3_master(state->out))
		return NF_ACCEPT;
	if (tf_nat_log_see(&tn->nat_log, skb, cache ? cache->pool.payer : NULL))
		tf_worker_hurry(tn);
	return NF_ACCEPT;
}

static unsigned int tf_hook_passed_in(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache && !(state->in->flags & IFF_LOOPBACK))
		tf_hook_pass(tn, cache, skb, state);
	return NF_ACCEPT;
}

static unsigned int tf_hook_passed_forward(void *priv, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache)
		tf_hook_pass(tn, cache, skb, state);
	return NF_ACCEPT;
}

static unsigned int tf_hook_passed_out(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct tf_net *tn = priv;
	struct tf_cache *cache = rcu_dereference(tn->cache);

	if (cache && tf_hook_is_metered_out(tn, cache, skb, state))
		tf_hook_pass(tn, cache, skb, state);
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

#define TF_WATCH(_pf, _hooknum, _hook) \
	TF_HOOK(_pf, _hooknum, NF_IP_PRI_NAT_SRC + 1, _hook)

/* Source translation is done in these two. */
static const struct nf_hook_ops tf_nat_hooks[] = {
	TF_WATCH(NFPROTO_IPV4, NF_INET_POST_ROUTING, tf_hook_translated),
	TF_WATCH(NFPROTO_IPV4, NF_INET_LOCAL_IN, tf_hook_translated),
#if IS_ENABLED(CONFIG_IPV6)
	TF_WATCH(NFPROTO_IPV6, NF_INET_POST_ROUTING, tf_hook_translated),
	TF_WATCH(NFPROTO_IPV6, NF_INET_LOCAL_IN, tf_hook_translated),
#endif
};

/*
 * Behind whatever queues packets to a program, which drops those of a new
 * connection that somebody else holds. IPv6's are confirmed one before IPv4's.
 */
#define TF_HOLD(_pf, _hooknum, _hook) \
	TF_HOOK(_pf, _hooknum, NF_IP_PRI_CONNTRACK_CONFIRM - 2, _hook)

static const struct nf_hook_ops tf_connection_hooks[] = {
	TF_HOLD(NFPROTO_IPV4, NF_INET_POST_ROUTING, tf_hook_connection),
	TF_HOLD(NFPROTO_IPV4, NF_INET_LOCAL_IN, tf_hook_connection),
#if IS_ENABLED(CONFIG_IPV6)
	TF_HOLD(NFPROTO_IPV6, NF_INET_POST_ROUTING, tf_hook_connection),
	TF_HOLD(NFPROTO_IPV6, NF_INET_LOCAL_IN, tf_hook_connection),
#endif
};

/*
 * Behind the filters, and whatever else is in these chains, but before source
 * translation at the input.
 */
#define TF_PASSED(_pf, _hooknum, _hook) \
	TF_HOOK(_pf, _hooknum, NF_IP_PRI_NAT_SRC - 1, _hook)

static const struct nf_hook_ops tf_fate_hooks[] = {
	TF_PASSED(NFPROTO_IPV4, NF_INET_LOCAL_IN, tf_hook_passed_in),
	TF_PASSED(NFPROTO_IPV4, NF_INET_FORWARD, tf_hook_passed_forward),
	TF_PASSED(NFPROTO_IPV4, NF_INET_LOCAL_OUT, tf_hook_passed_out),
#if IS_ENABLED(CONFIG_IPV6)
	TF_PASSED(NFPROTO_IPV6, NF_INET_LOCAL_IN, tf_hook_passed_in),
	TF_PASSED(NFPROTO_IPV6, NF_INET_FORWARD, tf_hook_passed_forward),
	TF_PASSED(NFPROTO_IPV6, NF_INET_LOCAL_OUT, tf_hook_passed_out),
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
		/* Packets may still be in those that had been registered. */
		synchronize_net();
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

static int tf_hooks_watch(struct tf_net *tn, struct nf_hook_ops **watch,
			  const struct nf_hook_ops *ops, unsigned int count,
			  bool wanted)
{
	struct nf_hook_ops *mine;

	lockdep_assert_held(&tn->lock);
	if (!wanted)
		tf_hooks_stop(tn, watch, count);
	if (!wanted || *watch)
		return 0;
	mine = tf_hooks_start(tn, ops, count);
	if (IS_ERR(mine))
		return PTR_ERR(mine);
	*watch = mine;
	return 0;
}

int tf_hooks_watch_nat(struct tf_net *tn, bool wanted)
{
	return tf_hooks_watch(tn, &tn->nat_hooks, tf_nat_hooks,
			      ARRAY_SIZE(tf_nat_hooks), wanted);
}

int tf_hooks_watch_fate(struct tf_net *tn, bool wanted)
{
	return tf_hooks_watch(tn, &tn->fate_hooks, tf_fate_hooks,
			      ARRAY_SIZE(tf_fate_hooks), wanted);
}

int tf_hooks_watch_connections(struct tf_net *tn, bool wanted)
{
	return tf_hooks_watch(tn, &tn->connection_hooks, tf_connection_hooks,
			      ARRAY_SIZE(tf_connection_hooks), wanted);
}

void tf_hooks_unregister(struct tf_net *tn)
{
	tf_hooks_stop(tn, &tn->hooks, ARRAY_SIZE(tf_meter_hooks));
	/* Not before: what has been counted may still pass the filters. */
	tf_hooks_stop(tn, &tn->fate_hooks, ARRAY_SIZE(tf_fate_hooks));
	tf_hooks_stop(tn, &tn->nat_hooks, ARRAY_SIZE(tf_nat_hooks));
	tf_hooks_stop(tn, &tn->connection_hooks,
		      ARRAY_SIZE(tf_connection_hooks));
}
