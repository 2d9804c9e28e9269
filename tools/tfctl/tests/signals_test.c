// SPDX-License-Identifier: GPL-2.0
/* What is done whole or undone, whatever signals come meanwhile. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "error.h"
#include "fake.h"
#include "unit.h"

static size_t targets, lists, members;	/* when a signal came */
static int signals;

static void on_signal(int signal)
{
	(void)signal;
	signals++;
	targets = fake.count;
	lists = fake.lists;
	members = fake.members;
}

static void interrupt(void)
{
	raise(SIGINT);
	raise(SIGTERM);
	raise(SIGHUP);
}

/* Two targets, two lists and a member; signals come with each change. */
static void begin(void)
{
	memset(&fake, 0, sizeof(fake));
	settings_defaults(&fake.settings);
	fake.count = fake.lists = 2;
	fake.members = 1;
	for (fake.id = 1; fake.id <= 2; fake.id++) {
		fake.target[fake.id - 1].id = fake.id;
		parse_address("192.0.2.1", &fake.target[fake.id - 1].dst);
	}
	strcpy(fake.list[0].name, "LAN");
	strcpy(fake.list[1].name, "WAN");
	strcpy(fake.member[0].list, "LAN");
	strcpy(fake.member[0].interface, "ppp0");
	fake.on_change = interrupt;
	signals = 0;
}

static int run(int (*command)(const struct call *call), const char *word)
{
	char text[64];
	char *words[2] = { text, NULL };
	const struct call call = { .argc = *word != '\0', .argv = words };

	strcpy(text, word);
	return command(&call);
}

static int import(const char *commands)
{
	char path[] = "/tmp/tfctl-unit.XXXXXX";
	int fd = mkstemp(path);
	int ret;

	if (fd < 0 || write(fd, commands, strlen(commands)) < 0)
		abort();
	ret = run(config_import, path);
	close(fd);
	unlink(path);
	return ret;
}

/* Each came once, when all was as it was before. */
static void check_undone(int ret, const char *what)
{
	check(ret == EXIT_REFUSED && signals == 3 && targets == 2 &&
	      lists == 2 && members == 1, "undone before the signal", what);
}

static const char refused_script[] =
	"/interface list add name=DMZ\n"
	"/interface list remove LAN\n"
	"/ip traffic-flow target remove 0\n"
	"/ip traffic-flow target add dst-address=192.0.2.1\n"
	"/interface list add name=WAN\n";

/* Nobody reads what it says: its exit code is one more, 0 if a signal ended it. */
static int unheard(int (*test)(void))
{
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(ends))
		abort();
	child = fork();
	if (!child) {
		close(ends[0]);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[1]);
		_exit(test() + 1);
	}
	close(ends[0]);
	close(ends[1]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static int import_unheard(void)
{
	begin();
	fake.on_change = NULL;
	return import(refused_script) == EXIT_REFUSED && fake.count == 2 &&
	       fake.lists == 2 && fake.members == 1;
}

static int print_unheard(void)
{
	begin();
	fake.on_change = NULL;
	return import("/interface list print\n") == EXIT_DONE &&
	       fflush(stdout) && ferror(stdout);
}

void test_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	size_t i;

	for (i = 0; i < 3; i++)
		sigaction(numbers[i], &action, NULL);
	check(unheard(import_unheard) == 2, "undone", "and nobody hears of it");
	check(unheard(print_unheard) == 2, "not printed", "and that is known");

	begin();
	check_undone(import(refused_script), "import");
	begin();
	fake.refuse = 2;
	check_undone(run(list_remove, "1,0"), "interface list remove");
	begin();
	fake.refuse_removal = 2;
	check_undone(run(target_remove, "0,1"), "target remove");
	begin();
	fake.refuse = 3;
	check_undone(run(config_reset, ""), "reset, half of the lists");
	begin();
	fake.refuse_removal = 2;
	check_undone(run(config_reset, ""), "reset, one of the targets");

	begin();
	check(run(config_reset, "") == EXIT_DONE && signals == 3 && !targets &&
	      !lists && !members, "done before the signal", "reset");
	memset(&fake, 0, sizeof(fake));
	for (i = 0; i < 3; i++)
		signal(numbers[i], SIG_DFL);
}
