// SPDX-License-Identifier: GPL-2.0
/* A state that is made again of whatever there is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
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

	begin("before", 3, 1);
	check(!state_get(&before), "a state", "without a list");
	begin("before", 1, 1);
	fake.settings.enabled = 0;
	fake.target[0].id = ++fake.id;
	fake.target[0].port = 1;
	fake.refuse_list = "before-interfaces-01";
	before.settings.interfaces.count = 1;
	check(state_restore(&before) == EXIT_REFUSED, "refused", "a list");
	check(fake.lists == 2 &&
	      !strcmp(fake.list[1].name, "before-interfaces-02"),
	      "but the next one is there", fake.list[1].name);
	check(fake.members == 2 && !strcmp(fake.member[1].interface, "before2"),
	      "and its member", fake.member[1].interface);
	check(fake.settings.enabled, "and metered", "without a list");
	check(fake.target[0].port == before.targets.list[0].port,
	      "and the target is there", "without a list");
	state_free(&before);
}

static int apply_targets(const struct targets *wanted)
{
	struct targets current;
	int ret;

	ret = targets_get(&current);
	if (!ret)
		ret = targets_apply(wanted, &current, true);
	targets_free(&current);
	return ret;
}

/* So with targets. */
static void check_goes_on_with_targets(void)
{
	struct state before;

	begin("before", 1, 1);
	fake.target[1] = fake.target[0];
	fake.target[1].id = ++fake.id;
	fake.count = 2;
	check(!state_get(&before), "a state", "of two targets");
	fake.target[0].port = fake.target[1].port = 3;
	before.targets.list[0].port = before.targets.list[1].port = 4;
	fake.refuse_set = 1;
	check(apply_targets(&before.targets) == EXIT_REFUSED, "refused",
	      "the first target");
	check(fake.target[0].port == 3 && fake.target[1].port == 4,
	      "but the second one is set", "to 4");
	state_free(&before);
}

static int run(int (*command)(const struct call *call), char *word, char *more)
{
	char *words[3] = { word, more, NULL };
	const struct call call = { .argc = more ? 2 : 1, .argv = words };

	return command(&call);
}

/* It is taken, and in the end the kernel refuses it. */
static void write_refused(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		abort();
	fputs("/ip traffic-flow target add dst-address=192.0.2.7 port=7\n"
	      "/ip traffic-flow set enabled=yes cache-entries=1k\n"
	      "/interface list member add list=none interface=eth0\n", file);
	fclose(file);
}

/* What was exported is there again, though two caches are one too many. */
static void check_one_cache(void)
{
	char file[] = "file=/tmp/tfctl-unit.XXXXXX";
	char *path = file + strlen("file=");
	int fd = mkstemp(path);
	char replace[] = "replace";
	struct state before;

	begin("before", 1, 1);
	fake.settings.cache_entries = 1 << 24;
	fake.settings.ipfix_fields ^= 1;
	fake.one_cache = true;
	check(fd >= 0 && !state_get(&before), "a state", "one cache");
	check(run(config_export, file, NULL) == EXIT_DONE, "exported", path);
	check(run(config_import, replace, path) == EXIT_DONE,
	      "imported in its own place", path);
	check_is(&before, "one cache");
	check(fake.settings.ipfix_fields == before.settings.ipfix_fields,
	      "fields", "one cache");

	write_refused(path);
	check(run(config_import, replace, path) == EXIT_REFUSED, "refused",
	      path);
	check_is(&before, "one cache, after a refusal");
	state_free(&before);
	close(fd);
	unlink(path);
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
	check_goes_on_with_targets();
	check_one_cache();
	memset(&fake, 0, sizeof(fake));
}
