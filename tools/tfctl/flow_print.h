/* SPDX-License-Identifier: GPL-2.0 */
/* "flow print": the cache, and flows as they end. */
#ifndef TFCTL_FLOW_PRINT_H
#define TFCTL_FLOW_PRINT_H

#include "flow.h"
#include "menu.h"

/* 192.0.2.1:53, [2001:db8::1]:53, or without the port where there is none. */
void flow_format_end(const struct flow *flow, bool source, char *text);

/*
 * How many flows to be sorted get room when that for so many is full: none at
 * first, and with a limit never more than twice as many as that.
 */
size_t flow_print_room(size_t room, uint64_t limit);

int flow_print(const struct call *call);

#endif
