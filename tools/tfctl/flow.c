// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "array.h"
#include "error.h"
#include "flow.h"

#define NAMES_MS	5000	/* how long an interface's name is believed */
#define TCP_FLAGS	"FSRPAUEC"	/* by their bits */

/* When the latest flow was taken: a clock that costs no system call. */
static uint64_t taken;

uint64_t flow_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * UINT64_C(1000) + now.tv_nsec / 1000000;
}

static bool take_address(const struct nlattr *attr, struct address *address)
{
	size_t length = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (length != sizeof(address->v4) && length != sizeof(address->v6))
		return false;
	address->family = length == sizeof(address->v4) ? AF_INET : AF_INET6;
	memcpy(&address->v6, mnl_attr_get_payload(attr), length);
	return true;
}

bool flow_take(const struct nlattr **attrs, uint64_t now, struct flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	if (!take_address(attrs[TRAFFIC_FLOW_FLOW_A_SRC], &flow->src) ||
	    !take_address(attrs[TRAFFIC_FLOW_FLOW_A_DST], &flow->dst))
		return false;
	take_address(attrs[TRAFFIC_FLOW_FLOW_A_NEXT_HOP], &flow->next_hop);
	take_address(attrs[TRAFFIC_FLOW_FLOW_A_NAT_SRC], &flow->nat_src);
	take_address(attrs[TRAFFIC_FLOW_FLOW_A_NAT_DST], &flow->nat_dst);
	flow->packets = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_PACKETS]);
	flow->bytes = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_BYTES]);
	flow->first = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_FIRST]);
	flow->last = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_LAST]);
	flow->in_if = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_IN_INTERFACE]);
	flow->out_if = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_OUT_INTERFACE]);
	flow->src_port = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_SRC_PORT]);
	flow->dst_port = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_DST_PORT]);
	flow->nat_src_port =
		netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_NAT_SRC_PORT]);
	flow->nat_dst_port =
		netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_NAT_DST_PORT]);
	flow->protocol = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_PROTOCOL]);
	flow->tcp_flags = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_TCP_FLAGS]);
	flow->tos = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_TOS]);
	flow->ttl = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_TTL]);
	flow->end_reason = netlink_number(attrs[TRAFFIC_FLOW_FLOW_A_END_REASON]);
	flow->now = taken = now;
	return true;
}

const char *protocol_name(uint8_t protocol)
{
	static char *names[UINT8_MAX + 1];
	char number[VALUE_SIZE];
	struct protoent *entry;

	if (!names[protocol]) {
		entry = getprotobynumber(protocol);
		snprintf(number, sizeof(number), "%u", protocol);
		names[protocol] = strdup(entry ? entry->p_name : number);
	}
	return names[protocol] ? names[protocol] : "";
}

bool parse_protocol(const char *text, uint64_t *protocol)
{
	struct protoent *entry;
	uint32_t number;

	if (parse_number(text, &number)) {
		*protocol = number;
		return number <= UINT8_MAX;
	}
	if (!strcasecmp(text, "icmpv6"))
		text = "ipv6-icmp";
	entry = getprotobyname(text);
	if (entry)
		*protocol = entry->p_proto;
	return entry;
}

const char *interface_name(uint32_t index)
{
	static struct {
		uint32_t index;
		uint64_t until;
		char name[IF_NAMESIZE];
	} known[256];
	size_t i = index % ARRAY_SIZE(known);

	if (!index)
		return "";
	if (known[i].index != index || known[i].until < taken) {
		known[i].index = index;
		known[i].until = taken + NAMES_MS;
		if (!if_indextoname(index, known[i].name))
			snprintf(known[i].name, IF_NAMESIZE, "%u", index);
	}
	return known[i].name;
}

uint64_t flow_bits_per_second(const struct flow *flow)
{
	uint64_t ms = flow->last - flow->first;

	return flow->bytes * 8000 / (ms < 1000 ? 1000 : ms);
}

