/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fields of template records: one table from which templates and records
 * are both made, so that the two cannot disagree.
 */
#ifndef TF_FIELDS_H
#define TF_FIELDS_H

#include <linux/types.h>

/* More than any template has. */
#define TF_TEMPLATE_FIELDS_MAX	48

/**
 * struct tf_template - a selection of the fields, in the order of the wire
 * @id: template id, 256 or more
 * @record_len: octets of one record
 * @count: how many fields
 * @fields: the fields
 */
struct tf_template {
	u16 id;
	u16 record_len;
	u16 count;
	const struct tf_field *fields[TF_TEMPLATE_FIELDS_MAX];
};

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

#endif /* TF_FIELDS_H */
