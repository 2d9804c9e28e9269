// SPDX-License-Identifier: GPL-2.0
/*
 * NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): templates, and records made by
 * them.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/netfilter.h>
#include <linux/time64.h>
#include <linux/traffic_flow.h>
#include "pdu.h"

#define TF_V9_HEADER		20
#define TF_V9_TEMPLATE_SET	0	/* RFC 3954, 5.2 */
#define TF_IPFIX_HEADER		16
#define TF_IPFIX_TEMPLATE_SET	2	/* RFC 7011, 3.3.2 */

static void tf_template_begin_v9(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, TF_V9_HEADER);
}

static void tf_template_begin_ipfix(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, TF_IPFIX_HEADER);
}

/*
 * To four octets: SHOULD in v9, MAY in IPFIX. Padding must be shorter than any
 * record, or it would be taken for one.
 */
static u32 tf_set_padding(u16 record_len, u32 end)
{
	u32 padding = ALIGN(end, 4) - end;

	return padding < record_len ? padding : 0;
}

void tf_set_close(struct tf_pdu *pdu)
{
	if (!pdu->set)
		return;
	tf_pdu_pad(pdu, tf_set_padding(pdu->set_record_len, pdu->len));
	put_unaligned_be16(pdu->len - pdu->set, pdu->data + pdu->set + 2);
	pdu->set = 0;
}

void tf_set_open(struct tf_pdu *pdu, u16 id, u16 record_len)
{
	tf_set_close(pdu);
	pdu->set = pdu->len;
	pdu->set_record_len = record_len;
	tf_pdu_put16(pdu, id);
	tf_pdu_put16(pdu, 0);
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

static void tf_template_put_both(struct tf_pdu *pdu, u16 set_id,
				 const struct tf_template *ipv4,
				 const struct tf_template *ipv6)
{
	tf_set_open(pdu, set_id, 0);
	tf_template_put(pdu, ipv4);
	tf_template_put(pdu, ipv6);
	tf_set_close(pdu);
}

static void tf_template_put_v9(struct tf_pdu *pdu,
			       const struct tf_session *session)
{
	tf_template_put_both(pdu, TF_V9_TEMPLATE_SET, &session->ipv4,
			     &session->ipv6);
}

static void tf_template_put_nat_v9(struct tf_pdu *pdu,
				   const struct tf_session *session)
{
	tf_template_put_both(pdu, TF_V9_TEMPLATE_SET, &session->nat_ipv4,
			     &session->nat_ipv6);
}

static void tf_template_put_ipfix(struct tf_pdu *pdu,
				  const struct tf_session *session)
{
	tf_template_put_both(pdu, TF_IPFIX_TEMPLATE_SET, &session->ipv4,
			     &session->ipv6);
}

static void tf_template_put_nat_ipfix(struct tf_pdu *pdu,
				      const struct tf_session *session)
{
	tf_template_put_both(pdu, TF_IPFIX_TEMPLATE_SET, &session->nat_ipv4,
			     &session->nat_ipv6);
}

/* Flows before NAT events, IPv4 before IPv6. */
static u8 tf_record_kind(const struct tf_record *record)
{
	return record->family | (record->nat_event ? BIT(4) : 0);
}

static const struct tf_template *
tf_template_of(const struct tf_session *session, const struct tf_record *record)
{
	if (record->nat_event)
		return record->family == NFPROTO_IPV4 ? &session->nat_ipv4 :
							&session->nat_ipv6;
	return record->family == NFPROTO_IPV4 ? &session->ipv4 : &session->ipv6;
}

static bool tf_template_open_set(struct tf_pdu *pdu, u8 kind,
				 const struct tf_template *t)
{
	if (kind < pdu->set_kind ||
	    !tf_pdu_fits(pdu, tf_set_need(t->record_len)))
		return false;
	tf_set_open(pdu, t->id, t->record_len);
	pdu->set_kind = kind;
	return true;
}

static bool tf_template_add_record(struct tf_pdu *pdu,
				   const struct tf_session *session,
				   const struct tf_record *record)
{
	const struct tf_template *t = tf_template_of(session, record);
	u8 kind = tf_record_kind(record);

	if (pdu->set_kind != kind) {
		if (!tf_template_open_set(pdu, kind, t))
			return false;
	} else if (!tf_pdu_fits(pdu, t->record_len + 3)) {
		return false;
	}
	tf_template_write(t, record, pdu, session,
			  tf_pdu_take(pdu, t->record_len));
	pdu->records++;
	return true;
}

static void tf_template_finish_v9(struct tf_pdu *pdu,
				  struct tf_session *session,
				  const struct tf_clock *clock)
{
	u64 boot_ns = tf_pdu_end(pdu, clock);
	u64 boot_ms = div_u64(boot_ns, NSEC_PER_MSEC);
	u64 wall_ns = clock->epoch_ns + boot_ns;
	u8 *at = pdu->data;

	tf_set_close(pdu);
	put_unaligned_be16(TRAFFIC_FLOW_VERSION_9, at);
	put_unaligned_be16(pdu->records + pdu->options + pdu->templates, at + 2);
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

	tf_set_close(pdu);
	put_unaligned_be16(TRAFFIC_FLOW_VERSION_IPFIX, at);
	put_unaligned_be16(pdu->len, at + 2);
	put_unaligned_be32(div_u64(wall_ns, NSEC_PER_SEC), at + 4);
	put_unaligned_be32(session->sequence, at + 8);
	put_unaligned_be32(session->domain, at + 12);
	session->sequence += pdu->records + pdu->options;
}

const struct tf_format tf_format_v9 = {
	.version = TRAFFIC_FLOW_VERSION_9,
	.ipv6 = true,
	.templates = true,
	.begin = tf_template_begin_v9,
	.add = tf_template_add_record,
	.finish = tf_template_finish_v9,
	.put_templates = tf_template_put_v9,
	.put_nat_templates = tf_template_put_nat_v9,
};

const struct tf_format tf_format_ipfix = {
	.version = TRAFFIC_FLOW_VERSION_IPFIX,
	.ipv6 = true,
	.templates = true,
	.begin = tf_template_begin_ipfix,
	.add = tf_template_add_record,
	.finish = tf_template_finish_ipfix,
	.put_templates = tf_template_put_ipfix,
	.put_nat_templates = tf_template_put_nat_ipfix,
};
