/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The settings of a namespace, as netlink takes and gives them.
 */
#ifndef TF_CONFIG_H
#define TF_CONFIG_H

#include <linux/traffic_flow.h>
#include <linux/types.h>

struct tf_list;
struct tf_lists;

/**
 * struct tf_config - what can be set; see &enum traffic_flow_attr
 * @enabled: meter packets
 * @meter_exports: our own datagrams, too
 * @packet_sampling: only some, as the next two say
 * @timestamps: &enum traffic_flow_timestamps
 * @cache_entries: flows held at once
 * @active_timeout: seconds
 * @inactive_timeout: seconds
 * @sampling_interval: packets taken in a row
 * @sampling_space: packets then passed over
 * @ipfix_fields: bits (1 << &enum traffic_flow_field)
 * @interface_count: names in use of the following; 0: all interfaces
 * @interface: names of interfaces or of lists, or patterns with a '*' at their
 *	end
 */
struct tf_config {
	bool enabled;
	bool meter_exports;
	bool packet_sampling;
	u8 timestamps;
	u32 cache_entries;
	u32 active_timeout;
	u32 inactive_timeout;
	u32 sampling_interval;
	u32 sampling_space;
	u64 ipfix_fields;
	u32 interface_count;
	char interface[TRAFFIC_FLOW_INTERFACES_MAX]
		      [TRAFFIC_FLOW_LIST_NAME_MAX + 1];
};

#define TF_IPFIX_FIELDS_ROUTEROS (BIT_ULL(TRAFFIC_FLOW_FIELD_ROUTEROS) - 1)
#define TF_IPFIX_FIELDS_ALL	(BIT_ULL(__TRAFFIC_FLOW_FIELD_MAX) - 1)

/* The settings of a namespace in which nobody has set any. */
void tf_config_default(struct tf_config *config);

/**
 * struct tf_config_lists - which of the settings' interfaces are lists
 * @list: that of the name at the same place; NULL if there is none
 */
struct tf_config_lists {
	const struct tf_list *list[TRAFFIC_FLOW_INTERFACES_MAX];
};

/* To be asked for many interfaces, while the lists stay. */
void tf_config_find_lists(const struct tf_config *config,
			  const struct tf_lists *lists,
			  struct tf_config_lists *found);

/*
 * Whether an interface of that name is one of those to be metered. A list's
 * name stands for its members, even if an interface is called the same.
 */
bool tf_config_has_interface(const struct tf_config *config,
			     const struct tf_config_lists *found,
			     const char *name);

/* Whether the settings have that name, of an interface or of a list. */
bool tf_config_names(const struct tf_config *config, const char *name);

/* Whether both meter the same packets in the same way. */
bool tf_config_meters_alike(const struct tf_config *a, const struct tf_config *b);

/* Whether the settings take some packets and pass over others. */
static inline bool tf_config_samples(const struct tf_config *config)
{
	return config->packet_sampling && config->sampling_interval &&
	       config->sampling_space;
}

/* One packet of how many is taken, rounded; 0: all are. */
u32 tf_config_sampling_ratio(const struct tf_config *config);

#endif /* TF_CONFIG_H */
