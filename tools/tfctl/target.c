// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "netlink.h"
#include "out.h"
#include "select.h"
#include "signals.h"
#include "state.h"
#include "target.h"

static const struct choice versions[] = {
	{ "1", TRAFFIC_FLOW_VERSION_1 },
	{ "5", TRAFFIC_FLOW_VERSION_5 },
	{ "9", TRAFFIC_FLOW_VERSION_9 },
	{ "IPFIX", TRAFFIC_FLOW_VERSION_IPFIX },
	{ NULL, 0 }
};

static const struct choice options[] = {
	{ "sampling", 1 << TRAFFIC_FLOW_OPTION_SAMPLING },
	{ "interfaces", 1 << TRAFFIC_FLOW_OPTION_INTERFACES },
	{ "statistics", 1 << TRAFFIC_FLOW_OPTION_STATISTICS },
	{ NULL, 0 }
};

/* What is a number otherwise. */
static const struct choice mtus[] = { { "auto", 0 }, { NULL, 0 } };

#define FIELD(member)	.offset = offsetof(struct target, member)

static const struct property table[] = {
	[TARGET_DISABLED] = {
		.name = "disabled", FIELD(disabled), .kind = PROPERTY_BOOL,
		.attr = TRAFFIC_FLOW_TARGET_A_DISABLED, .width = 1,
		.fallback = "no",
		.help = "whether nothing is sent to it",
	},
	[TARGET_DST_ADDRESS] = {
		.name = "dst-address", FIELD(dst), .kind = PROPERTY_ADDRESS,
		.attr = TRAFFIC_FLOW_TARGET_A_DST_IPV4,
		.help = "the collector's address; address=IP:port gives both",
	},
	[TARGET_PORT] = {
		.name = "port", FIELD(port), .kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_PORT, .width = 2, .min = 1,
		.max = UINT16_MAX, .fallback = "2055",
		.help = "the collector's UDP port",
	},
	[TARGET_SRC_ADDRESS] = {
		.name = "src-address", FIELD(src), .kind = PROPERTY_ADDRESS,
		.attr = TRAFFIC_FLOW_TARGET_A_SRC_IPV4, .fallback = "0.0.0.0",
		.help = "source of the datagrams; 0.0.0.0 or :: leaves it to routing",
	},
	[TARGET_VERSION] = {
		.name = "version", FIELD(version), .kind = PROPERTY_CHOICE,
		.attr = TRAFFIC_FLOW_TARGET_A_VERSION, .width = 2,
		.choices = versions, .fallback = "9",
		.help = "export format: 1, 5, 9 or IPFIX",
	},
	[TARGET_TEMPLATE_REFRESH] = {
		.name = "v9-template-refresh", FIELD(template_refresh),
		.kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_TEMPLATE_REFRESH, .width = 4,
		.min = 1, .max = INT32_MAX, .fallback = "20",
		.help = "templates go out again after that many datagrams",
	},
	[TARGET_TEMPLATE_TIMEOUT] = {
		.name = "v9-template-timeout", FIELD(template_timeout),
		.kind = PROPERTY_TIME,
		.attr = TRAFFIC_FLOW_TARGET_A_TEMPLATE_TIMEOUT, .width = 4,
		.min = 1, .max = TRAFFIC_FLOW_TIMEOUT_MAX, .fallback = "30m",
		.help = "and at the latest after that time",
	},
	[TARGET_OPTIONS] = {
		.name = "options", FIELD(options), .kind = PROPERTY_SET,
		.attr = TRAFFIC_FLOW_TARGET_A_OPTIONS, .width = 4,
		.choices = options, .fallback = "sampling",
		.help = "told besides flows: sampling, interfaces, statistics",
	},
	[TARGET_MTU] = {
		.name = "mtu", FIELD(mtu), .kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_MTU, .width = 2,
		.min = TRAFFIC_FLOW_MTU_MIN, .max = TRAFFIC_FLOW_MTU_MAX,
		.choices = mtus, .fallback = "auto",
		.help = "the largest datagram, if less than the path takes",
	},
	[TARGET_DOMAIN_ID] = {
		.name = "domain-id", FIELD(domain), .kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_DOMAIN_ID, .width = 4,
		.max = UINT32_MAX, .fallback = "0",
		.help = "source id of version 9, observation domain of IPFIX",
	},
	[TARGET_DSCP] = {
		.name = "dscp", FIELD(dscp), .kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_DSCP, .width = 1,
		.max = 63, .fallback = "0",
		.help = "DSCP of the datagrams",
	},
	[TARGET_MARK] = {
		.name = "mark", FIELD(mark), .kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_TARGET_A_MARK, .width = 4,
		.max = UINT32_MAX, .fallback = "0",
		.help = "firewall mark of the datagrams",
	},
	[TARGET_INTERFACE] = {
		.name = "interface", FIELD(interface), .kind = PROPERTY_NAME,
		.attr = TRAFFIC_FLOW_TARGET_A_INTERFACE, .fallback = "none",
		.help = "interface or VRF of the datagrams; also vrf=NAME",
	},
};

