// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/traffic_flow.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "array.h"
#include "error.h"
#include "netlink.h"

#define DUMP_TRIES	10
#define ATTRS_MAX	64
#define LISTEN_ROOM	(8 << 20)	/* octets that may wait to be heard */

static struct {
	struct mnl_socket *socket;
	uint16_t family;
	uint32_t seq;
	uint32_t request[4096];		/* words, for their alignment */
	uint32_t reply[16384];
	bool lost;			/* there was no memory for an answer */
	char text[512];			/* the kernel's own words on an error */
	uint32_t offset;		/* and what of the request they are on */
} conn;

static struct {
	const char *name;
	uint32_t id;			/* 0: the module has none */
} groups[] = {
	{ TRAFFIC_FLOW_GROUP_EVENTS, 0 },
	{ TRAFFIC_FLOW_GROUP_FLOWS, 0 },
};

static int take_extack(const struct nlattr *attr, void *data)
{
	(void)data;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (!mnl_attr_validate(attr, MNL_TYPE_STRING))
			snprintf(conn.text, sizeof(conn.text), "%.*s",
				 (int)mnl_attr_get_payload_len(attr),
				 mnl_attr_get_str(attr));
		break;
	case NLMSGERR_ATTR_OFFS:
		if (!mnl_attr_validate(attr, MNL_TYPE_U32))
			conn.offset = mnl_attr_get_u32(attr);
		break;
	}
	return MNL_CB_OK;
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	size_t length = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(nlh) < length) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		length += mnl_nlmsg_get_payload_len(&error->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, length, take_extack, data);
	errno = -error->error;
	return error->error ? MNL_CB_ERROR : MNL_CB_STOP;
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return MNL_CB_STOP;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, sizeof(*error), take_extack, data);
	errno = -*error;
	return *error ? MNL_CB_ERROR : MNL_CB_STOP;
}

static mnl_cb_t control[] = {
	[NLMSG_ERROR] = on_error,
	[NLMSG_DONE] = on_done,
};

struct parse {
	const struct nlattr **attrs;
	uint16_t max;
};

static int take_attr(const struct nlattr *attr, void *data)
{
	const struct parse *parse = data;

	if (mnl_attr_get_type(attr) <= parse->max)
		parse->attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int on_reply(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attrs[ATTRS_MAX] = { NULL };
	const struct netlink_reply *reply = data;
	struct parse parse = { attrs, 0 };
	int ret;

	if (!reply)
		return MNL_CB_OK;
	parse.max = reply->max < ATTRS_MAX ? reply->max : ATTRS_MAX - 1;
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), take_attr, &parse);
	ret = reply->fn(attrs, reply->data);
	if (ret < 0) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	return ret ? MNL_CB_STOP : MNL_CB_OK;
}

/* 0 or a negative errno; what the kernel said to it is in conn then. */
static int exchange(struct nlmsghdr *request, const struct netlink_reply *reply)
{
	uint32_t port = mnl_socket_get_portid(conn.socket);
	ssize_t length;
	int ret;

	conn.lost = false;
	conn.text[0] = '\0';
	conn.offset = 0;
	request->nlmsg_seq = ++conn.seq;
	if (mnl_socket_sendto(conn.socket, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		length = mnl_socket_recvfrom(conn.socket, conn.reply,
					     sizeof(conn.reply));
		if (length < 0) {
			conn.lost = errno == ENOBUFS;
			return -errno;
		}
		ret = mnl_cb_run2(conn.reply, length, request->nlmsg_seq, port,
				  on_reply, (void *)reply, control,
				  ARRAY_SIZE(control));
		if (ret < 0)
			return -errno;
	} while (ret != MNL_CB_STOP);
	return 0;
}

static struct nlmsghdr *begin(uint16_t family, uint8_t command, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(conn.request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = command;
	genl->version = version;
	return nlh;
}

static int take_group(const struct nlattr *attr, void *data)
{
	const struct nlattr *attrs[CTRL_ATTR_MCAST_GRP_MAX + 1] = { NULL };
	struct parse parse = { attrs, CTRL_ATTR_MCAST_GRP_MAX };
	const char *name;
	size_t i;

	(void)data;
	mnl_attr_parse_nested(attr, take_attr, &parse);
	if (!attrs[CTRL_ATTR_MCAST_GRP_NAME])
		return MNL_CB_OK;
	name = mnl_attr_get_str(attrs[CTRL_ATTR_MCAST_GRP_NAME]);
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(groups[i].name, name))
			groups[i].id =
				netlink_number(attrs[CTRL_ATTR_MCAST_GRP_ID]);
	return MNL_CB_OK;
}

static int take_family(const struct nlattr **attrs, void *data)
{
	conn.family = netlink_number(attrs[CTRL_ATTR_FAMILY_ID]);
	if (attrs[CTRL_ATTR_MCAST_GROUPS])
		mnl_attr_parse_nested(attrs[CTRL_ATTR_MCAST_GROUPS], take_group,
				      data);
	return conn.family ? 0 : -1;
}

static int find_family(void)
{
	const struct netlink_reply reply = {
		.fn = take_family,
		.max = CTRL_ATTR_MCAST_GROUPS,
	};
	struct nlmsghdr *nlh = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TRAFFIC_FLOW_GENL_NAME);
	return exchange(nlh, &reply);
}

