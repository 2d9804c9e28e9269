// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define BLANKS	" \t\r"

static bool is_blank(char c)
{
	return c && strchr(BLANKS, c);
}

/* A backslash at the end of a line, whatever that line's end looks like. */
static size_t continuation(const char *p)
{
	if (p[0] != '\\')
		return 0;
	if (p[1] == '\n')
		return 2;
	return p[1] == '\r' && p[2] == '\n' ? 3 : 0;
}

/* Goes on behind it, without the blanks that indent the next line. */
static bool skip_continuation(const char **p, unsigned int *line)
{
	size_t length = continuation(*p);

	if (!length)
		return false;
	*p += length;
	while (is_blank(**p))
		(*p)++;
	(*line)++;
	return true;
}

/* Up to the end of the line and of those it goes on with, or beyond. */
static size_t line_length(const char *text)
{
	const char *p = text;
	size_t step;

	for (; *p && *p != '\n'; p += step ? step : 1)
		step = continuation(p);
	return p - text;
}

static void skip_between(const char **p, unsigned int *line)
{
	while (is_blank(**p) || continuation(*p))
		if (!skip_continuation(p, line))
			(*p)++;
	if (**p == '#')
		*p += strcspn(*p, "\n");
}

/* Copies one word to where *out is; there is room for it. */
static const char *take_word(const char **p, char **out, unsigned int *line)
{
	bool quoted = false;

	while (**p && (quoted || (!is_blank(**p) && **p != '\n'))) {
		if (skip_continuation(p, line))
			continue;
		if (quoted && **p == '\n')
			return "a quoted word does not end on its line";
		if (**p == '"') {
			quoted = !quoted;
			(*p)++;
			continue;
		}
		if (**p == '\\' && (*p)[1])
			(*p)++;
		*(*out)++ = *(*p)++;
	}
	*(*out)++ = '\0';
	return quoted ? "a quoted word does not end" : NULL;
}

static bool add_word(struct words *words, char *word)
{
	size_t size = (words->argc + 2) * sizeof(*words->argv);
	char **argv = realloc(words->argv, size);

	if (!argv)
		return false;
	argv[words->argc++] = word;
	argv[words->argc] = NULL;
	words->argv = argv;
	return true;
}

void words_free(struct words *words)
{
	free(words->argv);
	free(words->text);
	memset(words, 0, sizeof(*words));
}

bool words_next(const char **text, unsigned int *line, unsigned int *start,
		struct words *words, const char **error)
{
	char *out;

	*error = NULL;
	memset(words, 0, sizeof(*words));

	/* Up to the first word of a line that has one. */
	for (skip_between(text, line); **text == '\n'; skip_between(text, line)) {
		(*text)++;
		(*line)++;
	}
	if (!**text)
		return false;

	*start = *line;
	/* A NUL for each word, and no word is shorter than a character. */
	out = malloc(2 * line_length(*text) + 1);
	words->text = out;
	if (!out)
		*error = "out of memory";
	while (!*error && **text && **text != '\n') {
		if (!add_word(words, out))
			*error = "out of memory";
		else
			*error = take_word(text, &out, line);
		skip_between(text, line);
	}
	if (*error)
		words_free(words);
	return !*error;
}

bool word_needs_quotes(const char *word)
{
	return !*word || *word == '#' || strpbrk(word, BLANKS "\"\\");
}
