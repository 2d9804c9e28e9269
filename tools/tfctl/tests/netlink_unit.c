// SPDX-License-Identifier: GPL-2.0
/* netlink.c with a socket whose answers fail: one line a check, "end" last. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/traffic_flow.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "netlink.h"

#define FAMILY	30
#define PORT	7

/* What waits to be received: messages, or an error where there are none. */
static struct {
	uint32_t message[64];
	size_t length;
	int error;
} waiting[64];

static size_t first, last;
static int dump_error;			/* received amid the next dump */
static int ack_error;			/* what the next dump is refused with */
static int interrupted;			/* so many dumps, by what they list */
static char said[256];
static int failures;

int refused(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	return EXIT_REFUSED;
}

struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	first = last = 0;
	return (struct mnl_socket *)waiting;
}

int mnl_socket_close(struct mnl_socket *socket)
{
	(void)socket;
	return 0;
}

int mnl_socket_bind(struct mnl_socket *socket, unsigned int groups, pid_t pid)
{
	(void)socket;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *socket, int type,
			  void *option, socklen_t length)
{
	(void)socket;
	(void)type;
	(void)option;
	(void)length;
	return 0;
}

unsigned int mnl_socket_get_portid(const struct mnl_socket *socket)
{
	(void)socket;
	return PORT;
}

static struct nlmsghdr *put(const struct nlmsghdr *request, uint16_t type,
			    uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(waiting[last].message);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = request->nlmsg_seq;
	nlh->nlmsg_pid = PORT;
	waiting[last].error = 0;
	return nlh;
}

static void put_reply(const struct nlmsghdr *request, uint16_t flags)
{
	struct nlmsghdr *nlh = put(request, request->nlmsg_type, flags);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	waiting[last++].length = nlh->nlmsg_len;
}

static void put_end(const struct nlmsghdr *request, uint16_t type,
		    uint16_t flags, int error)
{
	struct nlmsghdr *nlh = put(request, type, flags);
	struct nlmsgerr *end = mnl_nlmsg_put_extra_header(nlh, sizeof(*end));

	end->error = -error;
	waiting[last++].length = nlh->nlmsg_len;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *socket, const void *data,
			  size_t length)
{
	const struct nlmsghdr *request = data;
	bool dump = request->nlmsg_flags & NLM_F_DUMP;
	uint16_t flags = 0;

	(void)socket;
	if (dump && ack_error) {
		put_end(request, NLMSG_ERROR, 0, ack_error);
		return length;
	}
	put_reply(request, dump ? NLM_F_MULTI : 0);
	if (dump && dump_error)
		waiting[last++].error = dump_error;
	if (dump && interrupted) {
		interrupted--;
		flags = NLM_F_DUMP_INTR;
	}
	put_end(request, dump ? NLMSG_DONE : NLMSG_ERROR, flags, 0);
	return length;
}

ssize_t mnl_socket_recvfrom(const struct mnl_socket *socket, void *data,
			    size_t length)
{
	(void)socket;
	(void)length;
	if (first == last || waiting[first].error) {
		errno = first == last ? EAGAIN : waiting[first++].error;
		return -1;
	}
	memcpy(data, waiting[first].message, waiting[first].length);
	return waiting[first++].length;
}

static void check(bool passed, const char *what, const char *text)
{
	printf("%s - %s '%s'\n", passed ? "ok" : "not ok", what, text);
	failures += !passed;
}

static int taken;
static int makes_no_sense;

static int take(const struct nlattr **attrs, void *data)
{
	(void)attrs;
	(void)data;
	taken++;
	return -makes_no_sense;
}

static void forget(void *data)
{
	(void)data;
	taken = 0;
}

static const struct netlink_reply reply = {
	.fn = take, .max = CTRL_ATTR_FAMILY_ID,
};

static int list(void)
{
	return netlink_dump(netlink_request(TRAFFIC_FLOW_CMD_LIST_GET), &reply,
			    forget);
}

/* Whether a list that failed has left nothing for the next answer to fail by. */
static void check_failed(const char *words)
{
	said[0] = '\0';
	check(list() == EXIT_REFUSED && !strcmp(said, words), "no list", said);
	dump_error = 0;
	ack_error = 0;
	makes_no_sense = 0;
	check(netlink_run(netlink_request(TRAFFIC_FLOW_CMD_SET), NULL, NULL) ==
	      EXIT_DONE, "and what comes after", words);
	check(list() == EXIT_DONE && taken == 1, "and a list after", words);
}

/* What is read on the way is not read again. */
static void check_stream(int ret, bool cut, const char *words)
{
	bool was_cut = !cut;

	said[0] = '\0';
	taken = 0;
	check(netlink_stream(netlink_request(TRAFFIC_FLOW_CMD_FLOW_GET), &reply,
			     &was_cut) == ret && was_cut == cut && taken == 1 &&
	      !strcmp(said, words), cut ? "a stream that is cut" : "a stream",
	      said);
	dump_error = 0;
}

int main(void)
{
	check(list() == EXIT_DONE && taken == 1, "a list", "");
	dump_error = ENOBUFS;
	check_failed("the kernel has no memory: try again");
	dump_error = ENOMEM;
	check_failed("Cannot allocate memory");
	ack_error = ENOBUFS;
	check_failed("the kernel has no memory: try again");
	makes_no_sense = 1;
	check_failed("Bad message");
	dump_error = EINTR;
	check_failed("the list keeps changing: try again");
	ack_error = ENOENT;
	check_failed("Traffic Flow is not loaded: run 'modprobe traffic_flow'");
	interrupted = 3;
	check(list() == EXIT_DONE && taken == 1 && !interrupted,
	      "a list that changed three times", "");
	interrupted = 100;
	check(list() == EXIT_REFUSED &&
	      !strcmp(said, "the list keeps changing: try again"), "no list",
	      said);
	interrupted = 0;
	check_stream(EXIT_DONE, false, "");
	interrupted = 1;
	check_stream(EXIT_DONE, true, "");
	check_stream(EXIT_DONE, false, "");
	dump_error = ENOBUFS;
	check_stream(EXIT_REFUSED, false,
		     "the kernel has no memory: try again");
	printf("end\n");
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
