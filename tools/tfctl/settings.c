// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "ipfix.h"
#include "out.h"
#include "settings.h"

static const struct choice timestamps[] = {
	{ "absolute", TRAFFIC_FLOW_TIMESTAMPS_ABSOLUTE },
	{ "uptime", TRAFFIC_FLOW_TIMESTAMPS_UPTIME },
	{ NULL, 0 }
};

#define FIELD(member)	.offset = offsetof(struct settings, member)

/* In the order in which RouterOS prints them; what it lacks comes last. */
static const struct property table[] = {
	{
		.name = "enabled", FIELD(enabled), .kind = PROPERTY_BOOL,
		.attr = TRAFFIC_FLOW_A_ENABLED, .width = 1, .fallback = "no",
		.help = "whether packets are metered",
	}, {
		.name = "interfaces", FIELD(interfaces),
		.kind = PROPERTY_INTERFACES, .attr = TRAFFIC_FLOW_A_INTERFACES,
		.fallback = "all",
		.help = "meter what comes in or goes out here: all, names (ppp* too), lists",
	}, {
		.name = "cache-entries", FIELD(cache_entries),
		.kind = PROPERTY_SIZE, .attr = TRAFFIC_FLOW_A_CACHE_ENTRIES,
		.width = 4, .min = TRAFFIC_FLOW_CACHE_ENTRIES_MIN,
		.max = TRAFFIC_FLOW_CACHE_ENTRIES_MAX, .fallback = "4k",
		.help = "how many flows are held at once: 1k, 2k, 4k to 16M",
	}, {
		.name = "active-flow-timeout", FIELD(active_timeout),
		.kind = PROPERTY_TIME, .attr = TRAFFIC_FLOW_A_ACTIVE_TIMEOUT,
		.width = 4, .min = 1, .max = TRAFFIC_FLOW_TIMEOUT_MAX,
		.fallback = "30m",
		.help = "the longest time that one record covers",
	}, {
		.name = "inactive-flow-timeout", FIELD(inactive_timeout),
		.kind = PROPERTY_TIME, .attr = TRAFFIC_FLOW_A_INACTIVE_TIMEOUT,
		.width = 4, .min = 1, .max = TRAFFIC_FLOW_TIMEOUT_MAX,
		.fallback = "15s",
		.help = "a flow without packets for that long ends",
	}, {
		.name = "packet-sampling", FIELD(packet_sampling),
		.kind = PROPERTY_BOOL, .attr = TRAFFIC_FLOW_A_PACKET_SAMPLING,
		.width = 1, .fallback = "no",
		.help = "whether only some of the packets are metered",
	}, {
		.name = "sampling-interval", FIELD(sampling_interval),
		.kind = PROPERTY_NUMBER,
		.attr = TRAFFIC_FLOW_A_SAMPLING_INTERVAL, .width = 4,
		.max = UINT32_MAX, .fallback = "0",
		.help = "how many packets in a row are taken",
	}, {
		.name = "sampling-space", FIELD(sampling_space),
		.kind = PROPERTY_NUMBER, .attr = TRAFFIC_FLOW_A_SAMPLING_SPACE,
		.width = 4, .max = UINT32_MAX, .fallback = "0",
		.help = "how many packets in a row are then passed over",
	}, {
		.name = "timestamps", FIELD(timestamps),
		.kind = PROPERTY_CHOICE, .attr = TRAFFIC_FLOW_A_TIMESTAMPS,
		.width = 1, .choices = timestamps, .fallback = "absolute",
		.help = "IPFIX's times: absolute, or uptime as RouterOS sends",
	}, {
		.name = "meter-exports", FIELD(meter_exports),
		.kind = PROPERTY_BOOL, .attr = TRAFFIC_FLOW_A_METER_EXPORTS,
		.width = 1, .fallback = "no",
		.help = "whether the exported datagrams are metered too",
	},
};

const struct properties settings_properties = {
	.table = table,
	.count = ARRAY_SIZE(table),
	.what = "property",
	.help = "set",
	.size = sizeof(struct settings),
};

static int take_settings(const struct nlattr **attrs, void *data)
{
	struct settings *settings = data;

	properties_get(&settings_properties, attrs, settings);
	settings->ipfix_fields =
		netlink_number(attrs[TRAFFIC_FLOW_A_IPFIX_FIELDS]);
	return 0;
}

int settings_get(struct settings *settings)
{
	const struct netlink_reply reply = {
		.fn = take_settings,
		.data = settings,
		.max = TRAFFIC_FLOW_A_MAX,
	};
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_GET);

	memset(settings, 0, sizeof(*settings));
	return nlh ? netlink_run(nlh, NULL, &reply) : EXIT_REFUSED;
}

void settings_defaults(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	properties_defaults(&settings_properties, settings);
	settings->ipfix_fields = IPFIX_FIELDS_DEFAULT;
}

static const char *attr_name(uint16_t attr)
{
	return properties_name(&settings_properties, attr);
}

int settings_send(const struct settings *settings, uint32_t set,
		  uint64_t fields_mask)
{
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_SET);

	if (!nlh)
		return EXIT_REFUSED;
	properties_put(&settings_properties, set, settings, nlh);
	if (fields_mask) {
		mnl_attr_put_u64(nlh, TRAFFIC_FLOW_A_IPFIX_FIELDS,
				 settings->ipfix_fields & fields_mask);
		mnl_attr_put_u64(nlh, TRAFFIC_FLOW_A_IPFIX_FIELDS_MASK,
				 fields_mask);
	}
	return netlink_run(nlh, attr_name, NULL);
}

int settings_set(const struct call *call)
{
	struct settings settings = { 0 };
	uint32_t set = 0;
	int ret;
	int i;

	for (i = 0; i < call->argc; i++) {
		ret = properties_assign(&settings_properties, call->argv[i],
					&settings, &set);
		if (ret)
			return ret;
	}
	if (!set)
		return usage("nothing to set: give property=value");
	return call->check ? EXIT_DONE : settings_send(&settings, set, 0);
}

static size_t longest_name(const struct properties *props)
{
	size_t longest = 0;
	unsigned int i;

	for (i = 0; i < props->count; i++)
		if (strlen(props->table[i].name) > longest)
			longest = strlen(props->table[i].name);
	return longest;
}

int settings_print(const struct call *call)
{
	char text[PROPERTY_TEXT_SIZE];
	struct json_object *json;
	struct settings settings;
	unsigned int i;
	int ret;

	if (call->argc)
		return usage("print takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	ret = settings_get(&settings);
	if (ret)
		return ret;

	if (call->json) {
		json = json_object_new_object();
		properties_json(&settings_properties, &settings, json);
		out_json(json);
		return EXIT_DONE;
	}
	for (i = 0; i < settings_properties.count; i++) {
		property_format(&table[i], &settings, text);
		out_pair(longest_name(&settings_properties), table[i].name,
			 text);
	}
	return EXIT_DONE;
}
