/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "top": who moves how much now. What flows have counted since the last look is
 * added up by flow, host, port, protocol and interface; flows that have ended
 * meanwhile are heard of, so that short ones count, too.
 */
#ifndef TFCTL_TOP_H
#define TFCTL_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"
#include "flow.h"
#include "menu.h"

#define TOP_HISTORY	16	/* looks that the sparkline shows */
#define TOP_WHERE_SIZE	256	/* conditions that can be edited */

/*
 * Entries that only flows have made that ended between two looks, and those that are
 * shown though there is nothing of them any more: a flood has no end of both.
 */
#define TOP_ENDED_MAX	65536

enum top_view {
	TOP_FLOWS, TOP_HOSTS, TOP_PORTS, TOP_PROTOCOLS, TOP_INTERFACES,
	TOP_VIEWS
};

enum top_sort {
	TOP_BY_RATE, TOP_BY_PACKETS, TOP_BY_FLOWS, TOP_BY_BYTES, TOP_BY_NAME,
	TOP_SORTS
};

/* Zeroed before it is filled: it is compared by its octets. */
struct top_key {
	uint8_t src[16], dst[16];
	uint32_t index;			/* of an interface */
	uint16_t src_port, dst_port;
	uint8_t family, protocol;
	uint8_t unused[2];
};

struct top_entry {
	struct top_entry *next;		/* of the same bucket */
	struct top_key key;
	uint64_t in, out;		/* octets since the last look */
	uint64_t packets;		/* likewise */
	uint64_t total;			/* octets while it is watched */
	uint32_t seen;			/* flows since the last look */
	uint32_t flows;			/* at the last look */
	uint32_t idle;			/* looks without a flow */
	double in_rate, out_rate;	/* bits a second */
	double packet_rate;
	float history[TOP_HISTORY];	/* rates, the latest last */

	/* Of a flow: what it had counted when it was last seen. */
	uint64_t bytes_before, packets_before, first;
	uint32_t in_if, out_if;
};

struct top_table {
	struct top_entry **bucket;
	size_t buckets, count;
	size_t ended;			/* made since the last look by what ended */
};

struct top {
	struct top_table view[TOP_VIEWS];
	struct filter *filter;
	uint64_t looked;		/* milliseconds since 1970, 0: not yet */
	double rate, packet_rate;	/* of all that was counted */
	float history[TOP_HISTORY];
	uint64_t in, packets;		/* since the last look */
	bool missed;			/* some ended flows were not heard of */
	bool paused;			/* all stays as it is */
	struct netlink_listener *listener;	/* NULL: cannot hear of them */
};

extern const char *const top_view_names[TOP_VIEWS];
extern const char *const top_sort_names[TOP_SORTS];

int top_begin(struct top *top);
void top_end(struct top *top);

/* Hears of flows that end, at most for so many milliseconds. Exit code. */
int top_hear(struct top *top, int milliseconds);

/* Looks at the cache, and makes rates of what was counted since. Exit code. */
int top_look(struct top *top);

/* One flow, seen at that time or, if it has ended, told of. */
void top_count(struct top *top, const struct flow *flow);

/* Between two looks: make rates of so many milliseconds. */
void top_rates(struct top *top, uint64_t milliseconds);

/* What goes by between a pause and the first look behind it is not counted. */
void top_pause(struct top *top, bool pause);

/* Forget all that was counted. */
void top_clear(struct top *top);

/* The view's entries in order, to be freed; NULL if there is no memory. */
struct top_entry **top_sorted(const struct top *top, enum top_view view,
			      enum top_sort sort, bool reverse);

/* What an entry is called, at most that many octets with the NUL. */
void top_name(const struct top_entry *entry, enum top_view view, char *text,
	      size_t size);

/* One of a key's addresses. */
struct address top_address(const uint8_t *octets, uint8_t family);

double top_entry_rate(const struct top_entry *entry);

/* 12.3k, 4.5M: in thousands */
void format_count(double number, char *text);

/* 12.3MiB: octets */
void format_octets(uint64_t octets, char *text);

/*
 * The live screen; where is the text of top's filter, which has room in
 * TOP_WHERE_SIZE octets. Exit code.
 */
int top_screen(struct top *top, enum top_view view, enum top_sort sort,
	       int milliseconds, const char *where);

/* The command. */
int top_run(const struct call *call);

#endif
