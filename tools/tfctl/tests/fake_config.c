// SPDX-License-Identifier: GPL-2.0
/* The stand-in's settings and interface lists, with the limits of the module. */
#include <string.h>

#include "error.h"
#include "fake.h"

static bool is_same(const struct properties *props, const void *a,
		    const void *b, uint32_t set)
{
	return !(properties_different(props, a, b) & set);
}

static struct list *find_list(const char *name)
{
	size_t i;

	for (i = 0; i < fake.lists; i++)
		if (!strcmp(fake.list[i].name, name))
			return &fake.list[i];
	return NULL;
}

static bool is_named(const struct interfaces *interfaces, const char *name)
{
	unsigned int i;

	for (i = 0; i < interfaces->count; i++)
		if (!strcmp(interfaces->name[i], name))
			return true;
	return false;
}

static int add_list(const struct list *list)
{
	if (find_list(list->name))
		return refused("there is a list of that name already");
	if (fake.refuse_list && !strcmp(fake.refuse_list, list->name))
		return refused("refused");
	if (fake.lists == TRAFFIC_FLOW_LISTS_MAX)
		return refused("there are 64 lists already");
	fake.list[fake.lists++] = *list;
	return EXIT_DONE;
}

static int set_list(const struct list *list)
{
	if (!find_list(list->name))
		return refused("there is no list of that name");
	*find_list(list->name) = *list;
	return EXIT_DONE;
}

static int remove_list(const struct list *list)
{
	struct list *there = find_list(list->name);
	size_t i, kept = 0;

	if (!there)
		return refused("there is no list of that name");
	if (is_named(&fake.settings.interfaces, list->name))
		return refused("the list is in use");
	*there = fake.list[--fake.lists];
	for (i = 0; i < fake.members; i++)
		if (strcmp(fake.member[i].list, list->name))
			fake.member[kept++] = fake.member[i];
	fake.members = kept;
	return EXIT_DONE;
}

static struct member *find_member(const struct member *member)
{
	size_t i;

	for (i = 0; i < fake.members; i++)
		if (is_same(&member_properties, &fake.member[i], member, ~0U))
			return &fake.member[i];
	return NULL;
}

static int add_member(const struct member *member)
{
	if (!find_list(member->list))
		return refused("there is no list of that name");
	if (find_member(member))
		return refused("the interface is in that list already");
	if (fake.members == TRAFFIC_FLOW_LIST_MEMBERS_MAX)
		return refused("lists have 1024 members already");
	fake.member[fake.members++] = *member;
	return EXIT_DONE;
}

static int remove_member(const struct member *member)
{
	struct member *there = find_member(member);

	if (!there)
		return refused("the interface is not in that list");
	*there = fake.member[--fake.members];
	return EXIT_DONE;
}

/* A name that is too long for an interface can only be a list's. */
static int check_interfaces(const struct interfaces *interfaces)
{
	unsigned int i;

	for (i = 0; i < interfaces->count; i++)
		if (strlen(interfaces->name[i]) >= IF_NAMESIZE &&
		    !find_list(interfaces->name[i]))
			return refused("there is no such interface list");
	return EXIT_DONE;
}

static bool is_other_cache(const struct settings *wanted)
{
	return wanted->enabled && fake.settings.enabled &&
	       (wanted->cache_entries != fake.settings.cache_entries ||
		wanted->ipfix_fields != fake.settings.ipfix_fields);
}

static void set_fields(const struct nlattr **attrs, struct settings *settings)
{
	uint64_t mask = netlink_number(attrs[TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK]);

	settings->ipfix_fields &= ~mask;
	settings->ipfix_fields |=
		netlink_number(attrs[TRAFFIC_FLOW_A_IPFIX_FIELDS]) & mask;
}

static int set_settings(const struct nlattr **attrs)
{
	const struct properties *props = &settings_properties;
	struct settings wanted = fake.settings;
	struct settings given = { 0 };
	uint32_t set = 0;
	unsigned int i;
	int ret;

	properties_get(props, attrs, &given);
	for (i = 0; i < props->count; i++)
		if (attrs[props->table[i].attr])
			set |= 1U << i;
	ret = check_interfaces(&given.interfaces);
	if (ret)
		return ret;
	properties_copy(props, set, &wanted, &given);
	set_fields(attrs, &wanted);
	if (fake.one_cache && is_other_cache(&wanted))
		return refused("no room for a second cache");
	fake.settings = wanted;
	return EXIT_DONE;
}

static int change(uint8_t command, const struct nlattr **attrs)
{
	struct member member;
	struct list list;

	properties_get(&list_properties, attrs, &list);
	properties_get(&member_properties, attrs, &member);
	switch (command) {
	case TRAFFIC_FLOW_CMD_SET:
		return set_settings(attrs);
	case TRAFFIC_FLOW_CMD_LIST_ADD:
		return add_list(&list);
	case TRAFFIC_FLOW_CMD_LIST_SET:
		return set_list(&list);
	case TRAFFIC_FLOW_CMD_LIST_DEL:
		return remove_list(&list);
	case TRAFFIC_FLOW_CMD_LIST_MEMBER_ADD:
		return add_member(&member);
	case TRAFFIC_FLOW_CMD_LIST_MEMBER_DEL:
		return remove_member(&member);
	}
	return refused("the tests need no command %u", command);
}

int fake_config_change(uint8_t command, const struct nlattr **attrs)
{
	if (fake.refuse && !--fake.refuse)
		return refused("refused");
	return change(command, attrs);
}

bool fake_config_get(uint8_t command, size_t i, struct nlmsghdr *nlh)
{
	switch (command) {
	case TRAFFIC_FLOW_CMD_GET:
		properties_put(&settings_properties, ~0U, &fake.settings, nlh);
		mnl_attr_put_u64(nlh, TRAFFIC_FLOW_A_IPFIX_FIELDS,
				 fake.settings.ipfix_fields);
		return !i;
	case TRAFFIC_FLOW_CMD_LIST_GET:
		if (i < fake.lists)
			properties_put(&list_properties, ~0U, &fake.list[i],
				       nlh);
		return i < fake.lists;
	case TRAFFIC_FLOW_CMD_LIST_MEMBER_GET:
		if (i < fake.members)
			properties_put(&member_properties, ~0U,
				       &fake.member[i], nlh);
		return i < fake.members;
	}
	return false;
}
