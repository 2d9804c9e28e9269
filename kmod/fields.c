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
	/* The rest is v9's only, where 32 is for both families. */
	TF_ROW(32, 2, NUMBER, icmp, TF_IP, TF_V9, 0),
	TF_ROW(31, 3, NUMBER, flow_label, TF_IP6, TF_V9, 0),
	TF_ROW(64, 4, NUMBER, ext_headers, TF_IP6, TF_V9, 0),
	TF_ROW(34, 4, SAMPLING, packets, TF_IP, TF_V9, 0),
	TF_ROW(35, 1, ONE, packets, TF_IP, TF_V9, 0),
};

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

static void tf_template_add(struct tf_template *t, const struct tf_field *field)
{
	t->fields[t->count++] = field;
	t->record_len += field->len;
}

static void tf_template_add_v9(struct tf_template *t, u16 element, u8 family)
{
	const struct tf_field_row *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tf_field_rows); i++) {
		row = &tf_field_rows[i];
		if (row->field.element == element && (row->formats & TF_V9) &&
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
		tf_template_add_v9(t, order[i], family);
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

static u64 tf_field_number(const struct tf_field *field,
			   const struct tf_record *record)
{
	const void *member = (const u8 *)record + field->offset;

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

void tf_field_put(const struct tf_field *field, const struct tf_record *record,
		  const struct tf_pdu *pdu, const struct tf_session *session,
		  u8 *at)
{
	u64 value = 1;

	switch (field->kind) {
	case TF_FIELD_OCTETS:
		memcpy(at, (const u8 *)record + field->offset, field->len);
		return;
	case TF_FIELD_NUMBER:
		value = tf_field_number(field, record);
		break;
	case TF_FIELD_UPTIME:
		value = tf_pdu_uptime(pdu, tf_field_number(field, record));
		break;
	case TF_FIELD_WALL:
		value = pdu->epoch_ms + tf_field_number(field, record);
		break;
	case TF_FIELD_BOOT:
		value = pdu->epoch_ms;
		break;
	case TF_FIELD_BASE:
		value = pdu->epoch_ms + pdu->base_ms;
		break;
	case TF_FIELD_SAMPLING:
		value = session->sampling ?: 1;
		break;
	case TF_FIELD_ONE:
		break;
	}
	tf_field_put_number(at, field->len, value);
}
