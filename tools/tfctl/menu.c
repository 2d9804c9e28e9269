// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "ipfix.h"
#include "menu.h"
#include "settings.h"
#include "stats.h"
#include "target.h"

static const struct command traffic_flow_commands[] = {
	{
		.name = "set", .usage = "property=value ...",
		.help = "change settings", .run = settings_set,
		.arguments = ARGUMENTS_PROPERTIES,
		.properties = &settings_properties,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show the settings", .run = settings_print,
	}, {
		.name = "stats", .usage = "[--json]",
		.help = "show what was counted and exported",
		.run = stats_print,
	}, {
		.name = "export", .usage = "[verbose] [file=PATH]",
		.help = "print the configuration as commands; verbose: defaults too",
		.run = config_export, .words = "verbose file=",
		.not_in_file = true,
	}, {
		.name = "import", .usage = "[replace] FILE|-",
		.help = "apply such commands, all or none; replace: and nothing else",
		.run = config_import, .words = "replace",
		.arguments = ARGUMENTS_FILE, .not_in_file = true,
	}, {
		.name = "reset", .usage = "",
		.help = "back to the defaults: disabled, and no targets",
		.run = config_reset,
	},
	{ .name = NULL }
};

static const struct command target_commands[] = {
	{
		.name = "add", .usage = "dst-address=IP [property=value ...]",
		.help = "add a collector", .run = target_add,
		.arguments = ARGUMENTS_PROPERTIES, .words = "address=",
		.properties = &target_properties,
	}, {
		.name = "set", .usage = "TARGETS property=value ...",
		.help = "change collectors", .run = target_set,
		.arguments = ARGUMENTS_PROPERTIES | ARGUMENTS_TARGETS,
		.words = "address=", .properties = &target_properties,
	}, {
		.name = "remove", .usage = "TARGETS",
		.help = "remove collectors", .run = target_remove,
		.arguments = ARGUMENTS_TARGETS,
	}, {
		.name = "enable", .usage = "TARGETS",
		.help = "send to them again, templates first",
		.run = target_enable, .arguments = ARGUMENTS_TARGETS,
	}, {
		.name = "disable", .usage = "TARGETS",
		.help = "send nothing to them", .run = target_disable,
		.arguments = ARGUMENTS_TARGETS,
	}, {
		.name = "print", .usage = "[detail] [--json]",
		.help = "list the collectors", .run = target_print,
		.words = "detail",
	},
	{ .name = NULL }
};

static const struct command ipfix_commands[] = {
	{
		.name = "set", .usage = "field=yes|no ...",
		.help = "choose fields", .run = ipfix_set,
		.arguments = ARGUMENTS_FIELDS,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show which fields are exported", .run = ipfix_print,
	},
	{ .name = NULL }
};

static const struct command no_commands[] = { { .name = NULL } };
static const struct menu *const no_menus[] = { NULL };

static const struct menu menu_target = {
	.name = "target", .path = "/ip traffic-flow target",
	.help = "the collectors that flow records are sent to",
	.commands = target_commands, .menus = no_menus,
};

static const struct menu menu_ipfix = {
	.name = "ipfix", .path = "/ip traffic-flow ipfix",
	.help = "the fields that IPFIX records carry",
	.commands = ipfix_commands, .menus = no_menus,
};

static const struct menu *const traffic_flow_menus[] = {
	&menu_target, &menu_ipfix, NULL
};

const struct menu menu_traffic_flow = {
	.name = "traffic-flow", .path = "/ip traffic-flow",
	.help = "Traffic Flow: export NetFlow and IPFIX",
	.commands = traffic_flow_commands, .menus = traffic_flow_menus,
};

static const struct menu *const ip_menus[] = { &menu_traffic_flow, NULL };

static const struct menu menu_ip = {
	.name = "ip", .path = "/ip", .help = "IP",
	.commands = no_commands, .menus = ip_menus,
};

static const struct menu *const root_menus[] = { &menu_ip, NULL };

const struct menu menu_root = {
	.name = "", .path = "/", .help = "all menus",
	.commands = no_commands, .menus = root_menus,
};

static const struct menu *find_menu(const struct menu *menu, const char *name)
{
	const struct menu *const *below;

	for (below = menu->menus; *below; below++)
		if (!strcmp((*below)->name, name))
			return *below;
	return NULL;
}

static const struct command *find_command(const struct menu *menu,
					  const char *name)
{
	const struct command *command;

	for (command = menu->commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

static const char *entry_name(const void *table, size_t i)
{
	const struct menu *menu = table;
	size_t commands = 0;

	while (menu->commands[commands].name)
		commands++;
	if (i < commands)
		return menu->commands[i].name;
	for (i -= commands, commands = 0; menu->menus[commands]; commands++)
		if (commands == i)
			return menu->menus[i]->name;
	return NULL;
}

/* One step, by the part of a word that is between slashes. */
static int step(const struct menu **menu, const struct command **command,
		const char *name, bool first)
{
	const struct menu *below = find_menu(*menu, name);

	/* "ip traffic-flow print" is understood in every menu. */
	if (!below && first)
		below = find_menu(&menu_root, name);
	if (below) {
		*menu = below;
		return EXIT_DONE;
	}
	*command = find_command(*menu, name);
	if (*command)
		return EXIT_DONE;
	return unknown_word("command", name, entry_name, *menu);
}

int menu_walk(const struct menu **menu, const struct command **command,
	      int argc, char **argv, int *used)
{
	char part[VALUE_SIZE];
	const char *word;
	bool first = true;
	size_t length;
	int ret;

	*command = NULL;
	for (*used = 0; *used < argc && !*command; (*used)++) {
		word = argv[*used];
		if (first && *word == '/')
			*menu = &menu_root;
		while (*(word += strspn(word, "/"))) {
			length = strcspn(word, "/");
			snprintf(part, sizeof(part), "%.*s", (int)length, word);
			if (*command)
				return usage("'%s' is a command: nothing is below it",
					     (*command)->name);
			ret = step(menu, command, part, first);
			if (ret)
				return ret;
			first = false;
			word += length;
		}
	}
	return EXIT_DONE;
}
