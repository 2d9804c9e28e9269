/* SPDX-License-Identifier: GPL-2.0 */
/* Which targets a command is for: 0,1 or [find version=9]. */
#ifndef TFCTL_SELECT_H
#define TFCTL_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "target.h"

struct selection {
	unsigned int count;
	uint32_t number[TRAFFIC_FLOW_TARGETS_MAX];
	bool find;
	uint32_t find_set;		/* the properties that must be equal */
	struct target find_as;		/* to these */
};

/*
 * Takes the words of a selection out of the call's and leaves the others to
 * the caller, in *rest of *count. Exit code.
 */
int selection_parse(const struct call *call, struct selection *selection,
		    char **rest, int *count);

/* Marks those targets; an exit code if one of the numbers does not exist. */
int selection_mark(const struct selection *selection,
		   const struct targets *targets, bool *marked);

#endif
