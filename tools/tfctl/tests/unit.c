// SPDX-License-Identifier: GPL-2.0
/* All of the units; "end" last. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "replace.h"
#include "unit.h"

#define PRINTED_MAX	(1 << 20)

static int failures;

void check(bool passed, const char *what, const char *text)
{
	printf("%s - %s '%s'\n", passed ? "ok" : "not ok", what, text);
	failures += !passed;
}

char *printed(void (*print)(const void *data), const void *data)
{
	char path[] = "/tmp/tfctl-unit.XXXXXX";
	char *text = calloc(1, PRINTED_MAX);
	int fd = mkstemp(path);
	FILE *file = NULL;

	if (!text || fd < 0)
		abort();
	if (replace_file(path, print, data) == EXIT_DONE)
		file = fopen(path, "r");
	if (file) {
		text[fread(text, 1, PRINTED_MAX - 1, file)] = '\0';
		fclose(file);
	}
	close(fd);
	unlink(path);
	return text;
}

int main(void)
{
	test_time();
	test_size();
	test_bool();
	test_endpoint();
	test_names();
	test_words();
	test_json();
	test_assign();
	test_set();
	test_message();
	test_target_message("192.0.2.1");
	test_target_message("2001:db8::1");
	test_list_message();
	test_select();
	test_menu();
	test_fields();
	test_filter();
	test_flow();
	test_top();
	test_top_pause();
	test_top_flood();
	test_top_ports();
	test_screen();
	test_replace();
	test_metrics();
	test_target_remove();
	test_target_set();
	test_state();
	test_monitor();
	test_signals();
	test_sorted();
	test_flow_table();
	test_flow_ended();
	test_table();
	test_check();
	printf("end\n");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
