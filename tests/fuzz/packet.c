// SPDX-License-Identifier: GPL-2.0
/*
 * Any octets as a packet: dissect.c, parse.h, each.c and nat.c. Nothing is read outside
 * it; how its octets lie in memory makes no difference; all that is promised to
 * be set is set, whatever was there before; and what is counted can be true.
 *
 * An input begins with what is not in the packet:
 *   family and kind (8), octets in the linear part (16), size, number and type of
 *   its segments (16, 16, 8), offset of an inner transport header (16),
 *   connection (8)
 */
#include "each.h"
#include "input.h"
#include "nat.h"
#include "parse.h"
#include "received.h"

#define FUZZ_IPV6		0x01
#define FUZZ_ENCAPSULATED	0x02
#define FUZZ_GSO		0x04
#define FUZZ_CONNECTION		0x08

/* More than the largest super-packet. */
#define FUZZ_PACKET_MAX		(512 * 1024)

bool fuzz_no_memory;

struct fuzz_packet {
	u8 kind;
	u16 linear;
	u16 gso_size;
	u16 gso_segs;
	u8 gso_type;
	u16 inner;
	struct nf_conn ct;
	const u8 *data;
	size_t len;
};

/* All that is found in a packet; nothing of it may depend on @poison. */
struct fuzz_found {
	bool whole;
	struct tf_packet received;
	struct tf_packet pkt;
	struct tf_details details;
	struct tf_each each;
	struct tf_nat nat;
	bool begins;
};

static void fuzz_connection(struct fuzz_input *input, struct nf_conn *ct)
{
	u8 how = fuzz_u8(input);
	size_t i;

	memset(ct, 0, sizeof(*ct));
	ct->ctinfo = how % IP_CT_NUMBER;
	ct->status = (how & 0x08 ? IPS_SRC_NAT : 0) |
		     (how & 0x10 ? IPS_DST_NAT : 0) |
		     (how & 0x20 ? IPS_CONFIRMED : 0);
	for (i = 0; i < ARRAY_SIZE(ct->tuplehash); i++) {
		struct nf_conntrack_tuple *tuple = &ct->tuplehash[i].tuple;

		memset(&tuple->src.u3, 0x10 + i, sizeof(tuple->src.u3));
		memset(&tuple->dst.u3, 0x20 + i, sizeof(tuple->dst.u3));
		tuple->src.u.all = htons(100 + i);
		tuple->dst.u.all = htons(200 + i);
		tuple->dst.protonum = how & 0x40 ? IPPROTO_TCP :
				      how & 0x80 ? IPPROTO_UDP : IPPROTO_ICMP;
	}
}

static void fuzz_take(struct fuzz_packet *packet, const u8 *data, size_t len)
{
	struct fuzz_input input = { .at = data, .len = len };

	packet->kind = fuzz_u8(&input);
	packet->linear = fuzz_u16(&input);
	packet->gso_size = fuzz_u16(&input);
	packet->gso_segs = fuzz_u16(&input);
	packet->gso_type = fuzz_u8(&input);
	packet->inner = fuzz_u16(&input);
	fuzz_connection(&input, &packet->ct);
	packet->data = input.at;
	packet->len = min_t(size_t, input.len, FUZZ_PACKET_MAX);
}

/* Its first @linear octets here, the others there, and not one more. */
static void fuzz_lay(const struct fuzz_packet *packet, size_t linear,
		     struct sk_buff *skb)
{
	static const u32 types[] = {
		0, SKB_GSO_UDP, SKB_GSO_SCTP, SKB_GSO_UDP_L4,
	};

	linear = min(linear, packet->len);
	*skb = (struct sk_buff) {
		.len = packet->len,
		.data_len = packet->len - linear,
		.data = malloc(linear ?: 1),
		.page = malloc(packet->len - linear ?: 1),
		.encapsulation = packet->kind & FUZZ_ENCAPSULATED,
		.inner_transport_offset = packet->inner,
		.ct = packet->kind & FUZZ_CONNECTION ? &packet->ct : NULL,
	};
	memcpy(skb->data, packet->data, linear);
	memcpy(skb->page, packet->data + linear, skb->data_len);
	if (packet->kind & FUZZ_GSO) {
		skb->shared.gso_size = packet->gso_size;
		skb->shared.gso_segs = packet->gso_segs;
		skb->shared.gso_type = types[packet->gso_type % ARRAY_SIZE(types)] |
				       (packet->gso_type & 0x80 ? SKB_GSO_DODGY : 0);
	}
}

