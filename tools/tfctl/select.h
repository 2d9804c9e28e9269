/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which targets, lists or members a command is for: 0,1 or [find version=9],
 * and WAN where they have names.
 */
#ifndef TFCTL_SELECT_H
#define TFCTL_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "menu.h"
#include "property.h"

#define SELECTION_MAX	TRAFFIC_FLOW_LIST_MEMBERS_MAX

struct selected {			/* one, by name or by number */
	char name[LIST_NAME_SIZE];	/* empty: by number */
	uint32_t number;
};

struct selection {
	const struct properties *props;	/* of what is selected */
	unsigned int count;
	struct selected which[SELECTION_MAX];
	bool find;
	uint32_t find_set;		/* the properties that must be equal */
	void *find_as;			/* to those of this object */
};

/* An empty selection among what has these properties. */
void selection_begin(struct selection *selection,
		     const struct properties *props, void *find_as);

/*
 * Takes the words of a selection out of the call's and leaves the others to
 * the caller, in *rest of *count. Exit code.
 */
int selection_parse(const struct call *call, struct selection *selection,
		    char **rest, int *count);

/* The same for a command that takes no other words. */
int selection_parse_only(const struct call *call, struct selection *selection);

/* Marks those of the objects; an exit code if one that is named is not there. */
int selection_mark(const struct selection *selection, const void *objects,
		   size_t count, bool *marked);

#endif
