// SPDX-License-Identifier: GPL-2.0
/* Values, words, properties and selections. One line a check, "end" last. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "ipfix.h"
#include "menu.h"
#include "select.h"
#include "settings.h"
#include "words.h"

static int failures;

static void check(bool passed, const char *what, const char *text)
{
	printf("%s - %s '%s'\n", passed ? "ok" : "not ok", what, text);
	failures += !passed;
}

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

static void test_time(void)
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

static void test_size(void)
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

static void test_bool(void)
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

static void test_endpoint(void)
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

static void test_names(void)
{
	static const char *const right[] = {
		"eth0", "ppp*", "*", "a", "fifteen-letters", "wan.100", "x\"y",
	};
	static const char *const wrong[] = {
		"", "sixteen-letters-", ".", "..", "a/b", "a b", "p*p", "**",
		"a:1", "a,b",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(right); i++)
		check(is_interface_pattern(right[i]), "name", right[i]);
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		check(!is_interface_pattern(wrong[i]), "no name", wrong[i]);

	check(edit_distance("chache", "cache") == 1, "distance", "chache");
	check(edit_distance("", "port") == 4, "distance", "");
	check(edit_distance("port", "port") == 0, "distance", "port");
	check(edit_distance("prot", "port") == 2, "distance", "prot");
}

static void join(const struct words *words, char *text)
{
	int i;

	*text = '\0';
	for (i = 0; i < words->argc; i++)
		text += sprintf(text, "<%s>", words->argv[i]);
}

static void test_words(void)
{
	static const char script[] =
		"# a comment\n"
		"\n"
		"/ip traffic-flow set \\\n"
		"    packet-sampling=yes \\\n"
		"    sampling-interval=2222\n"
		"  set a=\"b c\" d=\\\"e # and why\r\n"
		"add x=1\\\r\n"
		"    2 \"\"";
	static const struct {
		unsigned int line;
		const char *words;
	} expected[] = {
		{ 3, "</ip><traffic-flow><set><packet-sampling=yes><sampling-interval=2222>" },
		{ 6, "<set><a=b c><d=\"e>" },
		{ 7, "<add><x=12><>" },
	};
	static const char *const wrong[] = { "a \"b", "a \"b\nc\" d", "\"" };
	unsigned int line = 1, start;
	const char *text = script;
	struct words words;
	const char *error;
	char joined[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		joined[0] = '\0';
		start = 0;
		if (words_next(&text, &line, &start, &words, &error))
			join(&words, joined);
		words_free(&words);
		check(start == expected[i].line &&
		      !strcmp(joined, expected[i].words), "words", joined);
	}
	check(!words_next(&text, &line, &start, &words, &error) && !error,
	      "words", "end of the text");
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		text = wrong[i];
		check(!words_next(&text, &line, &start, &words, &error) &&
		      error, "no words", wrong[i]);
	}
}

static void check_assign(const struct properties *props, const char *word,
			 void *object, int expected)
{
	uint32_t set = 0;

	check(properties_assign(props, word, object, &set) == expected,
	      expected ? "no assignment" : "assignment", word);
}

static void test_assign(void)
{
	static const char *const settings_right[] = {
		"enabled=yes", "interfaces=all", "interfaces=eth0,ppp*",
		"cache-entries=1k", "cache-entries=16M", "timestamps=UPTIME",
		"active-flow-timeout=1", "inactive-flow-timeout=1w",
		"sampling-interval=4294967295", "meter-exports=no",
	};
	static const char *const settings_wrong[] = {
		"enabled", "enabled=", "enabled=2", "Enabled=yes", "=yes", "",
		"interfaces=", "interfaces=eth0,", "interfaces=eth0,all",
		"cache-entries=512", "cache-entries=3k", "cache-entries=32M",
		"active-flow-timeout=0s", "active-flow-timeout=8d",
		"sampling-interval=4294967296", "timestamps=both",
	};
	static const char *const target_right[] = {
		"dst-address=2001:db8::1", "port=1", "port=65535",
		"version=ipfix", "version=1", "src-address=0.0.0.0",
		"v9-template-refresh=2147483647", "v9-template-timeout=1m",
		"disabled=yes",
	};
	static const char *const target_wrong[] = {
		"dst-address=192.0.2.1:1", "port=0", "port=65536", "version=10",
		"version=2", "v9-template-refresh=0",
		"v9-template-refresh=2147483648", "v9-template-timeout=0",
	};
	struct settings settings;
	struct target target;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings_right); i++)
		check_assign(&settings_properties, settings_right[i], &settings,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(settings_wrong); i++)
		check_assign(&settings_properties, settings_wrong[i], &settings,
			     EXIT_USAGE);
	for (i = 0; i < ARRAY_SIZE(target_right); i++)
		check_assign(&target_properties, target_right[i], &target,
			     EXIT_DONE);
	for (i = 0; i < ARRAY_SIZE(target_wrong); i++)
		check_assign(&target_properties, target_wrong[i], &target,
			     EXIT_USAGE);
}

struct collected {
	const struct nlattr *attrs[64];
};

static int collect(const struct nlattr *attr, void *data)
{
	struct collected *collected = data;

	collected->attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

/* What is put into a message is got out of it again. */
static void test_message(void)
{
	uint32_t buffer[2048];
	struct settings sent, got = { 0 };
	struct collected collected = { 0 };
	struct nlmsghdr *nlh;
	uint32_t set = 0;

	settings_defaults(&sent);
	check(properties_assign(&settings_properties, "interfaces=eth0,ppp*",
				&sent, &set) == EXIT_DONE, "message",
	      "interfaces");
	sent.cache_entries = 1 << 24;
	sent.timestamps = TRAFFIC_FLOW_TIMESTAMPS_UPTIME;
	sent.sampling_space = UINT32_MAX;

	nlh = mnl_nlmsg_put_header(buffer);
	properties_put(&settings_properties, UINT32_MAX, &sent, nlh);
	mnl_attr_parse(nlh, 0, collect, &collected);
	properties_get(&settings_properties, collected.attrs, &got);
	check(properties_different(&settings_properties, &sent, &got) == 0,
	      "message", "settings");
	check(mnl_attr_get_payload_len(collected.attrs[TRAFFIC_FLOW_A_TIMESTAMPS]) == 1 &&
	      mnl_attr_get_payload_len(collected.attrs[TRAFFIC_FLOW_A_CACHE_ENTRIES]) == 4,
	      "message", "widths");
}

