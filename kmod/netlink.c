// SPDX-License-Identifier: GPL-2.0
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/traffic_flow.h>
#include <net/genetlink.h>
#include <net/ipv6.h>
#include "net.h"
#include "netlink.h"
#include "target.h"

static struct genl_family tf_family;

/*
 * What the kernel's own range checks say does not tell the attribute's name,
 * nor what is allowed; these do.
 */
#define TF_CHECK(_name, _type, _ok, _text)				\
static int tf_check_##_name(const struct nlattr *attr,			\
			    struct netlink_ext_ack *extack)		\
{									\
	_type value = *(_type *)nla_data(attr);				\
									\
	if (_ok)							\
		return 0;						\
	NL_SET_ERR_MSG_ATTR(extack, attr, _text);			\
	return -ERANGE;							\
}

#define TF_TIMEOUT_OK(_value) \
	((_value) >= 1 && (_value) <= TRAFFIC_FLOW_TIMEOUT_MAX)

TF_CHECK(flag, u8, value <= 1, "a yes or no is 0 or 1")
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
TF_CHECK(port, u16, value >= 1, "port is 1 to 65535")
TF_CHECK(version, u16, tf_format_of(value), "version is 1, 5, 9 or IPFIX")
TF_CHECK(refresh, u32, value >= 1 && value <= INT_MAX,
	 "v9-template-refresh is 1 to 2147483647 packets")
TF_CHECK(template_timeout, u32, TF_TIMEOUT_OK(value),
	 "v9-template-timeout is 1 second to 1 week")

static int tf_check_interface(const struct nlattr *attr,
			      struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);
	size_t len = strnlen(name, nla_len(attr));

	if (len && len < nla_len(attr) && len < IFNAMSIZ &&
	    strcspn(name, "*/: \t\n") >= len - (name[len - 1] == '*'))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "an interface's name has 1 to 15 characters and may end in *");
	return -EINVAL;
}

static int tf_check_fields(const struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	if (!(nla_get_u64(attr) & ~TF_IPFIX_FIELDS_ALL))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "this kernel module does not know that IPFIX field");
	return -EINVAL;
}

#define TF_POLICY(_type, _check) NLA_POLICY_VALIDATE_FN(_type, tf_check_##_check)

static const struct nla_policy
tf_interface_policy[TRAFFIC_FLOW_INTERFACE_A_MAX + 1] = {
	[TRAFFIC_FLOW_INTERFACE_A_NAME] = TF_POLICY(NLA_BINARY, interface),
};

static const struct nla_policy tf_policy[TRAFFIC_FLOW_A_MAX + 1] = {
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

static const struct nla_policy
tf_target_policy[TRAFFIC_FLOW_TARGET_A_MAX + 1] = {
	[TRAFFIC_FLOW_TARGET_A_ID] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_TARGET_A_DST_IPV4] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_TARGET_A_DST_IPV6] =
		NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[TRAFFIC_FLOW_TARGET_A_PORT] = TF_POLICY(NLA_U16, port),
	[TRAFFIC_FLOW_TARGET_A_SRC_IPV4] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_TARGET_A_SRC_IPV6] =
		NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
	[TRAFFIC_FLOW_TARGET_A_VERSION] = TF_POLICY(NLA_U16, version),
	[TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH] = TF_POLICY(NLA_U32, refresh),
	[TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT] =
		TF_POLICY(NLA_U32, template_timeout),
	[TRAFFIC_FLOW_TARGET_A_DISABLED] = TF_POLICY(NLA_U8, flag),
};

/* A command without attributes refuses all of them. */
static const struct nla_policy tf_no_policy[1];

static struct tf_net *tf_netlink_lock(struct genl_info *info)
{
	struct tf_net *tn = tf_net_of(genl_info_net(info));

	mutex_lock(&tn->lock);
	return tn;
}

static int tf_netlink_refuse(struct genl_info *info, int attr, const char *text)
{
	NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	info->extack->_msg = text;
	return -EINVAL;
}

typedef int tf_fill_fn(struct sk_buff *skb, struct tf_net *tn, const void *what);

