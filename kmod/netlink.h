/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: <linux/traffic_flow.h> describes it. netlink.c
 * has the family and what its commands share; they are in a file a subject.
 */
#ifndef TF_NETLINK_H
#define TF_NETLINK_H

#include <linux/traffic_flow.h>
#include <net/genetlink.h>
#include "net.h"
#include "record.h"

int tf_netlink_init(void);
void tf_netlink_exit(void);

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

#define TF_POLICY(_type, _check) NLA_POLICY_VALIDATE_FN(_type, tf_check_##_check)

/* A yes or no. */
int tf_check_flag(const struct nlattr *attr, struct netlink_ext_ack *extack);

/* The name of an interface, or a pattern for such names. */
int tf_check_interface(const struct nlattr *attr,
		       struct netlink_ext_ack *extack);

/* The name of a list. @extack may be NULL. */
int tf_check_list_name(const struct nlattr *attr,
		       struct netlink_ext_ack *extack);

/* The namespace that a request is for; locked while the request is handled. */
static inline struct tf_net *tf_netlink_net(struct genl_info *info)
{
	return info->user_ptr[0];
}

/*
 * The namespace that a dump is for, to be unlocked; NULL if whoever waits for it
 * was killed.
 */
struct tf_net *tf_netlink_dump_lock(struct sk_buff *skb);

/* Why one of a request's attributes is refused. Return: -EINVAL. */
int tf_netlink_refuse(struct genl_info *info, int attr, const char *text);

/* That one of them is missing. Return: -EINVAL. */
int tf_netlink_miss(struct genl_info *info, int attr, const char *text);

/*
 * Say why packets cannot be metered so, if that is what failed: no memory, or no
 * room for hooks. Return: @ret.
 */
int tf_netlink_explain(struct genl_info *info, int ret);

/* Tell whoever reads a dump if what there is was changed while he did. */
void tf_netlink_dump_edits(struct netlink_callback *cb, u32 edits);

/* Puts what there is to say of a namespace, or of @what in it, into a message. */
typedef int tf_fill_fn(struct sk_buff *skb, struct tf_net *tn, const void *what);

tf_fill_fn tf_fill_config, tf_fill_stats;

/* Of a &struct tf_target, a &struct tf_list, a &struct tf_list_member */
tf_fill_fn tf_fill_target, tf_fill_list, tf_fill_member;

/* An answer with what @fill puts into it, or an ERR_PTR(). */
struct sk_buff *tf_netlink_answer(struct genl_info *info, struct tf_net *tn,
				  tf_fill_fn *fill, const void *what);

/* Answer with what @fill puts into a message. */
int tf_netlink_reply(struct genl_info *info, struct tf_net *tn,
		     tf_fill_fn *fill, const void *what);

/* Append such an answer of @cmd to a dump. Return: whether there was room. */
bool tf_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
		     tf_fill_fn *fill, const void *what);

int tf_fill_counters(struct sk_buff *skb, const u64 *value, const u8 *attr,
		     unsigned int count, int pad);

/* A value stays as it is if the request does not have the attribute. */
void tf_take_bool(struct genl_info *info, int attr, bool *value);
void tf_take_u32(struct genl_info *info, int attr, u32 *value);

extern const struct nla_policy tf_config_policy[TRAFFIC_FLOW_A_MAX + 1];
int tf_netlink_get(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_set(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy
tf_target_policy[TRAFFIC_FLOW_TARGET_A_MAX + 1];
int tf_netlink_target_get(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_target_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tf_netlink_target_add(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_target_set(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_target_del(struct sk_buff *skb, struct genl_info *info);

int tf_netlink_stats_get(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy tf_list_policy[TRAFFIC_FLOW_LIST_A_MAX + 1];
int tf_netlink_list_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tf_netlink_list_add(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_list_set(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_list_del(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_member_dump(struct sk_buff *skb, struct netlink_callback *cb);
int tf_netlink_member_add(struct sk_buff *skb, struct genl_info *info);
int tf_netlink_member_del(struct sk_buff *skb, struct genl_info *info);

/**
 * struct tf_flow_told - a flow to be told of
 * @record: it
 * @epoch_ms: wall time of boot time 0
 */
struct tf_flow_told {
	struct tf_record record;
	u64 epoch_ms;
};

/* Wall time of boot time 0 as it is now, milliseconds. */
u64 tf_flow_epoch_ms(void);

/* Of a &struct tf_flow_told */
tf_fill_fn tf_fill_flow;
int tf_netlink_flow_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* The multicast groups, by their number in the family. */
enum tf_group {
	TF_GROUP_EVENTS,
	TF_GROUP_FLOWS,
};

/* Whether anybody listens to a group. Under RCU. */
bool tf_netlink_has_listeners(const struct tf_net *tn, enum tf_group group);

/* A message for a group; NULL if it does not fit. */
void *tf_netlink_put(struct sk_buff *skb, u8 cmd);

/* Let all who listen know that they have missed something. Under RCU. */
void tf_netlink_missed(const struct tf_net *tn, enum tf_group group);

/* Send to all who listen; takes @skb over. Under RCU. */
void tf_netlink_tell(const struct tf_net *tn, enum tf_group group,
		     struct sk_buff *skb);

#endif /* TF_NETLINK_H */
