// SPDX-License-Identifier: GPL-2.0
/*
 * Elements and their lengths: IANA's "IPFIX Information Elements" registry,
 * RFC 3954 section 8 for NetFlow v9. Which are in which template, and in which
 * order: RouterOS 7, with what follows at the end of a template our addition.
 */
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/netfilter.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/traffic_flow.h>
#include "compat.h"
#include "encode.h"
#include "fields.h"

/* For which families a row is. */
#define TF_IP4	BIT(0)
#define TF_IP6	BIT(1)
#define TF_IP	(TF_IP4 | TF_IP6)

/* For which formats: v9, and IPFIX with either kind of timestamps. */
#define TF_V9	BIT(0)
#define TF_ABS	BIT(1)
#define TF_UPT	BIT(2)
#define TF_NAT	BIT(3)	/* NAT events only, of v9 and IPFIX */
#define TF_ALL	(TF_V9 | TF_ABS | TF_UPT)
#define TF_IPFIX (TF_ABS | TF_UPT)

/**
 * struct tf_field_row - what is to know of a field
 * @field: how it is written
 * @families: templates it is in
 * @formats: templates it is in
 * @choices: bits (1 << &enum traffic_flow_field): IPFIX has it if one of these
 *	is chosen; 0: always
 */
struct tf_field_row {
	struct tf_field field;
	u8 families;
	u8 formats;
	u64 choices;
};

#define TF_ROW(_element, _len, _kind, _member, _families, _formats, _choices) {	\
	.field = {							\
		.element = _element,					\
		.len = _len,						\
		.kind = TF_FIELD_##_kind,				\
		.size = sizeof_field(struct tf_record, _member),	\
		.offset = offsetof(struct tf_record, _member),		\
	},								\
	.families = _families,						\
	.formats = _formats,						\
	.choices = _choices,						\
}

#define TF_CHOICE(_name) BIT_ULL(TRAFFIC_FLOW_FIELD_##_name)

#define TF_TIMES (TF_CHOICE(FIRST_FORWARDED) | TF_CHOICE(LAST_FORWARDED))
#define TF_ICMP (TF_CHOICE(ICMP_TYPE) | TF_CHOICE(ICMP_CODE))

