/* SPDX-License-Identifier: GPL-2.0 */
/* Output on stdout, laid out as RouterOS lays it out. */
#ifndef TFCTL_OUT_H
#define TFCTL_OUT_H

#include <json-c/json.h>
#include <stddef.h>

/* One line of a singleton menu: names end in the same column. */
void out_pair(size_t longest_name, const char *name, const char *value);

struct column {
	const char *title;
	size_t width;			/* at least */
};

/*
 * Numbered rows: cells holds rows * columns strings, flags one letter a row or
 * is NULL. Where there was no memory for one of the strings, that is all that
 * is printed. Exit code.
 */
int out_table(const struct column *columns, size_t count, char **cells,
	      size_t rows, const char *flags);

/* Words with a space between, in lines of 80 columns that go on indented. */
struct wrap {
	size_t used;			/* columns of the line that are written */
	size_t words;			/* on this line */
	size_t indent;
	const char *end;		/* ends a line that goes on */
};

void out_wrapped(struct wrap *wrap, const char *word);

/* Prints it and lets it go. */
void out_json(struct json_object *json);

#endif
