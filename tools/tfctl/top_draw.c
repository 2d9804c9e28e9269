// SPDX-License-Identifier: GPL-2.0
/* What is on the live screen comes from the model; here it is only drawn. */
#define _XOPEN_SOURCE_EXTENDED
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "top_screen.h"

#define COLUMNS_MIN	40
#define LINES_MIN	6
#define FIRST_ROW	4		/* of the table */
#define GREY		244		/* of 256 colours; on black as on white */

enum colour {
	COLOUR_BAR = 1, COLOUR_TITLE, COLOUR_SPARK, COLOUR_FAST, COLOUR_BAD,
	COLOUR_DIM,
};

/* Eight heights; the empty one is a cell of its own. */
static const char *const blocks[] = {
	" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█",
};

static const char *const plain[] = {
	" ", ".", ".", ":", "-", "=", "+", "*", "#",
};

void screen_begin_colours(struct screen *screen)
{
	screen->colours = !getenv("NO_COLOR") && has_colors() &&
			  start_color() != ERR;
	if (!screen->colours)
		return;
	use_default_colors();
	init_pair(COLOUR_BAR, COLOR_BLACK, COLOR_CYAN);
	init_pair(COLOUR_TITLE, COLOR_CYAN, -1);
	init_pair(COLOUR_SPARK, COLOR_GREEN, -1);
	init_pair(COLOUR_FAST, COLOR_YELLOW, -1);
	init_pair(COLOUR_BAD, COLOR_RED, -1);
	init_pair(COLOUR_DIM, COLORS >= 256 ? GREY : COLOR_BLUE, -1);
}

/* What a thing looks like, without colours, too. */
static attr_t look(const struct screen *screen, enum colour colour)
{
	static const attr_t mono[] = {
		[COLOUR_BAR] = A_REVERSE, [COLOUR_TITLE] = A_BOLD,
		[COLOUR_SPARK] = A_NORMAL, [COLOUR_FAST] = A_BOLD,
		[COLOUR_BAD] = A_BOLD | A_UNDERLINE, [COLOUR_DIM] = A_DIM,
	};

	if (!screen->colours)
		return mono[colour];
	return COLOR_PAIR(colour) |
	       (colour == COLOUR_TITLE || colour == COLOUR_FAST ||
		colour == COLOUR_BAD ? A_BOLD : A_NORMAL);
}

/* The octets of so many characters: a block of a sparkline has three. */
static int fitting(const char *text, int characters)
{
	int i;

	for (i = 0; text[i]; i++)
		if ((text[i] & 0xc0) != 0x80 && !characters--)
			break;
	return i;
}

void screen_put(int row, int column, unsigned int attr, const char *text)
{
	if (row < 0 || row >= LINES || column < 0 || column >= COLS)
		return;
	attrset(attr);
	mvaddnstr(row, column, text, fitting(text, COLS - column));
	attrset(A_NORMAL);
}

static void put_right(int row, int end, attr_t attr, const char *text)
{
	screen_put(row, end - (int)strlen(text), attr, text);
}

static void sparkline(const struct screen *screen, int row, int column,
		      enum colour colour, const float *history, size_t length)
{
	const char *const *heights = screen->utf8 ? blocks : plain;
	float most = 0;
	size_t i;
	int height;

	for (i = 0; i < TOP_HISTORY; i++)
		if (history[i] > most)
			most = history[i];
	for (i = 0; i < length; i++) {
		float rate = history[TOP_HISTORY - length + i];

		height = most > 0 ? rate / most * 8 : 0;
		if (!height && rate > 0)
			height = 1;
		screen_put(row, column + i, look(screen, colour), heights[height]);
	}
}

static void draw_bar(const struct screen *screen)
{
	char rate[VALUE_SIZE], packets[VALUE_SIZE], flows[VALUE_SIZE];
	char entries[VALUE_SIZE], when[VALUE_SIZE];
	char text[6 * VALUE_SIZE];
	time_t now = time(NULL);
	int column;

	format_rate(screen->top->rate, rate);
	format_count(screen->top->packet_rate, packets);
	format_count(screen->summary.active, flows);
	format_size(screen->settings.cache_entries, entries);
	strftime(when, sizeof(when), "%H:%M:%S", localtime(&now));
	attrset(look(screen, COLOUR_BAR));
	mvhline(0, 0, ' ', COLS);
	attrset(A_NORMAL);
	snprintf(text, sizeof(text), " Traffic Flow  %s  %s  %s packets/s  %s of %s flows%s",
		 when, rate, packets, flows, entries,
		 screen->top->paused ? "  PAUSED" : "");
	screen_put(0, 0, look(screen, COLOUR_BAR), text);
	column = strlen(text) + 2;
	if (column + TOP_HISTORY < COLS)
		sparkline(screen, 0, COLS - TOP_HISTORY - 1, COLOUR_BAR,
			  screen->top->history, TOP_HISTORY);
}

