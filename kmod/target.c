// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/traffic_flow.h>
#include "delivery.h"
#include "moment.h"
#include "net.h"
#include "target.h"

void tf_target_config_default(struct tf_target_config *config)
{
	memset(config, 0, sizeof(*config));
	config->version = TRAFFIC_FLOW_VERSION_9;
	config->template_refresh = 20;
	config->template_timeout = 1800;
	config->options = BIT(TRAFFIC_FLOW_OPTION_SAMPLING);
}

static u16 tf_target_wants_ipfix(u64 fields)
{
	static const struct {
		u64 fields;
		u16 want;
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
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_DOT1Q_CUSTOMER_VLAN_ID) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_DOT1Q_VLAN_ID) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_VLAN_ID) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_POST_VLAN_ID) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_IN_VRF) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_OUT_VRF), TF_WANT_DEVICES },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_FRAGMENT_ID) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_IPV4_OPTIONS) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_IPV6_EXTENSION_HEADERS) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_MAX_LENGTH) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_MAX_TTL) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_MIN_LENGTH) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_MIN_TTL) |
		  BIT_ULL(TRAFFIC_FLOW_FIELD_TCP_OPTIONS), TF_WANT_EACH },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_FORWARDING_STATUS),
		  TF_WANT_EACH | TF_WANT_FATE },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_EVENTS), TF_WANT_NAT_EVENTS },
		{ BIT_ULL(TRAFFIC_FLOW_FIELD_FLOW_ID), TF_WANT_FLOW_ID },
	};
	unsigned int i;
	u16 want = 0;

	for (i = 0; i < ARRAY_SIZE(wants); i++)
		if (fields & wants[i].fields)
			want |= wants[i].want;
	return want;
}

u16 tf_target_wants(const struct tf_target_config *config, u64 ipfix_fields)
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
		       TF_WANT_MASKS |
		       (tf_target_wants_ipfix(ipfix_fields) &
			TF_WANT_NAT_EVENTS);
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
	target->options.next_at = get_jiffies_64();
	return target;
}

void tf_target_destroy(struct tf_target *target)
{
	tf_target_stop(target);
	kfree(target);
}

/* Collectors know us by the port, too: it stays. */
static void tf_target_set_src(struct tf_target *target,
			      const union tf_endpoint *src)
{
	__be16 port = *tf_endpoint_port(&target->src);

	target->src = *src;
	*tf_endpoint_port(&target->src) = port;
}

void tf_target_set(struct tf_target *target,
		   const struct tf_target_config *config)
{
	const struct tf_target_config *old = &target->config;
	bool other = memcmp(&old->dst, &config->dst, sizeof(old->dst)) ||
		     memcmp(&old->src, &config->src, sizeof(old->src)) ||
		     old->version != config->version ||
		     old->domain != config->domain;

	if (other || config->disabled)
		tf_target_stop(target);
	if (config->options != old->options)
		tf_target_announce(target);
	if (other) {
		target->session.sequence = 0;
		target->options.sampled = false;
		tf_target_set_src(target, &config->src);
	}
	if (memcmp(&old->way, &config->way, sizeof(old->way)))
		tf_delivery_close(target);
	target->config = *config;
}

static struct tf_clock tf_target_clock(const struct tf_target *target)
{
	return (struct tf_clock){
		.boot_ns = ktime_get_boottime_ns(),
		.epoch_ns = target->epoch_ns,
	};
}

void tf_target_send_pdu(struct tf_target *target)
{
	struct tf_clock clock = tf_target_clock(target);

	target->session.format->finish(&target->pdu, &target->session, &clock);
	target->open = false;
	tf_delivery_send(target, target->pdu.data, target->pdu.len,
			 &target->cargo);
}

void tf_target_begin_pdu(struct tf_target *target)
{
	struct tf_clock clock = tf_target_clock(target);

	target->cargo = (struct tf_cargo){};
	target->session.sampling = tf_config_sampling_ratio(target->tn->config);
	tf_pdu_begin(&target->pdu, &target->session, tf_delivery_room(target),
		     &clock);
}

static bool tf_target_templates_due(const struct tf_target *target)
{
	const struct tf_target_config *config = &target->config;

	return target->session.format->templates &&
	       (target->templates_due ||
		(target->refused &&
		 time_after64(get_jiffies_64(), target->templates_at + HZ)) ||
		target->since_templates >= config->template_refresh ||
		time_after_eq64(get_jiffies_64(), target->templates_at +
				(u64)config->template_timeout * HZ));
}

/* In a datagram of their own: with all other templates they may not fit one. */
static void tf_target_send_nat_templates(struct tf_target *target)
{
	bool wanted = target->tn->config->ipfix_fields &
		      BIT_ULL(TRAFFIC_FLOW_FIELD_NAT_EVENTS);

	/* Events of before may wait for whoever has just begun to collect. */
	if (!wanted && !(target->leads && target->backlog_count))
		return;
	tf_target_begin_pdu(target);
	target->session.format->put_nat_templates(&target->pdu,
						  &target->session);
	tf_target_send_pdu(target);
}

