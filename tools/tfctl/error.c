// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"

static const char *location_file;
static unsigned int location_line;

void error_location(const char *file, unsigned int line)
{
	location_file = file;
	location_line = line;
}

/* What somebody else has written into a file does not command the terminal. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

static bool deferred;
static char waiting[512];

void error_defer(bool defer)
{
	deferred = defer;
	make_plain(waiting);
	if (!defer && *waiting)
		fprintf(stderr, "tfctl: %s\n", waiting);
	*waiting = '\0';
}

static int limit = -1;

void error_limit(int lines)
{
	limit = lines;
}

/* NULL: no memory. */
static char *located(char *text)
{
	char *line;

	if (!text || !location_file)
		return text;
	if (asprintf(&line, "%s:%u: %s", location_file, location_line, text) < 0)
		line = NULL;
	free(text);
	return line;
}

static void print_line(const char *format, va_list args)
{
	char *text;

	if (!limit)
		return;
	limit -= limit > 0;
	if (deferred) {
		vsnprintf(waiting, sizeof(waiting), format, args);
		return;
	}
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	text = located(text);
	if (text)
		make_plain(text);
	/* Keeps the order of the two streams where both go to one place. */
	fflush(stdout);
	fprintf(stderr, "tfctl: %s\n", text ? text : "out of memory");
	free(text);
}

int refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args);
	va_end(args);
	return EXIT_REFUSED;
}

int usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(format, args);
	va_end(args);
	return EXIT_USAGE;
}
