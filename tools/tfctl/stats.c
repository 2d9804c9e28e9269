// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "out.h"
#include "prometheus.h"
#include "replace.h"
#include "settings.h"
#include "stats.h"
#include "target.h"

static const struct {
	const char *name;
	uint16_t attr;
} counters[] = {
	{ "packets", TRAFFIC_FLOW_STATS_A_PACKETS },
	{ "bytes", TRAFFIC_FLOW_STATS_A_BYTES },
	{ "flows-active", TRAFFIC_FLOW_STATS_A_ACTIVE },
	{ "flows-created", TRAFFIC_FLOW_STATS_A_CREATED },
	{ "flows-exported", TRAFFIC_FLOW_STATS_A_EXPORTED },
	{ "flows-ended-early", TRAFFIC_FLOW_STATS_A_ENDED_EARLY },
	{ "flows-no-target", TRAFFIC_FLOW_STATS_A_NO_TARGET },
	{ "flows-incomplete", TRAFFIC_FLOW_STATS_A_INCOMPLETE },
	{ "fragments", TRAFFIC_FLOW_STATS_A_FRAGMENTS },
	{ "truncated", TRAFFIC_FLOW_STATS_A_TRUNCATED },
	{ "unattributed", TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS },
	{ "nat-connections", TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS },
	{ "nat-events", TRAFFIC_FLOW_STATS_A_NAT_EVENTS },
	{ "nat-events-lost", TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST },
	{ "memory", TRAFFIC_FLOW_STATS_A_MEMORY },
};

#define COUNTERS	ARRAY_SIZE(counters)

static const struct {
	const char *name;
	size_t offset;
} target_counters[] = {
	{ "packets", offsetof(struct target, packets) },
	{ "records", offsetof(struct target, records) },
	{ "bytes", offsetof(struct target, bytes) },
	{ "errors", offsetof(struct target, errors) },
	{ "lost", offsetof(struct target, lost) },
	{ "skipped", offsetof(struct target, skipped) },
	{ "refused", offsetof(struct target, refused) },
};

#define TARGET_COUNTERS	ARRAY_SIZE(target_counters)

static uint64_t target_counter(const struct target *target, size_t i)
{
	return *(const uint64_t *)((const char *)target +
				   target_counters[i].offset);
}

static int take_stats(const struct nlattr **attrs, void *data)
{
	struct stats *stats = data;
	size_t i;

	for (i = 0; i <= TRAFFIC_FLOW_STATS_A_MAX; i++)
		stats->value[i] = netlink_number(attrs[i]);
	return 0;
}

int stats_get(struct stats *stats)
{
	const struct netlink_reply reply = {
		.fn = take_stats,
		.data = stats,
		.max = TRAFFIC_FLOW_STATS_A_MAX,
	};
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_STATS_GET);

	memset(stats, 0, sizeof(*stats));
	return nlh ? netlink_run(nlh, NULL, &reply) : EXIT_REFUSED;
}

int stats_summary_get(struct stats_summary *summary)
{
	struct targets targets;
	struct stats stats;
	size_t i;
	int ret;

	memset(summary, 0, sizeof(*summary));
	ret = stats_get(&stats);
	if (!ret)
		ret = targets_get(&targets);
	if (ret)
		return ret;
	summary->active = stats.value[TRAFFIC_FLOW_STATS_A_ACTIVE];
	for (i = 0; i < targets.count; i++) {
		uint32_t state = targets.list[i].state;

		summary->targets += !targets.list[i].disabled;
		summary->up += state == TRAFFIC_FLOW_TARGET_UP;
		summary->down += state == TRAFFIC_FLOW_TARGET_DOWN;
	}
	targets_free(&targets);
	return EXIT_DONE;
}

static struct json_object *target_json(const struct target *target, size_t i)
{
	struct json_object *json = json_object_new_object();
	struct json_object *error = NULL;
	char text[VALUE_SIZE];