/* In the order of IPFIX records; v9 has orders of its own. */
static const struct tf_field_row tf_field_rows[] = {
	TF_ROW(60, 1, NUMBER, ip_version, TF_IP, TF_ALL, 0),
	TF_ROW(152, 8, WALL, first_ms, TF_IP, TF_ABS, TF_CHOICE(FIRST_FORWARDED)),
	TF_ROW(22, 4, UPTIME, first_ms, TF_IP, TF_UPT | TF_V9,
	       TF_CHOICE(FIRST_FORWARDED)),
	TF_ROW(153, 8, WALL, last_ms, TF_IP, TF_ABS, TF_CHOICE(LAST_FORWARDED)),
	TF_ROW(21, 4, UPTIME, last_ms, TF_IP, TF_UPT | TF_V9,
	       TF_CHOICE(LAST_FORWARDED)),
	TF_ROW(160, 8, BOOT, first_ms, TF_IP, TF_ABS, TF_CHOICE(SYS_INIT_TIME)),
	/* Uptimes mean nothing to a collector without it. */
	TF_ROW(160, 8, BASE, first_ms, TF_IP, TF_UPT,
	       TF_CHOICE(SYS_INIT_TIME) | TF_TIMES),
	TF_ROW(2, 8, NUMBER, packets, TF_IP, TF_ALL, TF_CHOICE(PACKETS)),
	TF_ROW(1, 8, NUMBER, bytes, TF_IP, TF_ALL, TF_CHOICE(BYTES)),
	TF_ROW(7, 2, NUMBER, sport, TF_IP, TF_ALL, TF_CHOICE(SRC_PORT)),
	TF_ROW(11, 2, NUMBER, dport, TF_IP, TF_ALL, TF_CHOICE(DST_PORT)),
	TF_ROW(10, 4, NUMBER, in_if, TF_IP, TF_ALL, TF_CHOICE(IN_INTERFACE)),
	TF_ROW(14, 4, NUMBER, out_if, TF_IP, TF_ALL, TF_CHOICE(OUT_INTERFACE)),
	TF_ROW(4, 1, NUMBER, proto, TF_IP, TF_ALL, TF_CHOICE(PROTOCOL)),
	TF_ROW(5, 1, NUMBER, tos, TF_IP, TF_ALL, TF_CHOICE(TOS)),
	/* One octet: several collectors show no flags if there are two. */
	TF_ROW(6, 1, NUMBER, tcp_flags, TF_IP, TF_ALL, TF_CHOICE(TCP_FLAGS)),
	TF_ROW(57, 6, OCTETS, post_dst_mac, TF_IP, TF_ALL,
	       TF_CHOICE(DST_MAC_ADDRESS)),
	TF_ROW(80, 6, OCTETS, dst_mac, TF_IP, TF_ALL, TF_CHOICE(DST_MAC_ADDRESS)),
	TF_ROW(81, 6, OCTETS, post_src_mac, TF_IP, TF_ALL,
	       TF_CHOICE(SRC_MAC_ADDRESS)),
	TF_ROW(56, 6, OCTETS, src_mac, TF_IP, TF_ALL, TF_CHOICE(SRC_MAC_ADDRESS)),
	TF_ROW(8, 4, OCTETS, src, TF_IP4, TF_ALL, TF_CHOICE(SRC_ADDRESS)),
	TF_ROW(12, 4, OCTETS, dst, TF_IP4, TF_ALL, TF_CHOICE(DST_ADDRESS)),
	TF_ROW(15, 4, OCTETS, next_hop, TF_IP4, TF_ALL, TF_CHOICE(GATEWAY)),
	TF_ROW(9, 1, NUMBER, src_mask, TF_IP4, TF_ALL,
	       TF_CHOICE(SRC_ADDRESS_MASK)),
	TF_ROW(13, 1, NUMBER, dst_mask, TF_IP4, TF_ALL,
	       TF_CHOICE(DST_ADDRESS_MASK)),
	TF_ROW(27, 16, OCTETS, src, TF_IP6, TF_ALL, TF_CHOICE(SRC_ADDRESS)),
	TF_ROW(28, 16, OCTETS, dst, TF_IP6, TF_ALL, TF_CHOICE(DST_ADDRESS)),
	TF_ROW(62, 16, OCTETS, next_hop, TF_IP6, TF_ALL, TF_CHOICE(GATEWAY)),
	TF_ROW(29, 1, NUMBER, src_mask, TF_IP6, TF_ALL,
	       TF_CHOICE(SRC_ADDRESS_MASK)),
	TF_ROW(30, 1, NUMBER, dst_mask, TF_IP6, TF_ALL,
	       TF_CHOICE(DST_ADDRESS_MASK)),
	TF_ROW(192, 1, NUMBER, ttl, TF_IP, TF_IPFIX, TF_CHOICE(TTL)),
	TF_ROW(206, 1, NUMBER, multicast, TF_IP, TF_IPFIX,
	       TF_CHOICE(IS_MULTICAST)),
	TF_ROW(189, 1, NUMBER, header_len, TF_IP, TF_IPFIX,
	       TF_CHOICE(IP_HEADER_LENGTH)),
	TF_ROW(224, 8, NUMBER, total_len, TF_IP, TF_IPFIX,
	       TF_CHOICE(IP_TOTAL_LENGTH)),
	TF_ROW(205, 2, NUMBER, udp_len, TF_IP, TF_IPFIX, TF_CHOICE(UDP_LENGTH)),
	TF_ROW(184, 4, NUMBER, tcp_seq, TF_IP, TF_IPFIX, TF_CHOICE(TCP_SEQ_NUM)),
	TF_ROW(185, 4, NUMBER, tcp_ack, TF_IP, TF_IPFIX, TF_CHOICE(TCP_ACK_NUM)),
	TF_ROW(186, 2, NUMBER, tcp_window, TF_IP, TF_IPFIX,
	       TF_CHOICE(TCP_WINDOW_SIZE)),
	TF_ROW(33, 1, NUMBER, igmp_type, TF_IP, TF_IPFIX, TF_CHOICE(IGMP_TYPE)),
	TF_ROW(176, 1, NUMBER, icmp_type, TF_IP4, TF_IPFIX, TF_CHOICE(ICMP_TYPE)),
	TF_ROW(177, 1, NUMBER, icmp_code, TF_IP4, TF_IPFIX, TF_CHOICE(ICMP_CODE)),
	TF_ROW(178, 1, NUMBER, icmp_type, TF_IP6, TF_IPFIX, TF_CHOICE(ICMP_TYPE)),
	TF_ROW(179, 1, NUMBER, icmp_code, TF_IP6, TF_IPFIX, TF_CHOICE(ICMP_CODE)),
	TF_ROW(31, 4, NUMBER, flow_label, TF_IP6, TF_IPFIX,
	       TF_CHOICE(IPV6_FLOW_LABEL)),
	TF_ROW(225, 4, OCTETS, nat_src, TF_IP4, TF_ALL,
	       TF_CHOICE(NAT_SRC_ADDRESS)),
	TF_ROW(226, 4, OCTETS, nat_dst, TF_IP4, TF_ALL,
	       TF_CHOICE(NAT_DST_ADDRESS)),
	TF_ROW(281, 16, OCTETS, nat_src, TF_IP6, TF_IPFIX,
	       TF_CHOICE(NAT_SRC_ADDRESS)),
	TF_ROW(282, 16, OCTETS, nat_dst, TF_IP6, TF_IPFIX,
	       TF_CHOICE(NAT_DST_ADDRESS)),
	TF_ROW(227, 2, NUMBER, nat_sport, TF_IP, TF_ALL, TF_CHOICE(NAT_SRC_PORT)),
	TF_ROW(228, 2, NUMBER, nat_dport, TF_IP, TF_ALL, TF_CHOICE(NAT_DST_PORT)),
	/* Type and code as the collectors know it that overlook 176 to 179. */
	TF_ROW(32, 2, NUMBER, icmp, TF_IP4, TF_IPFIX, TF_ICMP),
	TF_ROW(139, 2, NUMBER, icmp, TF_IP6, TF_IPFIX, TF_ICMP),
	/* RouterOS has none of these. */
	TF_ROW(136, 1, NUMBER, end_reason, TF_IP, TF_IPFIX,
	       TF_CHOICE(FLOW_END_REASON)),
	TF_ROW(61, 1, NUMBER, direction, TF_IP, TF_IPFIX,
	       TF_CHOICE(FLOW_DIRECTION)),
	TF_ROW(58, 2, NUMBER, vlan, TF_IP, TF_IPFIX, TF_CHOICE(VLAN_ID)),
	TF_ROW(59, 2, NUMBER, post_vlan, TF_IP, TF_IPFIX,
	       TF_CHOICE(POST_VLAN_ID)),
	TF_ROW(243, 2, NUMBER, vlan, TF_IP, TF_IPFIX, TF_CHOICE(DOT1Q_VLAN_ID)),
	TF_ROW(245, 2, NUMBER, customer_vlan, TF_IP, TF_IPFIX,
	       TF_CHOICE(DOT1Q_CUSTOMER_VLAN_ID)),
	TF_ROW(234, 4, NUMBER, in_vrf, TF_IP, TF_IPFIX, TF_CHOICE(IN_VRF)),
	TF_ROW(235, 4, NUMBER, out_vrf, TF_IP, TF_IPFIX, TF_CHOICE(OUT_VRF)),
	TF_ROW(148, 8, NUMBER, flow_id, TF_IP, TF_IPFIX, TF_CHOICE(FLOW_ID)),
	TF_ROW(64, 4, NUMBER, ext_headers, TF_IP6, TF_ALL,
	       TF_CHOICE(IPV6_EXTENSION_HEADERS)),
	TF_ROW(208, 4, NUMBER, ip_options, TF_IP4, TF_IPFIX,
	       TF_CHOICE(IPV4_OPTIONS)),
	TF_ROW(209, 8, NUMBER, tcp_options, TF_IP, TF_IPFIX,
	       TF_CHOICE(TCP_OPTIONS)),
	TF_ROW(25, 8, NUMBER, len_min, TF_IP, TF_IPFIX, TF_CHOICE(MIN_LENGTH)),
	TF_ROW(26, 8, NUMBER, len_max, TF_IP, TF_IPFIX, TF_CHOICE(MAX_LENGTH)),
	TF_ROW(52, 1, NUMBER, ttl_min, TF_IP, TF_IPFIX, TF_CHOICE(MIN_TTL)),
	TF_ROW(53, 1, NUMBER, ttl_max, TF_IP, TF_IPFIX, TF_CHOICE(MAX_TTL)),
	TF_ROW(54, 4, NUMBER, fragment_id, TF_IP, TF_IPFIX,
	       TF_CHOICE(FRAGMENT_ID)),
	TF_ROW(89, 1, NUMBER, status, TF_IP, TF_IPFIX,
	       TF_CHOICE(FORWARDING_STATUS)),
	/* The rest is v9's only, where 32 is for both families. */
	TF_ROW(32, 2, NUMBER, icmp, TF_IP, TF_V9, 0),
	TF_ROW(31, 3, NUMBER, flow_label, TF_IP6, TF_V9, 0),
	TF_ROW(34, 4, SAMPLING, packets, TF_IP, TF_V9, 0),
	TF_ROW(35, 1, ONE, packets, TF_IP, TF_V9, 0),
	TF_ROW(323, 8, WALL, first_ms, TF_IP, TF_NAT, 0),
	TF_ROW(230, 1, NUMBER, nat_event, TF_IP, TF_NAT, 0),
};

