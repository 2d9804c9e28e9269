// SPDX-License-Identifier: GPL-2.0
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "array.h"
#include "error.h"
#include "flow_print.h"
#include "json_text.h"
#include "out.h"
#include "table.h"
#include "top.h"

struct options {
	enum top_view view;
	enum top_sort sort;
	uint32_t interval;		/* seconds */
	uint32_t limit;
	char where[TOP_WHERE_SIZE];
	bool too_long;			/* the conditions, for the screen */
};

static const struct table_column columns[] = {
	{ "NAME", 0, false }, { "RATE", 8, true }, { "IN", 8, true },
	{ "OUT", 8, true }, { "PACKETS/S", 0, true }, { "FLOWS", 6, true },
	{ "BYTES", 8, true },
};

static void print_row(struct table *table, const struct top_entry *entry,
		      enum top_view view)
{
	bool ways = view == TOP_HOSTS || view == TOP_INTERFACES;
	char text[ARRAY_SIZE(columns)][3 * VALUE_SIZE] = { "" };
	char *cells[ARRAY_SIZE(columns)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(columns); i++)
		cells[i] = text[i];
	top_name(entry, view, text[0], sizeof(text[0]));
	format_rate(top_entry_rate(entry), text[1]);
	if (ways) {
		format_rate(entry->in_rate, text[2]);
		format_rate(entry->out_rate, text[3]);
	}
	format_count(entry->packet_rate, text[4]);
	format_count(entry->flows, text[5]);
	format_octets(entry->total, text[6]);
	table_row(table, cells);
}

static int print_table(const struct options *options,
		       struct top_entry *const *sorted)
{
	struct table table;
	uint32_t i;

	if (!table_begin(&table, columns, ARRAY_SIZE(columns),
			 options->limit))
		return refused("out of memory");
	for (i = 0; sorted[i] && i < options->limit; i++)
		print_row(&table, sorted[i], options->view);
	table_end(&table);
	return EXIT_DONE;
}

static void add_number(struct json_object *json, const char *name,
		       uint64_t number)
{
	json_object_object_add(json, name, json_object_new_uint64(number));
}

static void add_text(struct json_object *json, const char *name,
		     const char *text)
{
	json_object_object_add(json, name, json_text(text));
}

static void add_address(struct json_object *json, const char *name,
			const uint8_t *octets, uint8_t family)
{
	const struct address address = top_address(octets, family);
	char text[VALUE_SIZE];

	format_address(&address, text);
	add_text(json, name, text);
}

static void add_key(struct json_object *json, const struct top_entry *entry,
		    enum top_view view)
{
	const struct top_key *key = &entry->key;

	switch (view) {
	case TOP_FLOWS:
		add_text(json, "protocol", protocol_name(key->protocol));
		add_address(json, "src-address", key->src, key->family);
		add_number(json, "src-port", key->src_port);
		add_address(json, "dst-address", key->dst, key->family);
		add_number(json, "dst-port", key->dst_port);
		add_text(json, "in-interface", interface_name(entry->in_if));
		add_text(json, "out-interface", interface_name(entry->out_if));
		break;
	case TOP_HOSTS:
		add_address(json, "address", key->src, key->family);
		break;
	case TOP_PORTS:
		add_text(json, "protocol", protocol_name(key->protocol));
		add_number(json, "port", key->dst_port);
		break;
	case TOP_PROTOCOLS:
		add_text(json, "protocol", protocol_name(key->protocol));
		break;
	default:
		add_text(json, "interface", interface_name(key->index));
	}
}

static struct json_object *row_json(const struct top_entry *entry,
				    enum top_view view)
{
	struct json_object *json = json_object_new_object();

	add_key(json, entry, view);
	add_number(json, "rate", top_entry_rate(entry));
	if (view == TOP_HOSTS || view == TOP_INTERFACES) {
		add_number(json, "in-rate", entry->in_rate);
		add_number(json, "out-rate", entry->out_rate);
	}
	add_number(json, "packet-rate", entry->packet_rate);
	add_number(json, "flows", entry->flows);
	add_number(json, "bytes", entry->total);
	return json;
}

static void print_json(const struct top *top, const struct options *options,
		       struct top_entry *const *sorted)
{
	struct json_object *json = json_object_new_object();
	struct json_object *rows = json_object_new_array();
	uint32_t i;

