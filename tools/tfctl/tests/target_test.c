// SPDX-License-Identifier: GPL-2.0
/* Targets that are removed: all that were meant, or none. */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "fake.h"
#include "unit.h"

static void add_targets(unsigned int count)
{
	char address[VALUE_SIZE];
	char *words[1] = { address };
	const struct call call = { .argc = 1, .argv = words };
	unsigned int i;

	memset(&fake, 0, sizeof(fake));
	for (i = 0; i < count; i++) {
		snprintf(address, sizeof(address), "address=192.0.2.%u:%u", i,
			 9990 + i);
		check(target_add(&call) == EXIT_DONE, "target add", address);
	}
}

/* Whether their ports are these. */
static void check_targets_are(const char *wanted)
{
	char text[256] = "";
	size_t length = 0;
	size_t i;

	for (i = 0; i < fake.count; i++)
		length += snprintf(text + length, sizeof(text) - length, "%s%u",
				   i ? " " : "", fake.target[i].port);
	check(!strcmp(text, wanted), "targets", text);
}

void test_target_remove(void)
{
	char *words[1] = { "0,2,3" };
	const struct call call = { .argc = 1, .argv = words };

	add_targets(4);
	check(target_remove(&call) == EXIT_DONE, "target remove", words[0]);
	check_targets_are("9991");

	add_targets(4);
	fake.refuse_removal = 2;
	check(target_remove(&call) == EXIT_REFUSED, "refused halfway",
	      words[0]);
	check_targets_are("9990 9991 9992 9993");

	add_targets(4);
	fake.refuse_removal = 1;
	check(target_remove(&call) == EXIT_REFUSED, "refused at once",
	      words[0]);
	check_targets_are("9990 9991 9992 9993");
	check(fake.id == 4, "nothing was done", "again");
}
