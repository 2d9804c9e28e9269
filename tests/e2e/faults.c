// SPDX-License-Identifier: GPL-2.0
/*
 * To be preloaded into a program that speaks netlink: lets the NTH allocation
 * that the kernel makes for its requests fail (environment: NTH), and no other
 * one. What is left of NTH in the end is written to the file LEFT: not 0, if
 * there were not so many. See Documentation/fault-injection in the kernel.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int nth_fd = -1, left_fd = -1;
static long left;

static void write_number(int fd, long number)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%ld\n", number);

	if (pwrite(fd, text, len, 0) != len)
		_exit(99);
}

__attribute__((constructor)) static void begin(void)
{
	left = atol(getenv("NTH"));
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR);
	left_fd = open(getenv("LEFT"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (nth_fd < 0 || left_fd < 0)
		_exit(99);
	write_number(left_fd, left);
}

static void armed(void)
{
	if (left)
		write_number(nth_fd, left);
}

static void disarmed(void)
{
	char text[24] = "";

	if (!left)
		return;
	if (pread(nth_fd, text, sizeof(text) - 1, 0) < 1)
		_exit(99);
	left = atol(text);
	write_number(nth_fd, 0);
	if (ftruncate(left_fd, 0))
		_exit(99);
	write_number(left_fd, left);
}

ssize_t sendto(int fd, const void *data, size_t len, int flags,
	       const struct sockaddr *to, socklen_t to_len)
{
	ssize_t (*real)(int fd, const void *data, size_t len, int flags,
			const struct sockaddr *to, socklen_t to_len) =
		dlsym(RTLD_NEXT, "sendto");
	ssize_t ret;

	armed();
	ret = real(fd, data, len, flags, to, to_len);
	disarmed();
	return ret;
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t (*real)(int fd, struct msghdr *msg, int flags) =
		dlsym(RTLD_NEXT, "recvmsg");
	ssize_t ret;

	armed();
	ret = real(fd, msg, flags);
	disarmed();
	return ret;
}