/* What an event has in common with a flow is as in IPFIX. */
static const u16 tf_nat_ipv4[] = {
	323, 230, 4, 8, 225, 7, 227, 12, 226, 11, 228,
};

static const u16 tf_nat_ipv6[] = {
	323, 230, 4, 27, 281, 7, 227, 28, 282, 11, 228,
};

/* Far above the ids that a selection of fields ever gets. */
#define TF_NAT_TEMPLATE		65264

static const u16 tf_v9_ipv4[] = {
	22, 21, 2, 1, 10, 14, 8, 12, 4, 5, 7, 11, 15, 13, 9, 6, 34, 35,
	80, 81, 56, 57, 225, 226, 227, 228, 32,
};

static const u16 tf_v9_ipv6[] = {
	60, 27, 29, 10, 28, 30, 14, 62, 4, 6, 34, 35, 5, 7, 11, 31, 64,
	21, 22, 1, 2, 80, 56, 57, 81, 32,
};

static_assert(ARRAY_SIZE(tf_v9_ipv4) <= TF_TEMPLATE_FIELDS_MAX);
static_assert(ARRAY_SIZE(tf_v9_ipv6) <= TF_TEMPLATE_FIELDS_MAX);

static u8 tf_field_family(u8 family)
{
	return family == NFPROTO_IPV4 ? TF_IP4 : TF_IP6;
}

