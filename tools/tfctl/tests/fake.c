// SPDX-License-Identifier: GPL-2.0
/* In the place of netlink.c. */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>

#include "error.h"
#include "fake.h"
#include "netlink.h"

#define ATTRS_MAX	64

struct fake fake;

static uint32_t request[4096], answer[4096], told[4096];

static struct nlmsghdr *begin(void *buffer, uint8_t command)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	genl->cmd = command;
	return nlh;
}

static int take_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **attrs = data;

	attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int tell(const struct nlmsghdr *nlh, const struct netlink_reply *reply)
{
	const struct nlattr *attrs[ATTRS_MAX] = { NULL };

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), take_attr, attrs);
	return reply->fn(attrs, reply->data);
}

/* Each target has wishes of its own here, and needs another cache for them. */
static bool is_short_of_room(void)
{
	return fake.one_cache && fake.settings.enabled;
}

static int add(const struct nlattr **attrs)
{
	struct target *target = &fake.target[fake.count];

	if (fake.count == FAKE_TARGETS || is_short_of_room())
		return refused("no room");
	memset(target, 0, sizeof(*target));
	properties_get(&target_properties, attrs, target);
	target->id = ++fake.id;
	fake.count++;
	return EXIT_DONE;
}

static size_t find(const struct nlattr **attrs)
{
	uint32_t id = netlink_number(attrs[TRAFFIC_FLOW_TARGET_A_ID]);
	size_t i;

	for (i = 0; i < fake.count; i++)
		if (fake.target[i].id == id)
			break;
	return i;
}

static uint32_t given(const struct nlattr **attrs)
{
	uint32_t set = 0;
	unsigned int i;

	for (i = 0; i < target_properties.count; i++)
		if (attrs[target_properties.table[i].attr] ||
		    (target_properties.table[i].kind == PROPERTY_ADDRESS &&
		     attrs[target_properties.table[i].attr + 1]))
			set |= TARGET_BIT(i);
	return set;
}

static bool lost;

bool netlink_lost(void)
{
	return lost;
}

static int set(const struct nlattr **attrs)
{
	struct target *target = &fake.target[find(attrs)];
	const struct address any = { 0 };
	struct target wanted;

	if (fake.refuse_set && !--fake.refuse_set)
		return refused("refused");
	if (target == &fake.target[fake.count])
		return refused("there is no such target");
	if (is_short_of_room())
		return refused("no room");
	properties_get(&target_properties, attrs, &wanted);
	properties_copy(&target_properties, given(attrs), target, &wanted);
	/* Another family's address as before cannot stay. */
	if (target->src.family != target->dst.family) {
		target->src = any;
		target->src.family = target->dst.family;
	}
	lost = fake.lose_set && !--fake.lose_set;
	return lost ? refused("lost") : EXIT_DONE;
}

static int drop(const struct nlattr **attrs)
{
	size_t i = find(attrs);

	if (fake.refuse_removal && !--fake.refuse_removal)
		return refused("refused");
	if (i < fake.count) {
		fake.count--;
		memmove(&fake.target[i], &fake.target[i + 1],
			(fake.count - i) * sizeof(fake.target[0]));
		return EXIT_DONE;
	}
	return refused("there is no such target");
}

struct nlmsghdr *netlink_request(uint8_t command)
{
	return begin(request, command);
}

int netlink_run(struct nlmsghdr *nlh, netlink_name_fn name,
		const struct netlink_reply *reply)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attrs[ATTRS_MAX] = { NULL };

	(void)name;
	lost = false;
	mnl_attr_parse(nlh, sizeof(*genl), take_attr, attrs);
	if (!reply && fake.on_change)
		fake.on_change();
	switch (genl->cmd) {
	case TRAFFIC_FLOW_CMD_TARGET_ADD:
		return add(attrs);
	case TRAFFIC_FLOW_CMD_TARGET_SET:
		return set(attrs);
	case TRAFFIC_FLOW_CMD_TARGET_DEL:
		return drop(attrs);
	}
	if (!reply)
		return fake_config_change(genl->cmd, attrs);
	nlh = begin(answer, genl->cmd);
	fake_config_get(genl->cmd, 0, nlh);
	return tell(nlh, reply) ? refused("out of memory") : EXIT_DONE;
}

