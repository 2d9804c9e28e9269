/* SPDX-License-Identifier: GPL-2.0 */
/* The fields of IPFIX records: "/ip traffic-flow ipfix". */
#ifndef TFCTL_IPFIX_H
#define TFCTL_IPFIX_H

#include <linux/traffic_flow.h>
#include <stdint.h>

#include "menu.h"

#define IPFIX_BIT(field)	(UINT64_C(1) << (field))

#define IPFIX_FIELDS		(TRAFFIC_FLOW_FIELD_MAX + 1)
#define IPFIX_FIELDS_ALL	(IPFIX_BIT(IPFIX_FIELDS) - 1)
#define IPFIX_FIELDS_EXTENDED \
	(IPFIX_FIELDS_ALL & ~IPFIX_BIT(TRAFFIC_FLOW_FIELD_NAT_EVENTS))
#define IPFIX_FIELDS_DEFAULT \
	(IPFIX_FIELDS_EXTENDED & (IPFIX_BIT(TRAFFIC_FLOW_FIELD_ROUTEROS) - 1))

/* A set of fields that has a name. */
struct ipfix_profile {
	const char *name;
	uint64_t fields;
};

/* Ends with a NULL name. */
extern const struct ipfix_profile ipfix_profiles[];

extern const char *const ipfix_fields[IPFIX_FIELDS];

int ipfix_set(const struct call *call);
int ipfix_print(const struct call *call);

#endif
