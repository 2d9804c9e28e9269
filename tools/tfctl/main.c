// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complete.h"
#include "error.h"
#include "help.h"
#include "menu.h"

struct options {
	bool json;
	bool once;
	bool prometheus;
	bool help;
	bool version;
};

/* Takes the options out of the words, wherever they stand. */
static int take_options(int *argc, char **argv, struct options *options)
{
	int count = 0;
	int i;

	for (i = 0; i < *argc; i++) {
		if (!strcmp(argv[i], "--json") || !strcmp(argv[i], "-j"))
			options->json = true;
		else if (!strcmp(argv[i], "--once"))
			options->once = true;
		else if (!strcmp(argv[i], "--prometheus"))
			options->prometheus = true;
		else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			options->help = true;
		else if (!strcmp(argv[i], "--version"))
			options->version = true;
		else if (argv[i][0] == '-' && argv[i][1])
			return usage("unknown option '%s': see 'tfctl --help'",
				     argv[i]);
		else
			argv[count++] = argv[i];
	}
	*argc = count;
	return EXIT_DONE;
}

static int check_options(const struct options *options,
			 const struct command *command)
{
	if (options->json && !(command->options & OPTION_JSON))
		return usage("--json is for commands that show something, not for %s",
			     command->name);
	if (options->once && !(command->options & OPTION_ONCE))
		return usage("--once is for top");
	if (options->prometheus && !(command->options & OPTION_PROMETHEUS))
		return usage("--prometheus is for stats");
	if (options->json && options->prometheus)
		return usage("--json or --prometheus: give one");
	return EXIT_DONE;
}

static int run(int argc, char **argv)
{
	const struct menu *menu = &menu_traffic_flow;
	const struct command *command = NULL;
	struct options options = { 0 };
	struct call call;
	int used;
	int ret;

	ret = take_options(&argc, argv, &options);
	if (!ret && options.version) {
		printf("tfctl %s\n", TFCTL_VERSION);
		return EXIT_DONE;
	}
	if (!ret)
		ret = menu_walk(&menu, &command, argc, argv, &used);
	if (ret)
		return ret;
	if (options.help) {
		if (command)
			help_command(menu, command);
		else
			help_menu(menu);
		return EXIT_DONE;
	}
	if (!command)
		return usage("which command of %s? See 'tfctl --help'",
			     menu->path);
	ret = check_options(&options, command);
	if (ret)
		return ret;
	call = (struct call){
		.argc = argc - used,
		.argv = argv + used,
		.json = options.json,
		.once = options.once,
		.prometheus = options.prometheus,
	};
	return command->run(&call);
}

/*
 * The next file or socket would have the number of a stream that is closed, and get
 * what is printed. What is in its place now can neither be read nor written.
 */
static void fill_streams(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	int ret;

	fill_streams();
	if (argc > 1 && !strcmp(argv[1], "--complete"))
		ret = complete(argc - 2, argv + 2);
	else
		ret = run(argc - 1, argv + 1);
	if (fflush(stdout) || ferror(stdout))
		ret = refused("cannot write the output: %s", strerror(errno));
	return ret;
}
