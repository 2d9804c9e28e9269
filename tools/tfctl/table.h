/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table of any length: its first rows say how wide the columns are, later ones
 * are printed as they come.
 */
#ifndef TFCTL_TABLE_H
#define TFCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS	16

struct table_column {
	const char *title;
	size_t width;			/* at least */
	bool right;			/* numbers end in one column */
};

struct table {
	const struct table_column *columns;
	size_t count;
	size_t width[TABLE_COLUMNS];
	char **kept;			/* cells of the rows that wait */
	size_t rows, wait;
};

/* So many rows wait; with 0 the widths are the columns'. */
bool table_begin(struct table *table, const struct table_column *columns,
		 size_t count, size_t wait);

/* A row of cells, which are copied. */
void table_row(struct table *table, char *const *cells);

/* Prints what still waits, the titles if there was no row. */
void table_end(struct table *table);

/* Without what still waits, or of a table that was never begun. */
void table_free(struct table *table);

#endif
