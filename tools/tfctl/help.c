// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "flow.h"
#include "help.h"
#include "ipfix.h"

/* The words that lead from tfctl to the menu. */
static const char *prefix(const struct menu *menu)
{
	const char *path = menu_traffic_flow.path;
	size_t length = strlen(path);

	if (strncmp(menu->path, path, length))
		return menu->path + 1;
	return menu->path + length + strspn(menu->path + length, " ");
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

static void out_below(const struct menu *menu)
{
	const struct menu *const *below;

	for (below = menu->menus; *below; below++) {
		if ((*below)->commands->name) {
			printf("\n%s: %s\n", prefix(*below), (*below)->help);
			out_commands(*below);
		}
		out_below(*below);
	}
}

static void out_which(void)
{
	printf("\n"
	       "TARGETS, LISTS and MEMBERS are numbers as print shows them (0 or 0,2) or\n"
	       "[find property=value ...]; LISTS are names, too.\n");
}

void help_menu(const struct menu *menu)
{
	const char *words = prefix(menu);

	printf("%s\n\nUsage: tfctl%s%s COMMAND ...\n\n", menu->help,
	       *words ? " " : "", words);
	out_commands(menu);
	out_below(menu);
	if (menu == &menu_traffic_flow)
		out_below(&menu_interface);
	out_which();
	printf("Behind a command --help lists its properties.\n"
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

static void out_names(size_t i, size_t end)
{
	size_t column;

	for (column = 0; i < end; i++, column++)
		printf("%s%-24s", column % 3 ? "" : "\n  ", ipfix_fields[i]);
	printf("\n");
}

static void out_fields(void)
{
	printf("\nFields (all of these are exported by default but nat-events):\n");
	out_names(0, TRAFFIC_FLOW_FIELD_ROUTEROS);
	printf("\nFields beyond RouterOS's (none is by default):\n");
	out_names(TRAFFIC_FLOW_FIELD_ROUTEROS, IPFIX_FIELDS);
	printf("\n"
	       "PROFILE sets all at once: routeros, which is the default; extended, with the\n"
	       "others; all, with nat-events, too.\n");
}

static void out_conditions(const char *example)
{
	size_t i;

	printf("  where         only flows for which the conditions are true: a property, one of\n"
	       "                = != < > <= >= ~ (regular expression) in (prefix), and a value,\n"
	       "                joined by and, or, ! and parentheses, in quotes for the shell:\n"
	       "\n"
	       "%s where 'src-address in 10.0.0.0/8 and dst-port=443'\n"
	       "\nProperties:\n", example);
	for (i = 0; i < flow_property_count; i++)
		printf("  %-22s %s\n", flow_properties[i].name,
		       flow_properties[i].help);
}

static void out_flow_words(void)
{
	printf("\n"
	       "  follow        flows as they end, from now on\n"
	       "  detail        all that is known of each\n"
	       "  count-only    only how many there are\n"
	       "  sort=         by a property, the greatest counters first; -PROPERTY turns it\n"
	       "  limit=        at most so many\n");
	out_conditions("tfctl flow print sort=rate limit=10");
}

static void out_top_words(void)
{
	printf("\n"
	       "  VIEW          flows, hosts, ports, protocols or interfaces\n"
	       "  --once        count for one interval, and print one table\n"
	       "  interval=     a time, 2s by default\n"
	       "  sort=         rate, packets, flows, bytes or name\n"
	       "  limit=        so many lines, 20 by default, with --once\n");
	out_conditions("tfctl top hosts");
}

void help_command(const struct menu *menu, const struct command *command)
{
	printf("%s\n\nUsage: ", command->help);
	out_usage(menu, command);
	if (command->properties)
		out_properties(command->properties);
	if (command->arguments & ARGUMENTS_FIELDS)
		out_fields();
	if (command->arguments & ARGUMENTS_FLOWS)
		out_flow_words();
	if (command->arguments & ARGUMENTS_TOP)
		out_top_words();
	if (command->arguments &
	    (ARGUMENTS_TARGETS | ARGUMENTS_LISTS | ARGUMENTS_MEMBERS))
		out_which();
}