	add_number(json, "time", top->looked);
	add_text(json, "view", top_view_names[options->view]);
	add_number(json, "interval", options->interval);
	add_number(json, "rate", top->rate);
	add_number(json, "packet-rate", top->packet_rate);
	for (i = 0; sorted[i] && i < options->limit; i++)
		json_object_array_add(rows, row_json(sorted[i], options->view));
	json_object_object_add(json, options->view == TOP_FLOWS ? "flows" :
			       top_view_names[options->view], rows);
	out_json(json);
}

static int once(struct top *top, const struct options *options, bool json)
{
	struct top_entry **sorted;
	int ret;

	ret = top_look(top);
	if (!ret)
		ret = top_hear(top, options->interval * 1000);
	if (!ret)
		ret = top_look(top);
	if (ret)
		return ret;
	sorted = top_sorted(top, options->view, options->sort, false);
	if (!sorted)
		return refused("out of memory");
	if (json)
		print_json(top, options, sorted);
	else
		ret = print_table(options, sorted);
	free(sorted);
	return ret;
}

static bool take_name(const char *const *names, size_t count, const char *word,
		      unsigned int *value)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcasecmp(names[i], word))
			continue;
		*value = i;
		return true;
	}
	return false;
}

static int parse_word(struct options *options, const char *word)
{
	unsigned int value;

	if (take_name(top_view_names, TOP_VIEWS, word, &value))
		options->view = value;
	else if (!strncmp(word, "sort=", 5) &&
		 take_name(top_sort_names, TOP_SORTS, word + 5, &value))
		options->sort = value;
	else if (!strncmp(word, "sort=", 5))
		return usage("sort is rate, packets, flows, bytes or name");
	else if (!strncmp(word, "interval=", 9))
		return parse_time(word + 9, &options->interval) &&
		       options->interval && options->interval <= 3600 ?
		       EXIT_DONE : usage("interval is a time from 1s to 1h");
	else if (!strncmp(word, "limit=", 6))
		return parse_number(word + 6, &options->limit) &&
		       options->limit && options->limit <= 100000 ? EXIT_DONE :
		       usage("limit is a number of rows, 1 to 100000");
	else
		return usage("top takes flows, hosts, ports, protocols or interfaces, not '%s'",
			     word);
	return EXIT_DONE;
}

/* As it was typed, for the screen to show, and to be changed there. */
static int parse_where(struct top *top, struct options *options, int argc,
		       char **argv)
{
	size_t length = 0;
	int i;

	for (i = 0; i < argc && length < TOP_WHERE_SIZE; i++)
		length += snprintf(options->where + length,
				   TOP_WHERE_SIZE - length, "%s%s",
				   i ? " " : "", argv[i]);
	options->too_long = length >= TOP_WHERE_SIZE;
	return filter_parse_words(argc, argv, &top->filter);
}

static int parse(struct top *top, struct options *options,
		 const struct call *call)
{
	int ret = EXIT_DONE;
	int i;

	for (i = 0; i < call->argc && !ret; i++) {
		if (!strcmp(call->argv[i], "where"))
			return parse_where(top, options, call->argc - i - 1,
					   call->argv + i + 1);
		ret = parse_word(options, call->argv[i]);
	}
	return ret;
}

static int check_screen(const struct options *options)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return usage("the screen is for terminals; elsewhere: tfctl top --once");
	if (options->too_long)
		return usage("the screen takes conditions of at most %u octets; more: tfctl top --once",
			     TOP_WHERE_SIZE - 1);
	return EXIT_DONE;
}

int top_run(const struct call *call)
{
	struct options options = { .interval = 2, .limit = 20 };
	bool screen = !call->once && !call->json;
	struct top top = { 0 };
	int ret;

	ret = parse(&top, &options, call);
	if (!ret && !call->check && screen)
		ret = check_screen(&options);
	if (!ret && !call->check)
		ret = top_begin(&top);
	if (!ret && !call->check)
		ret = screen ? top_screen(&top, options.view, options.sort,
					  options.interval * 1000,
					  options.where) :
			       once(&top, &options, call->json);
	top_end(&top);
	return ret;
}