/* Answer with what @fill puts into a message. */
static int tf_netlink_reply(struct genl_info *info, struct tf_net *tn,
			    tf_fill_fn *fill, const void *what)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, info->snd_portid, info->snd_seq, &tf_family, 0,
			     info->genlhdr->cmd);
	if (!header || fill(skb, tn, what)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

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

static int tf_fill_config(struct sk_buff *skb, struct tf_net *tn,
			  const void *what)
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

static int tf_netlink_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	int ret;

	ret = tf_netlink_reply(info, tn, tf_fill_config, NULL);
	mutex_unlock(&tn->lock);
	return ret;
}

static void tf_take_u8(struct genl_info *info, int attr, u8 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u8(info->attrs[attr]);
}

static void tf_take_bool(struct genl_info *info, int attr, bool *value)
{
	if (info->attrs[attr])
		*value = nla_get_u8(info->attrs[attr]);
}

static void tf_take_u32(struct genl_info *info, int attr, u32 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u32(info->attrs[attr]);
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

static int tf_take_interfaces(struct genl_info *info, struct tf_config *config)
{
	struct nlattr *nest = info->attrs[TRAFFIC_FLOW_A_INTERFACES];
	struct nlattr *name;
	u32 count = 0;
	int rest;

	if (!nest)
		return 0;
	memset(config->interface, 0, sizeof(config->interface));
	nla_for_each_nested(name, nest, rest) {
		if (nla_type(name) != TRAFFIC_FLOW_INTERFACE_A_NAME)
			continue;
		if (count == TRAFFIC_FLOW_INTERFACES_MAX)
			return tf_netlink_refuse(info, TRAFFIC_FLOW_A_INTERFACES,
						 "interfaces are 64 names at most; use patterns");
		strscpy(config->interface[count++], nla_data(name), IFNAMSIZ);
	}
	config->interface_count = count;
	return 0;
}

static int tf_take_config(struct genl_info *info, struct tf_config *config)
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
	return ret ?: tf_take_interfaces(info, config);
}

static int tf_netlink_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	struct tf_config *config;
	int ret = -ENOMEM;

	config = kmemdup(tn->config, sizeof(*config), GFP_KERNEL_ACCOUNT);
	if (config)
		ret = tf_take_config(info, config);
	if (!ret)
		ret = tf_net_apply(tn, config);
	if (ret)
		kfree(config);
	if (ret == -ENOMEM)
		NL_SET_ERR_MSG(info->extack,
			       "not enough memory for so many cache-entries");
	mutex_unlock(&tn->lock);
	return ret;
}

static int tf_fill_address(struct sk_buff *skb, const union tf_endpoint *ep,
			   int ipv4, int ipv6)
{
	if (ep->family == AF_INET)
		return nla_put_in_addr(skb, ipv4, ep->in.sin_addr.s_addr);
	return nla_put_in6_addr(skb, ipv6, &ep->in6.sin6_addr);
}

static u16 tf_endpoint_port(const union tf_endpoint *ep)
{
	return ntohs(ep->family == AF_INET ? ep->in.sin_port :
					     ep->in6.sin6_port);
}

static int tf_fill_target_config(struct sk_buff *skb,
				 const struct tf_target_config *config)
{
	return tf_fill_address(skb, &config->dst, TRAFFIC_FLOW_TARGET_A_DST_IPV4,
			       TRAFFIC_FLOW_TARGET_A_DST_IPV6) ||
	       tf_fill_address(skb, &config->src, TRAFFIC_FLOW_TARGET_A_SRC_IPV4,
			       TRAFFIC_FLOW_TARGET_A_SRC_IPV6) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_TARGET_A_PORT,
			   tf_endpoint_port(&config->dst)) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_TARGET_A_VERSION,
			   config->version) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH,
			   config->template_refresh) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT,
			   config->template_timeout) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_TARGET_A_DISABLED,
			  config->disabled);
}

static int tf_fill_counters(struct sk_buff *skb, const u64 *value,
			    const u8 *attr, unsigned int count, int pad)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (nla_put_u64_64bit(skb, attr[i], value[i], pad))
			return -EMSGSIZE;
	return 0;
}

