/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of RouterOS's command language, cut into words. Pure functions. */
#ifndef TFCTL_WORDS_H
#define TFCTL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
	int argc;
	char **argv;
	char *text;			/* what the words lie in */
};

/*
 * Takes the next command off the text: a line, with those that a backslash at
 * the end appends to it, but no empty ones and no comments. Words are parted by
 * blanks; inside "…" blanks belong to the word, and a backslash makes the next
 * character a plain one. *line counts the lines gone by; *start is the one that
 * the command began on. False at the end of the text, or with *error set.
 */
bool words_next(const char **text, unsigned int *line, unsigned int *start,
		struct words *words, const char **error);
void words_free(struct words *words);

/* Whether a word has to be quoted to be read back as it is. */
bool word_needs_quotes(const char *word);

#endif
