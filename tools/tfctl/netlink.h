/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way to the kernel: one request at a time over one socket. What fails is
 * reported to the user here; the callers only pass the exit code on.
 */
#ifndef TFCTL_NETLINK_H
#define TFCTL_NETLINK_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Gets the attributes of a reply, by number up to max; NULL where not sent.
 * 0: go on; more than 0: that is enough; less: it makes no sense.
 */
typedef int (*netlink_reply_fn)(const struct nlattr **attrs, void *data);

struct netlink_reply {
	netlink_reply_fn fn;
	void *data;
	uint16_t max;			/* the highest attribute of interest */
};

/* The property that an attribute of a request is, for error texts, or NULL. */
typedef const char *(*netlink_name_fn)(uint16_t attr);

/*
 * Begins a request, to which the caller adds attributes before it calls
 * netlink_run() or netlink_dump(). NULL if the module cannot be reached.
 */
struct nlmsghdr *netlink_request(uint8_t command);

/* Whether the last request may have been carried out, though its answer was lost. */
bool netlink_lost(void);

int netlink_run(struct nlmsghdr *request, netlink_name_fn name,
		const struct netlink_reply *reply);

/* The reply function may be called for the same object again after restart(). */
int netlink_dump(struct nlmsghdr *request, const struct netlink_reply *reply,
		 void (*restart)(void *data));

/*
 * A dump that is too long to be kept and taken once more. *cut is set if it
 * ends early since settings have changed meanwhile.
 */
int netlink_stream(struct nlmsghdr *request, const struct netlink_reply *reply,
		   bool *cut);

/*
 * Hears what is told to a multicast group until the reply function says that it
 * is enough, or the module is gone. With the reply's data, begun() is called
 * when nothing is missed from then on, and missed() when something was after
 * all, because it came too fast.
 */
int netlink_listen(const char *group, const struct netlink_reply *reply,
		   int (*begun)(void *data), void (*missed)(void *data));

/*
 * The same in parts: what is told from the opening on waits to be heard. NULL
 * is a listener that hears nothing: what is opened if the module has no such
 * group, and that is no mistake.
 */
struct netlink_listener;
int netlink_listener_open(const char *group, bool optional,
			  struct netlink_listener **listener);

/* For so many milliseconds, or with -1 for ever. */
int netlink_listener_hear(struct netlink_listener *listener,
			  const struct netlink_reply *reply,
			  void (*missed)(void *data), int milliseconds);
int netlink_listener_fd(const struct netlink_listener *listener);
void netlink_listener_close(struct netlink_listener *listener);

/* An unsigned number of whatever width the kernel sent; 0 for none. */
uint64_t netlink_number(const struct nlattr *attr);

#endif