const struct properties target_properties = {
	.table = table,
	.count = ARRAY_SIZE(table),
	.what = "property",
	.object = "target",
	.menu = "target",
	.help = "target add",
	.size = sizeof(struct target),
};

static int take_target(const struct nlattr **attrs, void *data)
{
	struct targets *targets = data;
	size_t size = (targets->count + 1) * sizeof(*targets->list);
	struct target *target;

	target = realloc(targets->list, size);
	if (!target)
		return -1;
	targets->list = target;
	target += targets->count++;
	memset(target, 0, sizeof(*target));

	properties_get(&target_properties, attrs, target);
	target->id = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_ID]);
	target->state = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_STATE]);
	target->last_error =
		netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_LAST_ERROR]);
	target->packets = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_PACKETS]);
	target->records = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_RECORDS]);
	target->bytes = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_BYTES]);
	target->errors = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_ERRORS]);
	target->lost = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_LOST]);
	target->skipped = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_SKIPPED]);
	target->refused = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_REFUSED]);
	target->sent = target->records + target->refused;
	return 0;
}

static void forget_targets(void *data)
{
	struct targets *targets = data;

	targets->count = 0;
}

int targets_get(struct targets *targets)
{
	const struct netlink_reply reply = {
		.fn = take_target,
		.data = targets,
		.max = TRAFFIC_FLOW_TARGET_A_MAX,
	};
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_TARGET_GET);
	int ret = EXIT_REFUSED;

	memset(targets, 0, sizeof(*targets));
	if (nlh)
		ret = netlink_dump(nlh, &reply, forget_targets);
	if (ret)
		targets_free(targets);
	return ret;
}

void targets_free(struct targets *targets)
{
	free(targets->list);
	memset(targets, 0, sizeof(*targets));
}

const struct target *targets_find(const struct targets *targets, uint32_t id)
{
	size_t i;

	for (i = 0; i < targets->count; i++)
		if (targets->list[i].id == id)
			return &targets->list[i];
	return NULL;
}

static const char *attr_name(uint16_t attr)
{
	return properties_name(&target_properties, attr);
}

int target_send_add(const struct target *target, uint32_t set)
{
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_TARGET_ADD);

	if (!nlh)
		return EXIT_REFUSED;
	properties_put(&target_properties, set, target, nlh);
	return netlink_run(nlh, attr_name, NULL);
}

int target_send_set(const struct target *target, uint32_t set)
{
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_TARGET_SET);

	if (!nlh)
		return EXIT_REFUSED;
	mnl_attr_put_u32(nlh, TRAFFIC_FLOW_TARGET_A_ID, target->id);
	properties_put(&target_properties, set, target, nlh);
	return netlink_run(nlh, attr_name, NULL);
}

int target_send_remove(uint32_t id)
{
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_TARGET_DEL);

	if (!nlh)
		return EXIT_REFUSED;
	mnl_attr_put_u32(nlh, TRAFFIC_FLOW_TARGET_A_ID, id);
	return netlink_run(nlh, attr_name, NULL);
}

const char *target_state_name(uint32_t state)
{
	static const char *const names[TARGET_STATES] = {
		[TRAFFIC_FLOW_TARGET_DISABLED] = "disabled",
		[TRAFFIC_FLOW_TARGET_IDLE] = "idle",
		[TRAFFIC_FLOW_TARGET_UP] = "up",
		[TRAFFIC_FLOW_TARGET_DOWN] = "down",
	};

	return state < TARGET_STATES ? names[state] : "unknown";
}

char *target_text(const struct target *target, enum target_property row)
{
	char text[PROPERTY_TEXT_SIZE];

	property_format(&table[row], target, text);
	return strdup(text);
}

