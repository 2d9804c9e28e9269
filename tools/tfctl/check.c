// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "check.h"
#include "flow.h"
#include "ipfix.h"
#include "json_text.h"
#include "out.h"
#include "state.h"
#include "stats.h"

#define NAT_FIELDS \
	(IPFIX_BIT(TRAFFIC_FLOW_FIELD_NAT_SRC_ADDRESS) | \
	 IPFIX_BIT(TRAFFIC_FLOW_FIELD_NAT_DST_ADDRESS) | \
	 IPFIX_BIT(TRAFFIC_FLOW_FIELD_NAT_SRC_PORT) | \
	 IPFIX_BIT(TRAFFIC_FLOW_FIELD_NAT_DST_PORT))

static const char *const finding_names[] = {
	[FINDING_OK] = "ok", [FINDING_NOTE] = "note", [FINDING_WRONG] = "wrong",
};

void report(struct report *report, const char *name, enum finding finding,
	    const char *advice, const char *format, ...)
{
	struct json_object *json = json_object_new_object();
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_object_object_add(json, "check", json_object_new_string(name));
	json_object_object_add(json, "finding",
			       json_object_new_string(finding_names[finding]));
	json_object_object_add(json, "text", json_text(text));
	json_object_object_add(json, "advice", advice ?
			       json_text(advice) : NULL);
	json_object_array_add(report->findings, json);
	report->wrong |= finding == FINDING_WRONG;
}

static bool check_module(struct report *to)
{
	if (access("/sys/module/traffic_flow", F_OK)) {
		report(to, "module", FINDING_WRONG,
		       "load it: 'modprobe traffic_flow'", "not loaded");
		return false;
	}
	report(to, "module", FINDING_OK, NULL, "loaded");
	return true;
}

static void check_enabled(struct report *to, const struct settings *settings)
{
	if (settings->enabled)
		report(to, "enabled", FINDING_OK, NULL, "yes");
	else
		report(to, "enabled", FINDING_WRONG,
		       "'tfctl set enabled=yes' begins to meter packets", "no");
}

static void check_sampling(struct report *to, const struct settings *settings)
{
	if (!settings->packet_sampling)
		return;
	if (settings->sampling_interval && settings->sampling_space)
		report(to, "sampling", FINDING_NOTE, NULL,
		       "%u packets of %llu are metered", settings->sampling_interval,
		       (unsigned long long)settings->sampling_interval +
		       settings->sampling_space);
	else
		report(to, "sampling", FINDING_NOTE,
		       "set sampling-interval and sampling-space to 1 at least",
		       "on, but without an effect: all packets are metered");
}

static void check_packets(struct report *to, const struct stats *stats,
			  const struct settings *settings)
{
	if (stats->value[TRAFFIC_FLOW_STATS_A_PACKETS])
		report(to, "packets", FINDING_OK, NULL, "%llu metered",
		       (unsigned long long)stats->value[TRAFFIC_FLOW_STATS_A_PACKETS]);
	else if (settings->enabled)
		report(to, "packets", FINDING_NOTE,
		       "is there traffic through this network namespace, on the interfaces that are metered? What XDP forwards is not seen, bridged frames only with net.bridge.bridge-nf-call-iptables=1",
		       "none was metered yet");
}

static void check_cache(struct report *to, const struct stats *stats,
			const struct settings *settings)
{
	unsigned long long early =
		stats->value[TRAFFIC_FLOW_STATS_A_ENDED_EARLY];
	unsigned long long lost =
		stats->value[TRAFFIC_FLOW_STATS_A_UNATTRIBUTED_PACKETS];
	char entries[VALUE_SIZE];

	format_size(settings->cache_entries, entries);
	if (early)
		report(to, "cache", FINDING_NOTE,
		       "more cache-entries or shorter timeouts keep flows whole",
		       "%s entries were not enough: %llu flows ended early",
		       entries, early);
	else
		report(to, "cache", FINDING_OK, NULL, "%s entries are enough",
		       entries);
	if (lost)
		report(to, "cache", FINDING_NOTE,
		       "more cache-entries, unless these are packets without an IP header",
		       "%llu packets were counted in no flow of their own", lost);
}

static bool exports_nat(const struct state *state)
{
	const struct target *target;
	size_t i;

	for (i = 0; i < state->targets.count; i++) {
		target = &state->targets.list[i];
		if (!target->disabled &&
		    (target->version == TRAFFIC_FLOW_VERSION_9 ||
		     (target->version == TRAFFIC_FLOW_VERSION_IPFIX &&
		      state->settings.ipfix_fields & NAT_FIELDS)))
			return true;
	}
	return false;
}

static void check_nat(struct report *to, const struct state *state)
{
	if (!exports_nat(state))
		return;
	if (!access("/proc/sys/net/netfilter/nf_conntrack_max", F_OK))
		report(to, "nat", FINDING_OK, NULL,
		       "connection tracking is there: translated addresses are exported");
	else
		report(to, "nat", FINDING_NOTE,
		       "nothing to do if this router translates nothing; otherwise load nf_conntrack, which a rule with nat does by itself",
		       "no connection tracking: addresses are exported as received");
}

static void print_finding(struct json_object *json)
{
	const char *finding = json_object_get_string(json_object_object_get(json, "finding"));
	const char *name = json_object_get_string(json_object_object_get(json, "check"));
	const char *text = json_object_get_string(json_object_object_get(json, "text"));
	struct json_object *advice = json_object_object_get(json, "advice");

	printf(" %-5s  %-10s  %s\n",
	       !strcmp(finding, "wrong") ? "WRONG" : finding, name, text);
	if (advice)
		printf("        %-10s  -> %s\n", "",
		       json_object_get_string(advice));
}

static void out_report(struct report *to, bool json)
{
	struct json_object *all;
	size_t i;

	if (json) {
		all = json_object_new_object();
		json_object_object_add(all, "fine",
				       json_object_new_boolean(!to->wrong));
		json_object_object_add(all, "findings", to->findings);
		out_json(all);
		return;
	}
	for (i = 0; i < json_object_array_length(to->findings); i++)
		print_finding(json_object_array_get_idx(to->findings, i));
	printf("\n %s\n", to->wrong ? "Something is wrong." : "All is fine.");
	json_object_put(to->findings);
}

static int look(struct report *to)
{
	struct state state;
	struct stats stats;
	int ret;

	ret = state_get(&state);
	if (ret)
		return ret;
	ret = stats_get(&stats);
	if (!ret) {
		check_enabled(to, &state.settings);
		check_interfaces(to, &state);
		check_sampling(to, &state.settings);
		check_packets(to, &stats, &state.settings);
		check_cache(to, &stats, &state.settings);
		check_targets(to, &state);
		check_nat(to, &state);
		check_offload(to);
	}
	state_free(&state);
	return ret;
}

int check_run(const struct call *call)
{
	struct report to = { 0 };
	int ret = EXIT_DONE;

	if (call->argc)
		return usage("check takes no '%s'", call->argv[0]);
	if (call->check)
		return EXIT_DONE;
	to.findings = json_object_new_array();
	if (check_module(&to))
		ret = look(&to);
	if (ret) {
		json_object_put(to.findings);
		return ret;
	}
	out_report(&to, call->json);
	return to.wrong ? EXIT_REFUSED : EXIT_DONE;
}
