// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "error.h"
#include "flow.h"
#include "ipfix.h"
#include "monitor.h"
#include "state.h"

struct monitor {
	bool json;
	struct state state;		/* as it was told, or at first */
	int ret;
};

static const char *const names[] = {
	[TRAFFIC_FLOW_EVENT_CONFIG] = "config",
	[TRAFFIC_FLOW_EVENT_TARGET_ADDED] = "target-added",
	[TRAFFIC_FLOW_EVENT_TARGET_CHANGED] = "target-changed",
	[TRAFFIC_FLOW_EVENT_TARGET_REMOVED] = "target-removed",
	[TRAFFIC_FLOW_EVENT_TARGET_UP] = "target-up",
	[TRAFFIC_FLOW_EVENT_TARGET_DOWN] = "target-down",
	[TRAFFIC_FLOW_EVENT_CACHE_FULL] = "cache-full",
	[TRAFFIC_FLOW_EVENT_CACHE_RELIEVED] = "cache-relieved",
};

/* An event is one JSON object, of which the text is made, too. */
static struct json_object *begin(const char *name)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "time", json_object_new_uint64(flow_now()));
	json_object_object_add(json, "event", json_object_new_string(name));
	return json;
}

static void out_text(struct json_object *json, const char *about)
{
	char when[VALUE_SIZE];
	time_t now = time(NULL);

	strftime(when, sizeof(when), "%F %T", localtime(&now));
	printf("%s  %-*s%s%s\n", when, *about ? 15 : 0,
	       json_object_get_string(json_object_object_get(json, "event")),
	       *about ? " " : "", about);
}

static void out(const struct monitor *monitor, struct json_object *json,
		const char *about)
{
	if (monitor->json)
		puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		out_text(json, about);
	fflush(stdout);
	json_object_put(json);
}

static void add_changes(const struct properties *props, uint32_t set,
			const void *object, struct json_object *changes,
			FILE *text)
{
	char value[PROPERTY_TEXT_SIZE];
	const struct property *property;
	unsigned int i;

	for (i = 0; i < props->count; i++) {
		if (!(set & 1U << i))
			continue;
		property = &props->table[i];
		property_format(property, object, value);
		fprintf(text, " %s=%s", property->name, value);
		json_object_object_add(changes, property->name,
				       property_json(property, object));
	}
}

static void add_fields(uint64_t changed, uint64_t fields,
		       struct json_object *changes, FILE *text)
{
	struct json_object *ipfix = json_object_new_object();
	size_t i;

	for (i = 0; i < IPFIX_FIELDS; i++) {
		bool on = fields >> i & 1;

		if (!(changed >> i & 1) || !ipfix_fields[i])
			continue;
		fprintf(text, " ipfix.%s=%s", ipfix_fields[i], on ? "yes" : "no");
		json_object_object_add(ipfix, ipfix_fields[i],
				       json_object_new_boolean(on));
	}
	json_object_object_add(changes, "ipfix", ipfix);
}

static bool has_item(const struct items *items, const void *object)
{
	const struct properties *props = items->kind->props;
	size_t i;

	for (i = 0; i < items->count; i++)
		if (!properties_different(props, item(items, i), object))
			return true;
	return false;
}

/* What the one has and the other has not. */
static void add_items(const struct items *have, const struct items *not,
		      const char *name, struct json_object *changes, FILE *text)
{
	const struct properties *props = have->kind->props;
	struct json_object *array = json_object_new_array();
	struct json_object *json;
	char value[PROPERTY_TEXT_SIZE];
	unsigned int j;
	size_t i;

	for (i = 0; i < have->count; i++) {
		if (has_item(not, item(have, i)))
			continue;
		json = json_object_new_object();
		properties_json(props, item(have, i), json);
		json_object_array_add(array, json);
		fprintf(text, " %s:", name);
		for (j = 0; j < props->count; j++) {
			property_format(&props->table[j], item(have, i), value);
			fprintf(text, "%s%s", j ? "," : "", value);
		}
	}
	if (json_object_array_length(array))
		json_object_object_add(changes, name, array);
	else
		json_object_put(array);
}

static void add_state(const struct state *old, const struct state *new,
		      struct json_object *changes, FILE *text)
{
	const struct settings *settings = &new->settings;
	uint64_t fields = settings->ipfix_fields ^ old->settings.ipfix_fields;

	add_changes(&settings_properties,
		    properties_different(&settings_properties, settings,
					 &old->settings),
		    settings, changes, text);
	if (fields)
		add_fields(fields, settings->ipfix_fields, changes, text);
	add_items(&old->lists, &new->lists, "list-removed", changes, text);
	add_items(&new->lists, &old->lists, "list-added", changes, text);
	add_items(&old->members, &new->members, "member-removed", changes, text);
	add_items(&new->members, &old->members, "member-added", changes, text);
}