/* What is left of an answer goes with the socket. */
static int open_socket(void)
{
	int on = 1;

	if (conn.socket)
		mnl_socket_close(conn.socket);
	conn.socket = mnl_socket_open(NETLINK_GENERIC);
	if (!conn.socket ||
	    mnl_socket_bind(conn.socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return refused("cannot open a netlink socket: %s",
			       strerror(errno));

	/* A kernel without them has no texts to give: not an error. */
	mnl_socket_setsockopt(conn.socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(conn.socket, NETLINK_CAP_ACK, &on, sizeof(on));
	return EXIT_DONE;
}

static int not_loaded(void)
{
	return refused("Traffic Flow is not loaded: run 'modprobe traffic_flow'");
}

static int connect_kernel(void)
{
	int ret;

	conn.seq = time(NULL);
	ret = open_socket();
	if (ret)
		return ret;
	ret = find_family();
	if (ret == -ENOENT)
		return not_loaded();
	if (ret)
		return refused("cannot find Traffic Flow: %s", strerror(-ret));
	return EXIT_DONE;
}

struct nlmsghdr *netlink_request(uint8_t command)
{
	if ((!conn.family || !conn.socket) && connect_kernel())
		return NULL;
	return begin(conn.family, command, TRAFFIC_FLOW_GENL_VERSION);
}

/* The property that the kernel's words are on. */
static const char *blamed(const struct nlmsghdr *request, netlink_name_fn name)
{
	const struct nlattr *attr;

	if (!name || !conn.offset)
		return NULL;
	mnl_attr_for_each(attr, request, sizeof(struct genlmsghdr)) {
		size_t start = (const char *)attr - (const char *)request;

		/* The offset may be that of a member inside a nest. */
		if (conn.offset >= start && conn.offset < start + attr->nla_len)
			return name(mnl_attr_get_type(attr));
	}
	return NULL;
}

static int report(int error, const struct nlmsghdr *request,
		  netlink_name_fn name)
{
	const char *text = conn.text[0] ? conn.text : strerror(error);
	const char *property = blamed(request, name);

	if (error == EPERM)
		return refused("not permitted: run it as root (CAP_NET_ADMIN)%s%s",
			       conn.text[0] ? ": " : "", conn.text);
	if (error == ENOBUFS)
		return refused("the kernel has no memory: try again");
	/* The module says of what there is none: it was unloaded meanwhile. */
	if (error == ENOENT && !conn.text[0])
		return not_loaded();
	if (property && !strstr(text, property))
		return refused("%s: %s", property, text);
	return refused("%s", text);
}

/* The kernel had done, or refused, what was asked before it wanted to say so. */
static int report_lost(bool asked)
{
	int ret = open_socket();

	if (ret)
		return ret;
	return refused("no memory: the kernel's answer was lost: %s",
		       asked ? "try again" : "'tfctl export' tells what holds");
}

bool netlink_lost(void)
{
	return conn.lost;
}

int netlink_run(struct nlmsghdr *request, netlink_name_fn name,
		const struct netlink_reply *reply)
{
	int ret = exchange(request, reply);

	if (ret && conn.lost)
		return report_lost(reply);
	return ret ? report(-ret, request, name) : EXIT_DONE;
}

int netlink_dump(struct nlmsghdr *request, const struct netlink_reply *reply,
		 void (*restart)(void *data))
{
	int error, ret;
	int tries;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		restart(reply->data);
		error = exchange(request, reply);
		if (!error)
			return EXIT_DONE;
		ret = open_socket();
		if (ret)
			return ret;
		/* EINTR: the list changed while it was read. */
		if (error != -EINTR)
			return report(-error, request, NULL);
	}
	return refused("the list keeps changing: try again");
}

int netlink_stream(struct nlmsghdr *request, const struct netlink_reply *reply,
		   bool *cut)
{
	int error, ret;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	error = exchange(request, reply);
	*cut = error == -EINTR;
	ret = open_socket();
	if (ret || !error || *cut)
		return ret;
	return report(-error, request, NULL);
}

struct netlink_listener {
	struct mnl_socket *socket;
	const struct netlink_reply *reply;
	bool gone;
	uint32_t buffer[16384];
};

static int on_told(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attrs[CTRL_ATTR_FAMILY_ID + 1] = { NULL };
	struct parse parse = { attrs, CTRL_ATTR_FAMILY_ID };
	struct netlink_listener *listener = data;

	if (nlh->nlmsg_type == conn.family)
		return on_reply(nlh, (void *)listener->reply);
	if (nlh->nlmsg_type != GENL_ID_CTRL || genl->cmd != CTRL_CMD_DELFAMILY)
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*genl), take_attr, &parse);
	listener->gone = netlink_number(attrs[CTRL_ATTR_FAMILY_ID]) ==
			 conn.family;
	return listener->gone ? MNL_CB_STOP : MNL_CB_OK;
}