/* RouterOS's older "address=192.0.2.1:2055". */
static int assign_endpoint(const char *text, struct target *target,
			   uint32_t *set)
{
	uint32_t port = 0;

	if (!parse_endpoint(text, &target->dst, &port))
		return usage("address must be IP, IP:port or [IPv6]:port, not '%s'",
			     text);
	if (*set & TARGET_BIT(TARGET_DST_ADDRESS))
		return usage("address and dst-address are the same: give one");
	*set |= TARGET_BIT(TARGET_DST_ADDRESS);
	if (!port)
		return EXIT_DONE;
	if (*set & TARGET_BIT(TARGET_PORT))
		return usage("port is given twice");
	target->port = port;
	*set |= TARGET_BIT(TARGET_PORT);
	return EXIT_DONE;
}

/* A VRF is an interface. */
static int assign_vrf(const char *name, struct target *target, uint32_t *set)
{
	char word[VALUE_SIZE];

	snprintf(word, sizeof(word), "interface=%s", name);
	return properties_assign(&target_properties, word, target, set);
}

/* Takes "name=value", with the names that only stand for others. */
static int assign(const char *word, struct target *target, uint32_t *set)
{
	if (!strncmp(word, "address=", 8))
		return assign_endpoint(word + 8, target, set);
	if (!strncmp(word, "vrf=", 4))
		return assign_vrf(word + 4, target, set);
	return properties_assign(&target_properties, word, target, set);
}

static int assign_all(char **words, int count, struct target *target,
		      uint32_t *set)
{
	int ret = EXIT_DONE;
	int i;

	*set = 0;
	memset(target, 0, sizeof(*target));
	for (i = 0; i < count && !ret; i++)
		ret = assign(words[i], target, set);
	return ret;
}

int target_add(const struct call *call)
{
	struct target target;
	uint32_t set;
	int ret;

	ret = assign_all(call->argv, call->argc, &target, &set);
	if (ret)
		return ret;
	if (!(set & TARGET_BIT(TARGET_DST_ADDRESS)))
		return usage("a target needs dst-address=IP");
	return call->check ? EXIT_DONE : target_send_add(&target, set);
}

/*
 * What was done before a refusal, or though the answer was lost, and what the kernel
 * changed of its own accord besides: only what is there tells.
 */
static void restore(const struct targets *before, const bool *marked,
		    bool removed)
{
	struct targets current;
	int ret;

	ret = targets_get(&current);
	if (!ret) {
		ret = removed ? targets_apply(before, &current, true) :
				targets_change_back(before, marked, &current);
		targets_free(&current);
	}
	if (ret)
		refused("what had been changed could not be changed back");
}

static int change_target(const struct target *target,
			 const struct target *change, uint32_t set)
{
	struct target wanted;

	if (!change)
		return target_send_remove(target->id);
	wanted = *change;
	wanted.id = target->id;
	return target_send_set(&wanted, set);
}

/* All of them or none. */
static int run_marked(const struct targets *targets, const bool *marked,
		      const struct target *change, uint32_t set)
{
	int ret = EXIT_DONE;
	bool done = false;
	size_t many = 0;
	sigset_t signals;
	size_t i;

	for (i = 0; i < targets->count; i++)
		many += marked[i];
	signals_hold(&signals);
	for (i = 0; i < targets->count && !ret; i++) {
		if (!marked[i])
			continue;
		ret = change_target(&targets->list[i], change, set);
		done |= !ret || netlink_lost();
	}
	/* A single one is all or none by itself, also if its answer was lost. */
	if (ret && done && many > 1)
		restore(targets, marked, !change);
	signals_let_go(&signals);
	return ret;
}

/* Changes the selected targets; without a change it removes them. */
static int run_selected(const struct selection *selection,
			const struct target *change, uint32_t set)
{
	struct targets targets;
	bool *marked;
	int ret;

	ret = targets_get(&targets);
	if (ret)
		return ret;
	marked = calloc(targets.count + 1, sizeof(*marked));
	if (!marked)
		ret = refused("out of memory");
	if (!ret)
		ret = selection_mark(selection, targets.list, targets.count,
				     marked);
	if (!ret)
		ret = run_marked(&targets, marked, change, set);
	free(marked);
	targets_free(&targets);
	return ret;
}

