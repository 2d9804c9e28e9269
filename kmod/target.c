// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/traffic_flow.h>
#include "delivery.h"
#include "net.h"
#include "target.h"

void tf_target_config_default(struct tf_target_config *config)
{
	memset(config, 0, sizeof(*config));
	config->version = TRAFFIC_FLOW_VERSION_9;
	config->template_refresh = 20;
	config->template_timeout = 1800;
}

static u8 tf_target_wants_ipfix(u64 fields)
{
	static const struct {
		u64 fields;
		u8 want;
	} wants[] = {
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_SRC_ADDRESS) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_DST_ADDRESS) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_SRC_PORT) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_DST_PORT), TF_WANT_NAT },
		/* The frame it leaves in is addressed to the next hop. */
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_SRC_MAC_ADDRESS) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_DST_MAC_ADDRESS),
		  TF_WANT_MAC | TF_WANT_GATEWAY | TF_WANT_NAT },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_GATEWAY), TF_WANT_GATEWAY },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_SRC_ADDRESS_MASK) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_DST_ADDRESS_MASK), TF_WANT_MASKS },
	};
	unsigned int i;
	u8 want = 0;

	for (i = 0; i < ARRAY_SIZE(wants); i++)
		if (fields & wants[i].fields)
			want |= wants[i].want;
	return want;
}

u8 tf_target_wants(const struct tf_target_config *config, u64 ipfix_fields)
{
	if (config->disabled)
		return 0;
	switch (config->version) {
	case TRAFFIC_FLOW_VERSION_1:
		return TF_WANT_32BIT | TF_WANT_GATEWAY;
	case TRAFFIC_FLOW_VERSION_5:
		return TF_WANT_32BIT | TF_WANT_GATEWAY | TF_WANT_MASKS;
	case TRAFFIC_FLOW_VERSION_IPFIX:
		return tf_target_wants_ipfix(ipfix_fields);
	default:
		return TF_WANT_NAT | TF_WANT_MAC | TF_WANT_GATEWAY |
		       TF_WANT_MASKS;
	}
}

struct tf_target *tf_target_create(struct tf_net *tn,
				   const struct tf_target_config *config)
{
	struct tf_target *target;

	target = kzalloc(sizeof(*target), GFP_KERNEL_ACCOUNT);
	if (!target)
		return NULL;
	INIT_LIST_HEAD(&target->list);
	INIT_LIST_HEAD(&target->backlog);
	target->tn = tn;
	target->config = *config;
	target->src = config->src;
	return target;
}

void tf_target_destroy(struct tf_target *target)
{
	tf_target_stop(target);
	kfree(target);
}

void tf_target_set(struct tf_target *target,
		   const struct tf_target_config *config)
{
	const struct tf_target_config *old = &target->config;
	bool other = memcmp(&old->dst, &config->dst, sizeof(old->dst)) ||
		     memcmp(&old->src, &config->src, sizeof(old->src)) ||
		     old->version != config->version;

	if (other || config->disabled)
		tf_target_stop(target);
	if (other) {
		target->session.sequence = 0;
		target->src = config->src;
	}
	target->config = *config;
}

/*
 * The wall time of boot time 0 stays what it was at the session's begin, but
 * not if somebody has set the host's clock: then it had been wrong.
 */
static void tf_target_clock(struct tf_target *target, struct tf_clock *clock)
{
	u64 epoch_ns;

	clock->boot_ns = ktime_get_boottime_ns();
	epoch_ns = ktime_get_real_ns() - clock->boot_ns;
	if (abs((s64)(epoch_ns - target->epoch_ns)) > NSEC_PER_SEC) {
		target->epoch_ns = epoch_ns;
		target->templates_due = true;
	}
	clock->epoch_ns = target->epoch_ns;
}

static void tf_target_send_pdu(struct tf_target *target)
{
	struct tf_clock clock = {
		.boot_ns = ktime_get_boottime_ns(),
		.epoch_ns = target->epoch_ns,
	};
	u16 records = target->pdu.records;

	target->session.format->finish(&target->pdu, &target->session, &clock);
	target->open = false;
	tf_delivery_send(target, target->pdu.data, target->pdu.len, records);
}

