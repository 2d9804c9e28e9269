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
			 const struct targets *current, bool all, bool go_on)
{
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < current->count && (!ret || go_on); i++)
		if (all || !targets_find(wanted, current->list[i].id))
			ret = first_error(ret,
					  target_send_remove(current->list[i].id));
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

int targets_apply(const struct targets *wanted, const struct targets *current,
		  bool go_on)
{
	bool anew = !all_exist(wanted, current);
	const struct target *there;
	int ret;
	size_t i;

	ret = remove_others(wanted, current, anew, go_on);
	for (i = 0; i < wanted->count && (!ret || go_on); i++) {
		there = anew ? NULL : targets_find(current, wanted->list[i].id);
		ret = first_error(ret, apply_target(&wanted->list[i], there));
	}
	return ret;
}

int targets_change_back(const struct targets *before, const bool *marked,
			const struct targets *current)
{
	const struct target *there;
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < before->count; i++) {
		there = targets_find(current, before->list[i].id);
		if (marked[i] && there)
			ret = first_error(ret,
					  apply_target(&before->list[i], there));
	}
	return ret;
}

/* From the one state to the other. */
struct change {
	const struct state *wanted;
	struct state current;
	bool go_on;			/* with what is not refused */
};

/* The kernel takes so many and no more. */
static bool fits(const struct items *wanted, const struct items *current,
		 size_t most)
{
	return current->count + items_missing(wanted, current) <= most;
}

static int add_lists(struct change *change)
{
	return items_add_missing(&change->wanted->lists, &change->current.lists,
				 change->go_on);
}

static int add_members(struct change *change)
{
	return items_add_missing(&change->wanted->members,
				 &change->current.members, change->go_on);
}

static int set_settings(struct change *change)
{
	return apply_settings(&change->wanted->settings,
			      &change->current.settings);
}

static int remove_lists(struct change *change)
{
	const struct state *wanted = change->wanted;
	int ret;

	ret = items_remove_others(&wanted->members, &change->current.members,
				  change->go_on);
	if (ret && !change->go_on)
		return ret;
	return first_error(ret, items_remove_others(&wanted->lists,
						    &change->current.lists,
						    change->go_on));
}

static int set_targets(struct change *change)
{
	return targets_apply(&change->wanted->targets, &change->current.targets,
			     change->go_on);
}

/* Nothing is metered, on no interface that a list is named for. */
static int let_go(struct settings *current, bool interfaces)
{
	struct settings without = *current;
	int ret;

	without.enabled = false;
	if (interfaces)
		without.interfaces.count = 0;
	ret = apply_settings(&without, current);
	if (!ret)
		*current = without;
	return ret;
}

/*
 * Where the lists of both are too many, those that are not wanted go first, and
 * with them what names them: all is let go.
 */
static int make_room(struct change *change)
{
	const struct state *wanted = change->wanted;
	struct state *current = &change->current;
	struct state now;
	int ret;

	if (fits(&wanted->lists, &current->lists, TRAFFIC_FLOW_LISTS_MAX) &&
	    fits(&wanted->members, &current->members,
		 TRAFFIC_FLOW_LIST_MEMBERS_MAX))
		return EXIT_DONE;
	ret = let_go(&current->settings, true);
	if (!ret)
		ret = remove_lists(change);
	if (!ret)
		ret = state_get(&now);
	if (ret)
		return ret;
	state_free(current);
	*current = now;
	return EXIT_DONE;
}

/*
 * What flows know is what targets want: another target may need another cache,
 * for which there may be no room beside the one that is in use.
 */
static int stop(struct change *change)
{
	if (change->wanted->settings.enabled)
		return EXIT_DONE;
	return let_go(&change->current.settings, false);
}

/*
 * A list is there before the settings name it, and goes after; so are the targets
 * before the settings make a cache for them.
 */
static int (*const steps[])(struct change *change) = {
	make_room, add_lists, add_members, stop, set_targets, set_settings,
	remove_lists,
};

static int apply(const struct state *wanted, bool go_on)
{
	struct change change = { .wanted = wanted, .go_on = go_on };
	sigset_t signals;
	size_t i;
	int ret;

	ret = state_get(&change.current);
	if (ret)
		return ret;
	signals_hold(&signals);
	for (i = 0; i < ARRAY_SIZE(steps) && (!ret || go_on); i++)
		ret = first_error(ret, steps[i](&change));
	signals_let_go(&signals);
	state_free(&change.current);
	return ret;
}

int state_apply(const struct state *wanted)
{
	return apply(wanted, false);
}

/* Perhaps the cache that there is leaves no room for the one that was. */
static void give_way(void)
{
	struct settings settings;

	if (!settings_get(&settings))
		let_go(&settings, false);
}

int state_restore(const struct state *wanted)
{
	sigset_t signals;
	int ret;

	signals_hold(&signals);
	error_limit(0);
	ret = apply(wanted, false);
	if (ret) {
		give_way();
		error_limit(1);
		ret = apply(wanted, true);
	}
	error_limit(-1);
	signals_let_go(&signals);
	return ret;
}
