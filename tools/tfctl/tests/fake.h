/* SPDX-License-Identifier: GPL-2.0 */
/* A module for tfctl to speak to, and a machine that refuses when told to. */
#ifndef TFCTL_FAKE_H
#define TFCTL_FAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "list.h"
#include "settings.h"
#include "target.h"

/* Its targets, as many as fit. */
#define FAKE_TARGETS	8
#define FAKE_EVENTS	8

struct fake {
	size_t count;
	struct target target[FAKE_TARGETS];
	uint32_t id;			/* of the latest target */
	int refuse_removal;		/* of the nth from now on, 0: of none */
	int refuse_set;			/* likewise of the nth that is set */
	int lose_set;			/* likewise done, but the answer is lost */
	bool one_cache;			/* there is no room for a second one */
	uint64_t flows;			/* the nth has n octets */
	bool refuse_flows;		/* once they are told */
	bool cut_flows;			/* there, because there is another cache */
	uint16_t ended;			/* flows that are heard of, each with a port */
	int socket_error;		/* why nftables cannot be asked */

	struct settings settings;
	size_t lists, members;
	struct list list[TRAFFIC_FLOW_LISTS_MAX];
	struct member member[TRAFFIC_FLOW_LIST_MEMBERS_MAX];
	int refuse;			/* the nth change of these, 0: none */
	const char *refuse_list;	/* of that name, however often */
	void (*on_change)(void);	/* called before each, of targets, too */
	size_t events;			/* heard of at once */
	struct {
		uint8_t event;
		uint32_t target;
	} event[FAKE_EVENTS];
	void (*on_listen)(void);	/* called before they are heard */
};

extern struct fake fake;

/* Its settings and lists. */
int fake_config_change(uint8_t command, const struct nlattr **attrs);

/* Puts the nth of what is got by the command. False: there is none. */
bool fake_config_get(uint8_t command, size_t n, struct nlmsghdr *nlh);

#endif
