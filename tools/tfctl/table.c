// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static void out_row(const struct table *table, const char *const *cells)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->columns[i].right)
			printf(" %*s", (int)table->width[i], cells[i]);
		else if (i + 1 < table->count)
			printf(" %-*s", (int)table->width[i], cells[i]);
		else
			printf(" %s", cells[i]);
	putchar('\n');
}

static void out_titles(const struct table *table)
{
	const char *titles[TABLE_COLUMNS];
	size_t i;

	for (i = 0; i < table->count; i++)
		titles[i] = table->columns[i].title;
	out_row(table, titles);
}

static void widen(struct table *table, size_t column, const char *cell)
{
	size_t length = strlen(cell);

	if (table->width[column] < length)
		table->width[column] = length;
}

bool table_begin(struct table *table, const struct table_column *columns,
		 size_t count, size_t wait)
{
	size_t i;

	memset(table, 0, sizeof(*table));
	table->columns = columns;
	table->count = count;
	table->wait = wait;
	for (i = 0; i < count; i++) {
		table->width[i] = columns[i].width;
		widen(table, i, columns[i].title);
	}
	if (!wait) {
		out_titles(table);
		return true;
	}
	table->kept = calloc(wait * count, sizeof(*table->kept));
	return table->kept;
}

void table_free(struct table *table)
{
	size_t i;

	for (i = 0; table->kept && i < table->rows * table->count; i++)
		free(table->kept[i]);
	free(table->kept);
	table->kept = NULL;
}

static void out_kept(struct table *table)
{
	size_t i;

	out_titles(table);
	for (i = 0; i < table->rows; i++)
		out_row(table, (const char *const *)table->kept +
			i * table->count);
	table_free(table);
}

static bool keep_row(struct table *table, char *const *cells)
{
	char **row = table->kept + table->rows * table->count;
	size_t i;

	for (i = 0; i < table->count; i++) {
		widen(table, i, cells[i]);
		row[i] = strdup(cells[i]);
		if (row[i])
			continue;
		while (i--)
			free(row[i]);
		return false;
	}
	table->rows++;
	return true;
}

void table_row(struct table *table, char *const *cells)
{
	bool kept = table->kept && keep_row(table, cells);

	/* Nothing waits any longer where there is no memory for it. */
	if (table->kept && (!kept || table->rows == table->wait))
		out_kept(table);
	if (!kept)
		out_row(table, (const char *const *)cells);
}

void table_end(struct table *table)
{
	if (table->kept)
		out_kept(table);
}
