// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "ipfix.h"
#include "out.h"
#include "replace.h"
#include "state.h"
#include "words.h"

static struct wrap begin(const char *verb)
{
	struct wrap wrap = { .indent = 4, .end = " \\" };

	out_wrapped(&wrap, verb);
	return wrap;
}

static void out_assignment(struct wrap *wrap, const char *name,
			   const char *value)
{
	char word[2 * PROPERTY_TEXT_SIZE + VALUE_SIZE];
	size_t length = sprintf(word, "%s=", name);
	bool quotes = word_needs_quotes(value);

	if (quotes)
		word[length++] = '"';
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			word[length++] = '\\';
		word[length++] = *value;
	}
	if (quotes)
		word[length++] = '"';
	word[length] = '\0';
	out_wrapped(wrap, word);
}

static int by_name(const void *a, const void *b)
{
	const struct property *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

/* One command that sets these properties, by name as RouterOS sorts them. */
static void export_object(const char *verb, const struct properties *props,
			  uint32_t set, const void *object)
{
	char text[PROPERTY_TEXT_SIZE];
	const struct property *sorted[32];
	struct wrap wrap = begin(verb);
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < props->count; i++)
		if (set & 1U << i)
			sorted[count++] = &props->table[i];
	qsort(sorted, count, sizeof(sorted[0]), by_name);
	for (i = 0; i < count; i++) {
		property_format(sorted[i], object, text);
		out_assignment(&wrap, sorted[i]->name, text);
	}
	printf("\n");
}

static void export_fields(uint64_t fields, uint64_t set)
{
	struct wrap wrap = begin("set");
	size_t i;

	for (i = 0; i < IPFIX_FIELDS; i++)
		if (set & IPFIX_BIT(i))
			out_assignment(&wrap, ipfix_fields[i],
				       fields & IPFIX_BIT(i) ? "yes" : "no");
	printf("\n");
}

static void export_items(const struct menu *menu, const struct items *items,
			 bool verbose)
{
	const struct item_kind *kind = items->kind;
	struct list fallback = { 0 };
	uint32_t set;
	size_t i;

	if (items->count)
		printf("%s\n", menu->path);
	for (i = 0; i < items->count; i++) {
		set = verbose ? UINT32_MAX : kind->key;
		if (kind == &list_kind)
			set |= properties_different(kind->props, item(items, i),
						    &fallback);
		export_object("add", kind->props, set, item(items, i));
	}
}

static void export_ipfix(const struct settings *settings, bool verbose)
{
	uint64_t set = IPFIX_FIELDS_ALL;

	if (!verbose)
		set &= settings->ipfix_fields ^ IPFIX_FIELDS_DEFAULT;
	if (!set)
		return;
	printf("%s ipfix\n", menu_traffic_flow.path);
	export_fields(settings->ipfix_fields, set);
}

static void export_targets(const struct targets *targets, bool verbose)
{
	struct target fallback = { 0 };
	uint32_t set;
	size_t i;

	properties_defaults(&target_properties, &fallback);
	if (targets->count)
		printf("%s target\n", menu_traffic_flow.path);
	for (i = 0; i < targets->count; i++) {
		set = verbose ? UINT32_MAX :
		      properties_different(&target_properties,
					   &targets->list[i], &fallback);
		export_object("add", &target_properties,
			      set | TARGET_BIT(TARGET_DST_ADDRESS),
			      &targets->list[i]);
	}
}

static void export_settings(const struct settings *settings, bool verbose)
{
	struct settings defaults;
	uint32_t set;

	settings_defaults(&defaults);
	set = verbose ? UINT32_MAX :
	      properties_different(&settings_properties, settings, &defaults);
	if (!set)
		return;
	printf("%s\n", menu_traffic_flow.path);
	export_object("set", &settings_properties, set, settings);
}

/*
 * Each after what it needs. Settings last, though RouterOS has them first: once
 * metering is enabled, fields and targets may ask for another cache, and there may
 * be no room for two.
 */
static void export_state(const struct state *state, bool verbose)
{
	export_items(&menu_list, &state->lists, verbose);
	export_items(&menu_member, &state->members, verbose);
	export_ipfix(&state->settings, verbose);
	export_targets(&state->targets, verbose);
	export_settings(&state->settings, verbose);
}

struct exported {
	const struct state *state;
	bool verbose;
};

static void print_exported(const void *data)
{
	const struct exported *exported = data;

	export_state(exported->state, exported->verbose);
}

int config_export(const struct call *call)
{
	struct state state;
	struct exported exported = { .state = &state };
	const char *path = NULL;
	int ret;
	int i;

	for (i = 0; i < call->argc; i++) {
		if (!strcmp(call->argv[i], "verbose"))
			exported.verbose = true;
		else if (!strncmp(call->argv[i], "file=", 5) &&
			 call->argv[i][5])
			path = call->argv[i] + 5;
		else
			return usage("export takes verbose and file=PATH, not '%s'",
				     call->argv[i]);
	}
	ret = state_get(&state);
	if (ret)
		return ret;
	if (path)
		ret = replace_file(path, print_exported, &exported);
	else
		print_exported(&exported);
	state_free(&state);
	return ret;
}
