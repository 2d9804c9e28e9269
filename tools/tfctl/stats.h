/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TFCTL_STATS_H
#define TFCTL_STATS_H

#include "menu.h"

int stats_print(const struct call *call);

#endif
