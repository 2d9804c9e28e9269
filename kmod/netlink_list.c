// SPDX-License-Identifier: GPL-2.0
#include <linux/ctype.h>
#include <net/sock.h>
#include "event.h"
#include "netlink.h"

static bool tf_has_control(const char *text, size_t len)
{
	while (len--)
		if (iscntrl(text[len]))
			return true;
	return false;
}

int tf_check_list_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const char *name = nla_data(attr);
	size_t len = strnlen(name, nla_len(attr));

	if (len && len < nla_len(attr) && len <= TRAFFIC_FLOW_LIST_NAME_MAX &&
	    !name[strcspn(name, "*,/: ")] && !tf_has_control(name, len) &&
	    strcmp(name, "all"))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a list's name has 1 to 31 characters, no '*', ',', '/', ':', blank or control character, and is not 'all'");
	return -EINVAL;
}

static int tf_check_comment(const struct nlattr *attr,
			    struct netlink_ext_ack *extack)
{
	const char *text = nla_data(attr);
	size_t len = strnlen(text, nla_len(attr));

	if (len < nla_len(attr) && len <= TRAFFIC_FLOW_LIST_COMMENT_MAX &&
	    !tf_has_control(text, len))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "a comment has at most 127 octets and is one line");
	return -EINVAL;
}

const struct nla_policy tf_list_policy[TRAFFIC_FLOW_LIST_A_MAX + 1] = {
	[TRAFFIC_FLOW_LIST_A_NAME] = TF_POLICY(NLA_BINARY, list_name),
	[TRAFFIC_FLOW_LIST_A_COMMENT] = TF_POLICY(NLA_BINARY, comment),
	[TRAFFIC_FLOW_LIST_A_INTERFACE] = TF_POLICY(NLA_BINARY, interface),
};

int tf_fill_list(struct sk_buff *skb, struct tf_net *tn, const void *what)
{
	const struct tf_list *list = what;

	return nla_put_string(skb, TRAFFIC_FLOW_LIST_A_NAME, list->name) ||
	       nla_put_string(skb, TRAFFIC_FLOW_LIST_A_COMMENT, list->comment);
}

int tf_netlink_list_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tf_net *tn = tf_netlink_dump_lock(skb);
	u64 *last_id = (u64 *)cb->ctx;
	struct tf_list *list;

	if (!tn)
		return -EINTR;
	tf_netlink_dump_edits(cb, tn->edits);
	list_for_each_entry(list, &tn->interfaces.lists.lists, list) {
		if (list->id <= *last_id)
			continue;
		if (!tf_netlink_dump(skb, cb, TRAFFIC_FLOW_CMD_LIST_GET,
				     tf_fill_list, list))
			break;
		*last_id = list->id;
	}
	mutex_unlock(&tn->lock);
	return skb->len;
}

int tf_fill_member(struct sk_buff *skb, struct tf_net *tn, const void *what)
{
	const struct tf_list_member *member = what;

	return nla_put_string(skb, TRAFFIC_FLOW_LIST_A_NAME,
			      member->of->name) ||
	       nla_put_string(skb, TRAFFIC_FLOW_LIST_A_INTERFACE,
			      member->interface);
}

int tf_netlink_member_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tf_net *tn = tf_netlink_dump_lock(skb);
	u64 *last_id = (u64 *)cb->ctx;
	struct tf_list_member *member;

	if (!tn)
		return -EINTR;
	tf_netlink_dump_edits(cb, tn->edits);
	list_for_each_entry(member, &tn->interfaces.lists.members, list) {
		if (member->id <= *last_id)
			continue;
		if (!tf_netlink_dump(skb, cb, TRAFFIC_FLOW_CMD_LIST_MEMBER_GET,
				     tf_fill_member, member))
			break;
		*last_id = member->id;
	}
	mutex_unlock(&tn->lock);
	return skb->len;
}

/* The lists of the namespace that a request is for, to be changed. */
static struct tf_net *tf_lists_lock(struct genl_info *info)
{
	struct tf_net *tn = tf_netlink_net(info);

	mutex_lock(&tn->interfaces.lock);
	return tn;
}

/* Return: @ret, 0 if they were. */
static int tf_lists_unlock(struct tf_net *tn, struct genl_info *info, int ret)
{
	if (!ret) {
		tn->edits++;
		tf_event(tn, TRAFFIC_FLOW_EVENT_CONFIG);
	}
	mutex_unlock(&tn->interfaces.lock);
	if (ret == -ENOMEM)
		NL_SET_ERR_MSG(info->extack,
			       "not enough memory to change interface lists");
	return ret;
}

static int tf_lists_refuse(struct genl_info *info, int attr, int error,
			   const char *text)
{
	tf_netlink_refuse(info, attr, text);
	return error;
}

/* A request's text; NULL, and the reason told, if it is missing. */
static const char *tf_take_text(struct genl_info *info, int attr,
				const char *missing)
{
	if (info->attrs[attr])
		return nla_data(info->attrs[attr]);
	tf_netlink_miss(info, attr, missing);
	return NULL;
}

static const char *tf_take_list_name(struct genl_info *info)
{
	return tf_take_text(info, TRAFFIC_FLOW_LIST_A_NAME,
			    "the list's name is missing");
}

static const char *tf_take_member(struct genl_info *info)
{
	return tf_take_text(info, TRAFFIC_FLOW_LIST_A_INTERFACE,
			    "the member's interface is missing");
}

