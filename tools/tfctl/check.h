/* SPDX-License-Identifier: GPL-2.0 */
/* "check": what may be wrong, and what to do then. */
#ifndef TFCTL_CHECK_H
#define TFCTL_CHECK_H

#include <json-c/json.h>

#include "error.h"
#include "menu.h"

enum finding {
	FINDING_OK,
	FINDING_NOTE,			/* may well be intended */
	FINDING_WRONG,
};

/* What was looked at, and what was found; behind it, what to do. */
struct report {
	struct json_object *findings;
	bool wrong;
};

/* The advice may be NULL. */
void report(struct report *report, const char *name, enum finding finding,
	    const char *advice, const char *format, ...) __printf(5, 6);

/* Whether nftables takes flows off the way that is metered. */
void check_offload(struct report *report);

struct state;

/* Whether there is what is to be metered. */
void check_interfaces(struct report *report, const struct state *state);

/* Whether each collector can be reached, and is. */
void check_targets(struct report *report, const struct state *state);

int check_run(const struct call *call);

#endif
