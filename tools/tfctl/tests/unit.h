/* SPDX-License-Identifier: GPL-2.0 */
/* The unit tests: one line a check. */
#ifndef TFCTL_UNIT_H
#define TFCTL_UNIT_H

#include <stdbool.h>

#include "flow.h"

void check(bool passed, const char *what, const char *text);

/* What is printed on stdout meanwhile; to be freed. */
char *printed(void (*print)(const void *data), const void *data);

/* A flow of 1500 octets in 10 packets over two seconds, seen 3 s later. */
struct flow some_flow(void);

void test_time(void);
void test_size(void);
void test_bool(void);
void test_endpoint(void);
void test_names(void);
void test_words(void);
void test_json(void);
void test_assign(void);
void test_set(void);
void test_message(void);
void test_target_message(const char *dst);
void test_list_message(void);
void test_select(void);
void test_menu(void);
void test_fields(void);
void test_filter(void);
void test_flow(void);
void test_top(void);
void test_top_pause(void);
void test_top_flood(void);
void test_top_ports(void);
void test_screen(void);
void test_replace(void);
void test_metrics(void);
void test_target_remove(void);
void test_target_set(void);
void test_state(void);
void test_monitor(void);
void test_signals(void);
void test_sorted(void);
void test_flow_table(void);
void test_flow_ended(void);
void test_table(void);
void test_check(void);

#endif
