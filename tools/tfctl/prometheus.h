/* SPDX-License-Identifier: GPL-2.0 */
/* Counters in Prometheus's text format, for node_exporter's textfile collector. */
#ifndef TFCTL_PROMETHEUS_H
#define TFCTL_PROMETHEUS_H

#include <stdio.h>

#include "settings.h"
#include "stats.h"
#include "target.h"

void prometheus_write(FILE *file, const struct settings *settings,
		      const struct stats *stats, const struct targets *targets);

/* A file that is there whole or as it was before. Exit code. */
int prometheus_write_to(const char *path, const struct settings *settings,
			const struct stats *stats,
			const struct targets *targets);

#endif
