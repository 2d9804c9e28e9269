// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "ipfix.h"
#include "out.h"
#include "settings.h"

const char *const ipfix_fields[IPFIX_FIELDS] = {
	[TRAFFIC_FLOW_FIELD_BYTES] = "bytes",
	[TRAFFIC_FLOW_FIELD_DST_ADDRESS] = "dst-address",
	[TRAFFIC_FLOW_FIELD_DST_ADDRESS_MASK] = "dst-address-mask",
	[TRAFFIC_FLOW_FIELD_DST_MAC_ADDRESS] = "dst-mac-address",
	[TRAFFIC_FLOW_FIELD_DST_PORT] = "dst-port",
	[TRAFFIC_FLOW_FIELD_FIRST_FORWARDED] = "first-forwarded",
	[TRAFFIC_FLOW_FIELD_GATEWAY] = "gateway",
	[TRAFFIC_FLOW_FIELD_ICMP_CODE] = "icmp-code",
	[TRAFFIC_FLOW_FIELD_ICMP_TYPE] = "icmp-type",
	[TRAFFIC_FLOW_FIELD_IGMP_TYPE] = "igmp-type",
	[TRAFFIC_FLOW_FIELD_IN_INTERFACE] = "in-interface",
	[TRAFFIC_FLOW_FIELD_IP_HEADER_LENGTH] = "ip-header-length",
	[TRAFFIC_FLOW_FIELD_IP_TOTAL_LENGTH] = "ip-total-length",
	[TRAFFIC_FLOW_FIELD_IPV6_FLOW_LABEL] = "ipv6-flow-label",
	[TRAFFIC_FLOW_FIELD_IS_MULTICAST] = "is-multicast",
	[TRAFFIC_FLOW_FIELD_LAST_FORWARDED] = "last-forwarded",
	[TRAFFIC_FLOW_FIELD_NAT_DST_ADDRESS] = "nat-dst-address",
	[TRAFFIC_FLOW_FIELD_NAT_DST_PORT] = "nat-dst-port",
	[TRAFFIC_FLOW_FIELD_NAT_EVENTS] = "nat-events",
	[TRAFFIC_FLOW_FIELD_NAT_SRC_ADDRESS] = "nat-src-address",
	[TRAFFIC_FLOW_FIELD_NAT_SRC_PORT] = "nat-src-port",
	[TRAFFIC_FLOW_FIELD_OUT_INTERFACE] = "out-interface",
	[TRAFFIC_FLOW_FIELD_PACKETS] = "packets",
	[TRAFFIC_FLOW_FIELD_PROTOCOL] = "protocol",
	[TRAFFIC_FLOW_FIELD_SRC_ADDRESS] = "src-address",
	[TRAFFIC_FLOW_FIELD_SRC_ADDRESS_MASK] = "src-address-mask",
	[TRAFFIC_FLOW_FIELD_SRC_MAC_ADDRESS] = "src-mac-address",
	[TRAFFIC_FLOW_FIELD_SRC_PORT] = "src-port",
	[TRAFFIC_FLOW_FIELD_SYS_INIT_TIME] = "sys-init-time",
	[TRAFFIC_FLOW_FIELD_TCP_ACK_NUM] = "tcp-ack-num",
	[TRAFFIC_FLOW_FIELD_TCP_FLAGS] = "tcp-flags",
	[TRAFFIC_FLOW_FIELD_TCP_SEQ_NUM] = "tcp-seq-num",
	[TRAFFIC_FLOW_FIELD_TCP_WINDOW_SIZE] = "tcp-window-size",
	[TRAFFIC_FLOW_FIELD_TOS] = "tos",
	[TRAFFIC_FLOW_FIELD_TTL] = "ttl",
	[TRAFFIC_FLOW_FIELD_UDP_LENGTH] = "udp-length",
	[TRAFFIC_FLOW_FIELD_DOT1Q_CUSTOMER_VLAN_ID] = "dot1q-customer-vlan-id",
	[TRAFFIC_FLOW_FIELD_DOT1Q_VLAN_ID] = "dot1q-vlan-id",
	[TRAFFIC_FLOW_FIELD_FLOW_DIRECTION] = "flow-direction",
	[TRAFFIC_FLOW_FIELD_FLOW_END_REASON] = "flow-end-reason",
	[TRAFFIC_FLOW_FIELD_FLOW_ID] = "flow-id",
	[TRAFFIC_FLOW_FIELD_IN_VRF] = "in-vrf",
	[TRAFFIC_FLOW_FIELD_IPV6_EXTENSION_HEADERS] = "ipv6-extension-headers",
	[TRAFFIC_FLOW_FIELD_OUT_VRF] = "out-vrf",
	[TRAFFIC_FLOW_FIELD_POST_VLAN_ID] = "post-vlan-id",
	[TRAFFIC_FLOW_FIELD_VLAN_ID] = "vlan-id",
	[TRAFFIC_FLOW_FIELD_FORWARDING_STATUS] = "forwarding-status",
	[TRAFFIC_FLOW_FIELD_FRAGMENT_ID] = "fragment-id",
	[TRAFFIC_FLOW_FIELD_IPV4_OPTIONS] = "ipv4-options",
	[TRAFFIC_FLOW_FIELD_MAX_LENGTH] = "max-length",
	[TRAFFIC_FLOW_FIELD_MAX_TTL] = "max-ttl",
	[TRAFFIC_FLOW_FIELD_MIN_LENGTH] = "min-length",
	[TRAFFIC_FLOW_FIELD_MIN_TTL] = "min-ttl",
	[TRAFFIC_FLOW_FIELD_TCP_OPTIONS] = "tcp-options",
};

