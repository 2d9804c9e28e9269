// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "top.h"
#include "unit.h"

static const struct top_entry *top_row(const struct top *top,
				       enum top_view view, size_t nth)
{
	struct top_entry **sorted = top_sorted(top, view, TOP_BY_RATE, false);
	const struct top_entry *entry = sorted[nth];

	free(sorted);
	return entry;
}

static void check_top(const struct top *top, enum top_view view, size_t nth,
		      const char *wanted, double in, double out)
{
	const struct top_entry *entry = top_row(top, view, nth);
	char name[4 * VALUE_SIZE] = "none";

	if (entry)
		top_name(entry, view, name, sizeof(name));
	check(entry && !strcmp(name, wanted) && entry->in_rate == in &&
	      entry->out_rate == out, top_view_names[view], name);
}

/* Three looks, two seconds between: a flow that goes on, one that ends. */
void test_top(void)
{
	struct top top = { .looked = 0 };
	struct flow flow = some_flow();
	struct flow other = some_flow();
	char text[VALUE_SIZE];

	other.src_port = 40001;
	top_count(&top, &flow);
	top_rates(&top, 1000);
	check(!top.rate, "what was before the first look", "counts nothing");
	top.looked = 1003000;

	flow.bytes += 500;
	flow.packets += 2;
	other.first = 1004000;
	other.bytes = 250;
	top_count(&top, &flow);
	top_count(&top, &other);
	top_rates(&top, 2000);
	top.looked = 1005000;
	check_top(&top, TOP_FLOWS, 0, "tcp  10.1.2.3:40000 > 192.0.2.9:443",
		  2000, 0);
	check_top(&top, TOP_FLOWS, 1, "tcp  10.1.2.3:40001 > 192.0.2.9:443",
		  1000, 0);
	check_top(&top, TOP_HOSTS, 0, "10.1.2.3", 0, 3000);
	check_top(&top, TOP_HOSTS, 1, "192.0.2.9", 3000, 0);
	check_top(&top, TOP_PROTOCOLS, 0, "tcp", 3000, 0);
	check(top_row(&top, TOP_PORTS, 0)->key.dst_port == 443, "port", "443");
	check(top_row(&top, TOP_HOSTS, 0)->flows == 2, "flows of a host", "2");
	check(top.rate == 3000, "rate of all", "3000");

	/* It ends with 100 octets that were not seen in the cache. */
	other.bytes += 100;
	other.end_reason = 3;
	top_count(&top, &other);
	top_count(&top, &flow);
	top_rates(&top, 2000);
	check_top(&top, TOP_FLOWS, 0, "tcp  10.1.2.3:40001 > 192.0.2.9:443",
		  400, 0);
	check(top_row(&top, TOP_HOSTS, 0)->flows == 1, "and one is left", "1");
	check(top_row(&top, TOP_HOSTS, 0)->total == 850, "all octets", "850");

	/* The same addresses and ports once more: another flow. */
	top.looked = 1008000;
	other.first = 1009000;
	other.bytes = 1000;
	other.end_reason = 0;
	top_count(&top, &other);
	top_rates(&top, 2000);
	check(top.rate == 4000, "a flow that begins anew", "4000");
	top_end(&top);

	format_octets(1536, text);
	check(!strcmp(text, "1.5KiB"), "octets", text);
	format_count(1234567, text);
	check(!strcmp(text, "1.2M"), "count", text);
}

/* All stays, however long it takes, and no more is kept. */
static void check_paused(void)
{
	struct top top = { .looked = 0 };
	struct top_entry **sorted;
	size_t count;
	int i;

	memset(&fake, 0, sizeof(fake));
	fake.flows = 1;
	top_look(&top);
	fake.ended = 3;
	top_hear(&top, 0);
	top_look(&top);
	sorted = top_sorted(&top, TOP_FLOWS, TOP_BY_RATE, false);
	count = top.view[TOP_FLOWS].count;
	check(sorted[0] && count == 4, "before a pause", "4 flows");

	top_pause(&top, true);
	fake.flows = 0;
	fake.ended = 1000;
	for (i = 0; i < 2 * TOP_HISTORY; i++) {
		top_hear(&top, 0);
		top_look(&top);
	}
	check(top.view[TOP_FLOWS].count == count, "in a pause", "4 flows");
	check(sorted[0] == top_row(&top, TOP_FLOWS, 0), "in a pause",
	      "the same ones");
	free(sorted);
	memset(&fake, 0, sizeof(fake));
	top_end(&top);
}

