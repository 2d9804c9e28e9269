// SPDX-License-Identifier: GPL-2.0
/*
 * Any octets as a file to import, or as a command line: all of tfctl but its
 * way to the kernel. It ends, with 0, 1 or 2, and has left nothing behind.
 *
 * The first octet says which: a file, instead of what there is if its high bit is
 * set; words, one a line; words to complete.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tfctl.h"

#define WORDS_MAX	64

static void run(int argc, char **argv)
{
	int ret = tfctl_main(argc, argv);

	assert(ret >= 0 && ret <= 2);
}

static void run_file(char *text, size_t len, int replace)
{
	char *argv[5] = { "tfctl", "import", replace ? "replace" : "-",
			  replace ? "-" : NULL };
	FILE *before = stdin;

	stdin = fmemopen(text, len, "r");
	assert(stdin);
	run(3 + replace, argv);
	fclose(stdin);
	stdin = before;
}

/*
 * What reads or writes files of this machine, speaks to others, or goes on until
 * it is told.
 */
static int is_safe(char **argv, int argc)
{
	static const char *const words[] = {
		"import", "file=", "monitor", "top", "check",
	};
	size_t j;
	int i;

	for (i = 1; i < argc; i++)
		for (j = 0; j < sizeof(words) / sizeof(*words); j++)
			if (strstr(argv[i], words[j]))
				return 0;
	return 1;
}

static void run_words(char *text, int complete)
{
	char *argv[WORDS_MAX + 3] = { "tfctl" };
	int argc = 1;

	if (complete)
		argv[argc++] = "--complete";
	for (; text && argc < WORDS_MAX; argc++)
		argv[argc] = strsep(&text, "\n");
	if (is_safe(argv, argc))
		run(argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text;

	if (len < 2)
		return 0;
	text = malloc(len);
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	switch (data[0] % 3) {
	case 0:
		run_file(text, len - 1, data[0] >> 7);
		break;
	case 1:
		run_words(text, 0);
		break;
	default:
		run_words(text, 1);
	}
	free(text);
	return 0;
}
