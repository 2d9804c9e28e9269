// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "array.h"
#include "error.h"
#include "ipfix.h"
#include "signals.h"
#include "state.h"

int state_get(struct state *state)
{
	int ret;

	memset(state, 0, sizeof(*state));
	ret = settings_get(&state->settings);
	if (!ret)
		ret = targets_get(&state->targets);
	if (!ret)
		ret = items_get(&list_kind, &state->lists);
	if (!ret)
		ret = items_get(&member_kind, &state->members);
	if (ret)
		state_free(state);
	return ret;
}

void state_free(struct state *state)
{
	targets_free(&state->targets);
	items_free(&state->lists);
	items_free(&state->members);
}

static bool all_exist(const struct targets *wanted,
		      const struct targets *current)
{
	size_t i;

	for (i = 0; i < wanted->count; i++)
		if (!targets_find(current, wanted->list[i].id))
			return false;
	return true;
}

static int apply_settings(const struct settings *wanted,
			  const struct settings *current)
{
	uint64_t fields = wanted->ipfix_fields ^ current->ipfix_fields;
	uint32_t set = properties_different(&settings_properties, wanted,
					    current);

	return set || fields ? settings_send(wanted, set, fields) : EXIT_DONE;
}

/* The removal of those that are not wanted; with all set, of every one. */
static int remove_others(const struct targets *wanted,
			 const struct targets *current, bool all)
{
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < current->count && !ret; i++)
		if (all || !targets_find(wanted, current->list[i].id))
			ret = target_send_remove(current->list[i].id);
	return ret;
}

static int apply_target(const struct target *wanted,
			const struct target *current)
{
	uint32_t set;

	if (!current)
		return target_send_add(wanted,
				       TARGET_BIT(target_properties.count) - 1);
	set = properties_different(&target_properties, wanted, current);
	return set ? target_send_set(wanted, set) : EXIT_DONE;
}

int targets_apply(const struct targets *wanted, const struct targets *current)
{
	bool anew = !all_exist(wanted, current);
	int ret;
	size_t i;

	ret = remove_others(wanted, current, anew);
	for (i = 0; i < wanted->count && !ret; i++)
		ret = apply_target(&wanted->list[i],
				   anew ? NULL :
				   targets_find(current, wanted->list[i].id));
	return ret;
}

/* The kernel takes so many and no more. */
static bool fits(const struct items *wanted, const struct items *current,
		 size_t most)
{
	return current->count + items_missing(wanted, current) <= most;
}

static int add_lists(const struct state *wanted, struct state *current)
{
	return items_add_missing(&wanted->lists, &current->lists);
}

static int add_members(const struct state *wanted, struct state *current)
{
	return items_add_missing(&wanted->members, &current->members);
}

static int set_settings(const struct state *wanted, struct state *current)
{
	return apply_settings(&wanted->settings, &current->settings);
}

static int remove_lists(const struct state *wanted, struct state *current)
{
	int ret;

	ret = items_remove_others(&wanted->members, &current->members);
	return ret ? ret : items_remove_others(&wanted->lists, &current->lists);
}

static int set_targets(const struct state *wanted, struct state *current)
{
	return targets_apply(&wanted->targets, &current->targets);
}

/*
 * Where the lists of both are too many, those that are not wanted go first, and
 * with them what names them: all is let go.
 */
static int make_room(const struct state *wanted, struct state *current)
{
	struct settings without = current->settings;
	struct state now;
	int ret;

	if (fits(&wanted->lists, &current->lists, TRAFFIC_FLOW_LISTS_MAX) &&
	    fits(&wanted->members, &current->members,
		 TRAFFIC_FLOW_LIST_MEMBERS_MAX))
		return EXIT_DONE;
	without.enabled = false;
	without.interfaces.count = 0;
	ret = apply_settings(&without, &current->settings);
	current->settings = without;
	if (!ret)
		ret = remove_lists(wanted, current);
	if (!ret)
		ret = state_get(&now);
	if (ret)
		return ret;
	state_free(current);
	*current = now;
	return EXIT_DONE;
}

/* A list is there before the settings name it, and goes after. */
static int (*const steps[])(const struct state *wanted,
			    struct state *current) = {
	make_room, add_lists, add_members, set_settings, remove_lists,
	set_targets,
};

static int apply(const struct state *wanted, bool go_on)
{
	struct state current;
	sigset_t signals;
	int ret, next;
	size_t i;

	ret = state_get(&current);
	if (ret)
		return ret;
	signals_hold(&signals);
	for (i = 0; i < ARRAY_SIZE(steps) && (!ret || go_on); i++) {
		next = steps[i](wanted, &current);
		if (!ret)
			ret = next;
	}
	signals_let_go(&signals);
	state_free(&current);
	return ret;
}

int state_apply(const struct state *wanted)
{
	return apply(wanted, false);
}

int state_restore(const struct state *wanted)
{
	return apply(wanted, true);
}
