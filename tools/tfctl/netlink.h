/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way to the kernel: one request at a time over one socket. What fails is
 * reported to the user here; the callers only pass the exit code on.
 */
#ifndef TFCTL_NETLINK_H
#define TFCTL_NETLINK_H

#include <libmnl/libmnl.h>
#include <stdint.h>

/* Gets the attributes of a reply, by number up to max; NULL where not sent. */
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

int netlink_run(struct nlmsghdr *request, netlink_name_fn name,
		const struct netlink_reply *reply);

/* The reply function may be called for the same object again after restart(). */
int netlink_dump(struct nlmsghdr *request, const struct netlink_reply *reply,
		 void (*restart)(void *data));

/* An unsigned number of whatever width the kernel sent; 0 for none. */
uint64_t netlink_number(const struct nlattr *attr);

#endif