static void test_target_message(const char *dst)
{
	uint32_t buffer[2048];
	struct target sent = { 0 }, got = { 0 };
	struct collected collected = { 0 };
	struct nlmsghdr *nlh;

	properties_defaults(&target_properties, &sent);
	parse_address(dst, &sent.dst);
	sent.version = TRAFFIC_FLOW_VERSION_IPFIX;
	nlh = mnl_nlmsg_put_header(buffer);
	properties_put(&target_properties, UINT32_MAX, &sent, nlh);
	mnl_attr_parse(nlh, 0, collect, &collected);
	properties_get(&target_properties, collected.attrs, &got);
	check(!properties_different(&target_properties, &sent, &got) &&
	      !collected.attrs[TRAFFIC_FLOW_TARGET_A_DST_IPV4] ==
	      (sent.dst.family == AF_INET6), "message of target", dst);
}

/* Runs a selection over three targets; "marks" has a letter for each. */
static void check_select(const char *words, int expected, const char *marks)
{
	struct target list[3] = {
		{ .id = 4, .port = 2055, .version = 9 },
		{ .id = 7, .port = 9995, .version = 10, .disabled = 1 },
		{ .id = 9, .port = 2055, .version = 5 },
	};
	const struct targets targets = { 3, list };
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

	for (i = 0; i < 3; i++)
		parse_address(i == 1 ? "2001:db8::1" : "192.0.2.1",
			      &list[i].dst);
	words_next(&text, &line, &start, &split, &error);
	call = (struct call){ .argc = split.argc, .argv = split.argv };
	ret = selection_parse(&call, &selection, rest, &count);
	if (!ret)
		ret = selection_mark(&selection, &targets, marked);
	for (i = 0; i < 3 && !ret; i++)
		seen[i] = marked[i] ? 'x' : '-';
	check(ret == expected && !strcmp(seen, marks), "selection", words);
	words_free(&split);
}

static void test_select(void)
{
	check_select("0", EXIT_DONE, "x--");
	check_select("0,2", EXIT_DONE, "x-x");
	check_select("2 1 1", EXIT_DONE, "-xx");
	check_select("numbers=1 port=1", EXIT_DONE, "-x-");
	check_select("[find]", EXIT_DONE, "xxx");
	check_select("[find port=2055]", EXIT_DONE, "x-x");
	check_select("[ find where port=2055 and version=5 ]", EXIT_DONE, "--x");
	check_select("[find disabled]", EXIT_DONE, "-x-");
	check_select("[find disabled=no dst-address=192.0.2.1]", EXIT_DONE,
		     "x-x");
	check_select("[find dst-address=2001:db8:0::1] 0", EXIT_DONE, "xx-");
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
}

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

static void test_menu(void)
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
	check_walk("prnt", NULL, NULL, 0);
	check_walk("/set", NULL, NULL, 0);
	check_walk("ip print", NULL, NULL, 0);
	check_walk("set/x", NULL, NULL, 0);
}

static void test_fields(void)
{
	size_t i;

	for (i = 0; i < IPFIX_FIELDS; i++)
		check(ipfix_fields[i] && (!i || strcmp(ipfix_fields[i - 1],
						       ipfix_fields[i]) < 0),
		      "field", ipfix_fields[i] ? ipfix_fields[i] : "none");
	check(IPFIX_FIELDS == 36, "fields", "36");
	check(!strcmp(ipfix_fields[TRAFFIC_FLOW_FIELD_TCP_WINDOW_SIZE],
		      "tcp-window-size"), "field", "tcp-window-size");
}

int main(void)
{
	test_time();
	test_size();
	test_bool();
	test_endpoint();
	test_names();
	test_words();
	test_assign();
	test_message();
	test_target_message("192.0.2.1");
	test_target_message("2001:db8::1");
	test_select();
	test_menu();
	test_fields();
	printf("end\n");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
