// SPDX-License-Identifier: GPL-2.0
#include <net/ipv6.h>
#include <net/sock.h>
#include "netlink.h"
#include "target.h"

TF_CHECK(port, u16, value >= 1, "port is 1 to 65535")
TF_CHECK(version, u16, tf_format_of(value), "version is 1, 5, 9 or IPFIX")
TF_CHECK(refresh, u32, value >= 1 && value <= INT_MAX,
	 "v9-template-refresh is 1 to 2147483647 packets")
TF_CHECK(template_timeout, u32, TF_TIMEOUT_OK(value),
	 "v9-template-timeout is 1 second to 1 week")
TF_CHECK(options, u32, !(value & ~(BIT(__TRAFFIC_FLOW_OPTION_MAX) - 1)),
	 "options are sampling, interfaces and statistics")
TF_CHECK(mtu, u16, !value || (value >= TRAFFIC_FLOW_MTU_MIN &&
			      value <= TRAFFIC_FLOW_MTU_MAX),
	 "mtu is auto or 576 to 1500 octets")
TF_CHECK(dscp, u8, value < 64, "dscp is 0 to 63")

/* One interface or VRF, or none. */
static int tf_check_way(const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);
	size_t len = strnlen(name, nla_len(attr));

	if (len < nla_len(attr) && len < IFNAMSIZ &&
	    (!len || dev_valid_name(name)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "an interface's name has 1 to 15 characters");
	return -EINVAL;
}

const struct nla_policy
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
	[TRAFFIC_FLOW_TARGET_A_OPTIONS] = TF_POLICY(NLA_U32, options),
	[TRAFFIC_FLOW_TARGET_A_MTU] = TF_POLICY(NLA_U16, mtu),
	[TRAFFIC_FLOW_TARGET_A_DOMAIN_ID] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_TARGET_A_DSCP] = TF_POLICY(NLA_U8, dscp),
	[TRAFFIC_FLOW_TARGET_A_MARK] = { .type = NLA_U32 },
	[TRAFFIC_FLOW_TARGET_A_INTERFACE] = TF_POLICY(NLA_BINARY, way),
};

static int tf_fill_address(struct sk_buff *skb, const union tf_endpoint *ep,
			   int ipv4, int ipv6)
{
	if (ep->family == AF_INET)
		return nla_put_in_addr(skb, ipv4, ep->in.sin_addr.s_addr);
	return nla_put_in6_addr(skb, ipv6, &ep->in6.sin6_addr);
}

static u16 tf_fill_port(const union tf_endpoint *ep)
{
	return ntohs(ep->family == AF_INET ? ep->in.sin_port :
					     ep->in6.sin6_port);
}

static int tf_fill_way(struct sk_buff *skb,
		       const struct tf_target_config *config)
{
	return nla_put_u16(skb, TRAFFIC_FLOW_TARGET_A_MTU, config->mtu) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_DOMAIN_ID,
			   config->domain) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_TARGET_A_DSCP, config->way.dscp) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_MARK,
			   config->way.mark) ||
	       nla_put_string(skb, TRAFFIC_FLOW_TARGET_A_INTERFACE,
			      config->way.interface);
}

static int tf_fill_target_config(struct sk_buff *skb,
				 const struct tf_target_config *config)
{
	return tf_fill_address(skb, &config->dst, TRAFFIC_FLOW_TARGET_A_DST_IPV4,
			       TRAFFIC_FLOW_TARGET_A_DST_IPV6) ||
	       tf_fill_address(skb, &config->src, TRAFFIC_FLOW_TARGET_A_SRC_IPV4,
			       TRAFFIC_FLOW_TARGET_A_SRC_IPV6) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_TARGET_A_PORT,
			   tf_fill_port(&config->dst)) ||
	       nla_put_u16(skb, TRAFFIC_FLOW_TARGET_A_VERSION,
			   config->version) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH,
			   config->template_refresh) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT,
			   config->template_timeout) ||
	       nla_put_u8(skb, TRAFFIC_FLOW_TARGET_A_DISABLED,
			  config->disabled) ||
	       nla_put_u32(skb, TRAFFIC_FLOW_TARGET_A_OPTIONS,
			   config->options) ||
	       tf_fill_way(skb, config);
}

static int tf_fill_target_stats(struct sk_buff *skb,
				const struct tf_target_stats *stats)
{
	static const u8 attr[] = {
		TRAFFIC_FLOW_TARGET_A_PACKETS, TRAFFIC_FLOW_TARGET_A_RECORDS,
		TRAFFIC_FLOW_TARGET_A_BYTES, TRAFFIC_FLOW_TARGET_A_ERRORS,
		TRAFFIC_FLOW_TARGET_A_LOST, TRAFFIC_FLOW_TARGET_A_SKIPPED,
		TRAFFIC_FLOW_TARGET_A_REFUSED,
	};
	const u64 value[] = {
		stats->packets, stats->records, stats->bytes, stats->errors,
		stats->lost, stats->skipped, stats->refused,
	};

	return tf_fill_counters(skb, value, attr, ARRAY_SIZE(attr),
				TRAFFIC_FLOW_TARGET_A_PAD);
}

