// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "array.h"
#include "list.h"
#include "signals.h"

enum {					/* rows of the tables */
	LIST_NAME,
	LIST_COMMENT,
	MEMBER_LIST = 0,
	MEMBER_INTERFACE,
};

static const struct property list_table[] = {
	[LIST_NAME] = {
		.name = "name",
		.offset = offsetof(struct list, name), .kind = PROPERTY_LIST,
		.attr = TRAFFIC_FLOW_LIST_A_NAME,
		.help = "what the list is called in interfaces=",
	},
	[LIST_COMMENT] = {
		.name = "comment",
		.offset = offsetof(struct list, comment),
		.kind = PROPERTY_COMMENT, .attr = TRAFFIC_FLOW_LIST_A_COMMENT,
		.fallback = "",
		.help = "for whoever reads it",
	},
};

static const struct property member_table[] = {
	[MEMBER_LIST] = {
		.name = "list",
		.offset = offsetof(struct member, list), .kind = PROPERTY_LIST,
		.attr = TRAFFIC_FLOW_LIST_A_NAME,
		.help = "the list that the interface is put into",
	},
	[MEMBER_INTERFACE] = {
		.name = "interface",
		.offset = offsetof(struct member, interface),
		.kind = PROPERTY_INTERFACE,
		.attr = TRAFFIC_FLOW_LIST_A_INTERFACE,
		.help = "its name (ppp* too); it need not exist yet",
	},
};

const struct properties list_properties = {
	.table = list_table,
	.count = ARRAY_SIZE(list_table),
	.what = "property",
	.object = "list",
	.menu = "interface list",
	.help = "interface list add",
	.size = sizeof(struct list),
	.named_by = &list_table[LIST_NAME],
};

const struct properties member_properties = {
	.table = member_table,
	.count = ARRAY_SIZE(member_table),
	.what = "property",
	.object = "member",
	.menu = "interface list member",
	.help = "interface list member add",
	.size = sizeof(struct member),
};

static const char *list_attr_name(uint16_t attr)
{
	return properties_name(&list_properties, attr);
}

static const char *member_attr_name(uint16_t attr)
{
	return properties_name(&member_properties, attr);
}

static int compare_lists(const void *a, const void *b)
{
	const struct list *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static int compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;
	int order = strcmp(left->list, right->list);

	return order ? order : strcmp(left->interface, right->interface);
}

const struct item_kind list_kind = {
	.props = &list_properties,
	.key = 1 << LIST_NAME,
	.needs = "name=NAME",
	.get = TRAFFIC_FLOW_CMD_LIST_GET,
	.add = TRAFFIC_FLOW_CMD_LIST_ADD,
	.set = TRAFFIC_FLOW_CMD_LIST_SET,
	.remove = TRAFFIC_FLOW_CMD_LIST_DEL,
	.max = TRAFFIC_FLOW_LIST_A_MAX,
	.attr_name = list_attr_name,
	.compare = compare_lists,
};

const struct item_kind member_kind = {
	.props = &member_properties,
	.key = 1 << MEMBER_LIST | 1 << MEMBER_INTERFACE,
	.needs = "list=NAME and interface=NAME",
	.get = TRAFFIC_FLOW_CMD_LIST_MEMBER_GET,
	.add = TRAFFIC_FLOW_CMD_LIST_MEMBER_ADD,
	.remove = TRAFFIC_FLOW_CMD_LIST_MEMBER_DEL,
	.max = TRAFFIC_FLOW_LIST_A_MAX,
	.attr_name = member_attr_name,
	.compare = compare_members,
};

int list_add(const struct call *call)
{
	return items_add(&list_kind, call);
}

int list_set(const struct call *call)
{
	return items_set(&list_kind, call);
}

/* The members of a list go with it, and come back with it. */
int list_remove(const struct call *call)
{
	struct call check = *call;
	struct items before, after;
	sigset_t signals;
	int ret;

	check.check = true;
	ret = items_remove(&list_kind, &check);
	if (ret || call->check)
		return ret;
	ret = items_get(&member_kind, &before);
	if (ret)
		return ret;
	signals_hold(&signals);
	ret = items_remove(&list_kind, call);
	if (ret && before.count && !items_get(&member_kind, &after)) {
		items_add_missing(&before, &after, true);
		items_free(&after);
	}
	signals_let_go(&signals);
	items_free(&before);
	return ret;
}

int list_print(const struct call *call)
{
	return items_print(&list_kind, call);
}

int member_add(const struct call *call)
{
	return items_add(&member_kind, call);
}

int member_remove(const struct call *call)
{
	return items_remove(&member_kind, call);
}

int member_print(const struct call *call)
{
	return items_print(&member_kind, call);
}
