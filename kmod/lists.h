/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of interfaces by name, which the settings may name instead of
 * interfaces. Nothing here locks; struct tf_interfaces says how that is done.
 */
#ifndef TF_LISTS_H
#define TF_LISTS_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/traffic_flow.h>
#include <linux/types.h>

/**
 * struct tf_list - a list
 * @list: in tf_lists.lists
 * @members: of struct tf_list_member, those that are in it
 * @id: rises in the order they were added
 * @name: what it is called
 * @comment: for whoever reads it
 */
struct tf_list {
	struct list_head list;
	struct list_head members;
	u64 id;
	char name[TRAFFIC_FLOW_LIST_NAME_MAX + 1];
	char comment[TRAFFIC_FLOW_LIST_COMMENT_MAX + 1];
};

/**
 * struct tf_list_member - an interface in a list
 * @list: in tf_lists.members
 * @beside: in tf_list.members
 * @of: the list that it is in
 * @id: rises in the order they were added
 * @interface: its name, or a pattern with a '*' at its end
 */
struct tf_list_member {
	struct list_head list;
	struct list_head beside;
	const struct tf_list *of;
	u64 id;
	char interface[IFNAMSIZ];
};

/**
 * struct tf_lists - the lists of a namespace
 * @lists: of struct tf_list, in the order they were added
 * @members: of struct tf_list_member, likewise
 * @list_count: how many lists
 * @member_count: how many members, of all lists
 * @last_id: the last that was given to a list or a member
 */
struct tf_lists {
	struct list_head lists;
	struct list_head members;
	u32 list_count;
	u32 member_count;
	u64 last_id;
};

void tf_lists_init(struct tf_lists *lists);

/* Remove all that is in them. */
void tf_lists_free(struct tf_lists *lists);

/* Whether it is that name, or is matched by that pattern. */
bool tf_name_matches(const char *pattern, const char *name);

/* The list of that name, or NULL. */
struct tf_list *tf_lists_find(const struct tf_lists *lists, const char *name);

/* Whether an interface of that name is in the list. */
bool tf_list_has(const struct tf_list *list, const char *name);

/* That very member, be it a name or a pattern, or NULL. */
struct tf_list_member *tf_list_member_find(const struct tf_list *list,
					   const char *interface);

/* Add a list; there is none of that name. NULL: there is no memory. */
struct tf_list *tf_lists_add(struct tf_lists *lists, const char *name,
			     const char *comment);

/* Remove a list and its members. */
void tf_lists_del(struct tf_lists *lists, struct tf_list *list);

/* Put an interface into a list that it is not in. NULL: there is no memory. */
struct tf_list_member *tf_list_member_add(struct tf_lists *lists,
					  struct tf_list *list,
					  const char *interface);

void tf_list_member_del(struct tf_lists *lists, struct tf_list_member *member);

#endif /* TF_LISTS_H */
