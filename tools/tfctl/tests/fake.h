/* SPDX-License-Identifier: GPL-2.0 */
/* A module for tfctl to speak to, and a machine that refuses when told to. */
#ifndef TFCTL_FAKE_H
#define TFCTL_FAKE_H

#include <stddef.h>

#include "target.h"

/* Its targets, as many as fit. */
#define FAKE_TARGETS	8

struct fake {
	size_t count;
	struct target target[FAKE_TARGETS];
	uint32_t id;			/* of the latest target */
	int refuse_removal;		/* of the nth from now on, 0: of none */
	uint64_t flows;			/* the nth has n octets */
	bool refuse_flows;		/* once they are told */
	int socket_error;		/* why nftables cannot be asked */
};

extern struct fake fake;

#endif
