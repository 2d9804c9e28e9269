// SPDX-License-Identifier: GPL-2.0
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "complete.h"
#include "error.h"
#include "ipfix.h"
#include "menu.h"

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

/* A list goes on behind its last comma. */
static void offer_interfaces(struct typed typed)
{
	struct if_nameindex *list = if_nameindex();
	const char *comma = strrchr(typed.rest, ',');
	size_t i;

	if (comma) {
		typed.kept += comma + 1 - typed.rest;
		typed.rest = comma + 1;
	} else {
		offer(&typed, "all", "");
	}
	for (i = 0; list && list[i].if_name; i++)
		offer(&typed, list[i].if_name, "");
	if (list)
		if_freenameindex(list);
}

static void offer_value(const struct typed *typed,
			const struct property *property)
{
	static const char *const times[] = {
		"15s", "30s", "1m", "5m", "10m", "30m", "1h",
	};
	const struct choice *choice;
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
	case PROPERTY_INTERFACES:
		offer_interfaces(*typed);
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

int complete(int argc, char **argv)
{
	const struct menu *menu = &menu_traffic_flow;
	const struct command *command = NULL;
	struct typed typed = { 0 };
	int used;

	if (!argc)
		return EXIT_USAGE;
	typed.word = argv[argc - 1];
	typed.rest = typed.word;
	if (menu_walk(&menu, &command, argc - 1, argv, &used))
		return EXIT_USAGE;
	if (!command) {
		offer_menu(&typed, menu);
		return EXIT_DONE;
	}
	if (command->properties)
		offer_properties(&typed, command->properties);
	if (command->arguments & ARGUMENTS_FIELDS)
		offer_fields(&typed);
	offer_words(&typed, command->words);
	return EXIT_DONE;
}
