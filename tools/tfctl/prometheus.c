// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "array.h"
#include "prometheus.h"

static const struct {
	const char *name;
	const char *type;
	const char *help;
	uint16_t attr;
} metrics[] = {
	{ "packets_total", "counter", "Packets metered.",
	  TRAFFIC_FLOW_STATS_A_PACKETS },
	{ "bytes_total", "counter", "Their octets, from the IP header on.",
	  TRAFFIC_FLOW_STATS_A_BYTES },
	{ "cache_flows", "gauge", "Flows in the cache.",
	  TRAFFIC_FLOW_STATS_A_ACTIVE },
	{ "cache_memory_bytes", "gauge", "Memory that the cache occupies.",
	  TRAFFIC_FLOW_STATS_A_MEMORY },
	{ "flows_created_total", "counter", "Flows begun.",
	  TRAFFIC_FLOW_STATS_A_CREATED },
	{ "flows_exported_total", "counter", "Flows ended and given to the targets.",
	  TRAFFIC_FLOW_STATS_A_EXPORTED },
	{ "flows_ended_early_total", "counter",
	  "Flows ended because the cache was full.",
	  TRAFFIC_FLOW_STATS_A_ENDED_EARLY },
	{ "flows_without_target_total", "counter",
	  "Flows ended while no target was enabled.",
	  TRAFFIC_FLOW_STATS_A_NO_TARGET },
	{ "flows_incomplete_total", "counter",
	  "IPv6 flows without memory for all of their fields.",
	  TRAFFIC_FLOW_STATS_A_INCOMPLETE },
	{ "fragment_packets_total", "counter",
	  "Packets that were later fragments.", TRAFFIC_FLOW_STATS_A_FRAGMENTS },
	{ "truncated_packets_total", "counter",
	  "Packets that ended before their headers did.",
	  TRAFFIC_FLOW_STATS_A_TRUNCATED },
	{ "unattributed_packets_total", "counter",
	  "Packets counted in no flow of their own.",
	  TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS },
	{ "nat_connections", "gauge",
	  "Translated connections whose end is waited for.",
	  TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS },
	{ "nat_events_total", "counter",
	  "Beginnings and ends of translated connections given to the targets.",
	  TRAFFIC_FLOW_STATS_A_NAT_EVENTS },
	{ "nat_events_lost_total", "counter",
	  "Those that were not, for want of room.",
	  TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST },
};

static const struct {
	const char *name;
	const char *help;
	size_t offset;
} target_metrics[] = {
	{ "datagrams_total", "Datagrams sent, with templates.",
	  offsetof(struct target, packets) },
	{ "records_total", "Flow records sent, also those that were refused then.",
	  offsetof(struct target, sent) },
	{ "bytes_total", "UDP payload octets sent.",
	  offsetof(struct target, bytes) },
	{ "errors_total", "Failures of the socket.",
	  offsetof(struct target, errors) },
	{ "lost_records_total", "Flow records that were given up or refused.",
	  offsetof(struct target, lost) },
	{ "skipped_flows_total", "IPv6 flows that the version has no record for.",
	  offsetof(struct target, skipped) },
};

static void head(const char *name, const char *type, const char *help)
{
	printf("# HELP traffic_flow_%s %s\n", name, help);
	printf("# TYPE traffic_flow_%s %s\n", name, type);
}

static void sample(const char *name, const char *type, const char *help,
		   uint64_t value)
{
	head(name, type, help);
	printf("traffic_flow_%s %" PRIu64 "\n", name, value);
}

static void labels(const struct target *target)
{
	char address[VALUE_SIZE];

	format_address(&target->dst, address);
	printf("{target=\"%" PRIu32 "\",address=\"%s\",port=\"%" PRIu32 "\",version=\"%" PRIu32 "\"",
	       target->id, address, target->port, target->version);
}

static void print_states(const struct targets *targets)
{
	size_t i, j;

	head("target_state", "gauge",
	     "What a target is: 1 for the one of its states that it is in.");
	for (i = 0; i < targets->count; i++) {
		for (j = 0; j < TARGET_STATES; j++) {
			printf("traffic_flow_target_state");
			labels(&targets->list[i]);
			printf(",state=\"%s\"} %d\n",
			       target_state_name(j),
			       targets->list[i].state == j);
		}
	}
}

static void print_target_metric(const struct targets *targets, size_t metric)
{
	char name[VALUE_SIZE];
	size_t i;

	snprintf(name, sizeof(name), "target_%s", target_metrics[metric].name);
	head(name, "counter", target_metrics[metric].help);
	for (i = 0; i < targets->count; i++) {
		printf("traffic_flow_%s", name);
		labels(&targets->list[i]);
		printf("} %" PRIu64 "\n",
		       *(const uint64_t *)((const char *)&targets->list[i] +
					   target_metrics[metric].offset));
	}
}

void prometheus_print(const struct metrics *all)
{
	size_t i;

	sample("enabled", "gauge", "Whether packets are metered.",
	       all->settings->enabled);
	sample("cache_entries", "gauge", "Flows that the cache can hold.",
	       all->settings->cache_entries);
	for (i = 0; i < ARRAY_SIZE(metrics); i++)
		sample(metrics[i].name, metrics[i].type, metrics[i].help,
		       all->stats->value[metrics[i].attr]);
	if (!all->targets->count)
		return;
	print_states(all->targets);
	for (i = 0; i < ARRAY_SIZE(target_metrics); i++)
		print_target_metric(all->targets, i);
}
