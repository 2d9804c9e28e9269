// SPDX-License-Identifier: GPL-2.0
/* A state that is made again of whatever there is. */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fake.h"
#include "state.h"
#include "unit.h"

/* So many lists with so many members each, all of them metered, and a target. */
static void begin(const char *prefix, size_t lists, size_t members)
{
	struct interfaces *metered = &fake.settings.interfaces;
	size_t i;

	memset(&fake, 0, sizeof(fake));
	settings_defaults(&fake.settings);
	fake.settings.enabled = 1;
	for (i = 0; i < lists; i++) {
		snprintf(fake.list[i].name, LIST_NAME_SIZE,
			 "%s-interfaces-%02zu", prefix, i);
		strcpy(metered->name[metered->count++], fake.list[i].name);
	}
	for (i = 0; i < lists * members; i++) {
		strcpy(fake.member[i].list, fake.list[i % lists].name);
		snprintf(fake.member[i].interface, IF_NAMESIZE, "%s%zu",
			 prefix, i);
	}
	fake.lists = lists;
	fake.members = lists * members;
	fake.count = 1;
	fake.id = *prefix;
	properties_defaults(&target_properties, &fake.target[0]);
	fake.target[0].id = fake.id;
	fake.target[0].port = fake.id;
	parse_address("192.0.2.1", &fake.target[0].dst);
}

static bool is_same(const struct items *a, const struct items *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++)
		if (properties_different(a->kind->props, item(a, i),
					 item(b, i)))
			return false;
	return a->count == b->count;
}

static void check_is(const struct state *wanted, const char *what)
{
	struct state state;

	check(!state_get(&state), "a state", what);
	check(is_same(&state.lists, &wanted->lists), "lists", what);
	check(is_same(&state.members, &wanted->members), "members", what);
	check(!properties_different(&settings_properties, &state.settings,
				    &wanted->settings), "settings", what);
	check(state.targets.count == wanted->targets.count &&
	      state.targets.list[0].port == wanted->targets.list[0].port,
	      "targets", what);
	state_free(&state);
}

static bool was_disabled;

static void look(void)
{
	was_disabled |= !fake.settings.enabled;
}

static void check_applied(size_t lists, size_t members, const char *what)
{
	struct state before;

	begin("before", lists, members);
	check(!state_get(&before), "a state", what);
	begin("after", lists, members);
	was_disabled = false;
	fake.on_change = look;
	check(state_apply(&before) == EXIT_DONE, "applied", what);
	check_is(&before, what);
	state_free(&before);
}

/* The rest is as it was, though a list could not come back. */
static void check_goes_on(void)
{
	struct state before;

	begin("before", 2, 1);
	check(!state_get(&before), "a state", "without a list");
	begin("before", 1, 1);
	fake.settings.enabled = 0;
	fake.target[0].id = ++fake.id;
	fake.target[0].port = 1;
	fake.refuse = 1;
	before.settings.interfaces.count = 1;
	check(state_restore(&before) == EXIT_REFUSED, "refused", "a list");
	check(fake.settings.enabled, "but metered", "without a list");
	check(fake.target[0].port == before.targets.list[0].port,
	      "and the target is there", "without a list");
	state_free(&before);
}

void test_state(void)
{
	check_applied(2, 2, "few lists");
	check(!was_disabled, "metered throughout", "few lists");
	check_applied(TRAFFIC_FLOW_LISTS_MAX, 1, "as many lists as there may be");
	check_applied(1, TRAFFIC_FLOW_LIST_MEMBERS_MAX,
		      "as many members as there may be");
	check_applied(TRAFFIC_FLOW_LISTS_MAX,
		      TRAFFIC_FLOW_LIST_MEMBERS_MAX / TRAFFIC_FLOW_LISTS_MAX,
		      "as many of both");
	check_goes_on();
	memset(&fake, 0, sizeof(fake));
}
