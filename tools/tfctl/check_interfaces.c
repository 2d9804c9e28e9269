// SPDX-License-Identifier: GPL-2.0
/* What is metered, and whether it exists. */
#include <net/if.h>
#include <string.h>

#include "check.h"
#include "state.h"

static bool matches(const char *pattern, const char *name)
{
	size_t length = strcspn(pattern, "*");

	return pattern[length] ? !strncmp(pattern, name, length) :
				 !strcmp(pattern, name);
}

static bool is_list(const struct state *state, const char *name)
{
	const struct list *list;
	size_t i;

	for (i = 0; i < state->lists.count; i++) {
		list = item(&state->lists, i);
		if (!strcmp(list->name, name))
			return true;
	}
	return false;
}

static bool is_member(const struct state *state, const char *list,
		      const char *name)
{
	const struct member *member;
	size_t i;

	for (i = 0; i < state->members.count; i++) {
		member = item(&state->members, i);
		if (!strcmp(member->list, list) &&
		    matches(member->interface, name))
			return true;
	}
	return false;
}

/* Whether one of what "interfaces" names, from the first to before the last, is it. */
static bool is_named(const struct state *state, unsigned int first,
		     unsigned int last, const char *interface)
{
	const char *name;

	for (; first < last; first++) {
		name = state->settings.interfaces.name[first];
		if (is_list(state, name) ? is_member(state, name, interface) :
					   matches(name, interface))
			return true;
	}
	return false;
}

/* Each interface once, however often it is named. */
static unsigned int count_named(const struct state *state, unsigned int first,
				unsigned int last)
{
	struct if_nameindex *all = if_nameindex();
	unsigned int count = 0;
	size_t i;

	for (i = 0; all && all[i].if_name; i++)
		count += is_named(state, first, last, all[i].if_name);
	if (all)
		if_freenameindex(all);
	return count;
}

static void report_missing(struct report *to, const char *name, bool list)
{
	report(to, "interfaces", FINDING_NOTE, list ?
	       "'tfctl interface list member add' puts interfaces into it" :
	       "'ip link' shows the names there are; 'tfctl set interfaces=' changes it",
	       list ? "there is no interface of list '%s'" :
		      "there is no interface '%s'", name);
}

void check_interfaces(struct report *to, const struct state *state)
{
	const struct interfaces *interfaces = &state->settings.interfaces;
	unsigned int total;
	const char *name;
	unsigned int i;

	if (!interfaces->count) {
		report(to, "interfaces", FINDING_OK, NULL, "all are metered");
		return;
	}
	for (i = 0; i < interfaces->count; i++) {
		name = interfaces->name[i];
		if (!count_named(state, i, i + 1))
			report_missing(to, name, is_list(state, name));
	}
	total = count_named(state, 0, interfaces->count);
	if (total)
		report(to, "interfaces", FINDING_OK, NULL, "%u metered", total);
	else
		report(to, "interfaces", FINDING_WRONG,
		       "'tfctl set interfaces=all' meters all of them",
		       "none of those to be metered exists");
}
