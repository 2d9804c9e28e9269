/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options records of NetFlow v9 and IPFIX: what a collector has to know besides
 * flows. Their templates never change, nor do the ids of those.
 */
#ifndef TF_ENCODE_OPTIONS_H
#define TF_ENCODE_OPTIONS_H

#include <linux/if.h>
#include <linux/types.h>

struct tf_pdu;

/**
 * enum tf_option - kinds of options records
 * @TF_OPTION_SAMPLING: how packets are selected
 * @TF_OPTION_METERING: what was metered and exported (RFC 7011, 4.1 and 4.2)
 * @TF_OPTION_EXPORTING: what could not be exported (RFC 7011, 4.3)
 * @TF_OPTION_INTERFACE: an interface, in the shape that nfdump reads
 * @TF_OPTION_INTERFACE_NAME: the same with the interface as scope, as tools
 *	expect it that go by the standards
 */
enum tf_option {
	TF_OPTION_SAMPLING,
	TF_OPTION_METERING,
	TF_OPTION_EXPORTING,
	TF_OPTION_INTERFACE,
	TF_OPTION_INTERFACE_NAME,
};

/**
 * struct tf_option_record - what options records say; each kind takes its own
 * @domain: v9's source id, IPFIX's observation domain
 * @exporter: which of the host's exporters
 * @ratio: one packet of so many is taken
 * @interval: packets taken in a row
 * @space: packets then passed over
 * @algorithm: IANA's selectorAlgorithm: 1, systematic count-based sampling
 * @init_ms: when the host booted, milliseconds since 1970
 * @messages: datagrams sent
 * @octets: of them
 * @records: flow records sent
 * @flows: observed
 * @ignored_packets: counted in no flow of their own
 * @ignored_octets: of them
 * @not_sent_flows: given up
 * @not_sent_packets: counted in them
 * @not_sent_octets: counted in them
 * @ifindex: of an interface
 * @name: its name, with NULs to the end
 */
struct tf_option_record {
	u32 domain;
	u32 exporter;
	u32 ratio;
	u32 interval;
	u32 space;
	u16 algorithm;
	u64 init_ms;
	u64 messages;
	u64 octets;
	u64 records;
	u64 flows;
	u64 ignored_packets;
	u64 ignored_octets;
	u64 not_sent_flows;
	u64 not_sent_packets;
	u64 not_sent_octets;
	u32 ifindex;
	char name[IFNAMSIZ];
};

/**
 * tf_options_put_template - append a kind's template
 * @pdu: a datagram begun; all templates fit %TF_PDU_MIN with a record of each
 *	kind that has but one
 * @version: %TRAFFIC_FLOW_VERSION_9 or %TRAFFIC_FLOW_VERSION_IPFIX
 * @option: the kind
 */
void tf_options_put_template(struct tf_pdu *pdu, u16 version,
			     enum tf_option option);

/**
 * tf_options_put - append a record
 * @pdu: a datagram begun
 * @option: the kind
 * @record: the values
 *
 * Return: false, and nothing has changed, if it does not fit.
 */
bool tf_options_put(struct tf_pdu *pdu, enum tf_option option,
		    const struct tf_option_record *record);

#endif /* TF_ENCODE_OPTIONS_H */
