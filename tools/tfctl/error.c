// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

static const char *location_file;
static unsigned int location_line;

void error_location(const char *file, unsigned int line)
{
	location_file = file;
	location_line = line;
}

static bool deferred;
static char waiting[512];

void error_defer(bool defer)
{
	deferred = defer;
	if (!defer && *waiting)
		fprintf(stderr, "tfctl: %s\n", waiting);
	*waiting = '\0';
}

static int limit = -1;

void error_limit(int lines)
{
	limit = lines;
}

static void print_line(const char *format, va_list args)
{
	if (!limit)
		return;
	limit -= limit > 0;
	if (deferred) {
		vsnprintf(waiting, sizeof(waiting), format, args);
		return;
	}
	/* Keeps the order of the two streams where both go to one place. */
	fflush(stdout);

	fputs("tfctl: ", stderr);
	if (location_file)
		fprintf(stderr, "%s:%u: ", location_file, location_line);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
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
