// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "out.h"
#include "unit.h"

struct rows {
	char **cells;
	size_t count;
};

static int result;

static void print(const void *data)
{
	static const struct column columns[] = { { "NAME", 0 }, { "PORT", 7 } };
	const struct rows *rows = data;

	result = out_table(columns, ARRAY_SIZE(columns), rows->cells,
			   rows->count, NULL);
}

void test_table(void)
{
	char *cells[4] = { "longer", "1", "x", "22" };
	const struct rows rows = { cells, 2 };
	char *text = printed(print, &rows);

	check(result == EXIT_DONE &&
	      !strcmp(text, " #   NAME    PORT\n"
			    " 0   longer  1\n"
			    " 1   x       22\n"), "table", text);
	free(text);

	cells[2] = NULL;
	text = printed(print, &rows);
	check(result == EXIT_REFUSED && !*text, "no memory for a cell", text);
	free(text);
}
