/* SPDX-License-Identifier: GPL-2.0 */
/* The tree of menus and commands, and what a command is called with. */
#ifndef TFCTL_MENU_H
#define TFCTL_MENU_H

#include <stdbool.h>

#include "property.h"

struct call {
	int argc;
	char **argv;			/* behind the command's name */
	bool json;
	bool once;			/* no screen */
	bool prometheus;		/* its text format */
	bool check;			/* look at the arguments, do nothing */
};

/* What a command's arguments are, for help and completion. */
enum arguments {
	ARGUMENTS_PROPERTIES = 1 << 0,
	ARGUMENTS_FIELDS = 1 << 1,	/* of IPFIX */
	ARGUMENTS_TARGETS = 1 << 2,	/* which ones */
	ARGUMENTS_FILE = 1 << 3,
	ARGUMENTS_LISTS = 1 << 4,	/* which ones */
	ARGUMENTS_MEMBERS = 1 << 5,	/* which ones */
	ARGUMENTS_FLOWS = 1 << 6,	/* sort=, and conditions behind where */
	ARGUMENTS_TOP = 1 << 7,		/* likewise, but another sort= */
};

/* The options that only some commands take. */
enum option {
	OPTION_JSON = 1 << 0,
	OPTION_ONCE = 1 << 1,
	OPTION_PROMETHEUS = 1 << 2,
};

struct command {
	const char *name;
	const char *usage;		/* the arguments, for the help */
	const char *help;
	int (*run)(const struct call *call);
	unsigned int arguments;		/* enum arguments */
	unsigned int options;		/* enum option */
	const char *words;		/* further words it takes, by spaces */
	const struct properties *properties;
	bool not_in_file;		/* import does not take it */
};

struct menu {
	const char *name;
	const char *path;		/* as RouterOS writes it */
	const char *help;
	const struct command *commands;	/* up to a nameless one */
	const struct menu *const *menus;	/* below this one, up to NULL */
};

extern const struct menu menu_root;
extern const struct menu menu_traffic_flow;
extern const struct menu menu_interface;
extern const struct menu menu_list;
extern const struct menu menu_member;

/*
 * Walks from a menu along the words, which may be written with slashes, to a
 * command, or to a menu if they end there; *used is how many words that took.
 * Exit code; at most one of *menu and *command is then set anew.
 */
int menu_walk(const struct menu **menu, const struct command **command,
	      int argc, char **argv, int *used);

#endif