static uint64_t since(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

#define GET_NUMBER(_name, _value)					\
static bool get_##_name(const struct flow *flow, struct flow_value *value) \
{									\
	value->number = _value;						\
	return true;							\
}

#define GET_ADDRESS(_name, _field)					\
static bool get_##_name(const struct flow *flow, struct flow_value *value) \
{									\
	value->address = flow->_field;					\
	return flow->_field.family;					\
}

#define GET_TEXT(_name, _text)						\
static bool get_##_name(const struct flow *flow, struct flow_value *value) \
{									\
	value->text = _text;						\
	return *value->text;						\
}

static const char *tcp_flags(uint8_t flags)
{
	static char text[sizeof(TCP_FLAGS)];
	size_t length = 0;
	size_t i;

	for (i = 0; i < 8; i++)
		if (flags & 1 << i)
			text[length++] = TCP_FLAGS[i];
	text[length] = '\0';
	return text;
}

static const char *end_reason(uint8_t reason)
{
	static const char *const names[] = {
		"", "idle", "active", "end", "forced", "resources",
	};

	return reason < ARRAY_SIZE(names) ? names[reason] : "";
}

static bool get_nat_src_port(const struct flow *flow, struct flow_value *value)
{
	value->number = flow->nat_src_port;
	return flow->nat_src.family;
}

static bool get_nat_dst_port(const struct flow *flow, struct flow_value *value)
{
	value->number = flow->nat_dst_port;
	return flow->nat_dst.family;
}

GET_NUMBER(src_port, flow->src_port)
GET_NUMBER(dst_port, flow->dst_port)
GET_NUMBER(protocol, flow->protocol)
GET_NUMBER(packets, flow->packets)
GET_NUMBER(bytes, flow->bytes)
GET_NUMBER(rate, flow_bits_per_second(flow))
GET_NUMBER(age, since(flow->now, flow->first))
GET_NUMBER(idle, since(flow->now, flow->last))
GET_NUMBER(duration, since(flow->last, flow->first))
GET_NUMBER(tos, flow->tos)
GET_NUMBER(ttl, flow->ttl)
GET_NUMBER(ip_version, flow->src.family == AF_INET ? 4 : 6)
GET_ADDRESS(src, src)
GET_ADDRESS(dst, dst)
GET_ADDRESS(gateway, next_hop)
GET_ADDRESS(nat_src, nat_src)
GET_ADDRESS(nat_dst, nat_dst)
GET_TEXT(in_interface, interface_name(flow->in_if))
GET_TEXT(out_interface, interface_name(flow->out_if))
GET_TEXT(tcp_flags, tcp_flags(flow->tcp_flags))
GET_TEXT(end_reason, end_reason(flow->end_reason))

const struct flow_property flow_properties[] = {
	{ "protocol", "a name, or a number", FLOW_PROTOCOL, get_protocol },
	{ "src-address", "as received", FLOW_ADDRESS, get_src },
	{ "src-port", "", FLOW_NUMBER, get_src_port },
	{ "dst-address", "as received", FLOW_ADDRESS, get_dst },
	{ "dst-port", "of ICMP type * 256 + code", FLOW_NUMBER, get_dst_port },
	{ "in-interface", "a name", FLOW_TEXT, get_in_interface },
	{ "out-interface", "a name", FLOW_TEXT, get_out_interface },
	{ "packets", "", FLOW_NUMBER, get_packets },
	{ "bytes", "from the IP header on", FLOW_NUMBER, get_bytes },
	{ "rate", "bits a second, such as 10M", FLOW_RATE, get_rate },
	{ "age", "since the first packet", FLOW_TIME, get_age },
	{ "idle", "since the last packet", FLOW_TIME, get_idle },
	{ "duration", "from the first to the last", FLOW_TIME, get_duration },
	{ "tcp-flags", "of " TCP_FLAGS ", those seen", FLOW_TEXT, get_tcp_flags },
	{ "tos", "", FLOW_NUMBER, get_tos },
	{ "ttl", "", FLOW_NUMBER, get_ttl },
	{ "ip-version", "4 or 6", FLOW_NUMBER, get_ip_version },
	{ "gateway", "", FLOW_ADDRESS, get_gateway },
	{ "nat-src-address", "as sent", FLOW_ADDRESS, get_nat_src },
	{ "nat-src-port", "", FLOW_NUMBER, get_nat_src_port },
	{ "nat-dst-address", "as sent", FLOW_ADDRESS, get_nat_dst },
	{ "nat-dst-port", "", FLOW_NUMBER, get_nat_dst_port },
	{ "end-reason", "idle, active, end, forced or resources", FLOW_TEXT,
	  get_end_reason },
};

const unsigned int flow_property_count = ARRAY_SIZE(flow_properties);

const struct flow_property *flow_property_find(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flow_properties); i++)
		if (strlen(flow_properties[i].name) == length &&
		    !strncmp(flow_properties[i].name, name, length))
			return &flow_properties[i];
	return NULL;
}

