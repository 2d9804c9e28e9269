// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <net/sock.h>
#include "compat.h"
#include "netlink.h"

static struct genl_family tf_family;

int tf_check_flag(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (nla_get_u8(attr) <= 1)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "a yes or no is 0 or 1");
	return -ERANGE;
}

int tf_check_interface(const struct nlattr *attr,
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

/* A command without attributes refuses all of them. */
static const struct nla_policy tf_no_policy[1];

/* The worker may have to export a large cache at once: one can be tired of it. */
static int tf_netlink_begin(tf_genl_op *op, struct sk_buff *skb,
			    struct genl_info *info)
{
	struct tf_net *tn = tf_net_of(genl_info_net(info));

	info->user_ptr[0] = tn;
	return mutex_lock_killable(&tn->lock);
}

static void tf_netlink_end(tf_genl_op *op, struct sk_buff *skb,
			   struct genl_info *info)
{
	mutex_unlock(&tf_netlink_net(info)->lock);
}

struct tf_net *tf_netlink_dump_lock(struct sk_buff *skb)
{
	struct tf_net *tn = tf_net_of(sock_net(skb->sk));

	return mutex_lock_killable(&tn->lock) ? NULL : tn;
}

int tf_netlink_refuse(struct genl_info *info, int attr, const char *text)
{
	NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	info->extack->_msg = text;
	return -EINVAL;
}

int tf_netlink_miss(struct genl_info *info, int attr, const char *text)
{
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	info->extack->_msg = text;
	return -EINVAL;
}

int tf_netlink_explain(struct genl_info *info, int ret)
{
	if (ret == -ENOMEM)
		NL_SET_ERR_MSG(info->extack,
			       "not enough memory for so many cache-entries: a change needs room for a second cache");
	if (ret == -E2BIG)
		NL_SET_ERR_MSG(info->extack,
			       "netfilter has no room for another hook: remove some of nftables' base chains");
	return ret;
}

void tf_netlink_dump_edits(struct netlink_callback *cb, u32 edits)
{
	if (!cb->prev_seq)
		cb->prev_seq = edits;
	cb->seq = edits;
}

struct sk_buff *tf_netlink_answer(struct genl_info *info, struct tf_net *tn,
				  tf_fill_fn *fill, const void *what)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOMEM);
	header = genlmsg_put(skb, info->snd_portid, info->snd_seq, &tf_family, 0,
			     info->genlhdr->cmd);
	if (!header || fill(skb, tn, what)) {
		nlmsg_free(skb);
		return ERR_PTR(-EMSGSIZE);
	}
	genlmsg_end(skb, header);
	return skb;
}

int tf_netlink_reply(struct genl_info *info, struct tf_net *tn,
		     tf_fill_fn *fill, const void *what)
{
	struct sk_buff *answer = tf_netlink_answer(info, tn, fill, what);

	return IS_ERR(answer) ? PTR_ERR(answer) : genlmsg_reply(answer, info);
}

bool tf_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     tf_fill_fn *fill, const void *what)
{
	struct tf_net *tn = tf_net_of(sock_net(skb->sk));
	void *header;

	header = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &tf_family, NLM_F_MULTI, cmd);
	if (!header)
		return false;
	if (fill(skb, tn, what)) {
		genlmsg_cancel(skb, header);
		return false;
	}
	genlmsg_end(skb, header);
	return true;
}

int tf_fill_counters(struct sk_buff *skb, const u64 *value, const u8 *attr,
		     unsigned int count, int pad)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (nla_put_u64_64bit(skb, attr[i], value[i], pad))
			return -EMSGSIZE;
	return 0;
}

void tf_take_bool(struct genl_info *info, int attr, bool *value)
{
	if (info->attrs[attr])
		*value = nla_get_u8(info->attrs[attr]);
}

