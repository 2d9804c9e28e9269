/* SPDX-License-Identifier: GPL-2.0 */
/* Collectors: "/ip traffic-flow target". */
#ifndef TFCTL_TARGET_H
#define TFCTL_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "menu.h"
#include "property.h"
#include "values.h"

struct target {
	uint32_t id;
	uint32_t disabled;
	struct address src;
	struct address dst;
	uint32_t port;
	uint32_t version;
	uint32_t template_refresh;
	uint32_t template_timeout;
	uint32_t options;
	uint32_t mtu;
	uint32_t domain;
	uint32_t dscp;
	uint32_t mark;
	char interface[IF_NAMESIZE];

	/* What only the kernel says: */
	uint32_t state;
	uint32_t last_error;
	uint64_t packets;
	uint64_t records;
	uint64_t bytes;
	uint64_t errors;
	uint64_t lost;
	uint64_t skipped;
	uint64_t refused;
	uint64_t sent;		/* records, and those that were refused */
};

struct targets {
	size_t count;
	struct target *list;
};

enum target_property {			/* rows of target_properties */
	TARGET_DISABLED,
	TARGET_DST_ADDRESS,
	TARGET_PORT,
	TARGET_SRC_ADDRESS,
	TARGET_VERSION,
	TARGET_TEMPLATE_REFRESH,
	TARGET_TEMPLATE_TIMEOUT,
	TARGET_OPTIONS,
	TARGET_MTU,
	TARGET_DOMAIN_ID,
	TARGET_DSCP,
	TARGET_MARK,
	TARGET_INTERFACE,
};

#define TARGET_BIT(property)	(1U << (property))

#define TARGET_STATES	(TRAFFIC_FLOW_TARGET_DOWN + 1)

extern const struct properties target_properties;

int targets_get(struct targets *targets);
void targets_free(struct targets *targets);

/* The one with that id, or NULL. */
const struct target *targets_find(const struct targets *targets, uint32_t id);

int target_send_add(const struct target *target, uint32_t set);
int target_send_set(const struct target *target, uint32_t set);
int target_send_remove(uint32_t id);

const char *target_state_name(uint32_t state);

/* One property as text, to be freed; NULL if there is no memory. */
char *target_text(const struct target *target, enum target_property row);

int target_add(const struct call *call);
int target_set(const struct call *call);
int target_remove(const struct call *call);
int target_enable(const struct call *call);
int target_disable(const struct call *call);
int target_print(const struct call *call);

#endif
