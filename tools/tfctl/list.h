/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of interfaces: "/interface list" and "/interface list member". */
#ifndef TFCTL_LIST_H
#define TFCTL_LIST_H

#include "items.h"

struct list {
	char name[LIST_NAME_SIZE];
	char comment[COMMENT_SIZE];
};

struct member {
	char list[LIST_NAME_SIZE];
	char interface[IF_NAMESIZE];
};

extern const struct properties list_properties;
extern const struct properties member_properties;
extern const struct item_kind list_kind;
extern const struct item_kind member_kind;

int list_add(const struct call *call);
int list_set(const struct call *call);
int list_remove(const struct call *call);
int list_print(const struct call *call);
int member_add(const struct call *call);
int member_remove(const struct call *call);
int member_print(const struct call *call);

#endif
