/* SPDX-License-Identifier: GPL-2.0 */
/* "flow print": the cache, and flows as they end. */
#ifndef TFCTL_FLOW_PRINT_H
#define TFCTL_FLOW_PRINT_H

#include <json-c/json.h>

#include "flow.h"
#include "menu.h"

/* 192.0.2.1:53, [2001:db8::1]:53, or without the port where there is none. */
void flow_format_end(const struct flow *flow, bool source, char *text);

struct json_object *flow_json(const struct flow *flow);

int flow_print(const struct call *call);

#endif