static void tf_template_begin(struct tf_template *t, u16 id)
{
	t->id = id;
	t->record_len = 0;
	t->count = 0;
}

/* What most fields need is one step; for others it is worked out each time. */
enum tf_step_how {
	TF_STEP_OTHER,
	TF_STEP_OCTETS_4,
	TF_STEP_OCTETS_6,
	TF_STEP_OCTETS_16,
	TF_STEP_U8,
	TF_STEP_U16,
	TF_STEP_U32,
	TF_STEP_U32_AS_64,
	TF_STEP_U64,
	TF_STEP_UPTIME,
	TF_STEP_WALL,
};

static enum tf_step_how tf_step_how(const struct tf_field *field)
{
	static const struct {
		u8 kind;
		u8 size;
		u8 len;
		u8 how;
	} known[] = {
		{ TF_FIELD_OCTETS, 0, 4, TF_STEP_OCTETS_4 },
		{ TF_FIELD_OCTETS, 0, 6, TF_STEP_OCTETS_6 },
		{ TF_FIELD_OCTETS, 0, 16, TF_STEP_OCTETS_16 },
		{ TF_FIELD_NUMBER, 1, 1, TF_STEP_U8 },
		{ TF_FIELD_NUMBER, 2, 2, TF_STEP_U16 },
		{ TF_FIELD_NUMBER, 4, 4, TF_STEP_U32 },
		{ TF_FIELD_NUMBER, 4, 8, TF_STEP_U32_AS_64 },
		{ TF_FIELD_NUMBER, 8, 8, TF_STEP_U64 },
		{ TF_FIELD_UPTIME, 8, 4, TF_STEP_UPTIME },
		{ TF_FIELD_WALL, 8, 8, TF_STEP_WALL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].kind == field->kind && known[i].len == field->len &&
		    (!known[i].size || known[i].size == field->size))
			return known[i].how;
	return TF_STEP_OTHER;
}