static void check_resumed(void)
{
	struct top top = { .looked = 1000000 };
	struct flow flow = some_flow();

	flow.first = 1000000;
	top_count(&top, &flow);
	top_rates(&top, 2000);
	check(top.rate == 6000, "before a pause", "6000");

	top_pause(&top, true);
	flow.bytes += 1000000;
	top_pause(&top, false);
	top_count(&top, &flow);
	top_rates(&top, 60000);
	check(!top.rate && top_row(&top, TOP_FLOWS, 0)->total == 1500,
	      "what was in a pause", "counts nothing");

	top.looked = 1060000;
	flow.bytes += 500;
	top_count(&top, &flow);
	top_rates(&top, 2000);
	check(top.rate == 2000, "after a pause", "2000");
	top_end(&top);
}

void test_top_pause(void)
{
	check_paused();
	check_resumed();
}

/* Each flow once, from hosts of their own. */
static void flood(struct top *top, unsigned int from, unsigned int count,
		  uint8_t end_reason)
{
	struct flow flow = some_flow();
	unsigned int i;

	flow.end_reason = end_reason;
	flow.first = top->looked + 1;
	flow.bytes = 125;
	for (i = from; i < from + count; i++) {
		flow.src.v4.s_addr = htonl(0x0b000000 + i);
		top_count(top, &flow);
	}
}

/* Whatever comes, memory is as much as flows in the cache want and a little more. */
void test_top_flood(void)
{
	const size_t at_once = TOP_ENDED_MAX + 1000;
	struct top top = { .looked = 1000000 };
	unsigned int round;
	bool fits = true;
	double rate = 0;

	for (round = 0; round < 4; round++) {
		flood(&top, 2 * round * at_once, at_once, 1);
		flood(&top, (2 * round + 1) * at_once, 500, 0);
		/* Those of this round and of the last one, and older ones */
		fits &= top.view[TOP_FLOWS].count <= 3 * TOP_ENDED_MAX + 1000 &&
			top.view[TOP_HOSTS].count <= 3 * TOP_ENDED_MAX + 1001;
		top_rates(&top, 1000);
		rate = top.rate;
	}
	check(fits, "flood", "has an end in memory");
	check(rate == 1000.0 * (at_once + 500), "flood", "is counted whole");
	check(top_row(&top, TOP_PROTOCOLS, 0)->in_rate == rate, "flood",
	      "in tables that have room, too");
	check(top.view[TOP_FLOWS].count == 2 * TOP_ENDED_MAX + 500,
	      "what is in the cache is there", "all of it");
	top_end(&top);
}

/* Protocols first, numbers in their order. */
void test_top_ports(void)
{
	static const uint16_t ports[] = { 443, 80, 8080, 9 };
	struct top top = { .looked = 1000000 };
	struct top_entry **sorted;
	struct flow flow = some_flow();
	char text[64] = "";
	size_t length = 0;
	size_t i;

	flow.first = top.looked + 1;
	flow.src_port = 65000;
	for (i = 0; i < 8; i++) {
		flow.protocol = i % 2 ? 17 : 6;
		flow.dst_port = ports[i / 2];
		top_count(&top, &flow);
	}
	sorted = top_sorted(&top, TOP_PORTS, TOP_BY_NAME, false);
	for (i = 0; sorted[i]; i++)
		length += snprintf(text + length, sizeof(text) - length,
				   "%u/%u ", sorted[i]->key.protocol,
				   sorted[i]->key.dst_port);
	check(!strcmp(text, "6/9 6/80 6/443 6/8080 17/9 17/80 17/443 17/8080 "),
	      "ports by name", text);
	free(sorted);
	top_end(&top);
}
