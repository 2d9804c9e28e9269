// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>
#include <linux/string.h>
#include "lists.h"

void tf_lists_init(struct tf_lists *lists)
{
	memset(lists, 0, sizeof(*lists));
	INIT_LIST_HEAD(&lists->lists);
	INIT_LIST_HEAD(&lists->members);
}

void tf_lists_free(struct tf_lists *lists)
{
	struct tf_list *list, *next;

	list_for_each_entry_safe(list, next, &lists->lists, list)
		tf_lists_del(lists, list);
}

bool tf_name_matches(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncmp(name, pattern, len - 1);
	return !strcmp(name, pattern);
}

struct tf_list *tf_lists_find(const struct tf_lists *lists, const char *name)
{
	struct tf_list *list;

	list_for_each_entry(list, &lists->lists, list)
		if (!strcmp(list->name, name))
			return list;
	return NULL;
}

bool tf_list_has(const struct tf_list *list, const char *name)
{
	const struct tf_list_member *member;

	list_for_each_entry(member, &list->members, beside)
		if (tf_name_matches(member->interface, name))
			return true;
	return false;
}

struct tf_list_member *tf_list_member_find(const struct tf_list *list,
					   const char *interface)
{
	struct tf_list_member *member;

	list_for_each_entry(member, &list->members, beside)
		if (!strcmp(member->interface, interface))
			return member;
	return NULL;
}

struct tf_list *tf_lists_add(struct tf_lists *lists, const char *name,
			     const char *comment)
{
	struct tf_list *list = kzalloc(sizeof(*list), GFP_KERNEL_ACCOUNT);

	if (!list)
		return NULL;
	INIT_LIST_HEAD(&list->members);
	list->id = ++lists->last_id;
	strscpy(list->name, name, sizeof(list->name));
	strscpy(list->comment, comment, sizeof(list->comment));
	list_add_tail(&list->list, &lists->lists);
	lists->list_count++;
	return list;
}

void tf_lists_del(struct tf_lists *lists, struct tf_list *list)
{
	struct tf_list_member *member, *next;

	list_for_each_entry_safe(member, next, &list->members, beside)
		tf_list_member_del(lists, member);
	list_del(&list->list);
	lists->list_count--;
	kfree(list);
}

struct tf_list_member *tf_list_member_add(struct tf_lists *lists,
					  struct tf_list *list,
					  const char *interface)
{
	struct tf_list_member *member;

	member = kzalloc(sizeof(*member), GFP_KERNEL_ACCOUNT);
	if (!member)
		return NULL;
	member->of = list;
	member->id = ++lists->last_id;
	strscpy(member->interface, interface, sizeof(member->interface));
	list_add_tail(&member->list, &lists->members);
	list_add_tail(&member->beside, &list->members);
	lists->member_count++;
	return member;
}

void tf_list_member_del(struct tf_lists *lists, struct tf_list_member *member)
{
	list_del(&member->list);
	list_del(&member->beside);
	lists->member_count--;
	kfree(member);
}
