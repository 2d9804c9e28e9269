// SPDX-License-Identifier: GPL-2.0
/*
 * NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): templates, and records made by
 * them.
 */
#include <linux/align.h>
#include <linux/math64.h>
#include <linux/netfilter.h>
#include <linux/time64.h>
#include <linux/traffic_flow.h>
#include "pdu.h"

#define TF_V9_HEADER		20
#define TF_V9_TEMPLATE_SET	0	/* RFC 3954, 5.2 */
#define TF_IPFIX_HEADER		16
#define TF_IPFIX_TEMPLATE_SET	2	/* RFC 7011, 3.3.2 */
#define TF_SET_HEADER		4

static void tf_template_begin_v9(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, TF_V9_HEADER);
}

static void tf_template_begin_ipfix(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, TF_IPFIX_HEADER);
}

static u16 tf_set_open(struct tf_pdu *pdu, u16 id)
{
	u16 set = pdu->len;

	tf_pdu_put16(pdu, id);
	tf_pdu_put16(pdu, 0);
	return set;
}

static void tf_set_close(struct tf_pdu *pdu, u16 set)
{
	put_unaligned_be16(pdu->len - set, pdu->data + set + 2);
}

static void tf_template_put(struct tf_pdu *pdu, const struct tf_template *t)
{
	u16 i;

	tf_pdu_put16(pdu, t->id);
	tf_pdu_put16(pdu, t->count);
	for (i = 0; i < t->count; i++) {
		tf_pdu_put16(pdu, t->fields[i]->element);
		tf_pdu_put16(pdu, t->fields[i]->len);
	}
	pdu->templates++;
}

static void tf_template_put_both(struct tf_pdu *pdu,
				 const struct tf_session *session, u16 set_id)
{
	u16 set = tf_set_open(pdu, set_id);

	tf_template_put(pdu, &session->ipv4);
	tf_template_put(pdu, &session->ipv6);
	tf_set_close(pdu, set);
}

static void tf_template_put_v9(struct tf_pdu *pdu,
			       const struct tf_session *session)
{
	tf_template_put_both(pdu, session, TF_V9_TEMPLATE_SET);
}

static void tf_template_put_ipfix(struct tf_pdu *pdu,
				  const struct tf_session *session)
{
	tf_template_put_both(pdu, session, TF_IPFIX_TEMPLATE_SET);
}

/*
 * To four octets: SHOULD in v9, MAY in IPFIX. Padding must be shorter than any
 * record, or it would be taken for one.
 */
static u32 tf_template_padding(const struct tf_template *t, u32 end)
{
	u32 padding = ALIGN(end, 4) - end;

	return padding < t->record_len ? padding : 0;
}

static void tf_template_close_set(struct tf_pdu *pdu,
				  const struct tf_session *session)
{
	const struct tf_template *t = pdu->set_family == NFPROTO_IPV4 ?
				      &session->ipv4 : &session->ipv6;

	if (!pdu->set)
		return;
	tf_pdu_pad(pdu, tf_template_padding(t, pdu->len));
	tf_set_close(pdu, pdu->set);
	pdu->set = 0;
}

static bool tf_template_open_set(struct tf_pdu *pdu,
				 const struct tf_session *session, u8 family,
				 const struct tf_template *t)
{
	/* The open set's padding comes first. */
	u32 need = 3 + TF_SET_HEADER + t->record_len + 3;

	if (family < pdu->set_family || !tf_pdu_fits(pdu, need))
		return false;
	tf_template_close_set(pdu, session);
	pdu->set = tf_set_open(pdu, t->id);
	pdu->set_family = family;
	return true;
}

static bool tf_template_add_record(struct tf_pdu *pdu,
				   const struct tf_session *session,
				   const struct tf_record *record)
{
	const struct tf_template *t = record->family == NFPROTO_IPV4 ?
				      &session->ipv4 : &session->ipv6;
	u8 *at;
	u16 i;

	if (pdu->set_family != record->family) {
		if (!tf_template_open_set(pdu, session, record->family, t))
			return false;
	} else if (!tf_pdu_fits(pdu, t->record_len + 3)) {
		return false;
	}
	at = tf_pdu_take(pdu, t->record_len);
	for (i = 0; i < t->count; i++) {
		tf_field_put(t->fields[i], record, pdu, session, at);
		at += t->fields[i]->len;
	}
	pdu->records++;
	return true;
}

static void tf_template_finish_v9(struct tf_pdu *pdu,
				  struct tf_session *session,
				  const struct tf_clock *clock)
{
	u64 wall_ns = clock->epoch_ns + clock->boot_ns;
	u64 boot_ms = div_u64(clock->boot_ns, NSEC_PER_MSEC);
	u8 *at = pdu->data;

	tf_template_close_set(pdu, session);
	put_unaligned_be16(TRAFFIC_FLOW_VERSION_9, at);
	put_unaligned_be16(pdu->records + pdu->templates, at + 2);
	put_unaligned_be32(tf_pdu_uptime(pdu, boot_ms), at + 4);
	put_unaligned_be32(div_u64(wall_ns, NSEC_PER_SEC), at + 8);
	put_unaligned_be32(session->sequence, at + 12);
	put_unaligned_be32(session->domain, at + 16);
	session->sequence++;
}

static void tf_template_finish_ipfix(struct tf_pdu *pdu,
				     struct tf_session *session,
				     const struct tf_clock *clock)
{
	u64 wall_ns = clock->epoch_ns + clock->boot_ns;
	u8 *at = pdu->data;

	tf_template_close_set(pdu, session);
	put_unaligned_be16(TRAFFIC_FLOW_VERSION_IPFIX, at);
	put_unaligned_be16(pdu->len, at + 2);
	put_unaligned_be32(div_u64(wall_ns, NSEC_PER_SEC), at + 4);
	put_unaligned_be32(session->sequence, at + 8);
	put_unaligned_be32(session->domain, at + 12);
	session->sequence += pdu->records;
}

const struct tf_format tf_format_v9 = {
	.version = TRAFFIC_FLOW_VERSION_9,
	.ipv6 = true,
	.templates = true,
	.begin = tf_template_begin_v9,
	.add = tf_template_add_record,
	.finish = tf_template_finish_v9,
	.put_templates = tf_template_put_v9,
};

const struct tf_format tf_format_ipfix = {
	.version = TRAFFIC_FLOW_VERSION_IPFIX,
	.ipv6 = true,
	.templates = true,
	.begin = tf_template_begin_ipfix,
	.add = tf_template_add_record,
	.finish = tf_template_finish_ipfix,
	.put_templates = tf_template_put_ipfix,
};