int target_set(const struct call *call)
{
	char **rest = calloc(call->argc + 1, sizeof(*rest));
	struct target find_as, change;
	struct selection selection;
	uint32_t set = 0;
	int count;
	int ret;

	if (!rest)
		return refused("out of memory");
	selection_begin(&selection, &target_properties, &find_as);
	ret = selection_parse(call, &selection, rest, &count);
	if (!ret)
		ret = assign_all(rest, count, &change, &set);
	free(rest);
	if (!ret && !set)
		ret = usage("nothing to set: give property=value");
	if (ret || call->check)
		return ret;
	return run_selected(&selection, &change, set);
}

int target_remove(const struct call *call)
{
	struct selection selection;
	struct target find_as;
	int ret;

	selection_begin(&selection, &target_properties, &find_as);
	ret = selection_parse_only(call, &selection);
	if (ret || call->check)
		return ret;
	return run_selected(&selection, NULL, 0);
}

static int set_disabled(const struct call *call, bool disabled)
{
	const struct target change = { .disabled = disabled };
	struct selection selection;
	struct target find_as;
	int ret;

	selection_begin(&selection, &target_properties, &find_as);
	ret = selection_parse_only(call, &selection);
	if (ret || call->check)
		return ret;
	return run_selected(&selection, &change, TARGET_BIT(TARGET_DISABLED));
}

int target_enable(const struct call *call)
{
	return set_disabled(call, false);
}

int target_disable(const struct call *call)
{
	return set_disabled(call, true);
}

static void print_json(const struct targets *targets)
{
	struct json_object *array = json_object_new_array();
	struct json_object *json;
	size_t i;

	for (i = 0; i < targets->count; i++) {
		json = json_object_new_object();
		json_object_object_add(json, "number",
				       json_object_new_int64(i));
		json_object_object_add(json, "id",
				       json_object_new_int64(targets->list[i].id));
		properties_json(&target_properties, &targets->list[i], json);
		json_object_array_add(array, json);
	}
	out_json(array);
}

static int print_table(const struct targets *targets)
{
	static const struct column columns[] = {
		{ "SRC-ADDRESS", 18 }, { "DST-ADDRESS", 19 },
		{ "PORT", 9 }, { "VERSION", 0 },
	};
	static const enum target_property rows[] = {
		TARGET_SRC_ADDRESS, TARGET_DST_ADDRESS,
		TARGET_PORT, TARGET_VERSION,
	};
	const size_t width = ARRAY_SIZE(rows);
	char *flags = calloc(targets->count + 1, 1);
	char **cells = calloc(targets->count * width + 1, sizeof(*cells));
	size_t i;
	int ret;

	if (!flags || !cells) {
		free(cells);
		free(flags);
		return refused("out of memory");
	}
	for (i = 0; i < targets->count * width; i++)
		cells[i] = target_text(&targets->list[i / width],
				       rows[i % width]);
	for (i = 0; i < targets->count; i++)
		flags[i] = targets->list[i].disabled ? 'X' : ' ';
	ret = out_table(columns, width, cells, targets->count, flags);
	for (i = 0; i < targets->count * width; i++)
		free(cells[i]);
	free(cells);
	free(flags);
	return ret;
}

static void print_detail(const struct targets *targets)
{
	char text[VALUE_SIZE + PROPERTY_TEXT_SIZE];
	const struct target *target;
	enum target_property row;
	struct wrap wrap;
	int length;
	size_t i;

	for (i = 0; i < targets->count; i++) {
		target = &targets->list[i];
		wrap = (struct wrap){ .used = 5, .indent = 5, .end = "" };
		printf("%2zu %c ", i, target->disabled ? 'X' : ' ');
		/* The flag has said whether it is disabled. */
		for (row = TARGET_DST_ADDRESS; row < target_properties.count;
		     row++) {
			length = sprintf(text, "%s=", table[row].name);
			property_format(&table[row], target, text + length);
			out_wrapped(&wrap, text);
		}
		printf("\n");
	}
}

int target_print(const struct call *call)
{
	bool detail = call->argc && !strcmp(call->argv[0], "detail");
	struct targets targets;
	int ret;

	if (call->argc > detail)
		return usage("target print takes no '%s'", call->argv[detail]);
	if (call->check)
		return EXIT_DONE;
	ret = targets_get(&targets);
	if (ret)
		return ret;

	if (call->json) {
		print_json(&targets);
	} else {
		puts("Flags: X - disabled");
		if (detail)
			print_detail(&targets);
		else
			ret = print_table(&targets);
	}
	targets_free(&targets);
	return ret;
}
