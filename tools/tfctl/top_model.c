// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "flow_print.h"
#include "top.h"

#define BUCKETS_MIN	1024
#define IDLE_MAX	TOP_HISTORY	/* then there is nothing left to show */

/* Moments of one flow, told at two times, may differ by the clock's tick. */
#define SAME_MS		500

const char *const top_view_names[TOP_VIEWS] = {
	"flows", "hosts", "ports", "protocols", "interfaces",
};

const char *const top_sort_names[TOP_SORTS] = {
	"rate", "packets", "flows", "bytes", "name",
};

static size_t bucket_of(const struct top_table *table,
			const struct top_key *key)
{
	const uint8_t *octets = (const uint8_t *)key;
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < sizeof(*key); i++)
		hash = (hash ^ octets[i]) * UINT64_C(1099511628211);
	return (hash ^ hash >> 32) & (table->buckets - 1);
}

/* If there is no memory for more buckets, chains get longer. */
static void grow(struct top_table *table)
{
	struct top_table larger = {
		.buckets = table->buckets ? 2 * table->buckets : BUCKETS_MIN,
		.count = table->count,
		.ended = table->ended,
	};
	struct top_entry *entry, *next;
	size_t i, to;

	larger.bucket = calloc(larger.buckets, sizeof(*larger.bucket));
	if (!larger.bucket)
		return;
	for (i = 0; i < table->buckets; i++) {
		for (entry = table->bucket[i]; entry; entry = next) {
			next = entry->next;
			to = bucket_of(&larger, &entry->key);
			entry->next = larger.bucket[to];
			larger.bucket[to] = entry;
		}
	}
	free(table->bucket);
	*table = larger;
}

/* The entry of a key, a new one if there is none; NULL: no room. */
static struct top_entry *entry_of(struct top_table *table,
				  const struct top_key *key, bool ended)
{
	struct top_entry *entry;
	size_t i;

	if (table->count >= table->buckets)
		grow(table);
	if (!table->buckets)
		return NULL;
	i = bucket_of(table, key);
	for (entry = table->bucket[i]; entry; entry = entry->next)
		if (!memcmp(&entry->key, key, sizeof(*key)))
			return entry;
	if (ended && table->ended == TOP_ENDED_MAX)
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->key = *key;
	entry->next = table->bucket[i];
	table->bucket[i] = entry;
	table->count++;
	table->ended += ended;
	return entry;
}

/* What is to be added to an entry. */
struct share {
	uint64_t in, out, packets;
	bool ended;
};

static void add(struct top *top, enum top_view view, const struct top_key *key,
		const struct share *share)
{
	struct top_entry *entry = entry_of(&top->view[view], key, share->ended);

	if (!entry)
		return;
	entry->in += share->in;
	entry->out += share->out;
	entry->total += share->in + share->out;
	entry->packets += share->packets;
	entry->seen += !share->ended;
	entry->idle = 0;
}

static void set_address(uint8_t *octets, const struct address *address)
{
	memcpy(octets, &address->v6, address->family == AF_INET ? 4 : 16);
}

static void add_host(struct top *top, const struct address *address,
		     const struct share *share)
{
	struct top_key key = { .family = address->family };

	set_address(key.src, address);
	add(top, TOP_HOSTS, &key, share);
}

static void add_interface(struct top *top, uint32_t index,
			  const struct share *share)
{
	struct top_key key = { .index = index };

	if (index)
		add(top, TOP_INTERFACES, &key, share);
}

/* The lower port is the service's more often than not. */
static void add_port(struct top *top, const struct flow *flow,
		     const struct share *share)
{
	struct top_key key = { .protocol = flow->protocol };

	if (flow->protocol != IPPROTO_TCP && flow->protocol != IPPROTO_UDP &&
	    flow->protocol != IPPROTO_SCTP)
		return;
	key.dst_port = flow->src_port < flow->dst_port ? flow->src_port :
							 flow->dst_port;
	add(top, TOP_PORTS, &key, share);
}

/* A flow's octets and packets since it was last seen. */
static void since_before(const struct top *top, const struct flow *flow,
			 const struct top_entry *entry, struct share *share)
{
	bool known = entry && entry->first;
	bool same = known && flow->first < entry->first + SAME_MS &&
		    entry->first < flow->first + SAME_MS &&
		    flow->bytes >= entry->bytes_before;

	/* What came before the first look is nobody's, that after a pause, too. */
	if (!top->looked)
		return;
	if (same) {
		share->in = flow->bytes - entry->bytes_before;
		share->packets = flow->packets - entry->packets_before;
	} else if (flow->first + SAME_MS >= top->looked) {
		share->in = flow->bytes;
		share->packets = flow->packets;
	}
}

static void remember(struct top_entry *entry, const struct flow *flow)
{
	entry->first = flow->end_reason ? 0 : flow->first;
	entry->bytes_before = flow->end_reason ? 0 : flow->bytes;
	entry->packets_before = flow->end_reason ? 0 : flow->packets;
	entry->in_if = flow->in_if;
	entry->out_if = flow->out_if;
	entry->idle = 0;
}

