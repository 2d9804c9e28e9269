// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "select.h"
#include "words.h"

void selection_begin(struct selection *selection,
		     const struct properties *props, void *find_as)
{
	memset(selection, 0, sizeof(*selection));
	selection->props = props;
	selection->find_as = find_as;
	memset(find_as, 0, props->size);
}

static int add_selected(struct selection *selection, const char *text,
			bool by_name)
{
	struct selected *selected = &selection->which[selection->count];

	if (selection->count == SELECTION_MAX)
		return usage("more than %u %ss", SELECTION_MAX,
			     selection->props->object);
	if (by_name ? !is_list_name(text) :
		      !parse_number(text, &selected->number))
		return usage("'%s' is not a %s of a %s", text,
			     by_name ? "name" : "number",
			     selection->props->object);
	strcpy(selected->name, by_name ? text : "");
	selection->count++;
	return EXIT_DONE;
}

static int parse_which(struct selection *selection, const char *word,
		       bool by_name)
{
	char text[VALUE_SIZE];
	size_t length;
	int ret;

	for (;; word += length + 1) {
		length = strcspn(word, ",");
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
		ret = add_selected(selection, text, by_name);
		if (ret || !word[length])
			return ret;
	}
}

/* A word of what stands between the brackets. */
static int add_condition(struct selection *selection, const char *word)
{
	if (!selection->find) {
		selection->find = true;
		return strcmp(word, "find") ?
		       usage("expected [find property=value]") : EXIT_DONE;
	}
	if (!strcmp(word, "where") || !strcmp(word, "and"))
		return EXIT_DONE;
	if (!strcmp(word, "disabled"))
		word = "disabled=yes";
	return properties_assign(selection->props, word, selection->find_as,
				 &selection->find_set);
}

static int add_conditions(struct selection *selection, const char *text)
{
	unsigned int line = 1, start;
	const char *error;
	struct words words;
	int ret = EXIT_DONE;
	int i;

	words_next(&text, &line, &start, &words, &error);
	if (error)
		return usage("[find ...]: %s", error);
	for (i = 0; i < words.argc && !ret; i++)
		ret = add_condition(selection, words.argv[i]);
	words_free(&words);
	return ret;
}

/*
 * "find", "port=1", "]" or all in one word, the first of which is behind what
 * opens the bracket; *i is left at the last one. Words behind the first have lost
 * their quotes already, and are not cut again.
 */
static int parse_find(struct selection *selection, const char *opened,
		      const struct call *call, int *i)
{
	const int first = *i;
	int ret = EXIT_DONE;
	char text[1024];
	bool last;

	if (selection->find)
		return usage("[find ...] is given twice");
	for (; *i < call->argc && !ret; (*i)++) {
		const char *word = *i == first ? opened : call->argv[*i];
		size_t length = strlen(word);

		if (length >= sizeof(text))
			return usage("[find ...] is too long");
		strcpy(text, word);
		last = length && text[length - 1] == ']';
		if (last)
			text[length - 1] = '\0';
		if (*i == first)
			ret = add_conditions(selection, text);
		else if (*text || !last)
			ret = add_condition(selection, text);
		if (last && !ret && !selection->find)
			ret = usage("expected [find property=value]");
		if (last)
			return ret;
	}
	return ret ? ret : usage("'[find' without a ']'");
}

/* A list may be called 4g, but one that is called 4 is not asked for by name. */
static bool is_numbers(const struct properties *props, const char *word)
{
	return isdigit((unsigned char)*word) &&
	       (!props->named_by || !word[strspn(word, "0123456789,")]);
}

int selection_parse(const struct call *call, struct selection *selection,
		    char **rest, int *count)
{
	const struct properties *props = selection->props;
	const char *word;
	int ret = EXIT_DONE;
	int i;

	*count = 0;
	for (i = 0; i < call->argc && !ret; i++) {
		word = call->argv[i];
		if (!strncmp(word, "numbers=", 8))
			word += 8;
		if (is_numbers(props, word))
			ret = parse_which(selection, word, false);
		else if (*word == '[')
			ret = parse_find(selection, word + 1, call, &i);
		else if (props->named_by && !strchr(word, '='))
			ret = parse_which(selection, word, true);
		else
			rest[(*count)++] = call->argv[i];
	}
	if (!ret && !selection->count && !selection->find)
		ret = usage("which %ss? Give their %s or [find property=value]",
			    props->object,
			    props->named_by ? "names, numbers" : "numbers");
	return ret;
}

int selection_parse_only(const struct call *call, struct selection *selection)
{
	char **rest = calloc(call->argc + 1, sizeof(*rest));
	int count;
	int ret;

	if (!rest)
		return refused("out of memory");
	ret = selection_parse(call, selection, rest, &count);
	if (!ret && count)
		ret = usage("expected numbers or [find ...], not '%s'",
			    rest[0]);
	free(rest);
	return ret;
}

static bool is_found(const struct selection *selection, const void *object)
{
	return selection->find &&
	       !(properties_different(selection->props, object,
				      selection->find_as) &
		 selection->find_set);
}

/* Where in the objects it is, or how many there are. */
static size_t find_selected(const struct properties *props,
			    const struct selected *selected,
			    const char *objects, size_t count)
{
	char text[PROPERTY_TEXT_SIZE];
	size_t i;

	if (!*selected->name)
		return selected->number < count ? selected->number : count;
	for (i = 0; i < count; i++) {
		property_format(props->named_by, objects + i * props->size,
				text);
		if (!strcmp(text, selected->name))
			break;
	}
	return i;
}

static int not_there(const struct properties *props,
		     const struct selected *selected, size_t count)
{
	if (*selected->name)
		return refused("no %s is called '%s': see 'tfctl %s print'",
			       props->object, selected->name, props->menu);
	if (!count)
		return refused("no %s %u: there are none, 'tfctl %s add' adds one",
			       props->object, selected->number, props->menu);
	return refused("no %s %u: there %s %zu, counted from 0: see 'tfctl %s print'",
		       props->object, selected->number,
		       count == 1 ? "is" : "are", count, props->menu);
}

int selection_mark(const struct selection *selection, const void *objects,
		   size_t count, bool *marked)
{
	const struct properties *props = selection->props;
	const char *object = objects;
	unsigned int i;
	size_t j;

	for (i = 0; i < selection->count; i++) {
		j = find_selected(props, &selection->which[i], objects, count);
		if (j == count)
			return not_there(props, &selection->which[i], count);
		marked[j] = true;
	}
	for (j = 0; j < count; j++)
		if (is_found(selection, object + j * props->size))
			marked[j] = true;
	return EXIT_DONE;
}
