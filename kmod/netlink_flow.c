// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <net/sock.h>
#include "browse.h"
#include "compat.h"
#include "moment.h"
#include "netlink.h"

/* Flows that are looked at before whoever wants the namespace's lock gets it. */
#define TF_FLOW_BATCH	256

u64 tf_flow_epoch_ms(void)
{
	return div_u64(tf_moment_epoch_ns(), NSEC_PER_MSEC);
}

static int tf_fill_addr(struct sk_buff *skb, int attr,
			const struct tf_record *record,
			const struct tf_addr *addr)
{
	if (record->family == NFPROTO_IPV4)
		return nla_put_in_addr(skb, attr, addr->ip);
	return nla_put_in6_addr(skb, attr, &addr->ip6);
}

static int tf_fill_key(struct sk_buff *skb, const struct tf_record *record)
{
	return tf_fill_addr(skb, TRAFFIC_FLOW_FLOW_A_SRC, record, &record->src) ||
	       tf_fill_addr(skb, TRAFFIC_FLOW_FLOW_A_DST, record, &record->dst) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_FLOW_A_PROTOCOL, record->proto) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_FLOW_A_SRC_PORT, record->sport) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_FLOW_A_DST_PORT, record->dport);
}

static int tf_fill_counts(struct sk_buff *skb, const struct tf_flow_told *told)
{
	static const u8 attr[] = {
		TRAFFIC_FLOW_FLOW_A_PACKETS, TRAFFIC_FLOW_FLOW_A_BYTES,
		TRAFFIC_FLOW_FLOW_A_FIRST, TRAFFIC_FLOW_FLOW_A_LAST,
	};
	const struct tf_record *record = &told->record;
	const u64 value[] = {
		record->packets, record->bytes,
		told->epoch_ms + record->first_ms,
		told->epoch_ms + record->last_ms,
	};

	return tf_fill_counters(skb, value, attr, ARRAY_SIZE(attr),
				TRAFFIC_FLOW_FLOW_A_PAD);
}

static int tf_fill_rest(struct sk_buff *skb, const struct tf_record *record)
{
	return nla_put_u32(skb, TRAFFIC_FLOW_FLOW_A_IN_INTERFACE,
			   record->in_if) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_FLOW_A_OUT_INTERFACE,
			   record->out_if) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_FLOW_A_TCP_FLAGS,
			  record->tcp_flags) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_FLOW_A_TOS, record->tos) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_FLOW_A_TTL, record->ttl);
}

static int tf_fill_next_hop(struct sk_buff *skb, const struct tf_record *record)
{
	static const struct tf_addr none;

	if (!memcmp(&record->next_hop, &none, sizeof(none)))
		return 0;
	return tf_fill_addr(skb, TRAFFIC_FLOW_FLOW_A_NEXT_HOP, record,
			    &record->next_hop);
}

static int tf_fill_nat(struct sk_buff *skb, const struct tf_record *record)
{
	if (!memcmp(&record->nat_src, &record->src, sizeof(record->src)) &&
	    !memcmp(&record->nat_dst, &record->dst, sizeof(record->dst)) &&
	    record->nat_sport == record->sport &&
	    record->nat_dport == record->dport)
		return 0;
	return tf_fill_addr(skb, TRAFFIC_FLOW_FLOW_A_NAT_SRC, record,
			    &record->nat_src) ||
	       tf_fill_addr(skb, TRAFFIC_FLOW_FLOW_A_NAT_DST, record,
			    &record->nat_dst) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_FLOW_A_NAT_SRC_PORT,
			   record->nat_sport) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_FLOW_A_NAT_DST_PORT,
			   record->nat_dport);
}

int tf_fill_flow(struct sk_buff *skb, struct tf_net *tn, const void *what)
{
	const struct tf_flow_told *told = what;
	const struct tf_record *record = &told->record;

	if (tf_fill_key(skb, record) || tf_fill_counts(skb, told) ||
	    tf_fill_rest(skb, record) || tf_fill_next_hop(skb, record) ||
	    tf_fill_nat(skb, record))
		return -EMSGSIZE;
	return record->end_reason ?
	       nla_put_u8(skb, TRAFFIC_FLOW_FLOW_A_END_REASON,
			  record->end_reason) : 0;
}

/* Return: whether there is room for more, and may be more. */
static bool tf_flow_dump_batch(struct sk_buff *skb, struct netlink_callback *cb,
			       struct tf_net *tn, struct tf_flow_told *told)
{
	struct tf_browse *at = (struct tf_browse *)cb->ctx;
	struct tf_cache *cache = tf_net_cache(tn);
	unsigned int batch = TF_FLOW_BATCH;
	struct tf_moment now;

	/* Where one has come means nothing in another cache. */
	tf_netlink_dump_edits(cb, tn->caches);
	if (!cache || cb->prev_seq != cb->seq)
		return false;
	tf_moment_now(&now);
	while (batch--) {
		struct tf_browse before = *at;
		u32 index = tf_browse_next(cache, at);

		if (!index)
			return false;
		if (!tf_browse_record(cache, at, index, &now, &told->record))
			continue;
		if (!tf_netlink_dump(skb, cb, TRAFFIC_FLOW_CMD_FLOW_GET,
				     tf_fill_flow, told)) {
			*at = before;
			return false;
		}
	}
	return true;
}

int tf_netlink_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tf_flow_told told = { .epoch_ms = tf_flow_epoch_ms() };
	struct tf_net *tn;
	bool more;

	do {
		tn = tf_netlink_dump_lock(skb);
		if (!tn)
			return -EINTR;
		more = tf_flow_dump_batch(skb, cb, tn, &told);
		mutex_unlock(&tn->lock);
		cond_resched();
	} while (more);
	return skb->len;
}