void top_count(struct top *top, const struct flow *flow)
{
	struct share share = { .ended = flow->end_reason };
	struct top_key protocol = { .protocol = flow->protocol };
	struct top_key key = {
		.src_port = flow->src_port, .dst_port = flow->dst_port,
		.protocol = flow->protocol, .family = flow->src.family,
	};
	struct share out = { .ended = share.ended };
	struct top_entry *entry;

	set_address(key.src, &flow->src);
	set_address(key.dst, &flow->dst);
	entry = entry_of(&top->view[TOP_FLOWS], &key, share.ended);
	since_before(top, flow, entry, &share);
	if (entry)
		remember(entry, flow);
	if (!filter_matches(top->filter, flow))
		return;
	add(top, TOP_FLOWS, &key, &share);
	add(top, TOP_PROTOCOLS, &protocol, &share);
	add_port(top, flow, &share);
	add_host(top, &flow->dst, &share);
	add_interface(top, flow->in_if, &share);
	out.out = share.in;
	out.packets = share.packets;
	add_host(top, &flow->src, &out);
	add_interface(top, flow->out_if, &out);
	top->in += share.in;
	top->packets += share.packets;
}

static void push(float *history, double rate)
{
	memmove(history, history + 1, (TOP_HISTORY - 1) * sizeof(*history));
	history[TOP_HISTORY - 1] = rate;
}

static void rate_entry(struct top_entry *entry, double seconds)
{
	entry->in_rate = entry->in * 8 / seconds;
	entry->out_rate = entry->out * 8 / seconds;
	entry->packet_rate = entry->packets / seconds;
	push(entry->history, top_entry_rate(entry));
	entry->flows = entry->seen;
	entry->seen = 0;
	entry->in = 0;
	entry->out = 0;
	entry->packets = 0;
	entry->idle++;
}

/* Nothing is left of it to show, or there are too many others. */
static bool is_over(const struct top_entry *entry, size_t *idle)
{
	if (entry->idle >= IDLE_MAX)
		return true;
	return entry->idle > 1 && (*idle)++ >= TOP_ENDED_MAX;
}

static void rate_table(struct top_table *table, double seconds)
{
	struct top_entry **at, *entry;
	size_t idle = 0;
	size_t i;

	table->ended = 0;
	for (i = 0; i < table->buckets; i++) {
		at = &table->bucket[i];
		while ((entry = *at)) {
			rate_entry(entry, seconds);
			if (is_over(entry, &idle)) {
				*at = entry->next;
				free(entry);
				table->count--;
			} else {
				at = &entry->next;
			}
		}
	}
}

void top_rates(struct top *top, uint64_t milliseconds)
{
	double seconds = (milliseconds ? milliseconds : 1) / 1000.0;
	size_t view;

	for (view = 0; view < TOP_VIEWS; view++)
		rate_table(&top->view[view], seconds);
	top->rate = top->in * 8 / seconds;
	top->packet_rate = top->packets / seconds;
	push(top->history, top->rate);
	top->in = 0;
	top->packets = 0;
}

static int take_flow(const struct flow *flow, void *data)
{
	top_count(data, flow);
	return 0;
}

int top_look(struct top *top)
{
	uint64_t now = flow_now();
	bool cut;
	int ret;

	if (top->paused)
		return EXIT_DONE;
	ret = flows_get(take_flow, top, &cut);
	if (ret)
		return ret;
	top_rates(top, now - top->looked);
	top->looked = now;
	return EXIT_DONE;
}

static int take_ended(const struct nlattr **attrs, void *data)
{
	struct top *top = data;
	struct flow flow;

	if (!flow_take(attrs, flow_now(), &flow))
		return -1;
	if (!top->paused)
		top_count(top, &flow);
	return 0;
}

static void missed(void *data)
{
	struct top *top = data;

	top->missed = true;
}

int top_begin(struct top *top)
{
	return netlink_listener_open(TRAFFIC_FLOW_GROUP_FLOWS, true,
				     &top->listener);
}

int top_hear(struct top *top, int milliseconds)
{
	const struct netlink_reply reply = {
		.fn = take_ended,
		.data = top,
		.max = TRAFFIC_FLOW_FLOW_A_MAX,
	};

	return netlink_listener_hear(top->listener, &reply, missed,
				     milliseconds);
}

void top_pause(struct top *top, bool pause)
{
	top->paused = pause;
	top->looked = 0;
}

void top_clear(struct top *top)
{
	struct top_entry *entry, *next;
	size_t i, view;

	for (view = 0; view < TOP_VIEWS; view++) {
		struct top_table *table = &top->view[view];

		for (i = 0; i < table->buckets; i++) {
			for (entry = table->bucket[i]; entry; entry = next) {
				next = entry->next;
				free(entry);
			}
		}
		free(table->bucket);
		memset(table, 0, sizeof(*table));
	}
	top->looked = 0;
}

void top_end(struct top *top)
{
	top_clear(top);
	filter_free(top->filter);
	netlink_listener_close(top->listener);
}

double top_entry_rate(const struct top_entry *entry)
{
	return entry->in_rate + entry->out_rate;
}

