// SPDX-License-Identifier: GPL-2.0
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "complete.h"
#include "error.h"
#include "flow.h"
#include "ipfix.h"
#include "list.h"
#include "menu.h"
#include "target.h"
#include "top.h"

/* The start of the word that stays, and what was typed behind that. */
struct typed {
	const char *word;
	size_t kept;
	const char *rest;
};

static void offer(const struct typed *typed, const char *text, const char *end)
{
	if (!strncmp(text, typed->rest, strlen(typed->rest)))
		printf("%.*s%s%s\n", (int)typed->kept, typed->word, text, end);
}

static void offer_menu(const struct typed *typed, const struct menu *menu)
{
	const struct menu *const *below;
	const struct command *command;

	for (below = menu->menus; *below; below++)
		offer(typed, (*below)->name, "");
	for (command = menu->commands; command->name; command++)
		offer(typed, command->name, "");
}

static void offer_sizes(const struct typed *typed, uint32_t min, uint32_t max)
{
	char text[VALUE_SIZE];
	uint64_t size;

	for (size = min; size <= max; size *= 2) {
		format_size(size, text);
		offer(typed, text, "");
	}
}

static void offer_interfaces(const struct typed *typed)
{
	struct if_nameindex *list = if_nameindex();
	size_t i;

	for (i = 0; list && list[i].if_name; i++)
		offer(typed, list[i].if_name, "");
	if (list)
		if_freenameindex(list);
}

static void offer_lists(const struct typed *typed)
{
	const struct list *list;
	struct items lists;
	size_t i;

	if (items_get(&list_kind, &lists))
		return;
	for (i = 0; i < lists.count; i++) {
		list = item(&lists, i);
		offer(typed, list->name, "");
	}
	items_free(&lists);
}

/* A list goes on behind its last comma; @alone stands without others. */
static struct typed offer_list(struct typed typed, const char *alone)
{
	const char *comma = strrchr(typed.rest, ',');

	if (comma) {
		typed.kept += comma + 1 - typed.rest;
		typed.rest = comma + 1;
	} else {
		offer(&typed, alone, "");
	}
	return typed;
}

/* What goes on behind a comma. */
static void offer_several(struct typed typed)
{
	typed = offer_list(typed, "all");
	offer_interfaces(&typed);
	offer_lists(&typed);
}

static void offer_value(const struct typed *typed,
			const struct property *property)
{
	static const char *const times[] = {
		"15s", "30s", "1m", "5m", "10m", "30m", "1h",
	};
	const struct choice *choice;
	struct typed item;
	size_t i;

	switch (property->kind) {
	case PROPERTY_BOOL:
		offer(typed, "yes", "");
		offer(typed, "no", "");
		break;
	case PROPERTY_SIZE:
		offer_sizes(typed, property->min, property->max);
		break;
	case PROPERTY_TIME:
		for (i = 0; i < ARRAY_SIZE(times); i++)
			offer(typed, times[i], "");
		break;
	case PROPERTY_CHOICE:
		for (choice = property->choices; choice->name; choice++)
			offer(typed, choice->name, "");
		break;
	case PROPERTY_SET:
		item = offer_list(*typed, "none");
		for (choice = property->choices; choice->name; choice++)
			offer(&item, choice->name, "");
		break;
	case PROPERTY_INTERFACES:
		offer_several(*typed);
		break;
	case PROPERTY_NAME:
		offer(typed, "none", "");
		offer_interfaces(typed);
		break;
	case PROPERTY_INTERFACE:
		offer_interfaces(typed);
		break;
	case PROPERTY_LIST:
		offer_lists(typed);
		break;
	case PROPERTY_COMMENT:
		break;
	case PROPERTY_NUMBER:
	case PROPERTY_ADDRESS:
		if (property->fallback)
			offer(typed, property->fallback, "");
		break;
	}
}

static void offer_properties(const struct typed *typed,
			     const struct properties *props)
{
	size_t length = strcspn(typed->word, "=");
	struct typed value = {
		.word = typed->word,
		.kept = length + 1,
		.rest = typed->word + length + 1,
	};
	unsigned int i;

	for (i = 0; i < props->count; i++) {
		if (!typed->word[length])
			offer(typed, props->table[i].name, "=");
		else if (strlen(props->table[i].name) == length &&
			 !strncmp(props->table[i].name, typed->word, length))
			offer_value(&value, &props->table[i]);
	}
}

