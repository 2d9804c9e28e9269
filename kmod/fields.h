/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fields of template records: one table from which templates and records
 * are both made, so that the two cannot disagree.
 */
#ifndef TF_FIELDS_H
#define TF_FIELDS_H

#include <linux/types.h>

struct tf_pdu;
struct tf_record;
struct tf_session;

/**
 * enum tf_field_kind - how a field's octets come about
 * @TF_FIELD_OCTETS: as they stand in the record: addresses
 * @TF_FIELD_NUMBER: a number of the record, in network order
 * @TF_FIELD_UPTIME: a boot time of the record, as uptime of 32 bits
 * @TF_FIELD_WALL: a boot time of the record, as milliseconds since 1970
 * @TF_FIELD_BOOT: when the host booted, as milliseconds since 1970
 * @TF_FIELD_BASE: when uptime is counted from, as milliseconds since 1970
 * @TF_FIELD_SAMPLING: one packet of how many is metered
 * @TF_FIELD_ONE: always 1
 */
enum tf_field_kind {
	TF_FIELD_OCTETS,
	TF_FIELD_NUMBER,
	TF_FIELD_UPTIME,
	TF_FIELD_WALL,
	TF_FIELD_BOOT,
	TF_FIELD_BASE,
	TF_FIELD_SAMPLING,
	TF_FIELD_ONE,
};

/**
 * struct tf_field - a row of the field table
 * @element: number of the information element, the same for v9 and IPFIX
 * @len: octets on the wire
 * @kind: &enum tf_field_kind
 * @size: octets in the record
 * @offset: in struct tf_record, or in what else the table is about
 */
struct tf_field {
	u16 element;
	u8 len;
	u8 kind;
	u8 size;
	u16 offset;
};

/* Write a number or octets of the struct at @base that the field is about. */
void tf_field_copy(const struct tf_field *field, const void *base, u8 *at);

/* More than any template has. */
#define TF_TEMPLATE_FIELDS_MAX	64

/**
 * struct tf_step - what to do for a field, known once there is a template
 * @offset: of the member in struct tf_record
 * @len: octets on the wire
 * @how: &enum tf_step_how
 */
struct tf_step {
	u16 offset;
	u8 len;
	u8 how;
};

/**
 * struct tf_template - a selection of the fields, in the order of the wire
 * @id: template id, 256 or more
 * @record_len: octets of one record
 * @count: how many fields
 * @steps: to write a record
 * @fields: the fields
 */
struct tf_template {
	u16 id;
	u16 record_len;
	u16 count;
	struct tf_step steps[TF_TEMPLATE_FIELDS_MAX];
	const struct tf_field *fields[TF_TEMPLATE_FIELDS_MAX];
};

/**
 * tf_template_write - write a record
 * @t: the record's template
 * @record: the record
 * @pdu: the datagram
 * @session: whose
 * @at: room for t->record_len octets
 */
void tf_template_write(const struct tf_template *t,
		       const struct tf_record *record,
		       const struct tf_pdu *pdu,
		       const struct tf_session *session, u8 *at);

/**
 * tf_template_v9 - NetFlow v9's fixed template
 * @t: the template to fill in
 * @family: %NFPROTO_IPV4 (template 256) or %NFPROTO_IPV6 (257)
 */
void tf_template_v9(struct tf_template *t, u8 family);

/**
 * tf_template_ipfix - IPFIX's template for a selection of fields
 * @t: the template to fill in
 * @family: %NFPROTO_IPV4 (template 258) or %NFPROTO_IPV6 (259)
 * @fields: bits (1 << &enum traffic_flow_field)
 * @timestamps: &enum traffic_flow_timestamps
 * @generation: how many other selections this target has had before; every
 *	one has template ids of its own, 2 * @generation above the first
 */
void tf_template_ipfix(struct tf_template *t, u8 family, u64 fields,
		       u8 timestamps, u16 generation);

/**
 * tf_template_nat - the template of NAT events, the same in v9 and IPFIX
 * @t: the template to fill in
 * @family: %NFPROTO_IPV4 or %NFPROTO_IPV6
 */
void tf_template_nat(struct tf_template *t, u8 family);

#endif /* TF_FIELDS_H */