static int dump_config(uint8_t command, const struct netlink_reply *reply)
{
	struct nlmsghdr *nlh = begin(answer, command);
	size_t i;

	for (i = 0; fake_config_get(command, i, nlh); i++) {
		if (tell(nlh, reply))
			return refused("out of memory");
		nlh = begin(answer, command);
	}
	return EXIT_DONE;
}

int netlink_dump(struct nlmsghdr *nlh, const struct netlink_reply *reply,
		 void (*restart)(void *data))
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	size_t i;

	restart(reply->data);
	if (genl->cmd != TRAFFIC_FLOW_CMD_TARGET_GET)
		return dump_config(genl->cmd, reply);
	for (i = 0; i < fake.count; i++) {
		nlh = begin(answer, genl->cmd);
		properties_put(&target_properties, UINT32_MAX, &fake.target[i],
			       nlh);
		mnl_attr_put_u32(nlh, TRAFFIC_FLOW_TARGET_A_ID,
				 fake.target[i].id);
		if (tell(nlh, reply))
			return refused("out of memory");
	}
	return EXIT_DONE;
}

static int tell_flow(const struct netlink_reply *reply, uint64_t bytes,
		     uint16_t port)
{
	const struct in_addr address = { htonl(0xc0000201) };
	struct nlmsghdr *nlh = begin(answer, 0);

	mnl_attr_put(nlh, TRAFFIC_FLOW_FLOW_A_SRC, sizeof(address), &address);
	mnl_attr_put(nlh, TRAFFIC_FLOW_FLOW_A_DST, sizeof(address), &address);
	mnl_attr_put_u64(nlh, TRAFFIC_FLOW_FLOW_A_BYTES, bytes);
	mnl_attr_put_u16(nlh, TRAFFIC_FLOW_FLOW_A_SRC_PORT, port);
	mnl_attr_put_u64(nlh, TRAFFIC_FLOW_FLOW_A_FIRST, 1);
	mnl_attr_put_u8(nlh, TRAFFIC_FLOW_FLOW_A_END_REASON, !!port);
	return tell(nlh, reply);
}

int netlink_stream(struct nlmsghdr *nlh, const struct netlink_reply *reply,
		   bool *cut)
{
	uint64_t i;
	int ret = 0;

	(void)nlh;
	*cut = fake.cut_flows;
	for (i = 1; i <= fake.flows && !ret; i++)
		ret = tell_flow(reply, i, 0);
	return fake.refuse_flows ? refused("refused") : EXIT_DONE;
}

int netlink_listen(const char *group, const struct netlink_reply *reply,
		   int (*begun)(void *data), void (*missed)(void *data))
{
	struct nlmsghdr *nlh;
	size_t i;

	(void)missed;
	if (!fake.on_listen)
		return refused("nobody tells anything to %s", group);
	if (begun(reply->data))
		return EXIT_REFUSED;
	fake.on_listen();
	for (i = 0; i < fake.events; i++) {
		nlh = begin(told, 0);
		mnl_attr_put_u8(nlh, TRAFFIC_FLOW_EVENT_A_EVENT,
				fake.event[i].event);
		if (fake.event[i].target)
			mnl_attr_put_u32(nlh, TRAFFIC_FLOW_EVENT_A_TARGET,
					 fake.event[i].target);
		if (tell(nlh, reply))
			return refused("out of memory");
	}
	return EXIT_DONE;
}

int netlink_listener_open(const char *group, bool optional,
			  struct netlink_listener **listener)
{
	*listener = NULL;
	return optional ? EXIT_DONE : refused("there is no group %s", group);
}

int netlink_listener_hear(struct netlink_listener *listener,
			  const struct netlink_reply *reply,
			  void (*missed)(void *data), int milliseconds)
{
	uint16_t port;

	(void)listener;
	(void)missed;
	(void)milliseconds;
	for (port = 1; port <= fake.ended; port++)
		if (tell_flow(reply, 100, port))
			return refused("out of memory");
	return EXIT_DONE;
}

int netlink_listener_fd(const struct netlink_listener *listener)
{
	(void)listener;
	return -1;
}

void netlink_listener_close(struct netlink_listener *listener)
{
	(void)listener;
}

/* tfctl check asks nftables, too. */
struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	errno = fake.socket_error;
	return NULL;
}
