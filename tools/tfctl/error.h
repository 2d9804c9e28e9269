/* SPDX-License-Identifier: GPL-2.0 */
/* What the user is told when something is wrong: one line on stderr. */
#ifndef TFCTL_ERROR_H
#define TFCTL_ERROR_H

#include <stdbool.h>

#define __printf(text, rest)	__attribute__((format(printf, text, rest)))

enum {
	EXIT_DONE,
	EXIT_REFUSED,	/* by the kernel, or the state does not allow it */
	EXIT_USAGE,	/* the command line or the file is malformed */
};

/* Until it is called with NULL, errors are those of this file and line. */
void error_location(const char *file, unsigned int line);

/* While true the line waits: a screen is shown. The last one is printed then. */
void error_defer(bool defer);

/* Of the errors from now on so many are said; -1: all of them. */
void error_limit(int lines);

static inline int first_error(int ret, int next)
{
	return ret ? ret : next;
}

/* Both print the line and return the exit code that goes with it. */
int refused(const char *format, ...) __printf(1, 2);
int usage(const char *format, ...) __printf(1, 2);

#endif
