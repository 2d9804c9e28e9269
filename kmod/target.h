/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A target: one collector, and everything between the records for it and the
 * datagrams that it gets. Targets do not see each other; what goes wrong with
 * one is its own. All of this is done under the namespace's lock.
 */
#ifndef TF_TARGET_H
#define TF_TARGET_H

#include <linux/list.h>
#include "encode.h"
#include "options.h"
#include "sent.h"
#include "socket.h"

struct tf_net;

/**
 * struct tf_target_config - what can be set; see &enum traffic_flow_target_attr
 * @dst: the collector
 * @src: where to send from, port 0; zero address: as routing says
 * @version: &enum traffic_flow_version
 * @template_refresh: datagrams
 * @template_timeout: seconds
 * @options: bits (1 << &enum traffic_flow_option)
 * @domain: v9's source id, IPFIX's observation domain
 * @mtu: octets of an IP packet, at most; 0: as the path says
 * @way: how datagrams go
 * @disabled: send nothing
 */
struct tf_target_config {
	union tf_endpoint dst;
	union tf_endpoint src;
	u16 version;
	u32 template_refresh;
	u32 template_timeout;
	u32 options;
	u32 domain;
	u16 mtu;
	struct tf_way way;
	bool disabled;
};

/**
 * struct tf_target_stats - what happened, see &enum traffic_flow_target_attr
 * @packets: datagrams sent
 * @records: in them, without those that were refused
 * @refused: that were sent, and are among @lost
 * @bytes: of them
 * @errors: of the socket
 * @lost: records given up
 * @lost_packets: counted in them
 * @lost_octets: counted in them
 * @skipped: IPv6 flows that the format has no record for
 */
struct tf_target_stats {
	u64 packets;
	u64 records;
	u64 refused;
	u64 bytes;
	u64 errors;
	u64 lost;
	u64 lost_packets;
	u64 lost_octets;
	u64 skipped;
};

/**
 * struct tf_target - a collector
 * @list: in tf_net.targets
 * @tn: the namespace
 * @id: never used again for another
 * @config: what was set
 * @stats: what happened
 * @state: &enum traffic_flow_target_state
 * @last_error: positive errno, 0 if there was none since it came up
 * @running: it is to get datagrams
 * @session: numbers and templates
 * @src: address and port in use
 * @local: where the last socket's datagrams came from; no family: there was none
 * @interface_changes: of the namespace, when @sock was last seen to be right
 * @anew: they come from elsewhere now, and nobody there has the templates
 * @leads: what is sent goes before all that waits
 * @sock: NULL while there is none
 * @epoch_ns: wall time of boot time 0, as its session has it
 * @templates_due: send templates before anything else
 * @since_templates: datagrams of data since the last templates
 * @templates_at: 64-bit jiffies of the last templates: 32 bits wrap, and who
 *	waits for longer than half of them waits for ever
 * @opened_at: when the open datagram was begun
 * @refused_at: when the collector's host last refused a datagram
 * @refused: it has refused one since the last templates, or those
 * @open: whether @pdu is begun
 * @went_at: when a datagram last went
 * @retry_at: before that the socket is left alone: it failed
 * @sent: what was sent last
 * @backlog: datagrams that could not be sent yet, oldest first
 * @backlog_count: how many
 * @options: what else it is told
 * @cargo: what is in @pdu
 * @pdu: the datagram that is being filled
 */
struct tf_target {
	struct list_head list;
	struct tf_net *tn;
	u32 id;
	struct tf_target_config config;
	struct tf_target_stats stats;
	u8 state;
	u32 last_error;
	bool running;
	struct tf_session session;
	union tf_endpoint src;
	union tf_endpoint local;
	u32 interface_changes;
	bool anew;
	bool leads;
	struct socket *sock;
	u64 epoch_ns;
	bool templates_due;
	u32 since_templates;
	u64 templates_at;
	u64 opened_at;
	u64 refused_at;
	u64 went_at;
	u64 retry_at;
	bool refused;
	bool open;
	struct tf_sent sent;
	struct list_head backlog;
	u32 backlog_count;
	struct tf_options options;
	struct tf_cargo cargo;
	struct tf_pdu pdu;
};

/* What the settings of a target that nobody has set are. */
void tf_target_config_default(struct tf_target_config *config);

/**
 * tf_target_wants - what flows have to know for a target's records
 * @config: the target's settings
 * @ipfix_fields: the namespace's selection
 *
 * Return: bits of &enum tf_want; 0 for a disabled target.
 */
u16 tf_target_wants(const struct tf_target_config *config, u64 ipfix_fields);

/* A target that has not begun yet; NULL if there is no memory for it. */
struct tf_target *tf_target_create(struct tf_net *tn,
				   const struct tf_target_config *config);

/* Stop it and give its memory back. */
void tf_target_destroy(struct tf_target *target);

/*
 * Change its settings. If they name another collector or are another exporter
 * to it, its session ends.
 */
void tf_target_set(struct tf_target *target,
		   const struct tf_target_config *config);

/* Begin a session: templates first. Nothing happens if it is running. */
void tf_target_start(struct tf_target *target);

/* End the session: send what there is, count as lost what cannot be sent. */
void tf_target_stop(struct tf_target *target);

/* The settings of the namespace that templates are made from have changed. */
void tf_target_retemplate(struct tf_target *target);

/* What belongs to the templates has changed: send it anew. */
void tf_target_announce(struct tf_target *target);

/* Start a datagram, while none is open. */
void tf_target_begin_pdu(struct tf_target *target);

/* Finish it, and have it delivered. */
void tf_target_send_pdu(struct tf_target *target);

/**
 * tf_target_put - a record for a running target
 * @target: the target
 * @record: an ended flow; all IPv4 ones of a batch before the IPv6 ones
 */
void tf_target_put(struct tf_target *target, const struct tf_record *record);

/**
 * tf_target_run - send what is due
 * @target: a running target
 * @flush: also a datagram that is not full
 *
 * To be called once a second.
 */
void tf_target_run(struct tf_target *target, bool flush);

#endif /* TF_TARGET_H */
