// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

static int tf_fill_totals(struct sk_buff *skb, const struct tf_net *tn,
			  const struct tf_counters *seen, u64 active,
			  u64 memory)
{
	static const u8 attr[] = {
		TRAFFIC_FLOW_STATS_A_PACKETS, TRAFFIC_FLOW_STATS_A_BYTES,
		TRAFFIC_FLOW_STATS_A_ACTIVE, TRAFFIC_FLOW_STATS_A_CREATED,
		TRAFFIC_FLOW_STATS_A_EXPORTED, TRAFFIC_FLOW_STATS_A_ENDED_EARLY,
		TRAFFIC_FLOW_STATS_A_FRAGMENTS, TRAFFIC_FLOW_STATS_A_TRUNCATED,
		TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS,
		TRAFFIC_FLOW_STATS_A_MEMORY, TRAFFIC_FLOW_STATS_A_NO_TARGET,
		TRAFFIC_FLOW_STATS_A_NAT_EVENTS,
		TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST,
		TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS,
		TRAFFIC_FLOW_STATS_A_INCOMPLETE,
	};
	const u64 value[] = {
		seen->packets, seen->bytes, active, seen->created, tn->exported,
		seen->early, seen->fragments, seen->truncated,
		seen->lost_packets, memory, tn->no_target, tn->nat_events,
		atomic64_read(&tn->nat_log.lost), tf_nat_log_count(&tn->nat_log),
		seen->incomplete,
	};

	return tf_fill_counters(skb, value, attr, ARRAY_SIZE(attr),
				TRAFFIC_FLOW_STATS_A_PAD);
}

int tf_fill_stats(struct sk_buff *skb, struct tf_net *tn, const void *what)
{
	struct tf_cache *cache = tf_net_cache(tn);
	struct tf_counters seen = tn->past;
	u64 active = 0, memory = 0;

	if (cache) {
		tf_cache_seen(cache, &seen);
		active = tf_cache_active(cache);
		memory = tf_cache_memory(cache);
	}
	return tf_fill_totals(skb, tn, &seen, active, memory);
}

int tf_netlink_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);

	return tf_netlink_reply(info, tn, tf_fill_stats, NULL);
}