/* The list that a request names; NULL, and the reason told, if none is. */
static struct tf_list *tf_find_list(struct tf_net *tn, struct genl_info *info)
{
	const char *name = tf_take_list_name(info);
	struct tf_list *list;

	if (!name)
		return NULL;
	list = tf_lists_find(&tn->interfaces.lists, name);
	if (!list)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[TRAFFIC_FLOW_LIST_A_NAME],
				    "there is no list of that name");
	return list;
}

static int tf_add_list(struct tf_net *tn, const char *name, const char *comment)
{
	struct tf_lists *lists = &tn->interfaces.lists;
	struct tf_list *list;
	int ret;

	list = tf_lists_add(lists, name, comment);
	if (!list)
		return -ENOMEM;
	/* An interface may be metered that is called the same. */
	ret = tf_interfaces_look(&tn->interfaces, tn->net);
	if (ret)
		tf_lists_del(lists, list);
	return ret;
}

int tf_netlink_list_add(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *comment = info->attrs[TRAFFIC_FLOW_LIST_A_COMMENT];
	const char *name = tf_take_list_name(info);
	const struct tf_lists *lists;
	struct tf_net *tn;
	int ret;

	if (!name)
		return -EINVAL;
	tn = tf_lists_lock(info);
	lists = &tn->interfaces.lists;
	if (tf_lists_find(lists, name))
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_NAME, -EEXIST,
				      "there is a list of that name already");
	else if (lists->list_count == TRAFFIC_FLOW_LISTS_MAX)
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_NAME, -ENOSPC,
				      "there are 64 lists already");
	else
		ret = tf_add_list(tn, name, comment ? nla_data(comment) : "");
	return tf_lists_unlock(tn, info, ret);
}

int tf_netlink_list_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *comment = info->attrs[TRAFFIC_FLOW_LIST_A_COMMENT];
	struct tf_net *tn = tf_lists_lock(info);
	struct tf_list *list = tf_find_list(tn, info);

	if (list && comment)
		strscpy(list->comment, nla_data(comment),
			sizeof(list->comment));
	return tf_lists_unlock(tn, info, list ? 0 : -ENOENT);
}

int tf_netlink_list_del(struct sk_buff *skb, struct genl_info *info)
{
	struct tf_net *tn = tf_lists_lock(info);
	struct tf_list *list = tf_find_list(tn, info);
	int ret = 0;

	if (!list)
		ret = -ENOENT;
	else if (tf_config_names(tn->config, list->name))
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_NAME, -EBUSY,
				      "the list is in use: interfaces of '/ip traffic-flow' names it");
	else
		tf_lists_del(&tn->interfaces.lists, list);
	return tf_lists_unlock(tn, info, ret);
}

static int tf_add_member(struct tf_net *tn, struct tf_list *list,
			 const char *interface)
{
	struct tf_lists *lists = &tn->interfaces.lists;
	struct tf_list_member *member;
	int ret;

	member = tf_list_member_add(lists, list, interface);
	if (!member)
		return -ENOMEM;
	ret = tf_interfaces_look(&tn->interfaces, tn->net);
	if (ret)
		tf_list_member_del(lists, member);
	return ret;
}

int tf_netlink_member_add(struct sk_buff *skb, struct genl_info *info)
{
	const char *interface = tf_take_member(info);
	const struct tf_lists *lists;
	struct tf_list *list;
	struct tf_net *tn;
	int ret;

	if (!interface)
		return -EINVAL;
	tn = tf_lists_lock(info);
	lists = &tn->interfaces.lists;
	list = tf_find_list(tn, info);
	if (!list)
		ret = -ENOENT;
	else if (tf_list_member_find(list, interface))
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_INTERFACE,
				      -EEXIST,
				      "the interface is in that list already");
	else if (lists->member_count == TRAFFIC_FLOW_LIST_MEMBERS_MAX)
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_INTERFACE,
				      -ENOSPC,
				      "lists have 1024 members already; use patterns");
	else
		ret = tf_add_member(tn, list, interface);
	return tf_lists_unlock(tn, info, ret);
}

static int tf_del_member(struct tf_net *tn, struct tf_list *list,
			 struct tf_list_member *member)
{
	struct list_head *before = member->list.prev;
	int ret;

	/* Out of sight, but not gone as long as it may have to come back. */
	list_del_init(&member->list);
	list_del_init(&member->beside);
	ret = tf_interfaces_look(&tn->interfaces, tn->net);
	if (ret) {
		list_add(&member->list, before);
		list_add_tail(&member->beside, &list->members);
	} else {
		tf_list_member_del(&tn->interfaces.lists, member);
	}
	return ret;
}

int tf_netlink_member_del(struct sk_buff *skb, struct genl_info *info)
{
	const char *interface = tf_take_member(info);
	struct tf_list_member *member = NULL;
	struct tf_list *list;
	struct tf_net *tn;
	int ret = -ENOENT;

	if (!interface)
		return -EINVAL;
	tn = tf_lists_lock(info);
	list = tf_find_list(tn, info);
	if (list)
		member = tf_list_member_find(list, interface);
	if (member)
		ret = tf_del_member(tn, list, member);
	else if (list)
		ret = tf_lists_refuse(info, TRAFFIC_FLOW_LIST_A_INTERFACE, ret,
				      "the interface is not in that list");
	return tf_lists_unlock(tn, info, ret);
}
