// SPDX-License-Identifier: GPL-2.0
/* Files that are replaced whole, or not at all. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "replace.h"
#include "unit.h"

static void print_text(const void *data)
{
	printf("%s", (const char *)data);
}

static void fail(const void *data)
{
	(void)data;
	close(STDOUT_FILENO);
	printf("lost");
}

static void check_text(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	if (file) {
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	check(file && !strcmp(text, expected), "the file has", expected);
}

static void check_kept(const char *path, mode_t type)
{
	struct stat status;

	check(replace_file(path, print_text, "x") == EXIT_REFUSED &&
	      !lstat(path, &status) && (status.st_mode & S_IFMT) == type,
	      "not replaced", path);
}

static void print_ended(const void *data)
{
	print_text(data);
	fflush(stdout);
	raise(SIGTERM);
}

/* A signal that comes amid it waits, and leaves no draft. */
static void check_signal(void)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (!child) {
		replace_file("file", print_ended, "whole\n");
		_exit(EXIT_SUCCESS);
	}
	waitpid(child, &status, 0);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
	      "ended by the signal", "afterwards");
	check_text("file", "whole\n");
}

void test_replace(void)
{
	char folder[] = "/tmp/tfctl-unit.XXXXXX";
	char before[256];
	struct stat status;

	if (!getcwd(before, sizeof(before)) || !mkdtemp(folder) ||
	    chdir(folder)) {
		check(false, "a folder", folder);
		return;
	}
	check(replace_file("file", print_text, "old\n") == EXIT_DONE,
	      "written", "file");
	check_text("file", "old\n");
	check(!stat("file", &status) && (status.st_mode & 07777) == 0644,
	      "everybody may read", "file");
	check(replace_file("file", print_text, "new\n") == EXIT_DONE,
	      "replaced", "file");
	check_text("file", "new\n");

	check(replace_file("file", fail, NULL) == EXIT_REFUSED, "not replaced",
	      "file");
	check_text("file", "new\n");

	check_signal();

	check(!symlink("file", "link") && !mkfifo("pipe", 0600) &&
	      !mkdir("folder", 0700), "what is no file", folder);
	check_kept("link", S_IFLNK);
	check_kept("pipe", S_IFIFO);
	check_kept("folder", S_IFDIR);
	check(replace_file("none/file", print_text, "x") == EXIT_REFUSED,
	      "no folder for", "none/file");

	unlink("link");
	unlink("pipe");
	rmdir("folder");
	unlink("file");
	check(!chdir(before) && !rmdir(folder), "nothing else is left in",
	      folder);
}
