/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From records to the datagrams of one collector. Pure: time and settings come
 * in as parameters, datagrams go out as octets; nothing here reads a clock or
 * knows of sockets.
 */
#ifndef TF_ENCODE_H
#define TF_ENCODE_H

#include <linux/types.h>
#include "fields.h"
#include "record.h"

/* The largest datagram ever built: an Ethernet frame's worth. */
#define TF_PDU_MAX	1500

/**
 * struct tf_clock - the moment a datagram is built
 * @boot_ns: CLOCK_BOOTTIME
 * @epoch_ns: CLOCK_REALTIME when CLOCK_BOOTTIME was 0; stays the same while a
 *	session lasts
 */
struct tf_clock {
	u64 boot_ns;
	u64 epoch_ns;
};

/**
 * struct tf_pdu - one datagram on its way
 * @len: octets written so far
 * @max: octets that the path takes, at most %TF_PDU_MAX
 * @records: flow records in it
 * @options: options records in it
 * @templates: template records in it, of options too
 * @set: offset of the set that is being filled, 0 if none is
 * @set_record_len: octets of that set's records
 * @set_kind: tf_record_kind() of that set's records; kinds come in order, so
 *	that none has two sets
 * @base_ms: boot time, milliseconds, that this datagram counts uptime from;
 *	chosen so that no time in it wraps at 2^32 ms
 * @epoch_ms: wall time, milliseconds since 1970, of boot time 0
 * @data: the octets
 */
struct tf_pdu {
	u16 len;
	u16 max;
	u16 records;
	u16 options;
	u16 templates;
	u16 set;
	u16 set_record_len;
	u8 set_kind;
	u64 base_ms;
	u64 epoch_ms;
	u8 data[TF_PDU_MAX];
};

/**
 * struct tf_session - what the numbers in the headers to one collector are
 * @format: how datagrams are made
 * @sequence: the next datagram's; what it counts is the format's business
 * @domain: v9's source id, IPFIX's observation domain
 * @sampling: one packet of so many is metered; 0: all are
 * @ipv4: template of IPv4 records, unused by v1 and v5
 * @ipv6: template of IPv6 records
 * @nat_ipv4: template of IPv4 NAT events
 * @nat_ipv6: template of IPv6 NAT events
 */
struct tf_session {
	const struct tf_format *format;
	u32 sequence;
	u32 domain;
	u32 sampling;
	struct tf_template ipv4;
	struct tf_template ipv6;
	struct tf_template nat_ipv4;
	struct tf_template nat_ipv6;
};

/**
 * struct tf_format - one export format
 * @version: &enum traffic_flow_version
 * @ipv6: whether it has records for IPv6 flows
 * @templates: whether it has templates
 * @begin: start a datagram: room for the header
 * @add: append a record; false, and nothing changed, if it does not fit
 * @finish: close the set, write the header, advance the session's sequence
 * @put_templates: append the session's templates to a datagram begun; they
 *	always fit %TF_PDU_MIN
 * @put_nat_templates: likewise those of NAT events; NULL if it has none
 */
struct tf_format {
	u16 version;
	bool ipv6;
	bool templates;
	void (*begin)(struct tf_pdu *pdu);
	bool (*add)(struct tf_pdu *pdu, const struct tf_session *session,
		    const struct tf_record *record);
	void (*finish)(struct tf_pdu *pdu, struct tf_session *session,
		       const struct tf_clock *clock);
	void (*put_templates)(struct tf_pdu *pdu,
			      const struct tf_session *session);
	void (*put_nat_templates)(struct tf_pdu *pdu,
				  const struct tf_session *session);
};

/* The smallest path a target may have: both templates fit one datagram. */
#define TF_PDU_MIN	512

extern const struct tf_format tf_format_v1;
extern const struct tf_format tf_format_v5;
extern const struct tf_format tf_format_v9;
extern const struct tf_format tf_format_ipfix;

/**
 * tf_format_of - the format of a version number
 * @version: &enum traffic_flow_version
 *
 * Return: the format, NULL if there is none.
 */
const struct tf_format *tf_format_of(u16 version);

/**
 * tf_pdu_begin - start a datagram
 * @pdu: the datagram; its contents are forgotten
 * @session: whose
 * @max: octets that it may have
 * @clock: now
 */
void tf_pdu_begin(struct tf_pdu *pdu, const struct tf_session *session,
		  u16 max, const struct tf_clock *clock);

/**
 * tf_pdu_uptime - a moment as a datagram's header and records count it
 * @pdu: the datagram
 * @boot_ms: boot time, milliseconds
 *
 * Return: milliseconds since the datagram's base.
 */
static inline u32 tf_pdu_uptime(const struct tf_pdu *pdu, u64 boot_ms)
{
	if (boot_ms <= pdu->base_ms)
		return 0;
	return min_t(u64, boot_ms - pdu->base_ms, U32_MAX);
}

/*
 * When a datagram is finished, nanoseconds of boot time. If the host has slept
 * while it was open, that may be more than its uptime can say.
 */
static inline u64 tf_pdu_end(const struct tf_pdu *pdu,
			     const struct tf_clock *clock)
{
	return min(clock->boot_ns, (pdu->base_ms + U32_MAX) * NSEC_PER_MSEC);
}

#endif /* TF_ENCODE_H */