static uint32_t find_group(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (!strcmp(groups[i].name, name))
			return groups[i].id;
	return 0;
}

static int join_group(struct mnl_socket *socket, int group)
{
	int notify = GENL_ID_CTRL;
	int room = LISTEN_ROOM;

	if (setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE,
		       &room, sizeof(room)))
		setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUF,
			   &room, sizeof(room));
	/* Where the module's unloading is told. */
	mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP, &notify,
			      sizeof(notify));
	if (!mnl_socket_setsockopt(socket, NETLINK_ADD_MEMBERSHIP, &group,
				   sizeof(group)))
		return EXIT_DONE;
	if (errno == EPERM)
		return refused("not permitted: run it as root (CAP_NET_ADMIN)");
	return refused("cannot listen: %s", strerror(errno));
}

int netlink_listener_open(const char *group, bool optional,
			  struct netlink_listener **listener)
{
	struct mnl_socket *socket;
	int ret;

	*listener = NULL;
	if ((!conn.family || !conn.socket) && connect_kernel())
		return EXIT_REFUSED;
	if (!find_group(group))
		return optional ? EXIT_DONE :
		       refused("this needs Linux 5.12 or newer");
	socket = mnl_socket_open(NETLINK_GENERIC);
	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return refused("cannot open a netlink socket: %s",
			       strerror(errno));
	ret = join_group(socket, find_group(group));
	if (!ret)
		*listener = calloc(1, sizeof(**listener));
	if (!*listener) {
		mnl_socket_close(socket);
		return ret ? ret : refused("out of memory");
	}
	(*listener)->socket = socket;
	return EXIT_DONE;
}

int netlink_listener_fd(const struct netlink_listener *listener)
{
	return listener ? mnl_socket_get_fd(listener->socket) : -1;
}

void netlink_listener_close(struct netlink_listener *listener)
{
	if (listener)
		mnl_socket_close(listener->socket);
	free(listener);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Whether there is something to hear before the time is up. */
static bool is_told(const struct netlink_listener *listener, int64_t until)
{
	struct pollfd fd = {
		.fd = netlink_listener_fd(listener),
		.events = POLLIN,
	};
	int64_t left = until < 0 ? -1 : until - now_ms();
	int ret;

	if (until >= 0 && left < 0)
		left = 0;
	ret = poll(&fd, 1, left);
	return ret > 0 || (ret < 0 && until < 0);
}

static int hear(struct netlink_listener *listener, void (*missed)(void *data))
{
	ssize_t length;
	int ret;

	length = mnl_socket_recvfrom(listener->socket, listener->buffer,
				     sizeof(listener->buffer));
	if (length < 0 && errno == ENOBUFS)
		missed(listener->reply->data);
	if (length < 0)
		return errno == ENOBUFS || errno == EINTR ? MNL_CB_OK : -errno;
	ret = mnl_cb_run(listener->buffer, length, 0, 0, on_told, listener);
	return ret < 0 ? -errno : ret;
}

int netlink_listener_hear(struct netlink_listener *listener,
			  const struct netlink_reply *reply,
			  void (*missed)(void *data), int milliseconds)
{
	int64_t until = milliseconds < 0 ? -1 : now_ms() + milliseconds;
	int ret;

	if (listener)
		listener->reply = reply;
	while (is_told(listener, until)) {
		ret = hear(listener, missed);
		if (listener->gone)
			return refused("Traffic Flow was unloaded");
		if (ret < 0)
			return refused("cannot listen: %s", strerror(-ret));
		if (ret == MNL_CB_STOP)
			return EXIT_DONE;
		if (until >= 0 && now_ms() >= until)
			break;
	}
	return EXIT_DONE;
}

int netlink_listen(const char *group, const struct netlink_reply *reply,
		   int (*begun)(void *data), void (*missed)(void *data))
{
	struct netlink_listener *listener;
	int ret;

	ret = netlink_listener_open(group, false, &listener);
	if (!ret)
		ret = begun(reply->data);
	if (!ret)
		ret = netlink_listener_hear(listener, reply, missed, -1);
	netlink_listener_close(listener);
	return ret;
}
