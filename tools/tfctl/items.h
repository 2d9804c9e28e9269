/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Menus of things that have a key and are added and removed: interface lists
 * and their members. What they are is data.
 */
#ifndef TFCTL_ITEMS_H
#define TFCTL_ITEMS_H

#include <stddef.h>
#include <stdint.h>

#include "menu.h"
#include "netlink.h"
#include "property.h"

struct item_kind {
	const struct properties *props;
	uint32_t key;			/* properties that tell one from another */
	const char *needs;		/* they, as the user types them */
	uint8_t get, add, set, remove;	/* commands; set is 0 if there is none */
	uint16_t max;			/* the highest attribute */
	netlink_name_fn attr_name;
	int (*compare)(const void *a, const void *b);	/* for their order */
};

struct items {
	const struct item_kind *kind;
	size_t count;
	char *objects;
};

int items_get(const struct item_kind *kind, struct items *items);
void items_free(struct items *items);
const void *item(const struct items *items, size_t i);

/* How many are wanted and not there. */
size_t items_missing(const struct items *wanted, const struct items *current);

/*
 * They are added, and what differs is set; with go_on the others too if one is
 * refused. The first error.
 */
int items_add_missing(const struct items *wanted, const struct items *current,
		      bool go_on);

/* Likewise what is there and not wanted is removed. */
int items_remove_others(const struct items *wanted,
			const struct items *current, bool go_on);

/* The commands. */
int items_add(const struct item_kind *kind, const struct call *call);
int items_set(const struct item_kind *kind, const struct call *call);
int items_remove(const struct item_kind *kind, const struct call *call);
int items_print(const struct item_kind *kind, const struct call *call);

#endif