static void tf_target_send_templates(struct tf_target *target)
{
	tf_target_begin_pdu(target);
	target->leads = target->anew;
	target->templates_due = false;
	target->refused = false;
	target->since_templates = 0;
	target->templates_at = get_jiffies_64();
	target->session.format->put_templates(&target->pdu, &target->session);
	tf_target_send_pdu(target);
	tf_target_send_nat_templates(target);
	tf_options_begin(target);
	if (target->leads && !target->templates_due) {
		target->anew = false;
		tf_delivery_drop_former(target);
		tf_delivery_retry(target);
	}
	target->leads = false;
}

static void tf_target_close_pdu(struct tf_target *target)
{
	if (!target->open)
		return;
	target->since_templates++;
	tf_target_send_pdu(target);
}

/*
 * The wall time of boot time 0 stays what it was at the session's begin. But
 * whoever sets the clock says that it was wrong, and all that was told with it:
 * then the session begins anew, in all but its sequence, which nothing is
 * missing from. No datagram has times of both.
 */
static void tf_target_heed_clock(struct tf_target *target)
{
	u64 epoch_ns = tf_moment_epoch_ns();

	if (abs((s64)(epoch_ns - target->epoch_ns)) <= NSEC_PER_SEC)
		return;
	tf_target_close_pdu(target);
	target->epoch_ns = epoch_ns;
	target->templates_due = true;
}

/*
 * Where datagrams are refused, those with the templates have been, too. Whoever
 * comes to listen there gets them with the first data that he gets.
 */
static void tf_target_open_pdu(struct tf_target *target)
{
	bool refused;

	tf_delivery_hear(target);
	tf_target_heed_clock(target);
	refused = target->session.format->templates && target->sent.refused;
	if (refused || tf_target_templates_due(target))
		tf_target_send_templates(target);
	tf_target_begin_pdu(target);
	target->open = true;
	target->opened_at = get_jiffies_64();
}

static bool tf_target_add(struct tf_target *target,
			  const struct tf_record *record)
{
	if (!target->open)
		tf_target_open_pdu(target);
	if (!target->session.format->add(&target->pdu, &target->session, record))
		return false;
	target->cargo.records++;
	target->cargo.packets += record->packets;
	target->cargo.octets += record->bytes;
	return true;
}

/* Whoever has set a version that cannot have IPv6 should hear of it: once. */
static void tf_target_skip(struct tf_target *target)
{
	if (!target->stats.skipped++ && tf_net_is_hosts(target->tn))
		net_info_ratelimited("target %u (%pISpc) gets no IPv6 flows: its version has none\n",
				     target->id, &target->config.dst);
}

void tf_target_put(struct tf_target *target, const struct tf_record *record)
{
	if (record->nat_event && !target->session.format->put_nat_templates)
		return;
	if (record->family == NFPROTO_IPV6 && !target->session.format->ipv6) {
		tf_target_skip(target);
		return;
	}
	if (tf_target_add(target, record))
		return;
	tf_target_close_pdu(target);
	if (!tf_target_add(target, record))
		tf_delivery_lost(target, &(struct tf_cargo){
			.records = 1, .packets = record->packets,
			.octets = record->bytes });
}

void tf_target_run(struct tf_target *target, bool flush)
{
	tf_delivery_hear(target);
	tf_delivery_heed_way(target);
	tf_delivery_retry(target);
	tf_target_heed_clock(target);
	if (flush || time_after_eq64(get_jiffies_64(), target->opened_at + HZ))
		tf_target_close_pdu(target);
	if (!target->open && tf_target_templates_due(target))
		tf_target_send_templates(target);
	if (flush && !target->open)
		tf_options_continue(target);
}

void tf_target_announce(struct tf_target *target)
{
	target->templates_due = true;
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
	tf_template_nat(&session->nat_ipv4, NFPROTO_IPV4);
	tf_template_nat(&session->nat_ipv6, NFPROTO_IPV6);
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
	target->retry_at = get_jiffies_64();
	tf_sent_forget(&target->sent);
	target->session.format = tf_format_of(target->config.version);
	target->session.domain = target->config.domain;
	target->epoch_ns = tf_moment_epoch_ns();
	tf_target_make_templates(target);
	tf_target_run(target, true);
}

void tf_target_stop(struct tf_target *target)
{
	if (!target->running)
		return;
	tf_target_close_pdu(target);
	target->retry_at = get_jiffies_64();
	tf_delivery_retry(target);
	if (target->anew)
		tf_target_send_templates(target);
	tf_delivery_end(target);
	memset(&target->local, 0, sizeof(target->local));
	target->anew = false;
	target->running = false;
	target->state = TRAFFIC_FLOW_TARGET_DISABLED;
}