static void tf_template_add(struct tf_template *t, const struct tf_field *field)
{
	t->steps[t->count] = (struct tf_step){
		.offset = field->offset,
		.len = field->len,
		.how = tf_step_how(field),
	};
	t->fields[t->count++] = field;
	t->record_len += field->len;
}

static void tf_template_add_row(struct tf_template *t, u16 element, u8 family,
				u8 formats)
{
	const struct tf_field_row *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tf_field_rows); i++) {
		row = &tf_field_rows[i];
		if (row->field.element == element && (row->formats & formats) &&
		    (row->families & tf_field_family(family)))
			tf_template_add(t, &row->field);
	}
}

void tf_template_v9(struct tf_template *t, u8 family)
{
	bool ipv4 = family == NFPROTO_IPV4;
	const u16 *order = ipv4 ? tf_v9_ipv4 : tf_v9_ipv6;
	unsigned int count = ipv4 ? ARRAY_SIZE(tf_v9_ipv4) :
				    ARRAY_SIZE(tf_v9_ipv6);
	unsigned int i;

	tf_template_begin(t, ipv4 ? 256 : 257);
	for (i = 0; i < count; i++)
		tf_template_add_row(t, order[i], family, TF_V9);
}

void tf_template_nat(struct tf_template *t, u8 family)
{
	bool ipv4 = family == NFPROTO_IPV4;
	const u16 *order = ipv4 ? tf_nat_ipv4 : tf_nat_ipv6;
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(tf_nat_ipv4) != ARRAY_SIZE(tf_nat_ipv6));
	tf_template_begin(t, TF_NAT_TEMPLATE + !ipv4);
	for (i = 0; i < ARRAY_SIZE(tf_nat_ipv4); i++)
		tf_template_add_row(t, order[i], family, TF_ABS | TF_NAT);
}

void tf_template_ipfix(struct tf_template *t, u8 family, u64 fields,
		       u8 timestamps, u16 generation)
{
	u8 format = timestamps == TRAFFIC_FLOW_TIMESTAMPS_UPTIME ? TF_UPT :
								   TF_ABS;
	const struct tf_field_row *row;
	unsigned int i;

	/* Ids end at 65535; by then the first ones are long forgotten. */
	tf_template_begin(t, (family == NFPROTO_IPV4 ? 258 : 259) +
			     2 * (generation % 32000));
	for (i = 0; i < ARRAY_SIZE(tf_field_rows); i++) {
		row = &tf_field_rows[i];
		if ((row->families & tf_field_family(family)) &&
		    (row->formats & format) &&
		    (!row->choices || (row->choices & fields)))
			tf_template_add(t, &row->field);
	}
}

