/* SPDX-License-Identifier: GPL-2.0 */
/* Flows as the kernel tells of them, and what can be said of one. */
#ifndef TFCTL_FLOW_H
#define TFCTL_FLOW_H

#include <linux/netlink.h>
#include <linux/traffic_flow.h>
#include <stdbool.h>
#include <stdint.h>

#include "netlink.h"
#include "values.h"

struct flow {
	struct address src, dst;	/* as received */
	struct address next_hop;	/* family 0: none */
	struct address nat_src, nat_dst;	/* family 0: not translated */
	uint64_t packets, bytes;
	uint64_t first, last;		/* milliseconds since 1970 */
	uint64_t now;			/* when it was told of, likewise */
	uint32_t in_if, out_if;		/* indexes, 0: none */
	uint16_t src_port, dst_port;
	uint16_t nat_src_port, nat_dst_port;
	uint8_t protocol, tcp_flags, tos, ttl;
	uint8_t end_reason;		/* 0: it lives */
};

/* False if the kernel has sent something that is no flow. */
bool flow_take(const struct nlattr **attrs, uint64_t now, struct flow *flow);

/* Milliseconds since 1970. */
uint64_t flow_now(void);

/* Both for as long as the program runs; numbers where there is no name. */
const char *protocol_name(uint8_t protocol);
bool parse_protocol(const char *text, uint64_t *protocol);

/* Names are looked up anew every few seconds. */
const char *interface_name(uint32_t index);

/* Bits a second since it began, of flows too short to tell in one second. */
uint64_t flow_bits_per_second(const struct flow *flow);

enum flow_kind {
	FLOW_NUMBER,
	FLOW_RATE,			/* bits a second */
	FLOW_TIME,			/* milliseconds */
	FLOW_PROTOCOL,
	FLOW_ADDRESS,
	FLOW_TEXT,
};

struct flow_value {
	uint64_t number;
	struct address address;
	const char *text;		/* of FLOW_TEXT; may be static */
};

struct flow_property {
	const char *name;
	const char *help;
	enum flow_kind kind;
	/* False if the flow has none. */
	bool (*get)(const struct flow *flow, struct flow_value *value);
};

extern const struct flow_property flow_properties[];
extern const unsigned int flow_property_count;

/* The name ends where the length says. NULL if there is none of that name. */
const struct flow_property *flow_property_find(const char *name, size_t length);
const char *flow_property_name(const void *table, size_t i);

/* As print shows it and `where` takes it; empty if the flow has none. */
void flow_format(const struct flow_property *property, const struct flow *flow,
		 char *text);
void format_rate(uint64_t bits, char *text);

/* By a property; a flow that has none is the least. */
int flow_compare(const struct flow_property *property, const struct flow *a,
		 const struct flow *b);
int address_compare(const struct address *a, const struct address *b);

/* All flows in the cache, one after the other; *cut: it ends early. */
int flows_get(int (*fn)(const struct flow *flow, void *data), void *data,
	      bool *cut);

/* Flows as they end, until the function says so; see netlink_listen(). */
int flows_follow(int (*fn)(const struct flow *flow, void *data),
		 int (*begun)(void *data), void (*missed)(void *data),
		 void *data);

#endif
