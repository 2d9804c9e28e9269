// SPDX-License-Identifier: GPL-2.0
#include <linux/log2.h>
#include <linux/slab.h>
#include "netlink.h"

TF_CHECK(cache_entries, u32, is_power_of_2(value) &&
	 value >= TRAFFIC_FLOW_CACHE_ENTRIES_MIN &&
	 value <= TRAFFIC_FLOW_CACHE_ENTRIES_MAX,
	 "cache-entries is a power of two from 1k to 16M")
TF_CHECK(active, u32, TF_TIMEOUT_OK(value),
	 "active-flow-timeout is 1 second to 1 week")
TF_CHECK(inactive, u32, TF_TIMEOUT_OK(value),
	 "inactive-flow-timeout is 1 second to 1 week")
TF_CHECK(timestamps, u8, value <= TRAFFIC_FLOW_TIMESTAMPS_MAX,
	 "timestamps is absolute or uptime")

static int tf_check_fields(const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	if (!(nla_get_u64(attr) & ~TF_IPFIX_FIELDS_ALL))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "this kernel module does not know that IPFIX field");
	return -EINVAL;
}

/* Of an interface or of a list: which of the two is seen later. */
static int tf_check_listed(const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	return tf_check_list_name(attr, NULL) ? tf_check_interface(attr, extack) : 0;
}

static const struct nla_policy
tf_interface_policy[TRAFFIC_FLOW_INTERFACE_A_MAX + 1] = {
	[TRAFFIC_FLOW_INTERFACE_A_NAME] = TF_POLICY(NLA_BINARY, listed),
};

const struct nla_policy tf_config_policy[TRAFFIC_FLOW_A_MAX + 1] = {
	[TRAFFIC_FLOW_A_ENABLED] = TF_POLICY(NLA_U8, flag),
	[TRAFFIC_FLOW_A_CACHE_ENTRIES] = TF_POLICY(NLA_U32, cache_entries),
	[TRAFFIC_FLOW_A_ACTIVE_TIMEOUT] = TF_POLICY(NLA_U32, active),
	[TRAFFIC_FLOW_A_INACTIVE_TIMEOUT] = TF_POLICY(NLA_U32, inactive),
	[TRAFFIC_FLOW_A_METER_EXPORTS] = TF_POLICY(NLA_U8, flag),
	[TRAFFIC_FLOW_A_TIMESTAMPS] = TF_POLICY(NLA_U8, timestamps),
	[TRAFFIC_FLOW_A_IPFIX_FIELDS] = TF_POLICY(NLA_U64, fields),
	[TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK] = TF_POLICY(NLA_U64, fields),
	[TRAFFIC_FLOW_A_INTERFACES] = NLA_POLICY_NESTED(tf_interface_policy),
	[TRAFFIC_FLOW_A_PACKET_SAMPLING] = TF_POLICY(NLA_U8, flag),
	[TRAFFIC_FLOW_A_SAMPLING_INTERVAL] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_A_SAMPLING_SPACE] = { .type = NLA_U32 },
};

static int tf_fill_interfaces(struct sk_buff *skb, const struct tf_config *config)
{
	struct nlattr *nest = nla_nest_start(skb, TRAFFIC_FLOW_A_INTERFACES);
	u32 i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < config->interface_count; i++)
		if (nla_put_string(skb, TRAFFIC_FLOW_INTERFACE_A_NAME,
				   config->interface[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int tf_fill_config(struct sk_buff *skb, struct tf_net *tn, const void *what)
{
	const struct tf_config *config = tn->config;

	if (nla_put_u8(skb, TRAFFIC_FLOW_A_ENABLED, config->enabled) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_A_CACHE_ENTRIES,
			config->cache_entries) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_A_ACTIVE_TIMEOUT,
			config->active_timeout) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_A_INACTIVE_TIMEOUT,
			config->inactive_timeout) ||
	    nla_put_u8(skb, TRAFFIC_FLOW_A_METER_EXPORTS,
		       config->meter_exports) ||
	    nla_put_u8(skb, TRAFFIC_FLOW_A_TIMESTAMPS, config->timestamps) ||
	    nla_put_u64_64bit(skb, TRAFFIC_FLOW_A_IPFIX_FIELDS,
			      config->ipfix_fields, TRAFFIC_FLOW_A_PAD) ||
	    nla_put_u8(skb, TRAFFIC_FLOW_A_PACKET_SAMPLING,
		       config->packet_sampling) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_A_SAMPLING_INTERVAL,
			config->sampling_interval) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_A_SAMPLING_SPACE,
			config->sampling_space))
		return -EMSGSIZE;
	return tf_fill_interfaces(skb, config);
}