struct order {
	enum top_view view;
	enum top_sort sort;
	bool reverse;
};

static int by_number(double a, double b)
{
	return a > b ? -1 : a < b;
}

static int by_key(const struct top_entry *a, const struct top_entry *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

/* As their names go, without a look at each service's. */
static int by_port(const struct top_entry *a, const struct top_entry *b)
{
	int ret = strverscmp(protocol_name(a->key.protocol),
			     protocol_name(b->key.protocol));

	return ret ? ret : (int)a->key.dst_port - b->key.dst_port;
}

static int by_name(const struct top_entry *a, const struct top_entry *b,
		   enum top_view view)
{
	char name[2][3 * VALUE_SIZE];

	if (view == TOP_PORTS)
		return by_port(a, b);
	top_name(a, view, name[0], sizeof(name[0]));
	top_name(b, view, name[1], sizeof(name[1]));
	return strverscmp(name[0], name[1]);
}

static int compare(const void *a, const void *b, void *data)
{
	const struct top_entry *x = *(struct top_entry *const *)a;
	const struct top_entry *y = *(struct top_entry *const *)b;
	const struct order *order = data;
	int ret = 0;

	switch (order->sort) {
	case TOP_BY_RATE:
		ret = by_number(top_entry_rate(x), top_entry_rate(y));
		break;
	case TOP_BY_PACKETS:
		ret = by_number(x->packet_rate, y->packet_rate);
		break;
	case TOP_BY_FLOWS:
		ret = by_number(x->flows, y->flows);
		break;
	case TOP_BY_NAME:
		ret = by_name(x, y, order->view);
		break;
	default:
		break;
	}
	if (!ret)
		ret = by_number(x->total, y->total);
	if (!ret)
		ret = by_key(x, y);
	return order->reverse ? -ret : ret;
}

struct top_entry **top_sorted(const struct top *top, enum top_view view,
			      enum top_sort sort, bool reverse)
{
	const struct top_table *table = &top->view[view];
	struct order order = { view, sort, reverse };
	struct top_entry **sorted, *entry;
	size_t count = 0;
	size_t i;

	sorted = calloc(table->count + 1, sizeof(*sorted));
	if (!sorted)
		return NULL;
	for (i = 0; i < table->buckets; i++)
		for (entry = table->bucket[i]; entry; entry = entry->next)
			/* Not what is there only to be recognised. */
			if (entry->flows || entry->total)
				sorted[count++] = entry;
	qsort_r(sorted, count, sizeof(*sorted), compare, &order);
	return sorted;
}

struct address top_address(const uint8_t *octets, uint8_t family)
{
	struct address address = { .family = family };

	memcpy(&address.v6, octets, family == AF_INET ? 4 : 16);
	return address;
}

static void name_flow(const struct top_entry *entry, char *text, size_t size)
{
	struct flow flow = {
		.protocol = entry->key.protocol,
		.src_port = entry->key.src_port,
		.dst_port = entry->key.dst_port,
		.src = top_address(entry->key.src, entry->key.family),
		.dst = top_address(entry->key.dst, entry->key.family),
	};
	char src[VALUE_SIZE], dst[VALUE_SIZE];

	flow_format_end(&flow, true, src);
	flow_format_end(&flow, false, dst);
	snprintf(text, size, "%-4s %s > %s", protocol_name(flow.protocol), src,
		 dst);
}

static void name_port(const struct top_entry *entry, char *text, size_t size)
{
	const char *protocol = protocol_name(entry->key.protocol);
	struct servent *service = getservbyport(htons(entry->key.dst_port),
						protocol);

	snprintf(text, size, "%s/%u%s%s", protocol, entry->key.dst_port,
		 service ? " " : "", service ? service->s_name : "");
}

void top_name(const struct top_entry *entry, enum top_view view, char *text,
	      size_t size)
{
	char name[VALUE_SIZE];
	struct address address;

	switch (view) {
	case TOP_FLOWS:
		name_flow(entry, text, size);
		break;
	case TOP_HOSTS:
		address = top_address(entry->key.src, entry->key.family);
		format_address(&address, name);
		snprintf(text, size, "%s", name);
		break;
	case TOP_PORTS:
		name_port(entry, text, size);
		break;
	case TOP_PROTOCOLS:
		snprintf(text, size, "%s", protocol_name(entry->key.protocol));
		break;
	default:
		snprintf(text, size, "%s", interface_name(entry->key.index));
	}
}

static void format_scaled(double number, double step, const char *const *units,
			  size_t count, char *text)
{
	size_t i;

	for (i = 0; number >= 999.5 && i + 1 < count; i++)
		number /= step;
	snprintf(text, VALUE_SIZE, "%.*f%s", i && number < 99.95, number,
		 units[i]);
}

void format_count(double number, char *text)
{
	static const char *const units[] = { "", "k", "M", "G", "T" };

	format_scaled(number, 1000, units, ARRAY_SIZE(units), text);
}

void format_octets(uint64_t octets, char *text)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };

	format_scaled(octets, 1024, units, ARRAY_SIZE(units), text);
}