static void tf_target_begin_pdu(struct tf_target *target)
{
	struct tf_clock clock;

	tf_target_clock(target, &clock);
	target->session.sampling = tf_config_sampling_ratio(target->tn->config);
	tf_pdu_begin(&target->pdu, &target->session, tf_delivery_room(target),
		     &clock);
}

static bool tf_target_templates_due(const struct tf_target *target)
{
	const struct tf_target_config *config = &target->config;

	return target->session.format->templates &&
	       (target->templates_due ||
		target->since_templates >= config->template_refresh ||
		time_after_eq(jiffies, target->templates_at +
			      (unsigned long)config->template_timeout * HZ));
}

static void tf_target_send_templates(struct tf_target *target)
{
	tf_target_begin_pdu(target);
	target->templates_due = false;
	target->since_templates = 0;
	target->templates_at = jiffies;
	target->session.format->put_templates(&target->pdu, &target->session);
	tf_target_send_pdu(target);
}

static void tf_target_open_pdu(struct tf_target *target)
{
	if (tf_target_templates_due(target))
		tf_target_send_templates(target);
	tf_target_begin_pdu(target);
	target->open = true;
	target->opened_at = jiffies;
}

static void tf_target_close_pdu(struct tf_target *target)
{
	if (!target->open)
		return;
	target->since_templates++;
	tf_target_send_pdu(target);
}

static bool tf_target_add(struct tf_target *target,
			  const struct tf_record *record)
{
	if (!target->open)
		tf_target_open_pdu(target);
	return target->session.format->add(&target->pdu, &target->session,
					   record);
}

void tf_target_put(struct tf_target *target, const struct tf_record *record)
{
	if (record->family == NFPROTO_IPV6 && !target->session.format->ipv6) {
		target->stats.skipped++;
		return;
	}
	if (tf_target_add(target, record))
		return;
	tf_target_close_pdu(target);
	if (!tf_target_add(target, record))
		target->stats.lost++;
}

void tf_target_run(struct tf_target *target, bool flush)
{
	tf_delivery_retry(target);
	if (flush || time_after_eq(jiffies, target->opened_at + HZ))
		tf_target_close_pdu(target);
	if (!target->open && tf_target_templates_due(target))
		tf_target_send_templates(target);
}

static void tf_target_make_templates(struct tf_target *target)
{
	const struct tf_config *config = target->tn->config;
	struct tf_session *session = &target->session;
	u16 generation = target->tn->generation;

	if (session->format->version == TRAFFIC_FLOW_VERSION_9) {
		tf_template_v9(&session->ipv4, NFPROTO_IPV4);
		tf_template_v9(&session->ipv6, NFPROTO_IPV6);
	} else {
		tf_template_ipfix(&session->ipv4, NFPROTO_IPV4,
				  config->ipfix_fields, config->timestamps,
				  generation);
		tf_template_ipfix(&session->ipv6, NFPROTO_IPV6,
				  config->ipfix_fields, config->timestamps,
				  generation);
	}
	target->templates_due = true;
}

void tf_target_retemplate(struct tf_target *target)
{
	if (!target->running)
		return;
	tf_target_close_pdu(target);
	tf_target_make_templates(target);
}

void tf_target_start(struct tf_target *target)
{
	if (target->running || target->config.disabled)
		return;
	target->running = true;
	target->state = TRAFFIC_FLOW_TARGET_IDLE;
	target->last_error = 0;
	target->last_records = 0;
	target->retry_at = jiffies;
	target->session.format = tf_format_of(target->config.version);
	tf_target_make_templates(target);
	tf_target_run(target, true);
}

void tf_target_stop(struct tf_target *target)
{
	if (!target->running)
		return;
	tf_target_close_pdu(target);
	tf_delivery_end(target);
	target->running = false;
	target->state = TRAFFIC_FLOW_TARGET_DISABLED;
}