int tf_netlink_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);

	return tf_netlink_reply(info, tn, tf_fill_config, NULL);
}

static void tf_take_u8(struct genl_info *info, int attr, u8 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u8(info->attrs[attr]);
}

static int tf_take_fields(struct genl_info *info, u64 *fields)
{
	struct nlattr *value = info->attrs[TRAFFIC_FLOW_A_IPFIX_FIELDS];
	struct nlattr *mask = info->attrs[TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK];
	u64 change = mask ? nla_get_u64(mask) : TF_IPFIX_FIELDS_ALL;

	if (mask && !value)
		return tf_netlink_refuse(info, TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK,
					 "a mask of IPFIX fields without the fields");
	if (value)
		*fields = (*fields & ~change) | (nla_get_u64(value) & change);
	return 0;
}

static int tf_take_interfaces(struct genl_info *info,
			      const struct tf_lists *lists,
			      struct tf_config *config)
{
	struct nlattr *nest = info->attrs[TRAFFIC_FLOW_A_INTERFACES];
	struct nlattr *name;
	int rest;

	if (!nest)
		return 0;
	memset(config->interface, 0, sizeof(config->interface));
	config->interface_count = 0;
	nla_for_each_nested(name, nest, rest) {
		if (nla_type(name) != TRAFFIC_FLOW_INTERFACE_A_NAME)
			continue;
		if (tf_config_names(config, nla_data(name)))
			continue;
		if (config->interface_count == TRAFFIC_FLOW_INTERFACES_MAX)
			return tf_netlink_refuse(info, TRAFFIC_FLOW_A_INTERFACES,
						 "interfaces are 64 names at most; use patterns");
		if (strlen(nla_data(name)) >= IFNAMSIZ &&
		    !tf_lists_find(lists, nla_data(name)))
			return tf_netlink_refuse(info, TRAFFIC_FLOW_A_INTERFACES,
						 "there is no such interface list, and the name is too long for an interface");
		strscpy(config->interface[config->interface_count++],
			nla_data(name), sizeof(config->interface[0]));
	}
	return 0;
}

static int tf_take_config(struct genl_info *info, const struct tf_lists *lists,
			  struct tf_config *config)
{
	int ret;

	tf_take_bool(info, TRAFFIC_FLOW_A_ENABLED, &config->enabled);
	tf_take_u32(info, TRAFFIC_FLOW_A_CACHE_ENTRIES, &config->cache_entries);
	tf_take_u32(info, TRAFFIC_FLOW_A_ACTIVE_TIMEOUT,
		    &config->active_timeout);
	tf_take_u32(info, TRAFFIC_FLOW_A_INACTIVE_TIMEOUT,
		    &config->inactive_timeout);
	tf_take_bool(info, TRAFFIC_FLOW_A_METER_EXPORTS,
		     &config->meter_exports);
	tf_take_u8(info, TRAFFIC_FLOW_A_TIMESTAMPS, &config->timestamps);
	tf_take_bool(info, TRAFFIC_FLOW_A_PACKET_SAMPLING,
		     &config->packet_sampling);
	tf_take_u32(info, TRAFFIC_FLOW_A_SAMPLING_INTERVAL,
		    &config->sampling_interval);
	tf_take_u32(info, TRAFFIC_FLOW_A_SAMPLING_SPACE,
		    &config->sampling_space);
	ret = tf_take_fields(info, &config->ipfix_fields);
	return ret ?: tf_take_interfaces(info, lists, config);
}

int tf_netlink_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);
	struct tf_config *config;
	int ret = -ENOMEM;

	config = kmemdup(tn->config, sizeof(*config), GFP_KERNEL_ACCOUNT);
	if (config)
		ret = tf_take_config(info, &tn->interfaces.lists, config);
	if (!ret)
		ret = tf_net_apply(tn, config);
	if (ret)
		kfree(config);
	return tf_netlink_explain(info, ret);
}