static void offer_fields(const struct typed *typed)
{
	static const char *const values[] = { "yes", "no" };
	bool has_value = strchr(typed->word, '=');
	char text[VALUE_SIZE];
	size_t i;

	for (i = 0; i < 2 * IPFIX_FIELDS; i++) {
		if (!has_value && i % 2)
			continue;
		snprintf(text, sizeof(text), "%s=%s", ipfix_fields[i / 2],
			 has_value ? values[i % 2] : "");
		offer(typed, text, "");
	}
}

static void offer_profiles(const struct typed *typed)
{
	const struct ipfix_profile *profile;
	char text[VALUE_SIZE];

	if (!strchr(typed->word, '=')) {
		offer(typed, "profile=", "");
		return;
	}
	for (profile = ipfix_profiles; profile->name; profile++) {
		snprintf(text, sizeof(text), "profile=%s", profile->name);
		offer(typed, text, "");
	}
}

static void offer_words(const struct typed *typed, const char *words)
{
	char word[VALUE_SIZE];
	size_t length;

	for (; words && *words; words += strspn(words, " ")) {
		length = strcspn(words, " ");
		snprintf(word, sizeof(word), "%.*s", (int)length, words);
		offer(typed, word, "");
		words += length;
	}
}

/* A VRF is an interface. */
static void offer_vrfs(const struct typed *typed)
{
	struct typed value = *typed;

	if (strncmp(typed->word, "vrf=", 4))
		return;
	value.kept = strlen("vrf=");
	value.rest = typed->word + value.kept;
	offer_interfaces(&value);
}

static void offer_options(const struct typed *typed,
			  const struct command *command)
{
	const unsigned int options = command ? command->options : OPTION_JSON;

	if (options & OPTION_JSON)
		offer(typed, "--json", "");
	if (options & OPTION_ONCE)
		offer(typed, "--once", "");
	if (options & OPTION_PROMETHEUS)
		offer(typed, "--prometheus", "");
	offer(typed, "--help", "");
	if (!command)
		offer(typed, "--version", "");
}

/* They may stand anywhere, and the words are what they are without them. */
static int drop_options(int argc, char **argv)
{
	int count = 0;
	int i;

	for (i = 0; i < argc; i++)
		if (i == argc - 1 || argv[i][0] != '-' || !argv[i][1])
			argv[count++] = argv[i];
	return count;
}

static bool has_where(int argc, char **argv)
{
	while (argc-- > 1)
		if (!strcmp(*argv++, "where"))
			return true;
	return false;
}

static void offer_flow_properties(const struct typed *typed, const char *end)
{
	size_t i;

	for (i = 0; i < flow_property_count; i++)
		offer(typed, flow_properties[i].name, end);
}

/* What stands behind sort=, and once where was said, properties. */
static void offer_flow_words(const struct typed *typed,
			     const struct command *command)
{
	struct typed value = *typed;
	size_t i;

	if (strncmp(typed->word, "sort=", 5)) {
		offer_words(typed, command->words);
		return;
	}
	value.kept = strlen("sort=");
	value.rest = typed->word + value.kept;
	if (command->arguments & ARGUMENTS_FLOWS)
		offer_flow_properties(&value, "");
	else
		for (i = 0; i < TOP_SORTS; i++)
			offer(&value, top_sort_names[i], "");
}

static void offer_arguments(const struct typed *typed,
			    const struct command *command, bool where)
{
	if (command->properties)
		offer_properties(typed, command->properties);
	if (command->properties == &target_properties)
		offer_vrfs(typed);
	if (command->arguments & ARGUMENTS_FIELDS) {
		offer_fields(typed);
		offer_profiles(typed);
	}
	if (command->arguments & ARGUMENTS_LISTS)
		offer_lists(typed);
	if (!(command->arguments & (ARGUMENTS_FLOWS | ARGUMENTS_TOP)))
		offer_words(typed, command->words);
	else if (where)
		offer_flow_properties(typed, "=");
	else
		offer_flow_words(typed, command);
}

int complete(int argc, char **argv)
{
	const struct menu *menu = &menu_traffic_flow;
	const struct command *command = NULL;
	struct typed typed = { 0 };
	int used;

	argc = drop_options(argc, argv);
	if (!argc)
		return EXIT_USAGE;
	typed.word = argv[argc - 1];
	typed.rest = typed.word;
	if (menu_walk(&menu, &command, argc - 1, argv, &used))
		return EXIT_USAGE;
	if (*typed.word == '-') {
		offer_options(&typed, command);
	} else if (command) {
		offer_arguments(&typed, command, has_where(argc, argv));
	} else {
		offer_menu(&typed, menu);
		/* The first word may lead anywhere. */
		if (argc == 1)
			offer_menu(&typed, &menu_root);
	}
	return EXIT_DONE;
}