int tf_fill_target(struct sk_buff *skb, struct tf_net *tn, const void *what)
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
		tf_netlink_miss(info, TRAFFIC_FLOW_TARGET_A_ID,
				"the target's id is missing");
		return NULL;
	}
	list_for_each_entry(target, &tn->targets, list)
		if (target->id == nla_get_u32(id))
			return target;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "there is no such target");
	return NULL;
}

int tf_netlink_target_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);
	struct tf_target *target = tf_find_target(tn, info);

	return target ? tf_netlink_reply(info, tn, tf_fill_target, target) :
			-ENOENT;
}

int tf_netlink_target_dump(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct tf_net *tn = tf_netlink_dump_lock(skb);
	u32 *last_id = (u32 *)cb->ctx;
	struct tf_target *target;

	if (!tn)
		return -EINTR;
	tf_netlink_dump_edits(cb, tn->edits);
	list_for_each_entry(target, &tn->targets, list) {
		if (target->id <= *last_id)
			continue;
		if (!tf_netlink_dump(skb, cb, TRAFFIC_FLOW_CMD_TARGET_GET,
				     tf_fill_target, target))
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
		   tf_fill_port(&config->dst) : 2055);
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
	union tf_endpoint any = {};
	union tf_endpoint src = {};

	/* To name a member would not have to clear the others. */
	any.family = config->dst.family;
	if (info->attrs[TRAFFIC_FLOW_TARGET_A_SRC_IPV4] &&
	    info->attrs[TRAFFIC_FLOW_TARGET_A_SRC_IPV6])
		return tf_refuse_src(info, "src-address is one address");
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

static void tf_take_way(struct genl_info *info, struct tf_target_config *config)
{
	struct nlattr *name = info->attrs[TRAFFIC_FLOW_TARGET_A_INTERFACE];
	struct nlattr *dscp = info->attrs[TRAFFIC_FLOW_TARGET_A_DSCP];
	struct nlattr *mtu = info->attrs[TRAFFIC_FLOW_TARGET_A_MTU];

	if (mtu)
		config->mtu = nla_get_u16(mtu);
	if (dscp)
		config->way.dscp = nla_get_u8(dscp);
	tf_take_u32(info, TRAFFIC_FLOW_TARGET_A_DOMAIN_ID, &config->domain);
	tf_take_u32(info, TRAFFIC_FLOW_TARGET_A_MARK, &config->way.mark);
	if (name)
		strscpy_pad(config->way.interface, nla_data(name),
			    sizeof(config->way.interface));
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
	tf_take_u32(info, TRAFFIC_FLOW_TARGET_A_OPTIONS, &config->options);
	tf_take_way(info, config);
	return ret;
}

static int tf_add_target(struct tf_net *tn, struct genl_info *info,
			 const struct tf_target_config *config)
{
	struct tf_target *target;
	struct sk_buff *answer;
	int ret;

	target = tf_target_create(tn, config);
	if (!target)
		return -ENOMEM;
	target->id = tn->last_id + 1;
	answer = tf_netlink_answer(info, tn, tf_fill_target_id, target);
	if (IS_ERR(answer)) {
		ret = PTR_ERR(answer);
		goto destroy;
	}
	ret = tf_net_add_target(tn, target);
	if (ret)
		goto free_answer;
	/* What is done is done, also if he cannot be told. */
	genlmsg_reply(answer, info);
	return 0;

free_answer:
	nlmsg_free(answer);
destroy:
	tf_target_destroy(target);
	return ret;
}

int tf_netlink_target_add(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);
	struct tf_target_config config;
	int ret;

	if (!info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] &&
	    !info->attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV6])
		return tf_netlink_miss(info, TRAFFIC_FLOW_TARGET_A_DST_IPV4,
				       "dst-address is missing");
	tf_target_config_default(&config);
	ret = tf_take_target(info, &config);
	if (ret)
		return ret;
	if (tn->target_count < TRAFFIC_FLOW_TARGETS_MAX)
		return tf_netlink_explain(info,
					  tf_add_target(tn, info, &config));
	NL_SET_ERR_MSG(info->extack, "there are 64 targets already");
	return -ENOSPC;
}

int tf_netlink_target_set(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);
	struct tf_target *target = tf_find_target(tn, info);
	struct tf_target_config config;
	int ret = -ENOENT;

	if (target) {
		config = target->config;
		ret = tf_take_target(info, &config);
	}
	if (!ret)
		ret = tf_net_set_target(tn, target, &config);
	return tf_netlink_explain(info, ret);
}

int tf_netlink_target_del(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);
	struct tf_target *target = tf_find_target(tn, info);

	if (target)
		tf_net_del_target(tn, target);
	return target ? 0 : -ENOENT;
}
