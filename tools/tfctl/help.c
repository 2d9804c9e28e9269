// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "help.h"
#include "ipfix.h"

/* The words that lead from tfctl to the menu. */
static const char *prefix(const struct menu *menu)
{
	return menu == &menu_traffic_flow ? "" : menu->name;
}

static void out_usage(const struct menu *menu, const struct command *command)
{
	const char *words = prefix(menu);

	printf("tfctl%s%s %s %s\n", *words ? " " : "", words, command->name,
	       command->usage);
}

static void out_commands(const struct menu *menu)
{
	const struct command *command;

	for (command = menu->commands; command->name; command++)
		printf("  %-8s %-36s %s\n", command->name, command->usage,
		       command->help);
}

void help_menu(const struct menu *menu)
{
	const struct menu *const *below;
	const char *words = prefix(menu);

	printf("%s\n\nUsage: tfctl%s%s COMMAND ...\n\n", menu->help,
	       *words ? " " : "", words);
	out_commands(menu);
	for (below = menu->menus; *below; below++) {
		printf("\n%s: %s\n", (*below)->name, (*below)->help);
		out_commands(*below);
	}
	printf("\n"
	       "TARGETS are numbers as 'target print' shows them (0 or 0,2) or\n"
	       "[find property=value ...]. Behind a command --help lists its properties.\n"
	       "\n"
	       "  --json     print JSON\n"
	       "  --version  print the version\n"
	       "  --help     print this\n");
}

static void out_properties(const struct properties *props)
{
	const struct property *property;
	unsigned int i;

	printf("\n  %-22s %-9s %s\n", "PROPERTY", "DEFAULT", "");
	for (i = 0; i < props->count; i++) {
		property = &props->table[i];
		printf("  %-22s %-9s %s\n", property->name,
		       property->fallback ? property->fallback : "-",
		       property->help);
	}
}

static void out_fields(void)
{
	size_t i;

	printf("\nFields (all are exported by default but nat-events):\n");
	for (i = 0; i < IPFIX_FIELDS; i++)
		printf("%s%-20s", i % 3 ? "" : "\n  ", ipfix_fields[i]);
	printf("\n");
}

void help_command(const struct menu *menu, const struct command *command)
{
	printf("%s\n\nUsage: ", command->help);
	out_usage(menu, command);
	if (command->properties)
		out_properties(command->properties);
	if (command->arguments & ARGUMENTS_FIELDS)
		out_fields();
	if (command->arguments & ARGUMENTS_TARGETS)
		printf("\n"
		       "TARGETS are numbers as 'target print' shows them (0 or 0,2) or\n"
		       "[find property=value ...].\n");
}
