// SPDX-License-Identifier: GPL-2.0
/* Targets that are changed or removed: all that were meant, or none. */
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
/* Somebody else does so in between. */
static void remove_first(void)
{
	fake.on_change = NULL;
	fake.count--;
	memmove(&fake.target[0], &fake.target[1],
		fake.count * sizeof(fake.target[0]));
}

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
	fake.on_change = remove_first;
	check(target_remove(&call) == EXIT_REFUSED, "somebody was quicker",
	      words[0]);
	fake.on_change = NULL;
	check_targets_are("9991 9992 9993");
	check(fake.id == 4, "and all others are untouched", words[0]);

	add_targets(4);
	fake.refuse_removal = 1;
	check(target_remove(&call) == EXIT_REFUSED, "refused at once",
	      words[0]);
	check_targets_are("9990 9991 9992 9993");
	check(fake.id == 4, "nothing was done", "again");
}

/* The addresses, too: those of another family go when the collector's does. */
static void check_addresses_are(const char *wanted)
{
	char text[256] = "", address[VALUE_SIZE];
	size_t length = 0;
	size_t i;

	for (i = 0; i < fake.count; i++) {
		format_address(&fake.target[i].dst, address);
		length += snprintf(text + length, sizeof(text) - length, "%s%s",
				   i ? " " : "", address);
		format_address(&fake.target[i].src, address);
		length += snprintf(text + length, sizeof(text) - length, "<%s",
				   address);
	}
	check(!strcmp(text, wanted), "addresses", text);
}

static void set_refused(const char *what)
{
	char *words[2] = { "0,1,2", "dst-address=2001:db8::1" };
	const struct call call = { .argc = 2, .argv = words };

	check(target_set(&call) == EXIT_REFUSED, what, words[1]);
	check_addresses_are("192.0.2.0<10.0.0.1 192.0.2.1<10.0.0.1 192.0.2.2<10.0.0.1");
	check(fake.id == 3, "their counters are theirs", what);
}

void test_target_set(void)
{
	size_t i;

	add_targets(3);
	for (i = 0; i < 3; i++)
		parse_address("10.0.0.1", &fake.target[i].src);
	fake.refuse_set = 3;
	set_refused("the third is refused");
	fake.lose_set = 1;
	set_refused("the first answer is lost");
	fake.lose_set = 3;
	set_refused("the third answer is lost");
}
