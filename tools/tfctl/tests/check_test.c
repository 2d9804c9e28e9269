// SPDX-License-Identifier: GPL-2.0
/* What "check" finds, and what it says to do. */
#include <errno.h>
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

void test_check(void)
{
	struct target target = { .port = 9, .version = 9 };

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
