// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "out.h"

#define LINE_WIDTH	80

void out_pair(size_t longest_name, const char *name, const char *value)
{
	printf("%*s: %s\n", (int)longest_name + 2, name, value);
}

static size_t column_width(const struct column *column, char **cells,
			   size_t rows, size_t stride)
{
	size_t width = strlen(column->title);
	size_t length;
	size_t i;

	for (i = 0; i < rows; i++) {
		length = strlen(cells[i * stride]);
		if (length > width)
			width = length;
	}
	width += 2;
	return width > column->width ? width : column->width;
}

static void out_cell(const char *text, size_t width, bool last)
{
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s", (int)width, text);
}

int out_table(const struct column *columns, size_t count, char **cells,
	      size_t rows, const char *flags)
{
	size_t width[32];
	size_t i, j;

	for (i = 0; i < rows * count; i++)
		if (!cells[i])
			return refused("out of memory");
	for (j = 0; j < count; j++)
		width[j] = column_width(&columns[j], cells + j, rows, count);

	printf(" #   ");
	for (j = 0; j < count; j++)
		out_cell(columns[j].title, width[j], j + 1 == count);
	for (i = 0; i < rows; i++) {
		printf("%2zu %c ", i, flags ? flags[i] : ' ');
		for (j = 0; j < count; j++)
			out_cell(cells[i * count + j], width[j], j + 1 == count);
	}
	return EXIT_DONE;
}

void out_wrapped(struct wrap *wrap, const char *word)
{
	size_t length = strlen(word);

	if (wrap->words &&
	    wrap->used + 1 + length + strlen(wrap->end) > LINE_WIDTH) {
		printf("%s\n%*s", wrap->end, (int)wrap->indent, "");
		wrap->used = wrap->indent;
		wrap->words = 0;
	} else if (wrap->words) {
		putchar(' ');
		wrap->used++;
	}
	wrap->words++;
	fputs(word, stdout);
	wrap->used += length;
}

void out_json(struct json_object *json)
{
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}
