// SPDX-License-Identifier: GPL-2.0
/*
 * NetFlow v1 and v5, as Cisco's "NetFlow Export Datagram Format" has them:
 * fixed records of IPv4 flows.
 */
#include <linux/build_bug.h>
#include <linux/in.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/traffic_flow.h>
#include "pdu.h"

#define TF_V1_RECORDS	24
#define TF_V5_RECORDS	30

struct tf_v1_header {
	__be16 version;
	__be16 count;
	__be32 uptime_ms;
	__be32 unix_secs;
	__be32 unix_nsecs;
};

static_assert(sizeof(struct tf_v1_header) == 16);

struct tf_v5_header {
	struct tf_v1_header v1;
	__be32 flow_sequence;
	u8 engine_type;
	u8 engine_id;
	__be16 sampling;
};

static_assert(sizeof(struct tf_v5_header) == 24);

/* What the records of both begin with. */
struct tf_v1_v5_head {
	__be32 src;
	__be32 dst;
	__be32 next_hop;
	__be16 input;
	__be16 output;
	__be32 packets;
	__be32 octets;
	__be32 first_ms;
	__be32 last_ms;
	__be16 sport;
	__be16 dport;
};

struct tf_v1_record {
	struct tf_v1_v5_head head;
	__be16 pad1;
	u8 proto;
	u8 tos;
	u8 tcp_flags;
	u8 pad2[7];
};

static_assert(sizeof(struct tf_v1_record) == 48);

struct tf_v5_record {
	struct tf_v1_v5_head head;
	u8 pad1;
	u8 tcp_flags;
	u8 proto;
	u8 tos;
	__be16 src_as;
	__be16 dst_as;
	u8 src_mask;
	u8 dst_mask;
	__be16 pad2;
};

static_assert(sizeof(struct tf_v5_record) == 48);

/* Nothing is better than the lower half of an index. */
static __be16 tf_v1_v5_interface(u32 ifindex)
{
	return ifindex <= U16_MAX ? htons(ifindex) : 0;
}

static __be32 tf_v1_v5_counter(u64 value)
{
	return htonl(min_t(u64, value, U32_MAX));
}

static void tf_v1_v5_head(struct tf_v1_v5_head *head, const struct tf_pdu *pdu,
			  const struct tf_record *record)
{
	head->src = record->src.ip;
	head->dst = record->dst.ip;
	head->next_hop = record->next_hop.ip;
	head->input = tf_v1_v5_interface(record->in_if);
	head->output = tf_v1_v5_interface(record->out_if);
	head->packets = tf_v1_v5_counter(record->packets);
	head->octets = tf_v1_v5_counter(record->bytes);
	head->first_ms = htonl(tf_pdu_uptime(pdu, record->first_ms));
	head->last_ms = htonl(tf_pdu_uptime(pdu, record->last_ms));
	head->sport = htons(record->sport);
	head->dport = htons(record->dport);
}

static bool tf_v1_v5_fits(const struct tf_pdu *pdu, u16 records, u32 octets)
{
	return pdu->records < records && tf_pdu_fits(pdu, octets);
}

static void tf_v1_header(struct tf_v1_header *header, const struct tf_pdu *pdu,
			 u16 version, const struct tf_clock *clock)
{
	u64 boot_ns = tf_pdu_end(pdu, clock);
	u64 boot_ms = div_u64(boot_ns, NSEC_PER_MSEC);
	u32 nsecs;
	u64 secs;

	secs = div_u64_rem(clock->epoch_ns + boot_ns, NSEC_PER_SEC, &nsecs);
	header->version = htons(version);
	header->count = htons(pdu->records);
	header->uptime_ms = htonl(tf_pdu_uptime(pdu, boot_ms));
	header->unix_secs = htonl(secs);
	header->unix_nsecs = htonl(nsecs);
}

static void tf_v1_begin(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, sizeof(struct tf_v1_header));
}

static bool tf_v1_add(struct tf_pdu *pdu, const struct tf_session *session,
		      const struct tf_record *record)
{
	struct tf_v1_record out = {
		.proto = record->proto,
		.tos = record->tos,
		.tcp_flags = record->tcp_flags,
	};

	if (!tf_v1_v5_fits(pdu, TF_V1_RECORDS, sizeof(out)))
		return false;
	tf_v1_v5_head(&out.head, pdu, record);
	memcpy(tf_pdu_take(pdu, sizeof(out)), &out, sizeof(out));
	pdu->records++;
	return true;
}

static void tf_v1_finish(struct tf_pdu *pdu, struct tf_session *session,
			 const struct tf_clock *clock)
{
	struct tf_v1_header header;

	tf_v1_header(&header, pdu, TRAFFIC_FLOW_VERSION_1, clock);
	memcpy(pdu->data, &header, sizeof(header));
}

static void tf_v5_begin(struct tf_pdu *pdu)
{
	tf_pdu_pad(pdu, sizeof(struct tf_v5_header));
}

static bool tf_v5_add(struct tf_pdu *pdu, const struct tf_session *session,
		      const struct tf_record *record)
{
	struct tf_v5_record out = {
		.tcp_flags = record->tcp_flags,
		.proto = record->proto,
		.tos = record->tos,
		.src_mask = record->src_mask,
		.dst_mask = record->dst_mask,
	};

	if (!tf_v1_v5_fits(pdu, TF_V5_RECORDS, sizeof(out)))
		return false;
	tf_v1_v5_head(&out.head, pdu, record);
	memcpy(tf_pdu_take(pdu, sizeof(out)), &out, sizeof(out));
	pdu->records++;
	return true;
}

static void tf_v5_finish(struct tf_pdu *pdu, struct tf_session *session,
			 const struct tf_clock *clock)
{
	struct tf_v5_header header = {
		.flow_sequence = htonl(session->sequence),
		.sampling = htons(session->sampling ?
				  BIT(14) | min(session->sampling, 0x3fffU) : 0),
	};

	tf_v1_header(&header.v1, pdu, TRAFFIC_FLOW_VERSION_5, clock);
	memcpy(pdu->data, &header, sizeof(header));
	session->sequence += pdu->records;
}

const struct tf_format tf_format_v1 = {
	.version = TRAFFIC_FLOW_VERSION_1,
	.begin = tf_v1_begin,
	.add = tf_v1_add,
	.finish = tf_v1_finish,
};

const struct tf_format tf_format_v5 = {
	.version = TRAFFIC_FLOW_VERSION_5,
	.begin = tf_v5_begin,
	.add = tf_v5_add,
	.finish = tf_v5_finish,
};
