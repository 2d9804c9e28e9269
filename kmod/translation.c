// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include "translation.h"

static bool tf_translation_whole(const struct tf_flow *flow)
{
	return (flow->state & (TF_FLOW_NAT | TF_FLOW_EARLY)) == TF_FLOW_NAT;
}

static void tf_translation_mark(struct tf_flow *flow, const struct tf_nat *nat)
{
	flow->state &= ~TF_FLOW_EARLY;
	flow->state |= TF_FLOW_NAT | (nat->early ? TF_FLOW_EARLY : 0);
}

void tf_translation_set(struct tf_pool *pool, u32 index,
			const struct tf_nat *nat)
{
	struct tf_flow *flow = &pool->flow[index];
	struct tf_extra *extra;

	if (flow->family == NFPROTO_IPV4) {
		flow->ip.nat_src = nat->src.ip;
		flow->ip.nat_dst = nat->dst.ip;
		flow->ip.nat_sport = nat->sport;
		flow->ip.nat_dport = nat->dport;
		tf_translation_mark(flow, nat);
		return;
	}
	if (!(flow->state & TF_FLOW_EXTRA))
		return;
	extra = tf_pool_extra(pool, index, 0);
	extra->nat_src = nat->src.ip6;
	extra->nat_dst = nat->dst.ip6;
	extra->nat_sport = nat->sport;
	extra->nat_dport = nat->dport;
	tf_translation_mark(flow, nat);
}

static void tf_translation_get6(struct tf_pool *pool, u32 index,
				struct tf_nat *nat)
{
	const struct tf_extra *extra = tf_pool_extra(pool, index, 0);

	/* Whoever only looks may see the mark before the page. */
	if (unlikely(!extra)) {
		nat->done = false;
		return;
	}
	nat->src.ip6 = extra->nat_src;
	nat->dst.ip6 = extra->nat_dst;
	nat->sport = extra->nat_sport;
	nat->dport = extra->nat_dport;
}

void tf_translation_get(struct tf_pool *pool, u32 index, struct tf_nat *nat)
{
	const struct tf_flow *flow = &pool->flow[index];

	memset(nat, 0, sizeof(*nat));
	nat->done = flow->state & TF_FLOW_NAT;
	nat->early = flow->state & TF_FLOW_EARLY;
	if (!nat->done)
		return;
	if (flow->family != NFPROTO_IPV4) {
		tf_translation_get6(pool, index, nat);
		return;
	}
	nat->src.ip = flow->ip.nat_src;
	nat->dst.ip = flow->ip.nat_dst;
	nat->sport = flow->ip.nat_sport;
	nat->dport = flow->ip.nat_dport;
}

void tf_translation_fold(struct tf_pool *pool, u32 into, u32 from)
{
	struct tf_nat nat;

	if (tf_translation_whole(&pool->flow[into]))
		return;
	tf_translation_get(pool, from, &nat);
	if (nat.done)
		tf_translation_set(pool, into, &nat);
}
