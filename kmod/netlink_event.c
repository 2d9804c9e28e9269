// SPDX-License-Identifier: GPL-2.0
#include <linux/rcupdate.h>
#include "event.h"
#include "netlink.h"
#include "target.h"

static int tf_fill_event(struct sk_buff *skb, enum traffic_flow_event event,
			 const struct tf_target *target)
{
	if (nla_put_u8(skb, TRAFFIC_FLOW_EVENT_A_EVENT, event))
		return -EMSGSIZE;
	if (!target)
		return 0;
	if (nla_put_u32(skb, TRAFFIC_FLOW_EVENT_A_TARGET, target->id))
		return -EMSGSIZE;
	return event == TRAFFIC_FLOW_EVENT_TARGET_DOWN ?
	       nla_put_u32(skb, TRAFFIC_FLOW_EVENT_A_ERROR,
			   target->last_error) : 0;
}

static void tf_event_send(const struct tf_net *tn,
			  enum traffic_flow_event event,
			  const struct tf_target *target)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC);
	if (!skb) {
		tf_netlink_missed(tn, TF_GROUP_EVENTS);
		return;
	}
	header = tf_netlink_put(skb, TRAFFIC_FLOW_CMD_EVENT);
	if (!header || tf_fill_event(skb, event, target)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, header);
	tf_netlink_tell(tn, TF_GROUP_EVENTS, skb);
}

static void tf_event_any(const struct tf_net *tn, enum traffic_flow_event event,
			 const struct tf_target *target)
{
	rcu_read_lock();
	if (tf_netlink_has_listeners(tn, TF_GROUP_EVENTS))
		tf_event_send(tn, event, target);
	rcu_read_unlock();
}

void tf_event(const struct tf_net *tn, enum traffic_flow_event event)
{
	tf_event_any(tn, event, NULL);
}

void tf_event_target(const struct tf_target *target,
		     enum traffic_flow_event event)
{
	tf_event_any(target->tn, event, target);
}

bool tf_event_wants_flows(const struct tf_net *tn)
{
	bool wanted;

	rcu_read_lock();
	wanted = tf_netlink_has_listeners(tn, TF_GROUP_FLOWS);
	rcu_read_unlock();
	return wanted;
}

/* Return: whether there was room. */
static bool tf_event_put_flow(struct tf_net *tn, const struct tf_record *record)
{
	struct tf_flow_told told = {
		.record = *record,
		.epoch_ms = tf_flow_epoch_ms(),
	};
	void *header = tf_netlink_put(tn->news, TRAFFIC_FLOW_CMD_FLOW_GET);

	if (!header)
		return false;
	if (tf_fill_flow(tn->news, tn, &told)) {
		genlmsg_cancel(tn->news, header);
		return false;
	}
	genlmsg_end(tn->news, header);
	return true;
}

void tf_event_flow(struct tf_net *tn, const struct tf_record *record)
{
	if (tn->news && tf_event_put_flow(tn, record))
		return;
	tf_event_flush(tn);
	tn->news = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (tn->news) {
		tf_event_put_flow(tn, record);
		return;
	}
	rcu_read_lock();
	tf_netlink_missed(tn, TF_GROUP_FLOWS);
	rcu_read_unlock();
}

void tf_event_flush(struct tf_net *tn)
{
	if (!tn->news)
		return;
	rcu_read_lock();
	tf_netlink_tell(tn, TF_GROUP_FLOWS, tn->news);
	rcu_read_unlock();
	tn->news = NULL;
}
