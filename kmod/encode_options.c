// SPDX-License-Identifier: GPL-2.0
/*
 * Options templates (RFC 3954, 6.1; RFC 7011, 3.4.2) and their records. There
 * is one template in a set: several collectors overlook the second, or give up.
 */
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/traffic_flow.h>
#include "encode_options.h"
#include "fields.h"
#include "pdu.h"

#define TF_V9_OPTIONS_SET	1	/* RFC 3954, 6.1 */
#define TF_IPFIX_OPTIONS_SET	3	/* RFC 7011, 3.3.2 */

/* Far above the ids that a selection of fields ever gets. */
#define TF_OPTIONS_TEMPLATE	65280

#define TF_OPTIONS_FIELDS_MAX	8

/* Scopes of v9, RFC 3954, 6.1; IPFIX has elements there. */
#define TF_V9_SYSTEM		1
#define TF_V9_INTERFACE		2

/**
 * struct tf_options_template - what a kind's records are made of
 * @v9_scope: type of the first field in v9
 * @count: how many fields
 * @fields: they, of &struct tf_option_record; the first is the scope
 */
struct tf_options_template {
	u16 v9_scope;
	u16 count;
	struct tf_field fields[TF_OPTIONS_FIELDS_MAX];
};

#define TF_OPTION_FIELD(_element, _kind, _member) {			\
	.element = _element,						\
	.len = sizeof_field(struct tf_option_record, _member),		\
	.kind = TF_FIELD_##_kind,					\
	.size = sizeof_field(struct tf_option_record, _member),		\
	.offset = offsetof(struct tf_option_record, _member),		\
}

static const struct tf_options_template tf_options[] = {
	/* 34 for those that know no other, then 304 to 306: in this order. */
	[TF_OPTION_SAMPLING] = { TF_V9_SYSTEM, 5, {
		TF_OPTION_FIELD(149, NUMBER, domain),
		TF_OPTION_FIELD(34, NUMBER, ratio),
		TF_OPTION_FIELD(304, NUMBER, algorithm),
		TF_OPTION_FIELD(305, NUMBER, interval),
		TF_OPTION_FIELD(306, NUMBER, space),
	} },
	[TF_OPTION_METERING] = { TF_V9_SYSTEM, 8, {
		TF_OPTION_FIELD(149, NUMBER, domain),
		TF_OPTION_FIELD(41, NUMBER, messages),
		TF_OPTION_FIELD(42, NUMBER, records),
		TF_OPTION_FIELD(40, NUMBER, octets),
		TF_OPTION_FIELD(163, NUMBER, flows),
		TF_OPTION_FIELD(164, NUMBER, ignored_packets),
		TF_OPTION_FIELD(165, NUMBER, ignored_octets),
		TF_OPTION_FIELD(160, NUMBER, init_ms),
	} },
	[TF_OPTION_EXPORTING] = { TF_V9_SYSTEM, 4, {
		TF_OPTION_FIELD(144, NUMBER, exporter),
		TF_OPTION_FIELD(166, NUMBER, not_sent_flows),
		TF_OPTION_FIELD(167, NUMBER, not_sent_packets),
		TF_OPTION_FIELD(168, NUMBER, not_sent_octets),
	} },
	[TF_OPTION_INTERFACE] = { TF_V9_SYSTEM, 3, {
		TF_OPTION_FIELD(149, NUMBER, domain),
		TF_OPTION_FIELD(10, NUMBER, ifindex),
		TF_OPTION_FIELD(83, OCTETS, name),
	} },
	[TF_OPTION_INTERFACE_NAME] = { TF_V9_INTERFACE, 2, {
		TF_OPTION_FIELD(10, NUMBER, ifindex),
		TF_OPTION_FIELD(82, OCTETS, name),
	} },
};

/* Counted in fields. */
static void tf_options_head_ipfix(struct tf_pdu *pdu,
				  const struct tf_options_template *t)
{
	tf_pdu_put16(pdu, t->count);
	tf_pdu_put16(pdu, 1);
	tf_pdu_put16(pdu, t->fields[0].element);
}

/* Counted in octets of the template. */
static void tf_options_head_v9(struct tf_pdu *pdu,
			       const struct tf_options_template *t)
{
	tf_pdu_put16(pdu, 4);
	tf_pdu_put16(pdu, 4 * (t->count - 1));
	tf_pdu_put16(pdu, t->v9_scope);
}

void tf_options_put_template(struct tf_pdu *pdu, u16 version,
			     enum tf_option option)
{
	const struct tf_options_template *t = &tf_options[option];
	bool v9 = version == TRAFFIC_FLOW_VERSION_9;
	u16 i;

	tf_set_open(pdu, v9 ? TF_V9_OPTIONS_SET : TF_IPFIX_OPTIONS_SET, 0);
	tf_pdu_put16(pdu, TF_OPTIONS_TEMPLATE + option);
	if (v9)
		tf_options_head_v9(pdu, t);
	else
		tf_options_head_ipfix(pdu, t);
	tf_pdu_put16(pdu, t->fields[0].len);
	for (i = 1; i < t->count; i++) {
		tf_pdu_put16(pdu, t->fields[i].element);
		tf_pdu_put16(pdu, t->fields[i].len);
	}
	/* Some readers of IPFIX take padding for another template. */
	if (v9)
		tf_pdu_pad(pdu, 2);
	tf_set_close(pdu);
	pdu->templates++;
}

static u16 tf_options_record_len(const struct tf_options_template *t)
{
	u16 len = 0;
	u16 i;

	for (i = 0; i < t->count; i++)
		len += t->fields[i].len;
	return len;
}

bool tf_options_put(struct tf_pdu *pdu, enum tf_option option,
		    const struct tf_option_record *record)
{
	const struct tf_options_template *t = &tf_options[option];
	u16 id = TF_OPTIONS_TEMPLATE + option;
	u16 len = tf_options_record_len(t);
	bool open = pdu->set && get_unaligned_be16(pdu->data + pdu->set) == id;
	u16 i;

	if (!tf_pdu_fits(pdu, open ? len + 3 : tf_set_need(len)))
		return false;
	if (!open)
		tf_set_open(pdu, id, len);
	for (i = 0; i < t->count; i++)
		tf_field_copy(&t->fields[i], record,
			      tf_pdu_take(pdu, t->fields[i].len));
	pdu->options++;
	return true;
}
