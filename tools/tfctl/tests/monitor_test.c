// SPDX-License-Identifier: GPL-2.0
/* What has changed is told, whenever somebody comes to look. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fake.h"
#include "monitor.h"
#include "unit.h"

/* All of it before the first event is heard. */
static void change(void)
{
	fake.target[0].port = 1;
	fake.target[1].version = TRAFFIC_FLOW_VERSION_IPFIX;
	fake.settings.cache_entries = 8192;
	fake.lists = 1;
	strcpy(fake.list[0].name, "WAN");
	fake.target[2] = fake.target[1];
	fake.target[2].id = 3;
	fake.target[2].port = 3;
	fake.count = 3;
}

static void change_more(void)
{
	fake.target[0] = fake.target[1];
	fake.count = 1;
	fake.target[0].mark = 7;
}

static void begin(void (*on_listen)(void))
{
	size_t i;

	memset(&fake, 0, sizeof(fake));
	settings_defaults(&fake.settings);
	fake.count = 2;
	for (i = 0; i < fake.count; i++) {
		properties_defaults(&target_properties, &fake.target[i]);
		parse_address("192.0.2.1", &fake.target[i].dst);
		fake.target[i].id = i + 1;
	}
	fake.on_listen = on_listen;
}

static void hear(uint8_t event, uint32_t target)
{
	fake.event[fake.events].event = event;
	fake.event[fake.events++].target = target;
}

static void print_events(const void *data)
{
	const struct call call = { .argc = 0 };

	*(int *)data = monitor_run(&call);
}

/* Behind the times, with single blanks. */
static void check_told(const char *wanted)
{
	const size_t time = strlen("2026-01-01 00:00:00  ");
	char text[1024] = "", word[256];
	char *all, *line, *save;
	size_t length = 0;
	int ret = -1;
	int skip;

	all = printed(print_events, &ret);
	for (line = strtok_r(all, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		for (line += time; sscanf(line, "%255s%n", word, &skip) == 1;
		     line += skip)
			length += snprintf(text + length, sizeof(text) - length,
					   "%s ", word);
		length += snprintf(text + length, sizeof(text) - length, "; ");
	}
	check(ret == EXIT_DONE && !strcmp(text, wanted), "told", text);
	free(all);
}

void test_monitor(void)
{
	begin(change);
	hear(TRAFFIC_FLOW_EVENT_TARGET_CHANGED, 2);
	hear(TRAFFIC_FLOW_EVENT_CACHE_FULL, 0);
	hear(TRAFFIC_FLOW_EVENT_CONFIG, 0);
	hear(TRAFFIC_FLOW_EVENT_TARGET_CHANGED, 1);
	hear(TRAFFIC_FLOW_EVENT_TARGET_ADDED, 3);
	hear(TRAFFIC_FLOW_EVENT_CONFIG, 0);
	check_told("target-changed 192.0.2.1:2055 version=IPFIX ; "
		   "cache-full ; "
		   "config cache-entries=8k list-added:WAN, ; "
		   "target-changed 192.0.2.1:1 port=1 ; "
		   "target-added 192.0.2.1:3 ; "
		   "config ; ");

	begin(change_more);
	hear(TRAFFIC_FLOW_EVENT_TARGET_REMOVED, 1);
	hear(TRAFFIC_FLOW_EVENT_TARGET_CHANGED, 2);
	hear(TRAFFIC_FLOW_EVENT_TARGET_UP, 1);
	check_told("target-removed 192.0.2.1:2055 ; "
		   "target-changed 192.0.2.1:2055 mark=7 ; "
		   "target-up id=1 ; ");
	memset(&fake, 0, sizeof(fake));
}
