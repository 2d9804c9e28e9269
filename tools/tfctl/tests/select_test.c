// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "error.h"
#include "list.h"
#include "select.h"
#include "target.h"
#include "unit.h"
#include "words.h"

/* What there is to select from, and whether a command takes other words, too. */
struct things {
	const struct properties *props;
	const void *objects;
	size_t count;
	void *find_as;
	bool others;
};

/* Runs a selection over them; "marks" has a letter for each. */
static void check_things(const struct things *things, const char *words,
			 int expected, const char *marks)
{
	unsigned int line = 1, start;
	struct selection selection;
	char *rest[8] = { NULL };
	bool marked[3] = { 0 };
	const char *text = words;
	struct words split;
	const char *error;
	char seen[4] = "";
	struct call call;
	int count;
	size_t i;
	int ret;

	words_next(&text, &line, &start, &split, &error);
	call = (struct call){ .argc = split.argc, .argv = split.argv };
	selection_begin(&selection, things->props, things->find_as);
	if (things->others)
		ret = selection_parse(&call, &selection, rest, &count);
	else
		ret = selection_parse_only(&call, &selection);
	if (!ret)
		ret = selection_mark(&selection, things->objects, things->count,
				     marked);
	for (i = 0; i < things->count && !ret; i++)
		seen[i] = marked[i] ? '+' : '-';
	check(ret == expected && !strcmp(seen, marks), "selection", words);
	words_free(&split);
}

/* Of three lists, for a command that takes nothing else. */
static void check_select_list(const char *words, int expected,
			      const char *marks)
{
	const struct list lists[3] = {
		{ "4g", "two words" }, { "LAN", "" }, { "WAN", "uplink" },
	};
	struct list find_as;

	check_things(&(struct things){ .props = &list_properties,
				       .objects = lists, .count = 3,
				       .find_as = &find_as },
		     words, expected, marks);
}

/* Of three targets, for one that takes what is to be set of them. */
static void check_select(const char *words, int expected, const char *marks)
{
	struct target list[3] = {
		{ .id = 4, .port = 2055, .version = 9 },
		{ .id = 7, .port = 9995, .version = 10, .disabled = 1 },
		{ .id = 9, .port = 2055, .version = 5 },
	};
	struct target find_as;
	size_t i;

	for (i = 0; i < 3; i++)
		parse_address(i == 1 ? "2001:db8::1" : "192.0.2.1",
			      &list[i].dst);
	check_things(&(struct things){ .props = &target_properties,
				       .objects = list, .count = 3,
				       .find_as = &find_as, .others = true },
		     words, expected, marks);
}

void test_select(void)
{
	check_select("0", EXIT_DONE, "+--");
	check_select("0,2", EXIT_DONE, "+-+");
	check_select("2 1 1", EXIT_DONE, "-++");
	check_select("numbers=1 port=1", EXIT_DONE, "-+-");
	check_select("numbers=[find version=9] port=1", EXIT_DONE, "+--");
	check_select("\"numbers=[find version=9]\" port=1", EXIT_DONE, "+--");
	check_select("numbers=[find port=2055", EXIT_USAGE, "");
	check_select("[find]", EXIT_DONE, "+++");
	check_select("[find port=2055]", EXIT_DONE, "+-+");
	check_select("[ find where port=2055 and version=5 ]", EXIT_DONE, "--+");
	check_select("[find disabled]", EXIT_DONE, "-+-");
	check_select("[find disabled=no dst-address=192.0.2.1]", EXIT_DONE,
		     "+-+");
	check_select("[find dst-address=2001:db8:0::1] 0", EXIT_DONE, "++-");
	check_select("[find port=1]", EXIT_DONE, "---");
	check_select("3", EXIT_REFUSED, "");
	check_select("0,3", EXIT_REFUSED, "");
	check_select("port=1", EXIT_USAGE, "");
	check_select("0,", EXIT_USAGE, "");
	check_select("0x1", EXIT_USAGE, "");
	check_select("[find port=2055", EXIT_USAGE, "");
	check_select("[port=2055]", EXIT_USAGE, "");
	check_select("[find prt=2055]", EXIT_USAGE, "");
	check_select("[]", EXIT_USAGE, "");
	check_select("WAN", EXIT_USAGE, "");
	check_select_list("WAN", EXIT_DONE, "--+");
	check_select_list("WAN,LAN", EXIT_DONE, "-++");
	check_select_list("1", EXIT_DONE, "-+-");
	check_select_list("0,2", EXIT_DONE, "+-+");
	check_select_list("4g", EXIT_DONE, "+--");
	check_select_list("numbers=4g,WAN", EXIT_DONE, "+-+");
	check_select_list("4", EXIT_REFUSED, "");
	check_select_list("4h", EXIT_REFUSED, "");
	check_select_list("[find comment=uplink]", EXIT_DONE, "--+");
	check_select_list("[find comment=\"two words\"]", EXIT_DONE, "+--");
	check_select_list("[find comment=\"two words\" name=4g]", EXIT_DONE,
			  "+--");
	check_select_list("[ find \"comment=two words\" ]", EXIT_DONE, "+--");
	check_select_list("\"[find comment=\\\"two words\\\" name=4g]\"",
			  EXIT_DONE, "+--");
	check_select_list("\"[find comment=\\\"two words]\"", EXIT_USAGE, "");
	check_select_list("[find comment=two words]", EXIT_USAGE, "");
	check_select_list("[find comment=uplink] [find]", EXIT_USAGE, "");
	check_select_list("[find name=LAN]", EXIT_DONE, "-+-");
	check_select_list("[find name=WLAN]", EXIT_DONE, "---");
	check_select_list("WLAN", EXIT_REFUSED, "");
	check_select_list("3", EXIT_REFUSED, "");
	check_select_list("WAN,", EXIT_USAGE, "");
	check_select_list("comment=uplink", EXIT_USAGE, "");
	check_select_list("WAN comment=uplink", EXIT_USAGE, "");
}
