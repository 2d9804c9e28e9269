/* SPDX-License-Identifier: GPL-2.0 */
/* All that can be configured, to be put back as it was. */
#ifndef TFCTL_STATE_H
#define TFCTL_STATE_H

#include "list.h"
#include "settings.h"
#include "target.h"

struct state {
	struct settings settings;
	struct targets targets;
	struct items lists;
	struct items members;
};

int state_get(struct state *state);
void state_free(struct state *state);

/*
 * Makes the kernel's state this one. What is metered goes on being, but where the
 * lists of both states together are too many.
 */
int state_apply(const struct state *wanted);

/* Likewise, and what is refused keeps nothing else from being as it was. */
int state_restore(const struct state *wanted);

/*
 * Likewise the targets, with go_on the others too if one is refused. Those that
 * still exist keep their counters unless one of the wanted ones is gone: then all
 * are made anew, for the sake of their order.
 */
int targets_apply(const struct targets *wanted, const struct targets *current,
		  bool go_on);

/*
 * The marked ones of before are as they were again, if they are there: what others
 * have done meanwhile stays.
 */
int targets_change_back(const struct targets *before, const bool *marked,
			const struct targets *current);

#endif