/* Of an IPv4 address the other twelve octets say nothing. */
static void fuzz_forget(struct tf_addr *addr, u8 family)
{
	if (family == NFPROTO_IPV4)
		memset((u8 *)addr + sizeof(addr->ip), 0,
		       sizeof(*addr) - sizeof(addr->ip));
}

/* What compilers put behind the last member. */
#define fuzz_pad(_what, _last)						\
	memset((u8 *)&(_what)->_last + sizeof((_what)->_last), 0,	\
	       sizeof(*(_what)) - offsetof(typeof(*(_what)), _last) -	\
	       sizeof((_what)->_last))

static void fuzz_nat(const struct sk_buff *skb, struct fuzz_found *found,
		     u8 poison)
{
	u8 family = found->pkt.family;
	struct tf_nat nat;

	memset(&nat, poison, sizeof(nat));
	tf_nat_sent(skb, &found->pkt, &nat);
	found->nat.done = nat.done;
	if (!nat.done)
		return;
	fuzz_forget(&nat.src, family);
	fuzz_forget(&nat.dst, family);
	found->nat.src = nat.src;
	found->nat.dst = nat.dst;
	found->nat.sport = nat.sport;
	found->nat.dport = nat.dport;
}

static void fuzz_look(const struct sk_buff *skb, u8 kind, u8 poison,
		      struct fuzz_found *found)
{
	struct tf_packet *pkt = &found->pkt;

	memset(found, 0, sizeof(*found));
	memset(pkt, poison, sizeof(*pkt));
	memset(&found->details, poison, sizeof(found->details));
	memset(&found->each, poison, sizeof(found->each));
	found->whole = kind & FUZZ_IPV6 ? tf_dissect_ipv6(skb, pkt) :
					  tf_dissect_ipv4(skb, pkt);
	if (!found->whole) {
		memset(pkt, 0, sizeof(*pkt));
		memset(&found->details, 0, sizeof(found->details));
		memset(&found->each, 0, sizeof(found->each));
		return;
	}
	fuzz_forget(&pkt->src, pkt->family);
	fuzz_forget(&pkt->dst, pkt->family);
	found->received = *pkt;
	tf_dissect_details(skb, pkt, &found->details);
	fuzz_pad(&found->details, tos);
	tf_each_read(skb, pkt, &found->each);
	fuzz_pad(&found->each, ttl_max);
	if (!skb->ct)
		return;
	tf_nat_received(skb, pkt);
	fuzz_forget(&pkt->src, pkt->family);
	fuzz_forget(&pkt->dst, pkt->family);
	fuzz_nat(skb, found, poison);
	found->begins = tf_nat_begins(skb);
}

static void fuzz_judge(const struct fuzz_packet *packet,
		       const struct fuzz_found *found)
{
	u32 header = packet->kind & FUZZ_IPV6 ? 40 : 20;
	const struct tf_packet *pkt = &found->received;
	u8 version = packet->len ? packet->data[0] >> 4 : 0;

	assert(found->whole == (packet->len >= header &&
				version == (header == 40 ? 6 : 4) &&
				(header == 40 || (packet->data[0] & 15) >= 5)));
	if (!found->whole)
		return;
	assert(pkt->packets >= 1);
	assert(pkt->bytes >= (u64)header * pkt->packets || pkt->bytes == U32_MAX);
	assert(pkt->bytes >= packet->len);
	assert(pkt->thoff <= packet->len);
	assert(!pkt->thoff || pkt->thoff >= header);
	assert(!pkt->thoff || !(pkt->flags & TF_PACKET_FRAGMENT));
	assert(pkt->thoff || !pkt->ports);
	assert(packet->kind & FUZZ_GSO ||
	       (pkt->packets == 1 && pkt->bytes == packet->len));
	assert(found->details.total_len <= pkt->bytes);
	assert(found->details.header_len >= header);
	assert(found->each.len_min <= found->each.len_max);
	assert(!(found->details.flow_label & 0xfff00000));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct fuzz_found found, other;
	struct fuzz_packet packet;
	struct sk_buff skb;

	fuzz_take(&packet, data, len);
	fuzz_lay(&packet, packet.linear, &skb);
	fuzz_look(&skb, packet.kind, 0xaa, &found);
	fuzz_look(&skb, packet.kind, 0x55, &other);
	assert(!memcmp(&found, &other, sizeof(found)));
	free(skb.data);
	free(skb.page);

	fuzz_lay(&packet, packet.len, &skb);
	fuzz_look(&skb, packet.kind, 0x33, &other);
	assert(!memcmp(&found, &other, sizeof(found)));
	free(skb.data);
	free(skb.page);

	fuzz_judge(&packet, &found);
	return 0;
}
