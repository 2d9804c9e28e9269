/* SPDX-License-Identifier: GPL-2.0 */
/* The settings of a network namespace: "/ip traffic-flow". */
#ifndef TFCTL_SETTINGS_H
#define TFCTL_SETTINGS_H

#include <stdint.h>

#include "menu.h"
#include "property.h"

struct settings {
	uint32_t enabled;
	struct interfaces interfaces;
	uint32_t cache_entries;
	uint32_t active_timeout;
	uint32_t inactive_timeout;
	uint32_t packet_sampling;
	uint32_t sampling_interval;
	uint32_t sampling_space;
	uint32_t timestamps;
	uint32_t meter_exports;
	uint64_t ipfix_fields;		/* has a menu of its own: see ipfix.c */
};

extern const struct properties settings_properties;

int settings_get(struct settings *settings);
void settings_defaults(struct settings *settings);

/* Sends a set of the properties and those IPFIX fields that the mask names. */
int settings_send(const struct settings *settings, uint32_t set,
		  uint64_t fields_mask);

int settings_set(const struct call *call);
int settings_print(const struct call *call);

#endif
