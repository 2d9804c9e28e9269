// SPDX-License-Identifier: GPL-2.0
/* The counters in Prometheus's format, to the letter. */
#include <stdlib.h>
#include <string.h>

#include "prometheus.h"
#include "unit.h"

static void print(const void *data)
{
	prometheus_print(data);
}

/* The samples alone, a line each. */
static void drop_comments(char *text)
{
	char *line, *end, *out = text;

	for (line = text; *line; line = end) {
		end = line + strcspn(line, "\n");
		end += *end == '\n';
		if (*line == '#')
			continue;
		memmove(out, line, end - line);
		out += end - line;
	}
	*out = '\0';
}

static const char counted[] =
	"traffic_flow_enabled 1\n"
	"traffic_flow_cache_entries 4096\n"
	"traffic_flow_packets_total 100\n"
	"traffic_flow_bytes_total 101\n"
	"traffic_flow_cache_flows 102\n"
	"traffic_flow_cache_memory_bytes 114\n"
	"traffic_flow_flows_created_total 103\n"
	"traffic_flow_flows_exported_total 104\n"
	"traffic_flow_flows_ended_early_total 105\n"
	"traffic_flow_flows_without_target_total 106\n"
	"traffic_flow_flows_incomplete_total 107\n"
	"traffic_flow_fragment_packets_total 108\n"
	"traffic_flow_truncated_packets_total 109\n"
	"traffic_flow_unattributed_packets_total 110\n"
	"traffic_flow_nat_connections 111\n"
	"traffic_flow_nat_events_total 112\n"
	"traffic_flow_nat_events_lost_total 113\n";

#define LABELS	"target=\"3\",address=\"2001:db8::1\",port=\"4739\",version=\"10\""

static const char of_target[] =
	"traffic_flow_target_state{" LABELS ",state=\"disabled\"} 0\n"
	"traffic_flow_target_state{" LABELS ",state=\"idle\"} 0\n"
	"traffic_flow_target_state{" LABELS ",state=\"up\"} 0\n"
	"traffic_flow_target_state{" LABELS ",state=\"down\"} 1\n"
	"traffic_flow_target_datagrams_total{" LABELS "} 1\n"
	"traffic_flow_target_records_total{" LABELS "} 2\n"
	"traffic_flow_target_bytes_total{" LABELS "} 3\n"
	"traffic_flow_target_errors_total{" LABELS "} 4\n"
	"traffic_flow_target_lost_records_total{" LABELS "} 5\n"
	"traffic_flow_target_skipped_flows_total{" LABELS "} 6\n";

void test_metrics(void)
{
	static const uint16_t attrs[] = {
		TRAFFIC_FLOW_STATS_A_PACKETS, TRAFFIC_FLOW_STATS_A_BYTES,
		TRAFFIC_FLOW_STATS_A_ACTIVE, TRAFFIC_FLOW_STATS_A_CREATED,
		TRAFFIC_FLOW_STATS_A_EXPORTED, TRAFFIC_FLOW_STATS_A_ENDED_EARLY,
		TRAFFIC_FLOW_STATS_A_NO_TARGET, TRAFFIC_FLOW_STATS_A_INCOMPLETE,
		TRAFFIC_FLOW_STATS_A_FRAGMENTS, TRAFFIC_FLOW_STATS_A_TRUNCATED,
		TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS,
		TRAFFIC_FLOW_STATS_A_NAT_CONNECTIONS,
		TRAFFIC_FLOW_STATS_A_NAT_EVENTS,
		TRAFFIC_FLOW_STATS_A_NAT_EVENTS_LOST,
		TRAFFIC_FLOW_STATS_A_MEMORY,
	};
	const struct settings settings = { .enabled = 1, .cache_entries = 4096 };
	struct target target = {
		.id = 3, .port = 4739, .version = 10,
		.state = TRAFFIC_FLOW_TARGET_DOWN, .packets = 1, .sent = 2,
		.bytes = 3, .errors = 4, .lost = 5, .skipped = 6,
	};
	struct targets targets = { .list = &target };
	struct stats stats = { { 0 } };
	const struct metrics all = { &settings, &stats, &targets };
	char *text;
	size_t i;

	parse_address("2001:db8::1", &target.dst);
	for (i = 0; i < sizeof(attrs) / sizeof(*attrs); i++)
		stats.value[attrs[i]] = 100 + i;
	text = printed(print, &all);
	check(strstr(text, "# HELP traffic_flow_nat_connections Translated connections whose end is waited for.\n"
		     "# TYPE traffic_flow_nat_connections gauge\n"
		     "traffic_flow_nat_connections 111\n"), "metric",
	      "nat_connections");
	drop_comments(text);
	check(!strcmp(text, counted), "metrics", "without a target");
	free(text);

	targets.count = 1;
	text = printed(print, &all);
	drop_comments(text);
	check(!strncmp(text, counted, strlen(counted)) &&
	      !strcmp(text + strlen(counted), of_target), "metrics",
	      "of a target");
	free(text);
}