const struct ipfix_profile ipfix_profiles[] = {
	{ "routeros", IPFIX_FIELDS_DEFAULT },
	{ "extended", IPFIX_FIELDS_EXTENDED },
	{ "all", IPFIX_FIELDS_ALL },
	{ NULL, 0 }
};

static const char *field_name(const void *table, size_t i)
{
	(void)table;
	return i < IPFIX_FIELDS ? ipfix_fields[i] : NULL;
}

static const char *profile_name(const void *table, size_t i)
{
	(void)table;
	return ipfix_profiles[i].name;
}

/* Return: whether the word is of a profile, whatever it says of it. */
static int is_profile(const char *word)
{
	return !strcmp(word, "profile") || !strncmp(word, "profile=", 8);
}

static int find_profile(const char *word, const struct ipfix_profile **profile)
{
	const struct ipfix_profile *p;
	const char *name = word + strlen("profile");

	if (*profile)
		return usage("profile is given twice");
	if (!*name)
		return usage("profile needs a value: routeros, extended or all");
	name++;
	for (p = ipfix_profiles; p->name; p++) {
		if (!strcmp(p->name, name)) {
			*profile = p;
			return EXIT_DONE;
		}
	}
	return unknown_word("profile", name, profile_name, NULL, "ipfix set");
}

static int assign(const char *word, uint64_t *fields, uint64_t *mask)
{
	size_t length = strcspn(word, "=");
	char name[VALUE_SIZE];
	uint32_t yes;
	size_t i;

	snprintf(name, sizeof(name), "%.*s", (int)length, word);
	for (i = 0; i < IPFIX_FIELDS; i++)
		if (!strcmp(ipfix_fields[i], name))
			break;
	if (i == IPFIX_FIELDS)
		return unknown_word("field", name, field_name, NULL,
				    "ipfix set");
	if (!word[length])
		return usage("%s needs a value: %s=yes or %s=no", name, name,
			     name);
	if (*mask & IPFIX_BIT(i))
		return usage("%s is given twice", name);
	if (!parse_bool(word + length + 1, &yes))
		return usage("%s must be yes or no, not '%s'", name,
			     word + length + 1);
	*mask |= IPFIX_BIT(i);
	if (yes)
		*fields |= IPFIX_BIT(i);
	return EXIT_DONE;
}

int ipfix_set(const struct call *call)
{
	const struct ipfix_profile *profile = NULL;
	struct settings settings = { 0 };
	uint64_t mask = 0;
	int ret;
	int i;

	for (i = 0; i < call->argc; i++) {
		if (is_profile(call->argv[i]))
			ret = find_profile(call->argv[i], &profile);
		else
			ret = assign(call->argv[i], &settings.ipfix_fields,
				     &mask);
		if (ret)
			return ret;
	}
	if (!mask && !profile)
		return usage("nothing to set: give field=yes or field=no");
	/* Single fields add to it and take from it, wherever they stand. */
	if (profile) {
		settings.ipfix_fields |= profile->fields & ~mask;
		mask = IPFIX_FIELDS_ALL;
	}
	return call->check ? EXIT_DONE : settings_send(&settings, 0, mask);
}

static void print_json(uint64_t fields)
{
	struct json_object *json = json_object_new_object();
	size_t i;

	for (i = 0; i < IPFIX_FIELDS; i++)
		json_object_object_add(json, ipfix_fields[i],
				       json_object_new_boolean(!!(fields & IPFIX_BIT(i))));
	out_json(json);
}

int ipfix_print(const struct call *call)
{
	struct settings settings;
	size_t longest = 0;
	size_t i;
	int ret;

	if (call->argc)
		return usage("print takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	ret = settings_get(&settings);
	if (ret)
		return ret;

	if (call->json) {
		print_json(settings.ipfix_fields);
		return EXIT_DONE;
	}
	for (i = 0; i < IPFIX_FIELDS; i++)
		if (strlen(ipfix_fields[i]) > longest)
			longest = strlen(ipfix_fields[i]);
	for (i = 0; i < IPFIX_FIELDS; i++)
		out_pair(longest, ipfix_fields[i],
			 settings.ipfix_fields & IPFIX_BIT(i) ? "yes" : "no");
	return EXIT_DONE;
}
