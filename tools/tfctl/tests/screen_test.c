// SPDX-License-Identifier: GPL-2.0
/* The live screen, on a terminal of its own. */
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "fake.h"
#include "top_screen.h"
#include "unit.h"

#define WAIT_S	20		/* then the screen is not what it should be */

/* On the terminal. Exit code: 0 if there still is a filter at the end. */
static int run_top(void)
{
	char *words[4] = { "dst-port=443", "and", "ttl=7", NULL };
	struct top top = { 0 };
	bool kept;
	int ret;

	alarm(WAIT_S);
	setenv("TERM", "vt100", 1);
	memset(&fake, 0, sizeof(fake));
	ret = filter_parse_words(3, words, &top.filter);
	if (!ret)
		ret = top_screen(&top, TOP_FLOWS, TOP_BY_RATE, 1000,
				 "dst-port=443 and ttl=7");
	kept = top.filter;
	top_end(&top);
	return ret ? ret : !kept;
}

/* What is shown until it ends; the keys are hit when it waits for them. */
static void read_screen(int terminal, const char *keys, char *text, size_t size)
{
	size_t length = 0;
	ssize_t got;

	do {
		got = read(terminal, text + length, size - length - 1);
		length += got > 0 ? got : 0;
		text[length] = '\0';
		if (keys && strstr(text, "q quit") &&
		    write(terminal, keys, strlen(keys)) > 0)
			keys = NULL;
	} while (got > 0 && length + 1 < size);
}

static void check_where(void)
{
	struct winsize window = { .ws_row = 24, .ws_col = 120 };
	static char text[1 << 20];
	int terminal, status;
	pid_t child;

	fflush(stdout);
	child = forkpty(&terminal, NULL, NULL, &window);
	if (!child)
		_exit(run_top());
	read_screen(terminal, "/\nq", text, sizeof(text));
	close(terminal);
	waitpid(child, &status, 0);
	check(strstr(text, "where dst-port=443 and ttl=7"), "the filter is shown",
	      "dst-port=443 and ttl=7");
	check(WIFEXITED(status) && !WEXITSTATUS(status), "and stays",
	      "when it is not changed");
}

void test_screen(void)
{
	check_where();
	check(screen_less_often(2000) == 4000 &&
	      screen_less_often(40000) == 60000 &&
	      screen_less_often(60000) == 60000, "less often", "to a minute");
	check(screen_less_often(300000) == 300000, "no oftener", "5m");
	check(screen_oftener(2000) == 1000 && screen_oftener(1000) == 500 &&
	      screen_oftener(500) == 500, "more often", "to half a second");
}
