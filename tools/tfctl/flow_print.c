// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <assert.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "filter.h"
#include "flow_print.h"
#include "json_text.h"
#include "out.h"
#include "table.h"

#define ROWS_WAIT	500	/* they say how wide columns are */

struct print {
	bool json, follow, detail, count_only;
	uint64_t limit;			/* 0: none */
	const struct flow_property *sort;
	bool reverse;
	struct filter *filter;
	struct table table;
	uint64_t count;			/* that match, or were printed */
	struct flow *flows;		/* to be sorted */
	size_t kept, room;
	bool no_memory;
};

static const struct table_column columns[] = {
	{ "PROTO", 4, false }, { "SRC-ADDRESS", 21, false },
	{ "DST-ADDRESS", 21, false }, { "IN", 6, false }, { "OUT", 6, false },
	{ "FLAGS", 5, false }, { "PACKETS", 8, true }, { "BYTES", 10, true },
	{ "RATE", 8, true }, { "AGE", 8, true }, { "IDLE", 5, true },
};

static const struct table_column ended_columns[] = {
	{ "PROTO", 4, false }, { "SRC-ADDRESS", 21, false },
	{ "DST-ADDRESS", 21, false }, { "IN", 6, false }, { "OUT", 6, false },
	{ "FLAGS", 5, false }, { "PACKETS", 8, true }, { "BYTES", 10, true },
	{ "RATE", 8, true }, { "DURATION", 8, true },
	{ "END-REASON", 0, false },
};

/* What the cells behind the addresses are. */
static const char *const cells_of[] = {
	"in-interface", "out-interface", "tcp-flags", "packets", "bytes",
	"rate", "age", "idle",
};

static const char *const ended_cells_of[] = {
	"in-interface", "out-interface", "tcp-flags", "packets", "bytes",
	"rate", "duration", "end-reason",
};

static_assert(ARRAY_SIZE(columns) == ARRAY_SIZE(cells_of) + 3,
	      "a cell for each column");
static_assert(ARRAY_SIZE(ended_columns) == ARRAY_SIZE(columns),
	      "both tables are of a size");

static void format_named(const char *name, const struct flow *flow, char *text)
{
	flow_format(flow_property_find(name, strlen(name)), flow, text);
}

static bool has_ports(const struct flow *flow)
{
	switch (flow->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	}
	return false;
}

void flow_format_end(const struct flow *flow, bool source, char *text)
{
	const struct address *address = source ? &flow->src : &flow->dst;
	unsigned int port = source ? flow->src_port : flow->dst_port;
	char name[VALUE_SIZE];

	format_address(address, name);
	if (!has_ports(flow))
		snprintf(text, VALUE_SIZE, "%s", name);
	else
		snprintf(text, VALUE_SIZE,
			 address->family == AF_INET ? "%.45s:%u" : "[%.45s]:%u",
			 name, port);
}

static void print_row(struct print *print, const struct flow *flow)
{
	const char *const *names = print->follow ? ended_cells_of : cells_of;
	char text[ARRAY_SIZE(columns)][VALUE_SIZE];
	char *cells[ARRAY_SIZE(columns)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		cells[i] = text[i];
	format_named("protocol", flow, text[0]);
	flow_format_end(flow, true, text[1]);
	flow_format_end(flow, false, text[2]);
	for (i = 0; i < ARRAY_SIZE(cells_of); i++)
		format_named(names[i], flow, text[i + 3]);
	table_row(&print->table, cells);
}

static void print_detail(const struct flow *flow)
{
	struct wrap wrap = { .used = 1, .indent = 3, .end = "" };
	char word[2 * VALUE_SIZE];
	char text[VALUE_SIZE];
	size_t i;

	putchar(' ');
	for (i = 0; i < flow_property_count; i++) {
		flow_format(&flow_properties[i], flow, text);
		snprintf(word, sizeof(word), "%s=%s", flow_properties[i].name,
			 text);
		if (*text)
			out_wrapped(&wrap, word);
	}
	printf("\n\n");
}

static struct json_object *json_value(const struct flow_property *property,
				      const struct flow *flow)
{
	struct flow_value value;
	char text[VALUE_SIZE];

	if (!property->get(flow, &value))
		return NULL;
	switch (property->kind) {
	case FLOW_NUMBER:
	case FLOW_RATE:
		return json_object_new_uint64(value.number);
	case FLOW_TIME:
		snprintf(text, sizeof(text), "%.3f", value.number / 1000.0);
		return json_object_new_double_s(value.number / 1000.0, text);
	default:
		flow_format(property, flow, text);
		return json_text(text);
	}
}

static struct json_object *flow_json(const struct flow *flow)
{
	struct json_object *json = json_object_new_object();
	size_t i;

	for (i = 0; i < flow_property_count; i++)
		json_object_object_add(json, flow_properties[i].name,
				       json_value(&flow_properties[i], flow));
	json_object_object_add(json, "first",
			       json_object_new_uint64(flow->first));
	json_object_object_add(json, "last",
			       json_object_new_uint64(flow->last));
	return json;
}

static void print_json(struct print *print, const struct flow *flow)
{
	struct json_object *json = flow_json(flow);

	if (!print->follow)
		fputs(print->count ? ",\n  " : "[\n  ", stdout);
	fputs(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
					     JSON_C_TO_STRING_NOSLASHESCAPE),
	      stdout);
	if (print->follow)
		putchar('\n');
	json_object_put(json);
}

