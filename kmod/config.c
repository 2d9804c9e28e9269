// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "config.h"
#include "lists.h"

void tf_config_default(struct tf_config *config)
{
	memset(config, 0, sizeof(*config));
	config->cache_entries = 4096;
	config->active_timeout = 1800;
	config->inactive_timeout = 15;
	config->ipfix_fields = TF_IPFIX_FIELDS_ROUTEROS &
			       ~BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_EVENTS);
}

void tf_config_find_lists(const struct tf_config *config,
			  const struct tf_lists *lists,
			  struct tf_config_lists *found)
{
	u32 i;

	for (i = 0; i < config->interface_count; i++)
		found->list[i] = tf_lists_find(lists, config->interface[i]);
}

bool tf_config_has_interface(const struct tf_config *config,
			     const struct tf_config_lists *found,
			     const char *name)
{
	u32 i;

	for (i = 0; i < config->interface_count; i++)
		if (found->list[i] ?
		    tf_list_has(found->list[i], name) :
		    tf_name_matches(config->interface[i], name))
			return true;
	return !config->interface_count;
}

bool tf_config_names(const struct tf_config *config, const char *name)
{
	u32 i;

	for (i = 0; i < config->interface_count; i++)
		if (!strcmp(config->interface[i], name))
			return true;
	return false;
}

bool tf_config_meters_alike(const struct tf_config *a, const struct tf_config *b)
{
	return a->meter_exports == b->meter_exports &&
	       a->packet_sampling == b->packet_sampling &&
	       a->cache_entries == b->cache_entries &&
	       a->active_timeout == b->active_timeout &&
	       a->inactive_timeout == b->inactive_timeout &&
	       a->sampling_interval == b->sampling_interval &&
	       a->sampling_space == b->sampling_space &&
	       a->interface_count == b->interface_count &&
	       !memcmp(a->interface, b->interface, sizeof(a->interface));
}

u32 tf_config_sampling_ratio(const struct tf_config *config)
{
	u64 round = (u64)config->sampling_interval + config->sampling_space;

	if (!tf_config_samples(config))
		return 0;
	round = div_u64(round + config->sampling_interval / 2,
			config->sampling_interval);
	return min_t(u64, round, U32_MAX);
}
