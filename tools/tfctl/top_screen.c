// SPDX-License-Identifier: GPL-2.0
/* The live screen: keys, and when to look again. */
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "top_screen.h"

#define TICK_MS		100		/* how long a key may wait */
#define FIRST_MS	500		/* from the first look to the first rates */

/* Not the time of day, which may be set. */
static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000) + now.tv_nsec / 1000000;
}

static void sort(struct screen *screen)
{
	size_t last;

	free(screen->sorted);
	screen->sorted = top_sorted(screen->top, screen->view, screen->sort,
				    screen->reverse);
	screen->count = 0;
	while (screen->sorted && screen->sorted[screen->count])
		screen->count++;
	last = screen->count > screen_rows() ? screen->count - screen_rows() : 0;
	if (screen->offset > last)
		screen->offset = last;
}

/* A line of text at the bottom; false: never mind. */
static bool ask(const char *question, char *text, size_t size)
{
	size_t length = strlen(text);
	int key;

	for (;;) {
		move(LINES - 1, 0);
		clrtoeol();
		screen_put(LINES - 1, 0, A_BOLD, question);
		screen_put(LINES - 1, strlen(question), A_NORMAL, text);
		curs_set(1);
		refresh();
		timeout(-1);
		key = getch();
		curs_set(0);
		if (key == '\n' || key == KEY_ENTER)
			return true;
		if (key == 27 || key == ERR)
			return false;
		if ((key == KEY_BACKSPACE || key == 127 || key == 8) && length)
			text[--length] = '\0';
		else if (key == 21)
			text[length = 0] = '\0';
		else if (key >= ' ' && key < 127 && length + 1 < size)
			text[length++] = key, text[length] = '\0';
	}
}

/* Behind a pause is another first look, and soon one that there are rates of. */
static void set_pause(struct screen *screen, bool pause)
{
	top_pause(screen->top, pause);
	screen->ret = top_look(screen->top);
	screen->next = now_ms() + FIRST_MS;
}

static void ask_filter(struct screen *screen)
{
	struct filter *filter;
	char text[TOP_WHERE_SIZE];
	char why[TOP_WHERE_SIZE];

	strcpy(text, screen->where);
	if (!ask(" where: ", text, sizeof(text)))
		return;
	if (!filter_read(text, &filter, why, sizeof(why))) {
		snprintf(screen->message, sizeof(screen->message), " %.200s",
			 why);
		return;
	}
	filter_free(screen->top->filter);
	screen->top->filter = filter;
	strcpy(screen->where, text);
	/* What was added up so far was another choice. */
	top_clear(screen->top);
	set_pause(screen, false);
}

static void scroll_to(struct screen *screen, long to)
{
	screen->offset = to < 0 ? 0 : to;
	sort(screen);
}

static void on_move(struct screen *screen, int key)
{
	long page = screen_rows();

	switch (key) {
	case KEY_UP:
		scroll_to(screen, (long)screen->offset - 1);
		break;
	case KEY_DOWN:
		scroll_to(screen, screen->offset + 1);
		break;
	case KEY_PPAGE:
		scroll_to(screen, (long)screen->offset - page);
		break;
	case KEY_NPAGE:
		scroll_to(screen, screen->offset + page);
		break;
	case KEY_HOME:
		scroll_to(screen, 0);
		break;
	}
}

int screen_oftener(int interval)
{
	return interval > 1000 ? interval / 2 : 500;
}

/* An interval that was asked for may be longer than keys make it. */
int screen_less_often(int interval)
{
	if (interval >= 60000)
		return interval;
	return interval < 30000 ? interval * 2 : 60000;
}

static void set_view(struct screen *screen, int view)
{
	screen->view = (view + TOP_VIEWS) % TOP_VIEWS;
	screen->help = false;
	scroll_to(screen, 0);
}

/* False: quit. */
static bool on_key(struct screen *screen, int key)
{
	*screen->message = '\0';
	switch (key) {
	case 'q':
	case 'Q':
		return false;
	case '1' ... '5':
		set_view(screen, key - '1');
		break;
	case '\t':
	case KEY_RIGHT:
		set_view(screen, screen->view + 1);
		break;
	case KEY_BTAB:
	case KEY_LEFT:
		set_view(screen, (int)screen->view - 1);
		break;
	case 's':
		screen->sort = (screen->sort + 1) % TOP_SORTS;
		break;
	case 'S':
		screen->sort = (screen->sort + TOP_SORTS - 1) % TOP_SORTS;
		break;
	case 'r':
		screen->reverse = !screen->reverse;
		break;
	case 'p':
	case ' ':
		set_pause(screen, !screen->top->paused);
		break;
	case 'h':
	case '?':
		screen->help = !screen->help;
		break;
	case '/':
		ask_filter(screen);
		break;
	case '+':
		screen->interval = screen_oftener(screen->interval);
		break;
	case '-':
		screen->interval = screen_less_often(screen->interval);
		break;
	default:
		on_move(screen, key);
	}
	sort(screen);
	return true;
}

static int update(struct screen *screen)
{
	int ret;

	ret = settings_get(&screen->settings);
	if (!ret)
		ret = stats_summary_get(&screen->summary);
	if (!ret)
		ret = top_look(screen->top);
	if (!ret)
		sort(screen);
	return ret;
}

/* Keys are looked for ten times a second, flows are heard in between. */
static int run(struct screen *screen)
{
	int key;

	screen->ret = update(screen);
	screen->next = now_ms() + FIRST_MS;
	while (!screen->ret) {
		screen_draw(screen);
		timeout(0);
		for (key = getch(); key != ERR; key = getch()) {
			if (!on_key(screen, key))
				return EXIT_DONE;
			screen_draw(screen);
			timeout(0);
		}
		if (!isatty(STDIN_FILENO))
			return EXIT_DONE;
		if (screen->ret)
			break;
		screen->ret = top_hear(screen->top, TICK_MS);
		if (screen->ret || now_ms() < screen->next)
			continue;
		screen->ret = update(screen);
		screen->next = now_ms() + screen->interval;
	}
	return screen->ret;
}

int top_screen(struct top *top, enum top_view view, enum top_sort sort,
	       int milliseconds, const char *where)
{
	struct screen screen = {
		.top = top, .view = view, .sort = sort,
		.interval = milliseconds,
	};
	SCREEN *terminal;
	int ret;

	strcpy(screen.where, where);
	setlocale(LC_CTYPE, "");
	screen.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	/* Before the screen is the program's: what is wrong is said below it. */
	ret = settings_get(&screen.settings);
	if (ret)
		return ret;
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return refused("this terminal cannot show a screen: use tfctl top --once");
	set_term(terminal);
	cbreak();
	noecho();
	keypad(stdscr, true);
	curs_set(0);
	set_escdelay(50);
	screen_begin_colours(&screen);
	error_defer(true);
	ret = run(&screen);
	endwin();
	error_defer(false);
	delscreen(terminal);
	free(screen.sorted);
	return ret;
}
