// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "error.h"
#include "ipfix.h"
#include "menu.h"
#include "unit.h"
#include "words.h"

static void check_walk(const char *words, const char *menu_name,
		       const char *command_name, int used_expected)
{
	const struct menu *menu = &menu_traffic_flow;
	const struct command *command;
	unsigned int line = 1, start;
	const char *text = words;
	struct words split;
	const char *error;
	int used;
	int ret;

	words_next(&text, &line, &start, &split, &error);
	ret = menu_walk(&menu, &command, split.argc, split.argv, &used);
	if (!menu_name)
		check(ret == EXIT_USAGE, "no command", words);
	else
		check(!ret && used == used_expected &&
		      !strcmp(menu->path, menu_name) &&
		      !strcmp(command ? command->name : "", command_name),
		      "command", words);
	words_free(&split);
}

void test_menu(void)
{
	check_walk("set a=b", "/ip traffic-flow", "set", 1);
	check_walk("/ip/traffic-flow/set a=b", "/ip traffic-flow", "set", 1);
	check_walk("/ip traffic-flow set", "/ip traffic-flow", "set", 3);
	check_walk("ip traffic-flow target add x=1",
		   "/ip traffic-flow target", "add", 4);
	check_walk("/ip traffic-flow/target print",
		   "/ip traffic-flow target", "print", 3);
	check_walk("target print", "/ip traffic-flow target", "print", 2);
	check_walk("/ip traffic-flow ipfix", "/ip traffic-flow ipfix", "", 3);
	check_walk("ipfix/set", "/ip traffic-flow ipfix", "set", 1);
	check_walk("/ip", "/ip", "", 1);
	check_walk("/interface list add name=x", "/interface list", "add", 3);
	check_walk("interface list member print", "/interface list member",
		   "print", 4);
	check_walk("/interface/list/member/add", "/interface list member",
		   "add", 1);
	check_walk("list add", NULL, NULL, 0);
	check_walk("prnt", NULL, NULL, 0);
	check_walk("/set", NULL, NULL, 0);
	check_walk("ip print", NULL, NULL, 0);
	check_walk("set/x", NULL, NULL, 0);
}

void test_fields(void)
{
	size_t i;

	for (i = 0; i < IPFIX_FIELDS; i++)
		check(ipfix_fields[i], "field", ipfix_fields[i] ?: "none");
	for (i = 1; i < TRAFFIC_FLOW_FIELD_ROUTEROS; i++)
		check(strcmp(ipfix_fields[i - 1], ipfix_fields[i]) < 0,
		      "RouterOS field", ipfix_fields[i]);
	check(TRAFFIC_FLOW_FIELD_ROUTEROS == 36, "RouterOS fields", "36");
	check(IPFIX_FIELDS == 54, "fields", "54");
	check(!strcmp(ipfix_fields[TRAFFIC_FLOW_FIELD_TCP_WINDOW_SIZE],
		      "tcp-window-size"), "field", "tcp-window-size");
}
