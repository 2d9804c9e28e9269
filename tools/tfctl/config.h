/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration as a whole. */
#ifndef TFCTL_CONFIG_H
#define TFCTL_CONFIG_H

#include "menu.h"

int config_export(const struct call *call);
int config_import(const struct call *call);
int config_reset(const struct call *call);

#endif