static u64 tf_field_number(const struct tf_field *field, const void *base)
{
	const void *member = (const u8 *)base + field->offset;

	switch (field->size) {
	case sizeof(u8):
		return *(const u8 *)member;
	case sizeof(u16):
		return *(const u16 *)member;
	case sizeof(u32):
		return *(const u32 *)member;
	default:
		return *(const u64 *)member;
	}
}

static void tf_field_put_number(u8 *at, u8 len, u64 value)
{
	switch (len) {
	case 1:
		*at = value;
		break;
	case 2:
		put_unaligned_be16(value, at);
		break;
	case 3:
		put_unaligned_be16(value >> 8, at);
		at[2] = value;
		break;
	case 4:
		put_unaligned_be32(value, at);
		break;
	default:
		put_unaligned_be64(value, at);
		break;
	}
}

void tf_field_copy(const struct tf_field *field, const void *base, u8 *at)
{
	if (field->kind == TF_FIELD_OCTETS)
		memcpy(at, (const u8 *)base + field->offset, field->len);
	else
		tf_field_put_number(at, field->len,
				    tf_field_number(field, base));
}

/* Return: the value of a field that is not just a member of the record. */
static u64 tf_field_made(const struct tf_field *field,
			 const struct tf_record *record,
			 const struct tf_pdu *pdu,
			 const struct tf_session *session)
{
	switch (field->kind) {
	case TF_FIELD_UPTIME:
		return tf_pdu_uptime(pdu, tf_field_number(field, record));
	case TF_FIELD_WALL:
		return pdu->epoch_ms + tf_field_number(field, record);
	case TF_FIELD_BOOT:
		return pdu->epoch_ms;
	case TF_FIELD_BASE:
		return pdu->epoch_ms + pdu->base_ms;
	case TF_FIELD_SAMPLING:
		return session->sampling ?: 1;
	default:
		return 1;
	}
}

static void tf_field_put(const struct tf_field *field,
			 const struct tf_record *record,
			 const struct tf_pdu *pdu,
			 const struct tf_session *session, u8 *at)
{
	if (field->kind == TF_FIELD_OCTETS || field->kind == TF_FIELD_NUMBER)
		tf_field_copy(field, record, at);
	else
		tf_field_put_number(at, field->len,
				    tf_field_made(field, record, pdu, session));
}

void tf_template_write(const struct tf_template *t,
		       const struct tf_record *record,
		       const struct tf_pdu *pdu,
		       const struct tf_session *session, u8 *at)
{
	const struct tf_step *step = t->steps;
	const struct tf_step *end = step + t->count;

	for (; step < end; at += step->len, step++) {
		const void *member = (const u8 *)record + step->offset;

		switch (step->how) {
		case TF_STEP_OCTETS_4:
			memcpy(at, member, 4);
			break;
		case TF_STEP_OCTETS_6:
			memcpy(at, member, 6);
			break;
		case TF_STEP_OCTETS_16:
			memcpy(at, member, 16);
			break;
		case TF_STEP_U8:
			*at = *(const u8 *)member;
			break;
		case TF_STEP_U16:
			put_unaligned_be16(*(const u16 *)member, at);
			break;
		case TF_STEP_U32:
			put_unaligned_be32(*(const u32 *)member, at);
			break;
		case TF_STEP_U32_AS_64:
			put_unaligned_be64(*(const u32 *)member, at);
			break;
		case TF_STEP_U64:
			put_unaligned_be64(*(const u64 *)member, at);
			break;
		case TF_STEP_UPTIME:
			put_unaligned_be32(tf_pdu_uptime(pdu,
							 *(const u64 *)member), at);
			break;
		case TF_STEP_WALL:
			put_unaligned_be64(pdu->epoch_ms +
					   *(const u64 *)member, at);
			break;
		default:
			tf_field_put(t->fields[step - t->steps], record, pdu,
				     session, at);
			break;
		}
	}
}
