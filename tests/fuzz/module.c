// SPDX-License-Identifier: GPL-2.0
/*
 * In the place of tfctl's netlink.c: a kernel that takes every request that is
 * well formed, and answers with objects of which it says nothing. The request
 * lies in memory that ends where the real one does.
 */
#include <assert.h>
#include <linux/genetlink.h>
#include <linux/traffic_flow.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "netlink.h"

#define REQUEST_SIZE	(4096 * sizeof(uint32_t))
#define ATTRS_MAX	64

static struct nlmsghdr *request;

struct nlmsghdr *netlink_request(uint8_t command)
{
	struct genlmsghdr *genl;

	if (!request)
		request = malloc(REQUEST_SIZE);
	mnl_nlmsg_put_header(request);
	genl = mnl_nlmsg_put_extra_header(request, sizeof(*genl));
	genl->cmd = command;
	return request;
}

static int take_any(const struct nlattr *attr, void *data)
{
	(void)data;
	assert(mnl_attr_get_type(attr));
	return MNL_CB_OK;
}

static int answer(const struct netlink_reply *reply)
{
	const struct nlattr *attrs[ATTRS_MAX] = { NULL };

	assert(request->nlmsg_len <= REQUEST_SIZE);
	assert(mnl_attr_parse(request, sizeof(struct genlmsghdr), take_any,
			      NULL) == MNL_CB_OK);
	return reply ? reply->fn(attrs, reply->data) : 0;
}

bool netlink_lost(void)
{
	return false;
}

int netlink_run(struct nlmsghdr *nlh, netlink_name_fn name,
		const struct netlink_reply *reply)
{
	assert(nlh == request);
	if (name)
		name(1);
	return answer(reply);
}

int netlink_dump(struct nlmsghdr *nlh, const struct netlink_reply *reply,
		 void (*restart)(void *data))
{
	int ret;

	assert(nlh == request);
	ret = answer(reply);
	if (!ret && restart) {
		restart(reply->data);
		ret = answer(reply);
	}
	return ret;
}

int netlink_stream(struct nlmsghdr *nlh, const struct netlink_reply *reply,
		   bool *cut)
{
	*cut = true;
	return netlink_dump(nlh, reply, NULL) < 0;
}

/* One object is told, and one is missed. */
int netlink_listen(const char *group, const struct netlink_reply *reply,
		   int (*begun)(void *data), void (*missed)(void *data))
{
	const struct nlattr *attrs[ATTRS_MAX] = { NULL };

	assert(*group);
	if (begun && begun(reply->data))
		return 1;
	missed(reply->data);
	return reply->fn(attrs, reply->data) < 0;
}

/* It has no such groups. */
int netlink_listener_open(const char *group, bool optional,
			  struct netlink_listener **listener)
{
	*listener = NULL;
	return optional ? 0 : refused("no group %s", group);
}

int netlink_listener_hear(struct netlink_listener *listener,
			  const struct netlink_reply *reply,
			  void (*missed)(void *data), int milliseconds)
{
	assert(!listener && reply && milliseconds >= -1);
	(void)missed;
	return 0;
}

int netlink_listener_fd(const struct netlink_listener *listener)
{
	assert(!listener);
	return -1;
}

void netlink_listener_close(struct netlink_listener *listener)
{
	assert(!listener);
}
