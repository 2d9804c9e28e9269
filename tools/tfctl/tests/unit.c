// SPDX-License-Identifier: GPL-2.0
/* All of the units; "end" last. */
#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

static int failures;

void check(bool passed, const char *what, const char *text)
{
	printf("%s - %s '%s'\n", passed ? "ok" : "not ok", what, text);
	failures += !passed;
}

int main(void)
{
	test_time();
	test_size();
	test_bool();
	test_endpoint();
	test_names();
	test_words();
	test_assign();
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
	test_replace();
	test_metrics();
	printf("end\n");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
