// SPDX-License-Identifier: GPL-2.0
/* Flowtables, asked of nftables itself: what they forward passes no chain. */
#include <errno.h>
#include <netinet/in.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "check.h"

struct flowtables {
	struct report *to;
	unsigned int count;
};

static int take_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr **attrs = data;

	if (mnl_attr_get_type(attr) <= NFTA_FLOWTABLE_MAX)
		attrs[mnl_attr_get_type(attr)] = attr;
	return MNL_CB_OK;
}

static int take_flowtable(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attrs[NFTA_FLOWTABLE_MAX + 1] = { NULL };
	struct flowtables *flowtables = data;
	uint32_t use = 0;

	mnl_attr_parse(nlh, sizeof(struct nfgenmsg), take_attr, attrs);
	if (!attrs[NFTA_FLOWTABLE_TABLE] || !attrs[NFTA_FLOWTABLE_NAME])
		return MNL_CB_OK;
	if (attrs[NFTA_FLOWTABLE_USE])
		use = ntohl(mnl_attr_get_u32(attrs[NFTA_FLOWTABLE_USE]));
	flowtables->count++;
	report(flowtables->to, "offload", use ? FINDING_WRONG : FINDING_NOTE, use ?
	       "remove the rules with 'flow add', or put up with it: of each connection only the beginning is counted" :
	       "no rule fills it: nothing to do",
	       "flowtable '%s' of table '%s' %s", mnl_attr_get_str(attrs[NFTA_FLOWTABLE_NAME]),
	       mnl_attr_get_str(attrs[NFTA_FLOWTABLE_TABLE]),
	       use ? "forwards packets past the hooks: they are not metered" :
		     "is there");
	return MNL_CB_OK;
}

/* A negative errno. */
static int ask(struct mnl_socket *socket, struct flowtables *flowtables)
{
	static uint32_t buffer[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *nfg;
	ssize_t length;
	uint32_t seq = time(NULL);
	int ret = MNL_CB_OK;

	nlh->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETFLOWTABLE;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = NFPROTO_UNSPEC;
	nfg->version = NFNETLINK_V0;
	if (mnl_socket_sendto(socket, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (ret == MNL_CB_OK) {
		length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (length < 0)
			return -errno;
		ret = mnl_cb_run(buffer, length, seq,
				 mnl_socket_get_portid(socket), take_flowtable,
				 flowtables);
	}
	return ret < 0 ? -errno : 0;
}

static int open_and_ask(struct flowtables *flowtables)
{
	struct mnl_socket *socket = mnl_socket_open(NETLINK_NETFILTER);
	int ret;

	if (!socket)
		return -errno;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		ret = -errno;
	else
		ret = ask(socket, flowtables);
	mnl_socket_close(socket);
	return ret;
}

/* Without nftables a kernel knows no such message, or not even the protocol. */
static bool has_nftables(int error)
{
	return error != -EINVAL && error != -EPROTONOSUPPORT;
}

void check_offload(struct report *to)
{
	struct flowtables flowtables = { .to = to };
	int ret = open_and_ask(&flowtables);

	if (ret && has_nftables(ret))
		report(to, "offload", FINDING_NOTE, ret == -EPERM ?
		       "run this as root" : NULL,
		       "nftables cannot be asked for flowtables: %s",
		       strerror(-ret));
	else if (!flowtables.count)
		report(to, "offload", FINDING_OK, NULL,
		       "nftables has no flowtables: no packet goes past the hooks");
}