static void print_flow(struct print *print, const struct flow *flow)
{
	if (print->json)
		print_json(print, flow);
	else if (print->detail)
		print_detail(flow);
	else
		print_row(print, flow);
	print->count++;
}

/* Counters and rates from the greatest on, all else from the least. */
static int by_property(const void *a, const void *b, void *data)
{
	const struct print *print = data;
	enum flow_kind kind = print->sort->kind;
	bool falling = (kind == FLOW_RATE || kind == FLOW_TIME ||
			(kind == FLOW_NUMBER &&
			 !strstr(print->sort->name, "port"))) !=
		       print->reverse;
	int ret = flow_compare(print->sort, a, b);

	return falling ? -ret : ret;
}

static void sort(struct print *print)
{
	qsort_r(print->flows, print->kept, sizeof(*print->flows), by_property,
		print);
	if (print->limit && print->kept > print->limit)
		print->kept = print->limit;
}

size_t flow_print_room(size_t room, uint64_t limit)
{
	room = room ? 2 * room : 1024;
	return limit && room > 2 * limit ? 2 * limit : room;
}

static bool make_room(struct print *print)
{
	size_t room = flow_print_room(print->room, print->limit);
	struct flow *flows;

	flows = realloc(print->flows, room * sizeof(*flows));
	if (!flows)
		return false;
	print->flows = flows;
	print->room = room;
	return true;
}

static int keep(struct print *print, const struct flow *flow)
{
	if (print->limit && print->kept == 2 * print->limit)
		sort(print);
	if (print->kept == print->room && !make_room(print)) {
		print->no_memory = true;
		return 1;
	}
	print->flows[print->kept++] = *flow;
	return 0;
}

static int take_flow(const struct flow *flow, void *data)
{
	struct print *print = data;

	if (!filter_matches(print->filter, flow))
		return 0;
	if (print->count_only) {
		print->count++;
		return 0;
	}
	if (print->sort)
		return keep(print, flow);
	print_flow(print, flow);
	if (print->follow)
		fflush(stdout);
	return (print->limit && print->count >= print->limit) ||
	       ferror(stdout);
}

static void on_missed(void *data)
{
	(void)data;
	refused("some flows were missed: more end than can be shown, or memory is short");
}

static int begun(void *data)
{
	struct print *print = data;

	if (!print->json && !print->detail)
		table_begin(&print->table, ended_columns,
			    ARRAY_SIZE(ended_columns), 0);
	fflush(stdout);
	return EXIT_DONE;
}

static void end(struct print *print)
{
	size_t i;

	if (print->sort)
		sort(print);
	for (i = 0; i < print->kept; i++)
		print_flow(print, &print->flows[i]);
	if (print->count_only)
		printf("%" PRIu64 "\n", print->count);
	else if (print->json)
		puts(print->count ? "\n]" : "[\n]");
	else if (!print->detail)
		table_end(&print->table);
}

static int print_cache(struct print *print)
{
	bool table = !print->json && !print->detail && !print->count_only;
	bool cut = false;
	int ret;

	if (table && !table_begin(&print->table, columns, ARRAY_SIZE(columns),
				  ROWS_WAIT))
		return refused("out of memory");
	ret = flows_get(take_flow, print, &cut);
	if (print->no_memory)
		return refused("out of memory: use limit= or where");
	/* Flows that came before an error are shown, but not taken for a sum. */
	if (!ret || (!print->count_only && (print->count || print->kept)))
		end(print);
	if (cut)
		return refused("settings were changed meanwhile: flows are missing above, try again");
	return ret;
}

static int parse_sort(struct print *print, const char *name)
{
	print->reverse = *name == '-';
	name += print->reverse;
	print->sort = flow_property_find(name, strlen(name));
	return print->sort ? EXIT_DONE :
	       unknown_word("property", name, flow_property_name, NULL,
			    "flow print");
}

static int parse_limit(struct print *print, const char *text)
{
	uint32_t limit;

	if (!parse_number(text, &limit) || !limit)
		return usage("limit is a number of flows, 1 to 4294967295, not '%s'", text);
	print->limit = limit;
	return EXIT_DONE;
}

static int parse_word(struct print *print, const char *word)
{
	if (!strcmp(word, "follow"))
		print->follow = true;
	else if (!strcmp(word, "detail"))
		print->detail = true;
	else if (!strcmp(word, "count-only"))
		print->count_only = true;
	else if (!strncmp(word, "sort=", 5))
		return parse_sort(print, word + 5);
	else if (!strncmp(word, "limit=", 6))
		return parse_limit(print, word + 6);
	else
		return usage("flow print takes no '%s'; conditions stand behind where",
			     word);
	return EXIT_DONE;
}

static int parse(struct print *print, const struct call *call)
{
	int ret = EXIT_DONE;
	int i;

	for (i = 0; i < call->argc && !ret; i++) {
		if (!strcmp(call->argv[i], "where")) {
			ret = filter_parse_words(call->argc - i - 1,
						 call->argv + i + 1,
						 &print->filter);
			break;
		}
		ret = parse_word(print, call->argv[i]);
	}
	if (!ret && print->follow && (print->sort || print->count_only))
		ret = usage("flows that are followed are neither sorted nor counted");
	return ret;
}

int flow_print(const struct call *call)
{
	struct print print = { .json = call->json };
	int ret;

	ret = parse(&print, call);
	if (!ret && !call->check)
		ret = print.follow ?
		      flows_follow(take_flow, begun, on_missed, &print) :
		      print_cache(&print);
	table_free(&print.table);
	filter_free(print.filter);
	free(print.flows);
	return ret;
}
