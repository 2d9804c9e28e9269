/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TFCTL_STATS_H
#define TFCTL_STATS_H

#include <linux/traffic_flow.h>
#include <stdint.h>

#include "menu.h"

/* By &enum traffic_flow_stats_attr. */
struct stats {
	uint64_t value[TRAFFIC_FLOW_STATS_A_MAX + 1];
};

int stats_get(struct stats *stats);

/* In short, for screens. */
struct stats_summary {
	uint64_t active;		/* flows */
	unsigned int targets, up, down;	/* those that are not disabled */
};

int stats_summary_get(struct stats_summary *summary);

int stats_print(const struct call *call);

#endif
