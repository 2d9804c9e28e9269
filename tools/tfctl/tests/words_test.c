// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "unit.h"
#include "words.h"

static void join(const struct words *words, char *text)
{
	int i;

	*text = '\0';
	for (i = 0; i < words->argc; i++)
		text += sprintf(text, "<%s>", words->argv[i]);
}

/* Quoted where it has to be, a word is read as it was. */
static void test_quotes(void)
{
	static const struct {
		const char *word;
		bool needs;
	} cases[] = {
		{ "", true }, { "a", false }, { "#", true }, { "a#", false },
		{ "a b", true }, { "a\tb", true }, { "a\rb", true },
		{ "\r", true }, { "ppp*", false },
	};
	unsigned int line = 1, start;
	struct words words;
	const char *error;
	const char *text;
	char quoted[16];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check(word_needs_quotes(cases[i].word) == cases[i].needs,
		      "quotes", cases[i].word);
		text = quoted;
		sprintf(quoted, "\"%s\"", cases[i].word);
		check(words_next(&text, &line, &start, &words, &error) &&
		      words.argc == 1 &&
		      !strcmp(words.argv[0], cases[i].word), "quoted",
		      cases[i].word);
		words_free(&words);
	}
}

void test_words(void)
{
	static const char script[] =
		"# a comment\n"
		"\n"
		"/ip traffic-flow set \\\n"
		"    packet-sampling=yes \\\n"
		"    sampling-interval=2222\n"
		"  set a=\"b c\" d=\\\"e # and why\r\n"
		"add x=1\\\r\n"
		"    2 \"\"";
	static const struct {
		unsigned int line;
		const char *words;
	} expected[] = {
		{ 3, "</ip><traffic-flow><set><packet-sampling=yes><sampling-interval=2222>" },
		{ 6, "<set><a=b c><d=\"e>" },
		{ 7, "<add><x=12><>" },
	};
	static const char *const wrong[] = { "a \"b", "a \"b\nc\" d", "\"" };
	unsigned int line = 1, start;
	const char *text = script;
	struct words words;
	const char *error;
	char joined[1024];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		joined[0] = '\0';
		start = 0;
		if (words_next(&text, &line, &start, &words, &error))
			join(&words, joined);
		words_free(&words);
		check(start == expected[i].line &&
		      !strcmp(joined, expected[i].words), "words", joined);
	}
	check(!words_next(&text, &line, &start, &words, &error) && !error,
	      "words", "end of the text");
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		text = wrong[i];
		check(!words_next(&text, &line, &start, &words, &error) &&
		      error, "no words", wrong[i]);
	}
	test_quotes();
}