void tf_take_u32(struct genl_info *info, int attr, u32 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u32(info->attrs[attr]);
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
		.policy = tf_config_policy,
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
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_GET,
		.dumpit = tf_netlink_list_dump,
		.policy = tf_no_policy,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_ADD,
		.doit = tf_netlink_list_add,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_list_policy,
		.maxattr = TRAFFIC_FLOW_LIST_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_SET,
		.doit = tf_netlink_list_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_list_policy,
		.maxattr = TRAFFIC_FLOW_LIST_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_DEL,
		.doit = tf_netlink_list_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_list_policy,
		.maxattr = TRAFFIC_FLOW_LIST_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_MEMBER_GET,
		.dumpit = tf_netlink_member_dump,
		.policy = tf_no_policy,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_MEMBER_ADD,
		.doit = tf_netlink_member_add,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_list_policy,
		.maxattr = TRAFFIC_FLOW_LIST_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_LIST_MEMBER_DEL,
		.doit = tf_netlink_member_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_list_policy,
		.maxattr = TRAFFIC_FLOW_LIST_A_MAX,
	}, {
		.cmd = TRAFFIC_FLOW_CMD_FLOW_GET,
		.dumpit = tf_netlink_flow_dump,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tf_no_policy,
	},
};

/* Where whoever listens cannot be asked who he is, flows are not told of. */
static const struct genl_multicast_group tf_groups[] = {
	[TF_GROUP_EVENTS] = { .name = TRAFFIC_FLOW_GROUP_EVENTS },
#ifdef TF_GROUP_ADMIN
	[TF_GROUP_FLOWS] = { .name = TRAFFIC_FLOW_GROUP_FLOWS, TF_GROUP_ADMIN },
#endif
};

static struct genl_family tf_family __ro_after_init = {
	.name = TRAFFIC_FLOW_GENL_NAME,
	.version = TRAFFIC_FLOW_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = tf_ops,
	.n_ops = ARRAY_SIZE(tf_ops),
	.pre_doit = tf_netlink_begin,
	.post_doit = tf_netlink_end,
	.mcgrps = tf_groups,
	.n_mcgrps = ARRAY_SIZE(tf_groups),
};

/* Groups are the family's only as long as it is registered. */
static bool tf_registered;

bool tf_netlink_has_listeners(const struct tf_net *tn, enum tf_group group)
{
	return group < ARRAY_SIZE(tf_groups) && READ_ONCE(tf_registered) &&
	       genl_has_listeners(&tf_family, tn->net, group);
}

void *tf_netlink_put(struct sk_buff *skb, u8 cmd)
{
	return genlmsg_put(skb, 0, 0, &tf_family, 0, cmd);
}

void tf_netlink_tell(const struct tf_net *tn, enum tf_group group,
		     struct sk_buff *skb)
{
	if (READ_ONCE(tf_registered))
		genlmsg_multicast_netns(&tf_family, tn->net, skb, 0, group,
					GFP_ATOMIC);
	else
		nlmsg_free(skb);
}

void tf_netlink_missed(const struct tf_net *tn, enum tf_group group)
{
	if (READ_ONCE(tf_registered))
		genl_set_err(&tf_family, tn->net, 0, group, -ENOBUFS);
}

/* Somebody who holds the places of our groups. */
static struct genl_family tf_stand_in __ro_after_init = {
	.name = TRAFFIC_FLOW_GENL_NAME "_0",
	.version = TRAFFIC_FLOW_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.mcgrps = tf_groups,
	.n_mcgrps = ARRAY_SIZE(tf_groups),
};

/*
 * The kernel asks for privileges when somebody joins a group, and lets everybody
 * join groups that are nobody's yet. Whoever waits in those that are to be ours
 * has to leave when another family goes that has had them.
 */
int tf_netlink_init(void)
{
	int ret = genl_register_family(&tf_stand_in);

	if (ret)
		return ret;
	genl_unregister_family(&tf_stand_in);
	ret = genl_register_family(&tf_family);
	WRITE_ONCE(tf_registered, !ret);
	return ret;
}

void tf_netlink_exit(void)
{
	WRITE_ONCE(tf_registered, false);
	synchronize_rcu();
	genl_unregister_family(&tf_family);
}

MODULE_ALIAS_GENL_FAMILY(TRAFFIC_FLOW_GENL_NAME);