static int tf_fill_target_stats(struct sk_buff *skb,
				const struct tf_target_stats *stats)
{
	static const u8 attr[] = {
		TRAFFIC_FLOW_TARGET_A_PACKETS, TRAFFIC_FLOW_TARGET_A_RECORDS,
		TRAFFIC_FLOW_TARGET_A_BYTES, TRAFFIC_FLOW_TARGET_A_ERRORS,
		TRAFFIC_FLOW_TARGET_A_LOST, TRAFFIC_FLOW_TARGET_A_SKIPPED,
	};
	const u64 value[] = {
		stats->packets, stats->records, stats->bytes, stats->errors,
		stats->lost, stats->skipped,
	};

	return tf_fill_counters(skb, value, attr, ARRAY_SIZE(attr),
				TRAFFIC_FLOW_TARGET_A_PAD);
}

static int tf_fill_target(struct sk_buff *skb, struct tf_net *tn,
			  const void *what)
{
	const struct tf_target *target = what;

	if (nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_ID, target->id) ||
	    tf_fill_target_config(skb, &target->config) ||
	    nla_put_u8(skb, TRAFFIC_FLOW_TARGET_A_STATE, target->state) ||
	    nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_LAST_ERROR,
			target->last_error))
		return -EMSGSIZE;
	return tf_fill_target_stats(skb, &target->stats);
}

static int tf_fill_target_id(struct sk_buff *skb, struct tf_net *tn,
			     const void *what)
{
	const struct tf_target *target = what;

	return nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_ID, target->id);
}

/* The target that a request names; NULL, and the reason told, if none is. */
static struct tf_target *tf_find_target(struct tf_net *tn,
					struct genl_info *info)
{
	struct nlattr *id = info->attrs[TRAFFIC_FLOW_TARGET_A_ID];
	struct tf_target *target;

	if (!id) {
		NL_SET_ERR_MSG(info->extack, "the target's id is missing");
		return NULL;
	}
	list_for_each_entry(target, &tn->targets, list)
		if (target->id == nla_get_u32(id))
			return target;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "there is no such target");
	return NULL;
}

static int tf_netlink_target_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	struct tf_target *target = tf_find_target(tn, info);
	int ret = -ENOENT;

	if (target)
		ret = tf_netlink_reply(info, tn, tf_fill_target, target);
	mutex_unlock(&tn->lock);
	return ret;
}

static bool tf_dump_target(struct sk_buff *skb, struct netlink_callback *cb,
			   struct tf_net *tn, const struct tf_target *target)
{
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &tf_family, NLM_F_MULTI,
			     TRAFFIC_FLOW_CMD_TARGET_GET);
	if (!header)
		return false;
	if (tf_fill_target(skb, tn, target)) {
		genlmsg_cancel(skb, header);
		return false;
	}
	genlmsg_end(skb, header);
	return true;
}

static int tf_netlink_target_dump(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct tf_net *tn = tf_net_of(sock_net(skb->sk));
	u32 *last_id = (u32 *)cb->ctx;
	struct tf_target *target;

	mutex_lock(&tn->lock);
	list_for_each_entry(target, &tn->targets, list) {
		if (target->id <= *last_id)
			continue;
		if (!tf_dump_target(skb, cb, tn, target))
			break;
		*last_id = target->id;
	}
	mutex_unlock(&tn->lock);
	return skb->len;
}

static bool tf_take_address(struct genl_info *info, int ipv4, int ipv6,
			    union tf_endpoint *ep)
{
	if (info->attrs[ipv4]) {
		ep->family = AF_INET;
		ep->in.sin_addr.s_addr = nla_get_in_addr(info->attrs[ipv4]);
	} else if (info->attrs[ipv6]) {
		ep->family = AF_INET6;
		ep->in6.sin6_addr = nla_get_in6_addr(info->attrs[ipv6]);
	} else {
		return false;
	}
	return true;
}

static bool tf_endpoint_is_any(const union tf_endpoint *ep)
{
	return ep->family == AF_INET ? !ep->in.sin_addr.s_addr :
				       ipv6_addr_any(&ep->in6.sin6_addr);
}

