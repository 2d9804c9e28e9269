/* SPDX-License-Identifier: GPL-2.0 */
/* The live screen of "top". */
#ifndef TFCTL_TOP_SCREEN_H
#define TFCTL_TOP_SCREEN_H

#include "settings.h"
#include "stats.h"
#include "top.h"

struct screen {
	struct top *top;
	enum top_view view;
	enum top_sort sort;
	bool reverse, help;
	int interval;			/* milliseconds */
	uint64_t next;			/* look, in milliseconds since boot */
	size_t offset;			/* rows that are scrolled away */
	char where[TOP_WHERE_SIZE];
	char message[TOP_WHERE_SIZE];
	bool colours, utf8;
	struct settings settings;
	struct stats_summary summary;
	struct top_entry **sorted;
	size_t count;
	int ret;
};

void screen_begin_colours(struct screen *screen);

/* All of it. */
void screen_draw(const struct screen *screen);

/* The interval in milliseconds, after a key to look more often, or less. */
int screen_oftener(int interval);
int screen_less_often(int interval);

/* How many entries it has room for */
size_t screen_rows(void);

/* Text that is cut at the edge; columns are counted, not octets. ncurses' attr_t. */
void screen_put(int row, int column, unsigned int attr, const char *text);

#endif