	json_object_object_add(json, "number", json_object_new_int64(i));
	json_object_object_add(json, "id", json_object_new_int64(target->id));
	format_address(&target->dst, text);
	json_object_object_add(json, "dst-address",
			       json_object_new_string(text));
	json_object_object_add(json, "port",
			       json_object_new_int64(target->port));
	json_object_object_add(json, "version",
			       property_json(&target_properties.table[TARGET_VERSION],
					     target));
	json_object_object_add(json, "state",
			       json_object_new_string(target_state_name(target->state)));
	for (i = 0; i < TARGET_COUNTERS; i++)
		json_object_object_add(json, target_counters[i].name,
				       json_object_new_uint64(target_counter(target, i)));
	if (target->last_error)
		error = json_object_new_string(strerror(target->last_error));
	json_object_object_add(json, "last-error", error);
	return json;
}

static void print_json(const struct stats *stats, const struct targets *targets)
{
	struct json_object *json = json_object_new_object();
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		json_object_object_add(json, counters[i].name,
				       json_object_new_uint64(stats->value[counters[i].attr]));
	for (i = 0; i < targets->count; i++)
		json_object_array_add(array, target_json(&targets->list[i], i));
	json_object_object_add(json, "targets", array);
	out_json(json);
}

static char *number_text(uint64_t number)
{
	char text[VALUE_SIZE];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return strdup(text);
}

static void fill_row(const struct target *target, char **cells)
{
	size_t i;

	*cells++ = target_text(target, TARGET_DST_ADDRESS);
	*cells++ = target_text(target, TARGET_PORT);
	*cells++ = target_text(target, TARGET_VERSION);
	*cells++ = strdup(target_state_name(target->state));
	for (i = 0; i < TARGET_COUNTERS; i++)
		*cells++ = number_text(target_counter(target, i));
	*cells = strdup(target->last_error ? strerror(target->last_error) :
					     "none");
}

static int print_targets(const struct targets *targets)
{
	static const struct column columns[] = {
		{ "DST-ADDRESS", 0 }, { "PORT", 0 }, { "VERSION", 0 },
		{ "STATE", 0 }, { "PACKETS", 0 }, { "RECORDS", 0 },
		{ "BYTES", 0 }, { "ERRORS", 0 }, { "LOST", 0 },
		{ "SKIPPED", 0 }, { "REFUSED", 0 }, { "LAST-ERROR", 0 },
	};
	_Static_assert(ARRAY_SIZE(columns) == 4 + TARGET_COUNTERS + 1,
		       "a column for each counter");
	const size_t width = ARRAY_SIZE(columns);
	char **cells = calloc(targets->count * width, sizeof(*cells));
	size_t i;
	int ret;

	if (!cells)
		return refused("out of memory");
	for (i = 0; i < targets->count; i++)
		fill_row(&targets->list[i], cells + i * width);
	printf("\n");
	ret = out_table(columns, width, cells, targets->count, NULL);
	for (i = 0; i < targets->count * width; i++)
		free(cells[i]);
	free(cells);
	return ret;
}

static void print_metrics(const void *data)
{
	prometheus_print(data);
}

static int stats_prometheus(const char *path, const struct stats *stats,
			    const struct targets *targets)
{
	struct settings settings;
	const struct metrics all = { &settings, stats, targets };
	int ret;

	ret = settings_get(&settings);
	if (ret)
		return ret;
	if (path)
		return replace_file(path, print_metrics, &all);
	print_metrics(&all);
	return EXIT_DONE;
}

int stats_print(const struct call *call)
{
	const char *path = NULL;
	struct targets targets;
	char text[VALUE_SIZE];
	struct stats stats;
	size_t i;
	int ret;

	if (call->argc == 1 && call->prometheus &&
	    !strncmp(call->argv[0], "file=", 5) && call->argv[0][5])
		path = call->argv[0] + 5;
	else if (call->argc)
		return usage("stats takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	ret = stats_get(&stats);
	if (!ret)
		ret = targets_get(&targets);
	if (ret)
		return ret;

	if (call->prometheus) {
		ret = stats_prometheus(path, &stats, &targets);
	} else if (call->json) {
		print_json(&stats, &targets);
	} else {
		for (i = 0; i < COUNTERS; i++) {
			snprintf(text, sizeof(text), "%" PRIu64,
				 stats.value[counters[i].attr]);
			out_pair(strlen("flows-ended-early"), counters[i].name,
				 text);
		}
		if (targets.count)
			ret = print_targets(&targets);
	}
	targets_free(&targets);
	return ret;
}