static int tf_refuse_dst(struct genl_info *info, const char *text)
{
	return tf_netlink_refuse(info,
				 info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] ?
				 TRAFFIC_FLOW_TARGET_A_DST_IPV4 :
				 TRAFFIC_FLOW_TARGET_A_DST_IPV6, text);
}

static int tf_refuse_src(struct genl_info *info, const char *text)
{
	return tf_netlink_refuse(info,
				 info->attrs[TRAFFIC_FLOW_TARGET_A_SRC_IPV4] ?
				 TRAFFIC_FLOW_TARGET_A_SRC_IPV4 :
				 TRAFFIC_FLOW_TARGET_A_SRC_IPV6, text);
}

static int tf_take_dst(struct genl_info *info, struct tf_target_config *config)
{
	struct nlattr *port = info->attrs[TRAFFIC_FLOW_TARGET_A_PORT];
	union tf_endpoint dst = {};
	__be16 to;

	to = htons(port ? nla_get_u16(port) : config->dst.family ?
		   tf_endpoint_port(&config->dst) : 2055);
	if (info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] &&
	    info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV6])
		return tf_refuse_dst(info, "dst-address is one address");
	if (tf_take_address(info, TRAFFIC_FLOW_TARGET_A_DST_IPV4,
			    TRAFFIC_FLOW_TARGET_A_DST_IPV6, &dst)) {
		if (tf_endpoint_is_any(&dst))
			return tf_refuse_dst(info,
					     "dst-address is a collector's, not 0.0.0.0 or ::");
		config->dst = dst;
	}
	if (config->dst.family == AF_INET)
		config->dst.in.sin_port = to;
	else
		config->dst.in6.sin6_port = to;
	return 0;
}

static int tf_take_src(struct genl_info *info, struct tf_target_config *config)
{
	union tf_endpoint any = { .family = config->dst.family };
	union tf_endpoint src = {};

	if (!tf_take_address(info, TRAFFIC_FLOW_TARGET_A_SRC_IPV4,
			     TRAFFIC_FLOW_TARGET_A_SRC_IPV6, &src)) {
		/* Another family's address as before cannot stay. */
		if (config->src.family != any.family)
			config->src = any;
		return 0;
	}
	if (tf_endpoint_is_any(&src))
		src = any;
	if (src.family != config->dst.family)
		return tf_refuse_src(info,
				     "src-address is of the same family as dst-address");
	config->src = src;
	return 0;
}

static int tf_take_target(struct genl_info *info,
			  struct tf_target_config *config)
{
	struct nlattr *version = info->attrs[TRAFFIC_FLOW_TARGET_A_VERSION];
	int ret;

	ret = tf_take_dst(info, config);
	if (!ret)
		ret = tf_take_src(info, config);
	if (version)
		config->version = nla_get_u16(version);
	tf_take_u32(info, TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH,
		    &config->template_refresh);
	tf_take_u32(info, TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT,
		    &config->template_timeout);
	tf_take_bool(info, TRAFFIC_FLOW_TARGET_A_DISABLED, &config->disabled);
	return ret;
}

static int tf_add_target(struct tf_net *tn, struct genl_info *info,
			 const struct tf_target_config *config)
{
	struct tf_target *target;
	int ret;

	target = tf_target_create(tn, config);
	if (!target)
		return -ENOMEM;
	target->id = tn->last_id + 1;
	ret = tf_netlink_reply(info, tn, tf_fill_target_id, target);
	if (!ret)
		ret = tf_net_add_target(tn, target);
	if (ret)
		tf_target_destroy(target);
	return ret;
}

static int tf_netlink_target_add(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_target_config config;
	struct tf_net *tn;
	int ret;

	if (!info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] &&
	    !info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV6]) {
		NL_SET_ERR_MSG(info->extack, "dst-address is missing");
		return -EINVAL;
	}
	tf_target_config_default(&config);
	ret = tf_take_target(info, &config);
	if (ret)
		return ret;

	tn = tf_netlink_lock(info);
	if (tn->target_count < TRAFFIC_FLOW_TARGETS_MAX) {
		ret = tf_add_target(tn, info, &config);
	} else {
		NL_SET_ERR_MSG(info->extack, "there are 64 targets already");
		ret = -ENOSPC;
	}
	mutex_unlock(&tn->lock);
	return ret;
}

