/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands behind `where`, in RouterOS's grammar: comparisons of properties
 * by = != < > <= >= in ~, joined by and (&&), or (||) and !, in parentheses;
 * without a word between, two comparisons are joined by and.
 */
#ifndef TFCTL_FILTER_H
#define TFCTL_FILTER_H

#include <stdbool.h>

#include "flow.h"

struct filter;

/* Of what stands behind where, which must not be nothing. Exit code. */
int filter_parse_words(int argc, char **argv, struct filter **filter);

/*
 * Where the text is wrong, the reason goes into one of so many octets. An empty
 * text makes no filter: NULL.
 */
bool filter_read(const char *text, struct filter **filter, char *why,
		 size_t size);
void filter_free(struct filter *filter);

/* No filter at all matches everything. */
bool filter_matches(const struct filter *filter, const struct flow *flow);

#endif
