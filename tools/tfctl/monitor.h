/* SPDX-License-Identifier: GPL-2.0 */
/* "monitor": what happens, as it happens. */
#ifndef TFCTL_MONITOR_H
#define TFCTL_MONITOR_H

#include "menu.h"

int monitor_run(const struct call *call);

#endif
