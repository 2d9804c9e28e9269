// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "array.h"
#include "unit.h"
#include "values.h"
#include "words.h"

typedef bool (*parse_fn)(const char *text, uint32_t *value);
typedef void (*format_fn)(uint32_t value, char *text);

struct number_case {
	const char *text;
	uint32_t value;
	const char *printed;		/* NULL if as it was typed */
};

static void check_numbers(const char *what, const struct number_case *cases,
			  size_t count,
			  parse_fn parse, format_fn format)
{
	char printed[VALUE_SIZE];
	const char *wanted;
	uint32_t value;
	size_t i;

	for (i = 0; i < count; i++) {
		value = ~cases[i].value;
		check(parse(cases[i].text, &value) && value == cases[i].value,
		      what, cases[i].text);
		format(cases[i].value, printed);
		wanted = cases[i].printed;
		if (!wanted)
			wanted = cases[i].text;
		check(!strcmp(printed, wanted), what, printed);
	}
}

static void check_refused(const char *what, const char *const *texts,
			  size_t count,
			  parse_fn parse)
{
	uint32_t value;
	size_t i;

	for (i = 0; i < count; i++) {
		value = 12345;
		check(!parse(texts[i], &value) && value == 12345, what,
		      texts[i]);
	}
}

void test_time(void)
{
	static const struct number_case cases[] = {
		{ "15s", 15, NULL }, { "30m", 1800, NULL },
		{ "1h30m", 5400, NULL }, { "1d", 86400, NULL },
		{ "1w", 604800, NULL }, { "1w2d3h4m5s", 788645, NULL },
		{ "1h1s", 3601, NULL }, { "0s", 0, NULL },
		{ "0", 0, "0s" }, { "90", 90, "1m30s" },
		{ "90m", 5400, "1h30m" }, { "00:30:00", 1800, "30m" },
		{ "00:00:15", 15, "15s" }, { "100:00:00", 360000, "4d4h" },
		{ "1d12:00:00", 129600, "1d12h" },
		{ "1w1d00:00:01", 691201, "1w1d1s" },
		{ "4294967295", UINT32_MAX, "7101w3d6h28m15s" },
	};
	static const char *const wrong[] = {
		"", "m", "1m1h", "1h1h", "1x", "1:2", "00:60:00", "00:00:60",
		"4294967296", "7102w", "-1", "+1", "1.5m", " 1", "1 ", "1h90",
		"1:00:00:00", "1h00:00:01", "1d12:00", "1M", "1ms",
		"99999999999999999999999999",
	};
	char text[VALUE_SIZE];
	uint32_t seconds;
	uint32_t value;

	check_numbers("time", cases, ARRAY_SIZE(cases), parse_time, format_time);
	check_refused("no time", wrong, ARRAY_SIZE(wrong), parse_time);
	for (seconds = 0; seconds < 2000000; seconds += 61) {
		format_time(seconds, text);
		if (!parse_time(text, &value) || value != seconds)
			break;
	}
	check(seconds >= 2000000, "times are read as printed, up to", text);
}

void test_size(void)
{
	static const struct number_case cases[] = {
		{ "4k", 4096, NULL }, { "16M", 16777216, NULL },
		{ "4096", 4096, "4k" }, { "256K", 262144, "256k" },
		{ "1m", 1048576, "1M" }, { "1024k", 1048576, "1M" },
		{ "1000", 1000, NULL }, { "0", 0, NULL },
		{ "1025k", 1049600, NULL }, { "4095M", 4293918720u, NULL },
	};
	static const char *const wrong[] = {
		"", "k", "4kk", "4 k", "4G", "-4k", "4096M", "4194304k", "0x10",
	};

	check_numbers("size", cases, ARRAY_SIZE(cases), parse_size, format_size);
	check_refused("no size", wrong, ARRAY_SIZE(wrong), parse_size);
}

void test_bool(void)
{
	static const char *const wrong[] = { "", "y", "1", "yess", "on" };
	uint32_t value = 7;

	check(parse_bool("yes", &value) && value == 1, "boolean", "yes");
	check(parse_bool("No", &value) && value == 0, "boolean", "No");
	check(parse_bool("true", &value) && value == 1, "boolean", "true");
	check_refused("no boolean", wrong, ARRAY_SIZE(wrong), parse_bool);
}

/* Whether it is this address and port, or with no address that it is none. */
static bool endpoint_is(const char *text, const char *wanted, uint32_t port)
{
	struct address address;
	char printed[VALUE_SIZE];
	uint32_t got;

	if (!parse_endpoint(text, &address, &got))
		return !wanted;
	format_address(&address, printed);
	return wanted && got == port && !strcmp(printed, wanted);
}

void test_endpoint(void)
{
	static const struct {
		const char *text;
		const char *address;	/* NULL if it is to be refused */
		uint32_t port;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", 0 },
		{ "192.0.2.1:2055", "192.0.2.1", 2055 },
		{ "2001:db8::1", "2001:db8::1", 0 },
		{ "[2001:db8::1]", "2001:db8::1", 0 },
		{ "[2001:db8::1]:65535", "2001:db8::1", 65535 },
		{ "[192.0.2.1]:1", NULL, 0 }, { "192.0.2.1:", NULL, 0 },
		{ "192.0.2.1:0", NULL, 0 }, { "192.0.2.1:65536", NULL, 0 },
		{ "192.0.2.1:1x", NULL, 0 }, { "[2001:db8::1", NULL, 0 },
		{ "[2001:db8::1]5", NULL, 0 }, { "192.0.2", NULL, 0 },
		{ "", NULL, 0 }, { "[]", NULL, 0 }, { ":", NULL, 0 },
		{ "host:2055", NULL, 0 }, { "192.0.2.256", NULL, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check(endpoint_is(cases[i].text, cases[i].address,
				  cases[i].port), "endpoint", cases[i].text);
}

void test_names(void)
{
	static const char *const right[] = {
		"eth0", "ppp*", "*", "a", "fifteen-letters", "wan.100", "x\"y",
	};
	static const char *const wrong[] = {
		"", "sixteen-letters-", ".", "..", "a/b", "a b", "p*p", "**",
		"a:1", "a,b", "a\x1b[m", "a\x7f",
	};
	static const char *const lists[] = {
		"WAN", "NetFlow-interfaces", "a.b_c",
		"thirty-one-letters-it-may-have-",
	};
	static const char *const no_lists[] = {
		"", "all", "ppp*", "a,b", "a/b", "a b", "a:b", "a\rb", "a\x01",
		"a\x7f",
		"thirty-two-letters-are-too-many-",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(right); i++)
		check(is_interface_pattern(right[i]), "name", right[i]);
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		check(!is_interface_pattern(wrong[i]), "no name", wrong[i]);

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		check(is_list_name(lists[i]), "list", lists[i]);
	for (i = 0; i < ARRAY_SIZE(no_lists); i++)
		check(!is_list_name(no_lists[i]), "no list", no_lists[i]);
	check(is_comment("") && is_comment("a line, \"quoted\""), "comment", "");
	check(!is_comment("two\nlines"), "no comment", "two lines");

	check(edit_distance("chache", "cache") == 1, "distance", "chache");
	check(edit_distance("", "port") == 4, "distance", "");
	check(edit_distance("port", "port") == 0, "distance", "port");
	check(edit_distance("prot", "port") == 2, "distance", "prot");
}
