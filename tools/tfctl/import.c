// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "error.h"
#include "signals.h"
#include "state.h"
#include "words.h"

#define TEXT_MAX	(4 << 20)	/* many times what can be configured */

struct statement {
	const struct command *command;
	struct words words;
	unsigned int line;
	int used;			/* words that name the command */
};

struct script {
	const char *name;
	struct statement *statements;
	size_t count;
};

static char *read_all(FILE *file)
{
	char *text = malloc(TEXT_MAX + 1);
	size_t length;

	if (!text)
		return NULL;
	length = fread(text, 1, TEXT_MAX, file);
	text[length] = '\0';
	if (!ferror(file)) {
		if (strlen(text) == length && length < TEXT_MAX)
			return text;
		errno = strlen(text) < length ? EILSEQ : EFBIG;
	}
	free(text);
	return NULL;
}

static char *read_file(const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *text = NULL;

	if (file)
		text = read_all(file);
	if (!text)
		refused("cannot read '%s': %s", path, strerror(errno));
	if (file && file != stdin)
		fclose(file);
	return text;
}

static int run(const struct statement *statement, bool check)
{
	const struct call call = {
		.argc = statement->words.argc - statement->used,
		.argv = statement->words.argv + statement->used,
		.check = check,
	};

	return statement->command->run(&call);
}

/* Finds the command and looks at its arguments; a menu's line moves there. */
static int check_statement(struct statement *statement,
			   const struct menu **current)
{
	const struct menu *menu = *current;
	int ret;

	ret = menu_walk(&menu, &statement->command, statement->words.argc,
			statement->words.argv, &statement->used);
	if (ret)
		return ret;
	if (!statement->command) {
		*current = menu;
		return EXIT_DONE;
	}
	if (statement->command->not_in_file)
		return usage("%s does not go into a file",
			     statement->command->name);
	return run(statement, true);
}

static struct statement *add_statement(struct script *script)
{
	size_t size = (script->count + 1) * sizeof(*script->statements);
	struct statement *grown = realloc(script->statements, size);

	if (!grown)
		return NULL;
	script->statements = grown;
	grown += script->count++;
	memset(grown, 0, sizeof(*grown));
	return grown;
}

static int parse_script(const char *text, struct script *script)
{
	const struct menu *menu = &menu_traffic_flow;
	struct statement statement = { 0 };
	struct statement *kept;
	unsigned int line = 1;
	const char *error;
	int ret;

	while (words_next(&text, &line, &statement.line, &statement.words,
			  &error)) {
		error_location(script->name, statement.line);
		kept = add_statement(script);
		if (!kept) {
			words_free(&statement.words);
			return refused("out of memory");
		}
		*kept = statement;
		ret = check_statement(kept, &menu);
		if (ret)
			return ret;
	}
	error_location(script->name, statement.line);
	return error ? usage("%s", error) : EXIT_DONE;
}

static int run_script(const struct script *script)
{
	int ret = EXIT_DONE;
	size_t i;

	for (i = 0; i < script->count && !ret; i++) {
		error_location(script->name, script->statements[i].line);
		if (script->statements[i].command)
			ret = run(&script->statements[i], false);
	}
	error_location(NULL, 0);
	return ret;
}

static void free_script(struct script *script)
{
	size_t i;

	for (i = 0; i < script->count; i++)
		words_free(&script->statements[i].words);
	free(script->statements);
}

static int apply_defaults(void)
{
	struct state defaults = {
		.lists = { .kind = &list_kind },
		.members = { .kind = &member_kind },
	};

	settings_defaults(&defaults.settings);
	return state_apply(&defaults);
}

/* All of it or nothing: the defaults, if wanted, and the script, if there is one. */
static int apply(const struct script *script, bool replace)
{
	struct state before;
	sigset_t signals;
	int ret;

	ret = state_get(&before);
	if (ret)
		return ret;
	signals_hold(&signals);
	if (replace)
		ret = apply_defaults();
	if (!ret && script)
		ret = run_script(script);
	if (ret && state_restore(&before))
		refused("what had been changed could not be changed back");
	signals_let_go(&signals);
	state_free(&before);
	return ret;
}

int config_reset(const struct call *call)
{
	if (call->argc)
		return usage("reset takes no '%s'", call->argv[0]);
	return call->check ? EXIT_DONE : apply(NULL, true);
}

int config_import(const struct call *call)
{
	bool replace = call->argc && !strcmp(call->argv[0], "replace");
	struct script script = { 0 };
	char *text;
	int ret;

	if (call->argc != 1 + replace)
		return usage("import takes one file, or - for standard input");
	script.name = call->argv[replace];
	text = read_file(script.name);
	if (!text)
		return EXIT_REFUSED;
	ret = parse_script(text, &script);
	error_location(NULL, 0);
	if (!ret)
		ret = apply(&script, replace);
	free_script(&script);
	free(text);
	return ret;
}
