// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "select.h"
#include "words.h"

static int add_number(struct selection *selection, const char *text)
{
	uint32_t number;
	unsigned int i;

	if (!parse_number(text, &number))
		return usage("'%s' is not a number of a target", text);
	for (i = 0; i < selection->count; i++)
		if (selection->number[i] == number)
			return EXIT_DONE;
	if (selection->count == TRAFFIC_FLOW_TARGETS_MAX)
		return usage("more than %u numbers", TRAFFIC_FLOW_TARGETS_MAX);
	selection->number[selection->count++] = number;
	return EXIT_DONE;
}

static int parse_numbers(struct selection *selection, const char *word)
{
	char text[VALUE_SIZE];
	size_t length;
	int ret;

	for (;; word += length + 1) {
		length = strcspn(word, ",");
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
		ret = add_number(selection, text);
		if (ret || !word[length])
			return ret;
	}
}

/* What stands between the brackets. */
static int parse_condition(struct selection *selection, const char *text)
{
	unsigned int line = 1, start;
	const char *error;
	struct words words;
	int ret = EXIT_DONE;
	int i;

	if (!words_next(&text, &line, &start, &words, &error) ||
	    strcmp(words.argv[0], "find")) {
		words_free(&words);
		return usage("expected [find property=value]");
	}
	selection->find = true;
	for (i = 1; i < words.argc && !ret; i++) {
		const char *word = words.argv[i];

		if (!strcmp(word, "where") || !strcmp(word, "and"))
			continue;
		if (!strcmp(word, "disabled"))
			word = "disabled=yes";
		ret = properties_assign(&target_properties, word,
					&selection->find_as,
					&selection->find_set);
	}
	words_free(&words);
	return ret;
}

/* "[find", "port=1", "]" or all in one word; *i is left at the last one. */
static int parse_find(struct selection *selection, const struct call *call,
		      int *i)
{
	char text[1024] = "";
	size_t length = 0;
	size_t size;
	int ret;

	for (; *i < call->argc; (*i)++) {
		size = strlen(call->argv[*i]);
		if (length + size + 2 > sizeof(text))
			return usage("[find ...] is too long");
		memcpy(text + length, call->argv[*i], size);
		length += size;
		if (length && text[length - 1] == ']') {
			text[length - 1] = '\0';
			if (selection->find)
				return usage("[find ...] is given twice");
			ret = parse_condition(selection, text + 1);
			return ret;
		}
		text[length++] = ' ';
	}
	return usage("'[find' without a ']'");
}

int selection_parse(const struct call *call, struct selection *selection,
		    char **rest, int *count)
{
	const char *word;
	int ret = EXIT_DONE;
	int i;

	memset(selection, 0, sizeof(*selection));
	*count = 0;
	for (i = 0; i < call->argc && !ret; i++) {
		word = call->argv[i];
		if (!strncmp(word, "numbers=", 8))
			word += 8;
		if (isdigit((unsigned char)*word))
			ret = parse_numbers(selection, word);
		else if (*word == '[')
			ret = parse_find(selection, call, &i);
		else
			rest[(*count)++] = call->argv[i];
	}
	if (!ret && !selection->count && !selection->find)
		ret = usage("which targets? Give their numbers or [find property=value]");
	return ret;
}

static bool is_found(const struct selection *selection,
		     const struct target *target)
{
	return selection->find &&
	       !(properties_different(&target_properties, target,
				      &selection->find_as) &
		 selection->find_set);
}

int selection_mark(const struct selection *selection,
		   const struct targets *targets, bool *marked)
{
	unsigned int i;
	size_t j;

	for (i = 0; i < selection->count; i++) {
		if (selection->number[i] >= targets->count)
			return refused("no target %u: there %s %zu%s",
				       selection->number[i],
				       targets->count == 1 ? "is" : "are",
				       targets->count,
				       targets->count ? ", counted from 0" : "");
		marked[selection->number[i]] = true;
	}
	for (j = 0; j < targets->count; j++)
		if (is_found(selection, &targets->list[j]))
			marked[j] = true;
	return EXIT_DONE;
}