static void add_target(const struct monitor *monitor, const struct state *new,
		       uint32_t id, struct json_object *json, FILE *text)
{
	const struct target *was = targets_find(&monitor->state.targets, id);
	const struct target *target = targets_find(&new->targets, id);
	struct json_object *changes = json_object_new_object();
	char address[VALUE_SIZE];

	json_object_object_add(json, "id", json_object_new_int64(id));
	if (!target && !was)
		fprintf(text, " id=%" PRIu32, id);
	if (target || was) {
		format_address(&(target ? target : was)->dst, address);
		json_object_object_add(json, "dst-address",
				       json_object_new_string(address));
		json_object_object_add(json, "port",
				       json_object_new_int64((target ? target : was)->port));
		fprintf(text, strchr(address, ':') ? " [%s]:%" PRIu32 :
						     " %s:%" PRIu32,
			address, (target ? target : was)->port);
	}
	if (target && was)
		add_changes(&target_properties,
			    properties_different(&target_properties, target, was),
			    target, changes, text);
	if (json_object_object_length(changes))
		json_object_object_add(json, "changes", changes);
	else
		json_object_put(changes);
}

static void add_error(uint32_t error, struct json_object *json, FILE *text)
{
	if (!error)
		return;
	json_object_object_add(json, "error",
			       json_object_new_string(strerror(error)));
	fprintf(text, " %s", strerror(error));
}

static void swap(struct items *a, struct items *b)
{
	struct items kept = *a;

	*a = *b;
	*b = kept;
}

/* False: no memory. */
static bool know_target(struct targets *known, const struct target *target,
			uint32_t id)
{
	struct target *grown;
	size_t i, rest;

	for (i = 0; i < known->count && known->list[i].id != id; i++)
		;
	if (i < known->count && !target) {
		rest = --known->count - i;
		memmove(&known->list[i], &known->list[i + 1],
			rest * sizeof(*target));
	}
	if (!target)
		return true;
	if (i == known->count) {
		grown = realloc(known->list, (i + 1) * sizeof(*grown));
		if (!grown)
			return false;
		known->list = grown;
		known->count++;
	}
	known->list[i] = *target;
	return true;
}

/* Only what was told: what else has changed meanwhile comes with its own event. */
static void know(struct monitor *monitor, uint32_t event, uint32_t target,
		 struct state *new)
{
	struct state *known = &monitor->state;

	if (event == TRAFFIC_FLOW_EVENT_CONFIG) {
		known->settings = new->settings;
		swap(&known->lists, &new->lists);
		swap(&known->members, &new->members);
	}
	if (target && !know_target(&known->targets,
				   targets_find(&new->targets, target), target))
		monitor->ret = refused("out of memory");
}

static void tell(struct monitor *monitor, uint32_t event, uint32_t target,
		 uint32_t error, const struct state *new)
{
	struct json_object *json = begin(names[event]);
	struct json_object *changes;
	char *about = NULL;
	size_t size;
	FILE *text = open_memstream(&about, &size);

	if (!text) {
		monitor->ret = refused("out of memory");
		return;
	}
	if (event == TRAFFIC_FLOW_EVENT_CONFIG) {
		changes = json_object_new_object();
		add_state(&monitor->state, new, changes, text);
		json_object_object_add(json, "changes", changes);
	}
	if (target)
		add_target(monitor, new, target, json, text);
	add_error(error, json, text);
	fclose(text);
	out(monitor, json, about + (*about == ' '));
	free(about);
}

static int take_event(const struct nlattr **attrs, void *data)
{
	uint32_t target = netlink_number(attrs[TRAFFIC_FLOW_EVENT_A_TARGET]);
	uint32_t error = netlink_number(attrs[TRAFFIC_FLOW_EVENT_A_ERROR]);
	uint32_t event = netlink_number(attrs[TRAFFIC_FLOW_EVENT_A_EVENT]);
	struct monitor *monitor = data;
	struct state new;

	/* One that a newer module has. */
	if (!attrs[TRAFFIC_FLOW_EVENT_A_EVENT] || event >= ARRAY_SIZE(names))
		return 0;
	monitor->ret = state_get(&new);
	if (monitor->ret)
		return 1;
	tell(monitor, event, target, error, &new);
	know(monitor, event, target, &new);
	state_free(&new);
	return monitor->ret || ferror(stdout);
}

static int begun(void *data)
{
	struct monitor *monitor = data;

	return state_get(&monitor->state);
}

static void on_missed(void *data)
{
	struct monitor *monitor = data;
	struct state new;

	/* What nobody was told of is known all the same. */
	if (!state_get(&new)) {
		state_free(&monitor->state);
		monitor->state = new;
	}
	out(data, begin("missed"), "events came faster than they could be shown, or without memory");
}

int monitor_run(const struct call *call)
{
	struct monitor monitor = { .json = call->json };
	const struct netlink_reply reply = {
		.fn = take_event,
		.data = &monitor,
		.max = TRAFFIC_FLOW_EVENT_A_MAX,
	};
	int ret;

	if (call->argc)
		return usage("monitor takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	ret = netlink_listen(TRAFFIC_FLOW_GROUP_EVENTS, &reply, begun, on_missed);
	state_free(&monitor.state);
	return ret ? ret : monitor.ret;
}