const char *flow_property_name(const void *table, size_t i)
{
	(void)table;
	return i < ARRAY_SIZE(flow_properties) ? flow_properties[i].name : NULL;
}

void format_rate(uint64_t bits, char *text)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };
	double value = bits;
	size_t i;

	for (i = 0; value >= 999.95 && i + 1 < ARRAY_SIZE(units); i++)
		value /= 1000;
	snprintf(text, VALUE_SIZE, "%.*f%sbps", i && value < 99.95, value,
		 units[i]);
}

void flow_format(const struct flow_property *property, const struct flow *flow,
		 char *text)
{
	struct flow_value value;

	*text = '\0';
	if (!property->get(flow, &value))
		return;
	switch (property->kind) {
	case FLOW_NUMBER:
		snprintf(text, VALUE_SIZE, "%" PRIu64, value.number);
		break;
	case FLOW_RATE:
		format_rate(value.number, text);
		break;
	case FLOW_TIME:
		value.number /= 1000;
		format_time(value.number < UINT32_MAX ? value.number :
							UINT32_MAX, text);
		break;
	case FLOW_PROTOCOL:
		snprintf(text, VALUE_SIZE, "%s", protocol_name(value.number));
		break;
	case FLOW_ADDRESS:
		format_address(&value.address, text);
		break;
	case FLOW_TEXT:
		snprintf(text, VALUE_SIZE, "%s", value.text);
		break;
	}
}

int address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family == AF_INET ? -1 : 1;
	return memcmp(&a->v6, &b->v6, a->family == AF_INET ? sizeof(a->v4) :
							     sizeof(a->v6));
}

int flow_compare(const struct flow_property *property, const struct flow *a,
		 const struct flow *b)
{
	char text[VALUE_SIZE] = "";
	struct flow_value x, y;
	bool has;

	has = property->get(a, &x);
	if (has && property->kind == FLOW_TEXT)
		snprintf(text, sizeof(text), "%s", x.text);
	if (!property->get(b, &y))
		return has;
	if (!has)
		return -1;
	if (property->kind == FLOW_TEXT)
		return strcmp(text, y.text);
	if (property->kind == FLOW_ADDRESS)
		return address_compare(&x.address, &y.address);
	return x.number < y.number ? -1 : x.number > y.number;
}

struct taker {
	int (*fn)(const struct flow *flow, void *data);
	int (*begun)(void *data);
	void (*missed)(void *data);
	void *data;
	uint64_t now;			/* 0: ask for each flow */
};

static int take(const struct nlattr **attrs, void *data)
{
	struct taker *taker = data;
	struct flow flow;

	if (!flow_take(attrs, taker->now ? taker->now : flow_now(), &flow))
		return -1;
	return taker->fn(&flow, taker->data);
}

static int begun(void *data)
{
	struct taker *taker = data;

	return taker->begun(taker->data);
}

static void missed(void *data)
{
	struct taker *taker = data;

	taker->missed(taker->data);
}

int flows_get(int (*fn)(const struct flow *flow, void *data), void *data,
	      bool *cut)
{
	struct taker taker = { .fn = fn, .data = data, .now = flow_now() };
	const struct netlink_reply reply = {
		.fn = take,
		.data = &taker,
		.max = TRAFFIC_FLOW_FLOW_A_MAX,
	};
	struct nlmsghdr *nlh = netlink_request(TRAFFIC_FLOW_CMD_FLOW_GET);

	return nlh ? netlink_stream(nlh, &reply, cut) : EXIT_REFUSED;
}

int flows_follow(int (*fn)(const struct flow *flow, void *data),
		 int (*begun_fn)(void *data), void (*missed_fn)(void *data),
		 void *data)
{
	struct taker taker = {
		.fn = fn,
		.begun = begun_fn,
		.missed = missed_fn,
		.data = data,
	};
	const struct netlink_reply reply = {
		.fn = take,
		.data = &taker,
		.max = TRAFFIC_FLOW_FLOW_A_MAX,
	};

	return netlink_listen(TRAFFIC_FLOW_GROUP_FLOWS, &reply, begun, missed);
}
