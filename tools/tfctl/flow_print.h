/* SPDX-License-Identifier: GPL-2.0 */
/* "flow print": the cache, and flows as they end. */
#ifndef TFCTL_FLOW_PRINT_H
#define TFCTL_FLOW_PRINT_H

#include "flow.h"
#include "menu.h"

/* 192.0.2.1:53, [2001:db8::1]:53, or without the port where there is none. */
void flow_format_end(const struct flow *flow, bool source, char *text);

int flow_print(const struct call *call);

#endif
