// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "replace.h"
#include "signals.h"

/* A device or a link would be replaced by the file, and be lost. */
static bool is_replaceable(const char *path)
{
	struct stat status;

	return lstat(path, &status) || S_ISREG(status.st_mode);
}

/* With stdout for this long, since that is what everything prints to. */
static int print_to(int fd, void (*print)(const void *data), const void *data)
{
	int before = fflush(stdout) ? -1 : dup(STDOUT_FILENO);
	int ret = -1;
	int error;

	if (before < 0)
		return -1;
	if (dup2(fd, STDOUT_FILENO) >= 0) {
		print(data);
		ret = fflush(stdout) || ferror(stdout) ? -1 : 0;
	}
	error = errno;
	/* The caller says so: that is not said again at the end. */
	clearerr(stdout);
	if (dup2(before, STDOUT_FILENO) < 0)
		return -1;
	close(before);
	errno = error;
	return ret;
}

static int write_draft(int fd, void (*print)(const void *data),
		       const void *data)
{
	/* Whoever hands the counters to Prometheus is not root. */
	return print_to(fd, print, data) || fchmod(fd, 0644) || fsync(fd) ?
	       -1 : 0;
}

static int replace(const char *path, void (*print)(const void *data),
		   const void *data)
{
	size_t size = strlen(path) + sizeof(".XXXXXX");
	char *draft = malloc(size);
	int ret = EXIT_DONE;
	int fd = -1;

	if (draft) {
		snprintf(draft, size, "%s.XXXXXX", path);
		fd = mkstemp(draft);
	}
	if (fd < 0 || write_draft(fd, print, data) || rename(draft, path)) {
		ret = refused("cannot write '%s': %s", path, strerror(errno));
		if (fd >= 0)
			unlink(draft);
	}
	if (fd >= 0)
		close(fd);
	free(draft);
	return ret;
}

int replace_file(const char *path, void (*print)(const void *data),
		 const void *data)
{
	sigset_t signals;
	int ret;

	if (!is_replaceable(path))
		return refused("cannot write '%s': not a regular file", path);
	/* Nobody else would remove the draft. */
	signals_hold(&signals);
	ret = replace(path, print, data);
	signals_let_go(&signals);
	return ret;
}