static void draw_state(const struct screen *screen)
{
	const struct stats_summary *summary = &screen->summary;
	char text[4 * VALUE_SIZE];
	attr_t attr = A_NORMAL;

	if (!screen->settings.enabled) {
		snprintf(text, sizeof(text),
			 " disabled: 'tfctl set enabled=yes' begins to count");
		attr = look(screen, COLOUR_BAD);
	} else if (!summary->targets) {
		snprintf(text, sizeof(text), " no targets");
	} else {
		snprintf(text, sizeof(text), " targets: %u up, %u down",
			 summary->up, summary->down);
		if (summary->down)
			attr = look(screen, COLOUR_BAD);
	}
	screen_put(1, 0, attr, text);
	if (screen->top->missed)
		put_right(1, COLS - 1, look(screen, COLOUR_BAD),
			  "more flows end than can be heard of");
}

static void draw_tabs(const struct screen *screen)
{
	char text[VALUE_SIZE];
	int column = 1;
	size_t i;

	for (i = 0; i < TOP_VIEWS; i++) {
		snprintf(text, sizeof(text), " %zu %s ", i + 1,
			 top_view_names[i]);
		screen_put(2, column, i == screen->view ? look(screen, COLOUR_BAR) :
						   A_NORMAL, text);
		column += strlen(text) + 1;
	}
	if (*screen->where) {
		screen_put(2, column + 1, look(screen, COLOUR_FAST), "where ");
		screen_put(2, column + 7, look(screen, COLOUR_FAST), screen->where);
	}
}

enum column { RATE, IN, OUT, PACKETS, FLOWS, BYTES, HISTORY, COLUMNS_ALL };

static const struct {
	const char *title;
	int width;
	int sort;			/* enum top_sort, -1: none */
	int from;			/* shown on screens so wide */
} columns[COLUMNS_ALL] = {
	[RATE] = { "RATE", 9, TOP_BY_RATE, 0 },
	[IN] = { "IN", 9, -1, 90 },
	[OUT] = { "OUT", 9, -1, 90 },
	[PACKETS] = { "PKT/S", 7, TOP_BY_PACKETS, 60 },
	[FLOWS] = { "FLOWS", 7, TOP_BY_FLOWS, 70 },
	[BYTES] = { "BYTES", 9, TOP_BY_BYTES, 80 },
	[HISTORY] = { "HISTORY", TOP_HISTORY + 2, -1, 100 },
};

static bool has_column(const struct screen *screen, enum column column)
{
	if (COLS < columns[column].from)
		return false;
	switch (column) {
	case IN:
	case OUT:
		return screen->view == TOP_HOSTS ||
		       screen->view == TOP_INTERFACES;
	case FLOWS:
		return screen->view != TOP_FLOWS;
	default:
		return true;
	}
}

static int name_width(const struct screen *screen)
{
	int width = COLS - 2;
	int i;

	for (i = 0; i < COLUMNS_ALL; i++)
		if (has_column(screen, i))
			width -= columns[i].width;
	return width;
}

static void draw_titles(const struct screen *screen)
{
	attr_t attr = look(screen, COLOUR_TITLE);
	int end = 1 + name_width(screen);
	int i;

	screen_put(FIRST_ROW - 1, 1, attr | (screen->sort == TOP_BY_NAME ?
				      A_UNDERLINE : 0), "NAME");
	for (i = 0; i < COLUMNS_ALL; i++) {
		if (!has_column(screen, i))
			continue;
		end += columns[i].width;
		put_right(FIRST_ROW - 1, end,
			  attr | (columns[i].sort == (int)screen->sort ?
				  A_UNDERLINE : 0), columns[i].title);
	}
}

