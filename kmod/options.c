// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <linux/traffic_flow.h>
#include <net/net_namespace.h>
#include "encode_options.h"
#include "net.h"
#include "options.h"
#include "target.h"

/* Datagrams of interface names a second. */
#define TF_OPTIONS_PACE		8

static bool tf_options_has(const struct tf_target *target, u32 option)
{
	return target->config.options & BIT(option);
}

static bool tf_options_has_sampling(const struct tf_target *target)
{
	return tf_options_has(target, TRAFFIC_FLOW_OPTION_SAMPLING) &&
	       (target->options.sampled ||
		tf_config_samples(target->tn->config));
}

static void tf_options_sampling(const struct tf_target *target,
				struct tf_option_record *record)
{
	const struct tf_config *config = target->tn->config;
	bool samples = tf_config_samples(config);

	record->algorithm = 1;
	record->ratio = samples ? tf_config_sampling_ratio(config) : 1;
	record->interval = samples ? config->sampling_interval : 1;
	record->space = samples ? config->sampling_space : 0;
}

/* What uptimes of IPFIX records are counted from, where they are such. */
static u64 tf_options_init_ms(const struct tf_target *target)
{
	bool uptime = target->config.version == TRAFFIC_FLOW_VERSION_IPFIX &&
		      target->tn->config->timestamps ==
		      TRAFFIC_FLOW_TIMESTAMPS_UPTIME;

	return target->pdu.epoch_ms + (uptime ? target->pdu.base_ms : 0);
}

static void tf_options_statistics(const struct tf_target *target,
				  struct tf_option_record *record)
{
	struct tf_cache *cache = tf_net_cache(target->tn);
	struct tf_cache *former = target->tn->retiring;
	struct tf_counters seen = target->tn->past;

	if (cache)
		tf_cache_seen(cache, &seen);
	if (former)
		tf_cache_seen(former, &seen);
	record->exporter = target->id;
	record->init_ms = tf_options_init_ms(target);
	record->messages = target->stats.packets;
	record->octets = target->stats.bytes;
	record->records = target->stats.records + target->stats.refused;
	record->flows = seen.created;
	record->ignored_packets = target->tn->ignored_packets;
	record->ignored_octets = target->tn->ignored_octets;
	record->not_sent_flows = target->stats.lost;
	record->not_sent_packets = target->stats.lost_packets;
	record->not_sent_octets = target->stats.lost_octets;
}

static void tf_options_put_one(struct tf_target *target, enum tf_option option,
			       const struct tf_option_record *record)
{
	tf_options_put_template(&target->pdu, target->config.version, option);
	tf_options_put(&target->pdu, option, record);
}

void tf_options_begin(struct tf_target *target)
{
	struct tf_option_record record = { .domain = target->session.domain };
	bool sampling = tf_options_has_sampling(target);
	u16 version = target->config.version;

	if (!sampling && !tf_options_has(target, TRAFFIC_FLOW_OPTION_STATISTICS) &&
	    !tf_options_has(target, TRAFFIC_FLOW_OPTION_INTERFACES))
		return;
	tf_target_begin_pdu(target);
	if (sampling) {
		tf_options_sampling(target, &record);
		tf_options_put_one(target, TF_OPTION_SAMPLING, &record);
		target->options.sampled = true;
	}
	if (tf_options_has(target, TRAFFIC_FLOW_OPTION_STATISTICS)) {
		tf_options_statistics(target, &record);
		tf_options_put_one(target, TF_OPTION_METERING, &record);
		tf_options_put_one(target, TF_OPTION_EXPORTING, &record);
	}
	if (tf_options_has(target, TRAFFIC_FLOW_OPTION_INTERFACES)) {
		tf_options_put_template(&target->pdu, version,
					TF_OPTION_INTERFACE);
		tf_options_put_template(&target->pdu, version,
					TF_OPTION_INTERFACE_NAME);
		target->options.due = true;
	}
	tf_target_send_pdu(target);
}

/* Return: whether interfaces are left for another datagram. */
static bool tf_options_put_names(struct tf_target *target)
{
	struct tf_option_record record = { .domain = target->session.domain };
	struct tf_options *options = &target->options;
	struct net_device *dev;
	bool more = false;
	u32 i = 0;

	rcu_read_lock();
	for_each_netdev_rcu(target->tn->net, dev) {
		if (i++ < options->next)
			continue;
		record.ifindex = dev->ifindex;
		strscpy_pad(record.name, dev->name, sizeof(record.name));
		more = !tf_options_put(&target->pdu, options->kind, &record);
		if (more)
			break;
		options->next++;
	}
	rcu_read_unlock();
	return more;
}

static void tf_options_send_names(struct tf_target *target)
{
	struct tf_options *options = &target->options;

	tf_target_begin_pdu(target);
	if (!tf_options_put_names(target)) {
		options->naming = options->kind == TF_OPTION_INTERFACE;
		options->kind = TF_OPTION_INTERFACE_NAME;
		options->next = 0;
	}
	if (target->pdu.options)
		tf_target_send_pdu(target);
}

static void tf_options_name(struct tf_target *target, u32 changes)
{
	struct tf_options *options = &target->options;

	options->due = false;
	options->naming = true;
	options->kind = TF_OPTION_INTERFACE;
	options->next = 0;
	options->changes = changes;
}

void tf_options_continue(struct tf_target *target)
{
	u32 changes = READ_ONCE(target->tn->interfaces.changes);
	struct tf_options *options = &target->options;
	unsigned int i;

	if (!tf_options_has(target, TRAFFIC_FLOW_OPTION_INTERFACES) ||
	    !target->session.format->templates)
		return;
	if (!options->naming && (options->due || options->changes != changes))
		tf_options_name(target, changes);
	if (time_before64(get_jiffies_64(), options->next_at))
		return;
	options->next_at = get_jiffies_64() + HZ;
	/* What waits is flows: those go first. */
	for (i = 0; i < TF_OPTIONS_PACE && options->naming &&
	     !target->backlog_count; i++)
		tf_options_send_names(target);
}
