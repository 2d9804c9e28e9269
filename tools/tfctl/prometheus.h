/* SPDX-License-Identifier: GPL-2.0 */
/* Counters in Prometheus's text format, for node_exporter's textfile collector. */
#ifndef TFCTL_PROMETHEUS_H
#define TFCTL_PROMETHEUS_H

#include "settings.h"
#include "stats.h"
#include "target.h"

struct metrics {
	const struct settings *settings;
	const struct stats *stats;
	const struct targets *targets;
};

void prometheus_print(const struct metrics *all);

#endif
