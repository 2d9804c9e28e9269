// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "config.h"
#include "error.h"
#include "flow_print.h"
#include "ipfix.h"
#include "list.h"
#include "menu.h"
#include "monitor.h"
#include "settings.h"
#include "stats.h"
#include "target.h"
#include "top.h"

static const struct command traffic_flow_commands[] = {
	{
		.name = "set", .usage = "property=value ...",
		.help = "change settings", .run = settings_set,
		.arguments = ARGUMENTS_PROPERTIES,
		.properties = &settings_properties,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show the settings", .run = settings_print,
		.options = OPTION_JSON,
	}, {
		.name = "stats", .usage = "[--json | --prometheus [file=PATH]]",
		.help = "show what was counted and exported",
		.run = stats_print,
		.options = OPTION_JSON | OPTION_PROMETHEUS, .words = "file=",
	}, {
		.name = "top", .usage = "[VIEW] [--once] [where CONDITIONS]",
		.help = "a live screen of what moves most, or one table of it",
		.run = top_run,
		.options = OPTION_JSON | OPTION_ONCE, .arguments = ARGUMENTS_TOP,
		.words = "flows hosts ports protocols interfaces interval= limit= sort= where",
		.not_in_file = true,
	}, {
		.name = "check", .usage = "[--json]",
		.help = "look for what may be wrong, and say what to do",
		.run = check_run,
		.options = OPTION_JSON, .not_in_file = true,
	}, {
		.name = "monitor", .usage = "[--json]",
		.help = "show what happens: changes, targets up and down, a full cache",
		.run = monitor_run,
		.options = OPTION_JSON, .not_in_file = true,
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
		.help = "back to the defaults: disabled, no targets, no lists",
		.run = config_reset,
	},
	{ .name = NULL }
};

static const struct command target_commands[] = {
	{
		.name = "add", .usage = "dst-address=IP [property=value ...]",
		.help = "add a collector", .run = target_add,
		.arguments = ARGUMENTS_PROPERTIES, .words = "address= vrf=",
		.properties = &target_properties,
	}, {
		.name = "set", .usage = "TARGETS property=value ...",
		.help = "change collectors", .run = target_set,
		.arguments = ARGUMENTS_PROPERTIES | ARGUMENTS_TARGETS,
		.words = "address= vrf=", .properties = &target_properties,
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
		.options = OPTION_JSON,
		.words = "detail",
	},
	{ .name = NULL }
};

static const struct command ipfix_commands[] = {
	{
		.name = "set", .usage = "[profile=PROFILE] field=yes|no ...",
		.help = "choose fields", .run = ipfix_set,
		.arguments = ARGUMENTS_FIELDS,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show which fields are exported", .run = ipfix_print,
		.options = OPTION_JSON,
	},
	{ .name = NULL }
};

static const struct command list_commands[] = {
	{
		.name = "add", .usage = "name=NAME [comment=TEXT]",
		.help = "add an empty list", .run = list_add,
		.arguments = ARGUMENTS_PROPERTIES,
		.properties = &list_properties,
	}, {
		.name = "set", .usage = "LISTS comment=TEXT",
		.help = "change a comment", .run = list_set,
		.arguments = ARGUMENTS_LISTS, .words = "comment=",
	}, {
		.name = "remove", .usage = "LISTS",
		.help = "remove lists that are not in use",
		.run = list_remove, .arguments = ARGUMENTS_LISTS,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show the lists", .run = list_print,
		.options = OPTION_JSON,
	},
	{ .name = NULL }
};

static const struct command member_commands[] = {
	{
		.name = "add", .usage = "list=NAME interface=NAME",
		.help = "put an interface into a list", .run = member_add,
		.arguments = ARGUMENTS_PROPERTIES,
		.properties = &member_properties,
	}, {
		.name = "remove", .usage = "MEMBERS",
		.help = "take interfaces out of their lists",
		.run = member_remove, .arguments = ARGUMENTS_MEMBERS,
	}, {
		.name = "print", .usage = "[--json]",
		.help = "show what is in the lists", .run = member_print,
		.options = OPTION_JSON,
	},
	{ .name = NULL }
};

static const struct command flow_commands[] = {
	{
		.name = "print", .usage = "[follow] [where CONDITIONS] [--json]",
		.help = "show the flows in the cache; follow: as they end",
		.run = flow_print,
		.options = OPTION_JSON,
		.arguments = ARGUMENTS_FLOWS,
		.words = "count-only detail follow limit= sort= where",
		.not_in_file = true,
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

static const struct menu menu_flow = {
	.name = "flow", .path = "/ip traffic-flow flow",
	.help = "the flows that are being counted",
	.commands = flow_commands, .menus = no_menus,
};

static const struct menu *const traffic_flow_menus[] = {
	&menu_target, &menu_ipfix, &menu_flow, NULL
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

const struct menu menu_member = {
	.name = "member", .path = "/interface list member",
	.help = "which interfaces are in the lists",
	.commands = member_commands, .menus = no_menus,
};

static const struct menu *const list_menus[] = { &menu_member, NULL };

const struct menu menu_list = {
	.name = "list", .path = "/interface list",
	.help = "lists of interfaces, which interfaces= takes by name",
	.commands = list_commands, .menus = list_menus,
};

static const struct menu *const interface_menus[] = { &menu_list, NULL };

const struct menu menu_interface = {
	.name = "interface", .path = "/interface", .help = "interfaces",
	.commands = no_commands, .menus = interface_menus,
};

static const struct menu *const root_menus[] = {
	&menu_ip, &menu_interface, NULL
};

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
	return unknown_word("command", name, entry_name, *menu, "");
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