static int tf_netlink_target_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	struct tf_target *target = tf_find_target(tn, info);
	struct tf_target_config config;
	int ret = -ENOENT;

	if (target) {
		config = target->config;
		ret = tf_take_target(info, &config);
	}
	if (!ret)
		ret = tf_net_set_target(tn, target, &config);
	mutex_unlock(&tn->lock);
	return ret;
}

static int tf_netlink_target_del(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	struct tf_target *target = tf_find_target(tn, info);

	if (target)
		tf_net_del_target(tn, target);
	mutex_unlock(&tn->lock);
	return target ? 0 : -ENOENT;
}

static int tf_fill_stats(struct sk_buff *skb, struct tf_net *tn,
			 const void *what)
{
	static const u8 attr[] = {
		TRAFFIC_FLOW_STATS_A_PACKETS, TRAFFIC_FLOW_STATS_A_BYTES,
		TRAFFIC_FLOW_STATS_A_ACTIVE, TRAFFIC_FLOW_STATS_A_CREATED,
		TRAFFIC_FLOW_STATS_A_EXPORTED, TRAFFIC_FLOW_STATS_A_ENDED_EARLY,
		TRAFFIC_FLOW_STATS_A_FRAGMENTS, TRAFFIC_FLOW_STATS_A_TRUNCATED,
		TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS,
		TRAFFIC_FLOW_STATS_A_MEMORY, TRAFFIC_FLOW_STATS_A_NO_TARGET,
	};
	struct tf_cache *cache = tf_net_cache(tn);
	struct tf_counters seen = tn->past;
	u64 active = 0, memory = 0;

	if (cache) {
		tf_cache_seen(cache, &seen);
		active = tf_cache_active(cache);
		memory = tf_cache_memory(cache);
	}

	const u64 value[] = {
		seen.packets, seen.bytes, active, seen.created, tn->exported,
		seen.early, seen.fragments, seen.truncated, seen.lost_packets,
		memory, tn->no_target,
	};

	return tf_fill_counters(skb, value, attr, ARRAY_SIZE(attr),
				TRAFFIC_FLOW_STATS_A_PAD);
}

static int tf_netlink_stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_lock(info);
	int ret;

	ret = tf_netlink_reply(info, tn, tf_fill_stats, NULL);
	mutex_unlock(&tn->lock);
	return ret;
}

/* What is told without privileges says nothing of anybody's traffic. */
static const struct genl_ops tf_ops[] = {
	{
		.cmd = TRAFFIC_FLOW_CMD_GET,
		.doit = tf_netlink_get,
		.policy = tf_no_policy,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_SET,
		.doit = tf_netlink_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_policy,
		.maxattr = TRAFFIC_FLOW_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_TARGET_GET,
		.doit = tf_netlink_target_get,
		.dumpit = tf_netlink_target_dump,
		.policy = tf_target_policy,
		.maxattr = TRAFFIC_FLOW_TARGET_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_TARGET_ADD,
		.doit = tf_netlink_target_add,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_target_policy,
		.maxattr = TRAFFIC_FLOW_TARGET_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_TARGET_SET,
		.doit = tf_netlink_target_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_target_policy,
		.maxattr = TRAFFIC_FLOW_TARGET_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_TARGET_DEL,
		.doit = tf_netlink_target_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_target_policy,
		.maxattr = TRAFFIC_FLOW_TARGET_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_STATS_GET,
		.doit = tf_netlink_stats_get,
		.policy = tf_no_policy,
	},
};

static struct genl_family tf_family __ro_after_init = {
	.name = TRAFFIC_FLOW_GENL_NAME,
	.version = TRAFFIC_FLOW_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = tf_ops,
	.n_ops = ARRAY_SIZE(tf_ops),
};

int tf_netlink_init(void)
{
	return genl_register_family(&tf_family);
}

void tf_netlink_exit(void)
{
	genl_unregister_family(&tf_family);
}

MODULE_ALIAS_GENL_FAMILY(TRAFFIC_FLOW_GENL_NAME);
