// SPDX-License-Identifier: GPL-2.0
/* What "check" finds, and what it says to do. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fake.h"
#include "state.h"
#include "unit.h"

static const char *text_of(const struct report *report, size_t i,
			   const char *key)
{
	struct json_object *finding =
		json_object_array_get_idx(report->findings, i);
	const char *text;

	text = json_object_get_string(json_object_object_get(finding, key));
	return text ? text : "";
}

/* That one of them is this one, with this advice. */
static void check_found(struct report *report, const char *finding,
			const char *text, const char *advice)
{
	bool found = false;
	size_t i;

	for (i = 0; i < json_object_array_length(report->findings); i++)
		found |= !strcmp(text_of(report, i, "text"), text) &&
			 !strcmp(text_of(report, i, "finding"), finding) &&
			 !strcmp(text_of(report, i, "advice"), advice);
	check(found, text, advice);
	json_object_put(report->findings);
}

static void check_offload_found(int error, const char *finding,
				const char *text, const char *advice)
{
	struct report report = { .findings = json_object_new_array() };

	fake.socket_error = error;
	check_offload(&report);
	check_found(&report, finding, text, advice);
}

static void check_target_found(const struct target *second,
			       const char *finding, const char *text,
			       const char *advice)
{
	struct report report = { .findings = json_object_new_array() };
	struct target list[2] = { { .disabled = 1 }, *second };
	struct state state = { .settings.enabled = 1,
			       .targets = { .list = list, .count = 2 } };

	parse_address("127.0.0.1", &list[0].dst);
	parse_address("127.0.0.1", &list[1].dst);
	parse_address("0.0.0.0", &list[1].src);
	check_targets(&report, &state);
	check_found(&report, finding, text, advice);
}

static void check_interfaces_found(const char *text, const char *finding,
				   const char *wanted, const char *advice)
{
	struct report report = { .findings = json_object_new_array() };
	struct member members[2] = { { "LAN", "lo*" }, { "LAN", "lo" } };
	struct list list = { .name = "LAN" };
	struct state state = {
		.lists = { &list_kind, 1, (char *)&list },
		.members = { &member_kind, 2, (char *)members },
	};
	uint32_t set = 0;
	char word[128];

	snprintf(word, sizeof(word), "interfaces=%s", text);
	check(properties_assign(&settings_properties, word, &state.settings,
				&set) == EXIT_DONE, "check of", word);
	check_interfaces(&report, &state);
	check_found(&report, finding, wanted, advice);
}

/* Every machine has one that is called lo. */
static void test_interfaces(void)
{
	const char *const change =
		"'ip link' shows the names there are; 'tfctl set interfaces=' changes it";

	check_interfaces_found("lo", "ok", "1 metered", "");
	check_interfaces_found("lo*,lo,none", "ok", "1 metered", "");
	check_interfaces_found("lo,LAN", "ok", "1 metered", "");
	check_interfaces_found("lo,lo?", "note", "there is no interface 'lo?'",
			       change);
	check_interfaces_found("lo,[l]o", "note",
			       "there is no interface '[l]o'", change);
	check_interfaces_found("lo?", "wrong",
			       "none of those to be metered exists",
			       "'tfctl set interfaces=all' meters all of them");
}

void test_check(void)
{
	struct target target = { .port = 9, .version = 9 };

	test_interfaces();
	check_target_found(&target, "wrong",
			   "127.0.0.1:9: no templates were sent yet",
			   "'tfctl target disable 1' and 'tfctl target enable 1' begin anew");
	target.packets = 2;
	target.lost = 7;
	check_target_found(&target, "note", "127.0.0.1:9: 7 records were lost",
			   "'tfctl monitor' tells when it is down; if it is not, more is exported than can be sent");
	target.last_error = EAGAIN;
	check_target_found(&target, "note", "127.0.0.1:9: 7 records were lost",
			   "more is exported than the interface can send");

	check_offload_found(EPERM, "note",
			    "nftables cannot be asked for flowtables: Operation not permitted",
			    "run this as root");
	check_offload_found(EMFILE, "note",
			    "nftables cannot be asked for flowtables: Too many open files",
			    "");
	check_offload_found(EPROTONOSUPPORT, "ok",
			    "nftables has no flowtables: no packet goes past the hooks",
			    "");
}
