// SPDX-License-Identifier: GPL-2.0
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fake.h"
#include "filter.h"
#include "flow_print.h"
#include "unit.h"

struct flow some_flow(void)
{
	struct flow flow = {
		.packets = 10, .bytes = 1500, .first = 1000000, .last = 1002000,
		.now = 1005000, .src_port = 40000, .dst_port = 443,
		.protocol = 6, .tcp_flags = 0x12, .ttl = 63,
	};

	parse_address("10.1.2.3", &flow.src);
	parse_address("192.0.2.9", &flow.dst);
	return flow;
}

/* Each of them makes what is asked for each flow one deeper. */
static void check_conditions(unsigned int count, bool taken)
{
	const struct flow flow = some_flow();
	char *text = calloc(count, sizeof("ttl=63 "));
	struct filter *filter;
	char why[256] = "";
	char *end = text;

	while (text && count--)
		end += sprintf(end, "ttl=63 ");
	check(text && filter_read(text, &filter, why, sizeof(why)) == taken &&
	      (!taken || filter_matches(filter, &flow)) &&
	      !strcmp(why, taken ? "" : "there are more than 10000 conditions"),
	      "conditions", why);
	filter_free(filter);
	free(text);
}

void test_filter(void)
{
	static const struct {
		const char *text;
		bool matches;
	} cases[] = {
		{ "", true }, { "dst-port=443", true }, { "dst-port!=443", false },
		{ "dst-port = 443 and protocol = tcp", true },
		{ "dst-port=443 protocol=udp", false },
		{ "protocol=udp or dst-port=443", true },
		{ "protocol=17||dst-port=443&&src-port=1", false },
		{ "protocol=6 or dst-port=1 and src-port=1", true },
		{ "(protocol=6 or dst-port=1) and src-port=1", false },
		{ "!(protocol=6 or dst-port=1)", false }, { "!protocol=17", true },
		{ "! ! protocol=tcp", true },
		{ "src-address in 10.0.0.0/8", true },
		{ "src-address in 10.1.2.3/32", true },
		{ "src-address in 10.1.2.2/32", false },
		{ "src-address in 0.0.0.0/0", true }, { "src-address in ::/0", false },
		{ "src-address in 10.1.2.0-10.1.2.3", true },
		{ "src-address in 10.1.2.4-10.1.2.9", false },
		{ "src-address=10.1.2.3", true }, { "src-address<10.1.2.4", true },
		{ "src-address>10.1.2.4", false },
		{ "dst-address~\"^192[.]0\"", true }, { "dst-address~^193", false },
		{ "bytes>=1500", true }, { "bytes>1.5k", false }, { "bytes<2k", true },
		{ "packets<=9", false }, { "rate=6000", true }, { "rate>5kbps", true },
		{ "idle=3s", true }, { "idle<3s", false }, { "age>=00:00:05", true },
		{ "duration=2s", true }, { "tcp-flags=SA", true },
		{ "tcp-flags~\"F\"", false }, { "ip-version=4", true },
		{ "gateway=10.0.0.1", false }, { "gateway!=10.0.0.1", true },
		{ "nat-src-port=1", false }, { "end-reason=idle", false },
	};
	static const char *const wrong[] = {
		"dst-port", "dst-port=", "dst-port=x", "dst-port==443", "=443",
		"colour=red", "(dst-port=1", "dst-port=1)", "dst-port=1 and",
		"or dst-port=1", "src-address in 10.0.0.0/33", "()", "!",
		"src-address=10.0.0.0/8", "src-address in 10.0.0.1-::1",
		"dst-port in 1-2", "src-address~\"(\"", "protocol=nonesuch",
		"protocol=256", "idle=soon", "dst-address~\"open", "bytes=-1",
	};
	const struct flow flow = some_flow();
	struct filter *filter;
	char why[256];
	char deep[200];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check(filter_read(cases[i].text, &filter, why, sizeof(why)) &&
		      filter_matches(filter, &flow) == cases[i].matches,
		      "where", cases[i].text);
		filter_free(filter);
	}
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		check(!filter_read(wrong[i], &filter, why, sizeof(why)) &&
		      !filter && *why, "refused: where", wrong[i]);
	check_conditions(10000, true);
	check_conditions(10001, false);
	memset(deep, '(', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	check(!filter_read(deep, &filter, why, sizeof(why)), "too deep", deep);
}

static void print_sorted(const void *data)
{
	char limit[VALUE_SIZE];
	char *words[2] = { "sort=bytes", limit };
	const struct call call = { .argc = 2, .argv = words, .json = true };

	snprintf(limit, sizeof(limit), "limit=%u", *(const unsigned int *)data);
	flow_print(&call);
}

/* Of 5000 flows; "wanted" has their octets. */
static void check_sorted(unsigned int limit, const char *wanted)
{
	char text[VALUE_SIZE] = "";
	unsigned int count = 0;
	size_t length = 0;
	char *all, *bytes;

	memset(&fake, 0, sizeof(fake));
	fake.flows = 5000;
	all = printed(print_sorted, &limit);
	for (bytes = all; (bytes = strstr(bytes, "\"bytes\":")); count++) {
		bytes += strlen("\"bytes\":");
		if (count < 3)
			length += sprintf(text + length, "%s%lu",
					  count ? " " : "",
					  strtoul(bytes, NULL, 10));
	}
	check(count == limit && !strcmp(text, wanted), "sorted", text);
	free(all);
}