static void format_cell(const struct top_entry *entry, enum column column,
			char *text)
{
	switch (column) {
	case RATE:
		format_rate(top_entry_rate(entry), text);
		break;
	case IN:
		format_rate(entry->in_rate, text);
		break;
	case OUT:
		format_rate(entry->out_rate, text);
		break;
	case PACKETS:
		format_count(entry->packet_rate, text);
		break;
	case FLOWS:
		format_count(entry->flows, text);
		break;
	default:
		format_octets(entry->total, text);
	}
}

static void draw_row(const struct screen *screen, int row,
		     const struct top_entry *entry)
{
	bool idle = top_entry_rate(entry) < 1;
	attr_t attr = idle ? look(screen, COLOUR_DIM) : A_NORMAL;
	char name[4 * VALUE_SIZE], text[VALUE_SIZE];
	int width = name_width(screen);
	int end = 1 + width;
	size_t length;
	int i;

	top_name(entry, screen->view, name, sizeof(name));
	if (screen->view == TOP_FLOWS && (entry->in_if || entry->out_if)) {
		length = strlen(name);
		snprintf(name + length, sizeof(name) - length, "  %s",
			 interface_name(entry->in_if));
		length = strlen(name);
		snprintf(name + length, sizeof(name) - length, ">%s",
			 interface_name(entry->out_if));
	}
	if (width > 0 && width < (int)sizeof(name))
		name[width] = '\0';
	screen_put(row, 1, attr, name);
	for (i = 0; i < COLUMNS_ALL; i++) {
		if (!has_column(screen, i))
			continue;
		end += columns[i].width;
		if (i == HISTORY) {
			sparkline(screen, row, end - TOP_HISTORY, COLOUR_SPARK,
				  entry->history, TOP_HISTORY);
			continue;
		}
		format_cell(entry, i, text);
		put_right(row, end, i == RATE && !idle ?
			  look(screen, COLOUR_FAST) : attr, text);
	}
}

size_t screen_rows(void)
{
	return LINES > FIRST_ROW + 1 ? LINES - FIRST_ROW - 1 : 0;
}

static void draw_table(const struct screen *screen)
{
	size_t i;

	draw_titles(screen);
	for (i = 0; i < screen_rows() && screen->offset + i < screen->count; i++)
		draw_row(screen, FIRST_ROW + i,
			 screen->sorted[screen->offset + i]);
	if (!screen->count)
		screen_put(FIRST_ROW, 1, look(screen, COLOUR_DIM), "nothing to show yet");
}

static void draw_help(void)
{
	static const char *const lines[] = {
		"1 to 5, Tab    flows, hosts, ports, protocols, interfaces",
		"s, S           sort by the next column, by the one before",
		"r              turn the order",
		"/              conditions, as behind 'flow print where'; none: all",
		"+ -            look more often, less often",
		"p, Space       pause",
		"up, down, Page up, Page down, Home",
		"q              quit",
		"",
		"Rates are of what was counted since the last look, from the IP header",
		"on; short flows count, too. A port is the lower one of both; of a host",
		"IN is what it gets, OUT what it sends; BYTES are those since you watch.",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		screen_put(FIRST_ROW + i, 3, A_NORMAL, lines[i]);
}

static void draw_foot(const struct screen *screen)
{
	char text[4 * VALUE_SIZE];

	if (*screen->message) {
		screen_put(LINES - 1, 0, look(screen, COLOUR_BAD), screen->message);
		return;
	}
	attrset(look(screen, COLOUR_BAR));
	mvhline(LINES - 1, 0, ' ', COLS);
	snprintf(text, sizeof(text),
		 " q quit  h help  1-5 view  s sort: %s%s  / filter  p pause  +- %g s",
		 top_sort_names[screen->sort], screen->reverse ? " (turned)" : "",
		 screen->interval / 1000.0);
	screen_put(LINES - 1, 0, look(screen, COLOUR_BAR), text);
}

void screen_draw(const struct screen *screen)
{
	erase();
	if (COLS < COLUMNS_MIN || LINES < LINES_MIN) {
		screen_put(0, 0, A_NORMAL, "too small");
	} else {
		draw_bar(screen);
		draw_state(screen);
		draw_tabs(screen);
		if (screen->help)
			draw_help();
		else
			draw_table(screen);
		draw_foot(screen);
	}
	refresh();
}