void test_sorted(void)
{
	check_sorted(1, "5000");
	check_sorted(3, "5000 4999 4998");
	check_sorted(100, "5000 4999 4998");
	check_sorted(1500, "5000 4999 4998");
	check(flow_print_room(0, 0) == 1024, "room without a limit", "1024");
	check(flow_print_room(1024, 0) == 2048, "room without a limit", "2048");
	check(flow_print_room(0, 1) == 2, "room with a limit of", "1");
	check(flow_print_room(0, 512) == 1024, "room with a limit of", "512");
	check(flow_print_room(1024, 600) == 1200, "room with a limit of", "600");
	check(flow_print_room(1024, UINT32_MAX) == 2048, "room with a limit of",
	      "4294967295");
}

static void print_table(const void *data)
{
	const struct call call = { .argc = 0 };

	*(int *)data = flow_print(&call);
}

/* Whether the rows that waited are let go of, valgrind sees. */
static void check_flow_table(uint64_t flows, bool refuse, bool cut, int wanted,
			     unsigned int lines)
{
	char *all, *line, name[VALUE_SIZE];
	unsigned int count = 0;
	int ret = -1;

	memset(&fake, 0, sizeof(fake));
	fake.flows = flows;
	fake.refuse_flows = refuse;
	fake.cut_flows = cut;
	all = printed(print_table, &ret);
	for (line = all; (line = strchr(line, '\n')); line++)
		count++;
	snprintf(name, sizeof(name), "%u lines", count);
	check(ret == wanted && count == lines, "flow print", name);
	free(all);
}

void test_flow_table(void)
{
	check_flow_table(0, false, false, EXIT_DONE, 1);
	check_flow_table(3, false, false, EXIT_DONE, 4);
	check_flow_table(500, false, false, EXIT_DONE, 501);
	check_flow_table(700, false, false, EXIT_DONE, 701);
	check_flow_table(3, true, false, EXIT_REFUSED, 4);
	check_flow_table(0, true, false, EXIT_REFUSED, 0);
	check_flow_table(3, false, true, EXIT_REFUSED, 4);
}

struct wanted {
	char *word;			/* besides */
	int ret;
};

static void print_words(const void *data)
{
	struct wanted *wanted = (struct wanted *)data;
	const struct call call = {
		.argc = 1, .argv = &wanted->word, .json = true,
	};

	wanted->ret = flow_print(&call);
}

/* It is JSON, or nothing at all. */
static void check_ended(const char *word, uint64_t flows, bool refuse, bool cut,
			int elements)
{
	struct wanted wanted = { .word = strdup(word) };
	struct json_object *json;
	int count = -1;
	char *all;

	memset(&fake, 0, sizeof(fake));
	fake.flows = flows;
	fake.refuse_flows = refuse;
	fake.cut_flows = cut;
	all = printed(print_words, &wanted);
	json = json_tokener_parse(all);
	if (json_object_is_type(json, json_type_array))
		count = json_object_array_length(json);
	else if (json_object_is_type(json, json_type_int))
		count = json_object_get_int(json);
	check(wanted.ret == EXIT_REFUSED && count == elements &&
	      (elements >= 0 || !*all), "ended early", all);
	json_object_put(json);
	memset(&fake, 0, sizeof(fake));
	free(wanted.word);
	free(all);
}

void test_flow_ended(void)
{
	check_ended("limit=9", 3, true, false, 3);
	check_ended("limit=9", 3, false, true, 3);
	check_ended("sort=bytes", 3, true, false, 3);
	check_ended("sort=bytes", 3, false, true, 3);
	check_ended("limit=9", 0, true, false, -1);
	check_ended("limit=9", 0, false, true, 0);
	check_ended("count-only", 3, true, false, -1);
	check_ended("count-only", 3, false, true, 3);
}

void test_flow(void)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} rates[] = {
		{ 0, "0bps" }, { 999, "999bps" }, { 1000, "1.0kbps" },
		{ 12345, "12.3kbps" }, { 123456, "123kbps" },
		{ 999949, "1000kbps" }, { 999951, "1.0Mbps" },
		{ UINT64_C(2500000000), "2.5Gbps" },
	};
	struct flow flow = some_flow();
	char text[VALUE_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		format_rate(rates[i].bits, text);
		check(!strcmp(text, rates[i].text), "rate", text);
	}
	flow_format_end(&flow, true, text);
	check(!strcmp(text, "10.1.2.3:40000"), "end", text);
	flow.protocol = 1;
	flow_format_end(&flow, false, text);
	check(!strcmp(text, "192.0.2.9"), "end without a port", text);
	flow.protocol = 17;
	parse_address("2001:db8::1", &flow.dst);
	flow_format_end(&flow, false, text);
	check(!strcmp(text, "[2001:db8::1]:443"), "end", text);
}
