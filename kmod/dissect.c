// SPDX-License-Identifier: GPL-2.0
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/netfilter.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "parse.h"

/* More than any honest packet has. */
#define TF_EXT_HEADERS_MAX	16

void tf_dissect_type(const struct sk_buff *skb, u32 offset,
		     unsigned int octets, struct tf_packet *pkt)
{
	u8 buf[2] = {};
	const u8 *type;

	type = skb_header_pointer(skb, offset, octets, buf);
	if (!type) {
		tf_dissect_cut(pkt);
		return;
	}
	pkt->dport = htons(type[0] << 8 | (octets > 1 ? type[1] : 0));
	pkt->thoff = offset;
}

/*
 * Octets of headers that the wire repeats in each packet of a super-packet:
 * up to the end of the innermost transport header, as the device cuts it.
 */
static u32 tf_dissect_repeated(const struct sk_buff *skb,
			       const struct tf_packet *pkt)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	u32 offset = pkt->thoff;
	u8 buf[13] __uninitialized;
	const u8 *tcp;

	/* Whatever is said of an inner header, each packet has one of IP. */
	if (!offset)
		offset = pkt->family == NFPROTO_IPV4 ? sizeof(struct iphdr) :
						       sizeof(struct ipv6hdr);
	if (skb->encapsulation && skb_inner_transport_offset(skb) > (int)offset)
		offset = skb_inner_transport_offset(skb);
	if (type & SKB_GSO_UDP)
		return offset;
	if (type & SKB_GSO_SCTP)
		return offset + sizeof(struct sctphdr);
	if (type & SKB_GSO_UDP_L4)
		return offset + sizeof(struct udphdr);
	/* Where the inner header lies nobody has aligned it. */
	tcp = skb_header_pointer(skb, offset, sizeof(buf), buf);
	return tcp ? offset + (tcp[12] >> 4) * 4 : offset;
}

/* A super-packet that does not know what it stands for, or may be lying. */
static u32 tf_dissect_segments(const struct sk_buff *skb, u32 headers)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	u32 payload = skb->len > headers ? skb->len - headers : 0;

	if (shared->gso_size == GSO_BY_FRAGS)
		return max_t(u32, shared->gso_segs, 1);
	if (shared->gso_segs && !(shared->gso_type & SKB_GSO_DODGY) &&
	    shared->gso_segs <= payload)
		return shared->gso_segs;
	return max_t(u32, DIV_ROUND_UP(payload, shared->gso_size), 1);
}

void tf_dissect_gso(const struct sk_buff *skb, struct tf_packet *pkt)
{
	u32 headers = tf_dissect_repeated(skb, pkt);

	pkt->packets = tf_dissect_segments(skb, headers);
	pkt->bytes = min_t(u64, U32_MAX, skb->len +
			   (pkt->packets - 1) * (u64)headers);
}

/**
 * struct tf_ext_walk - the way along IPv6 extension headers
 * @offset: of the next header from skb->data
 * @seen: bits of the headers passed, as IANA element 64 has them
 * @fragment_id: identification in the fragment header
 * @next: its number
 * @fragment: it is in another packet: this is a later fragment
 * @cut: it could not be read
 */
struct tf_ext_walk {
	u32 offset;
	u32 seen;
	u32 fragment_id;
	u8 next;
	bool fragment;
	bool cut;
};

/*
 * IANA element 64, ipv6ExtensionHeaders, by the registry's diagram, which is
 * erratum 1738's: positions count from the most significant bit, as in the
 * diagrams of the elements beside it.
 */
#define TF_EXT_BIT(_position)	BIT(31 - (_position))

enum tf_ext_bit {
	TF_EXT_DST	= TF_EXT_BIT(0),
	TF_EXT_HOP	= TF_EXT_BIT(1),
	TF_EXT_UNKNOWN	= TF_EXT_BIT(3),
	TF_EXT_FRA0	= TF_EXT_BIT(4),
	TF_EXT_RH	= TF_EXT_BIT(5),
	TF_EXT_FRA1	= TF_EXT_BIT(6),
	TF_EXT_MOB	= TF_EXT_BIT(12),
	TF_EXT_ESP	= TF_EXT_BIT(13),
	TF_EXT_AH	= TF_EXT_BIT(14),
};

static void tf_ext_fragment(const struct sk_buff *skb, struct tf_ext_walk *walk)
{
	const struct frag_hdr *frag;
	struct frag_hdr buf;

	frag = skb_header_pointer(skb, walk->offset, sizeof(buf), &buf);
	if (!frag) {
		walk->cut = true;
		return;
	}
	walk->fragment = frag->frag_off & htons(IP6_OFFSET);
	walk->seen |= walk->fragment ? TF_EXT_FRA1 : TF_EXT_FRA0;
	walk->fragment_id = ntohl(frag->identification);
	walk->next = frag->nexthdr;
	walk->offset += sizeof(*frag);
}

/* Pass a header whose length field counts @unit octets and leaves out @plus. */
static void tf_ext_pass(const struct sk_buff *skb, struct tf_ext_walk *walk,
			u32 unit, u32 plus, u32 bit)
{
	const struct ipv6_opt_hdr *ext;
	struct ipv6_opt_hdr buf;
	u32 len;

	ext = skb_header_pointer(skb, walk->offset, sizeof(buf), &buf);
	len = ext ? (ext->hdrlen + plus) * unit : 0;
	if (!ext || skb->len - walk->offset < len) {
		walk->cut = true;
		return;
	}
	walk->seen |= bit;
	walk->next = ext->nexthdr;
	walk->offset += len;
}

/* Return: whether there was an extension header, and it has been passed. */
static bool tf_ext_step(const struct sk_buff *skb, struct tf_ext_walk *walk)
{
	switch (walk->next) {
	case NEXTHDR_HOP:
		tf_ext_pass(skb, walk, 8, 1, TF_EXT_HOP);
		break;
	case NEXTHDR_ROUTING:
		tf_ext_pass(skb, walk, 8, 1, TF_EXT_RH);
		break;
	case NEXTHDR_DEST:
		tf_ext_pass(skb, walk, 8, 1, TF_EXT_DST);
		break;
	case NEXTHDR_MOBILITY:
		tf_ext_pass(skb, walk, 8, 1, TF_EXT_MOB);
		break;
	case 139: /* HIP */
	case 140: /* Shim6 */
		tf_ext_pass(skb, walk, 8, 1, TF_EXT_UNKNOWN);
		break;
	case NEXTHDR_AUTH:
		tf_ext_pass(skb, walk, 4, 2, TF_EXT_AH);
		break;
	case NEXTHDR_FRAGMENT:
		tf_ext_fragment(skb, walk);
		break;
	default:
		return false;
	}
	return !walk->cut && !walk->fragment;
}

static void tf_ext_walk(const struct sk_buff *skb, u8 next,
			struct tf_ext_walk *walk)
{
	unsigned int headers = 0;

	*walk = (struct tf_ext_walk) {
		.offset = sizeof(struct ipv6hdr),
		.next = next,
	};
	while (tf_ext_step(skb, walk)) {
		if (++headers == TF_EXT_HEADERS_MAX) {
			walk->cut = true;
			return;
		}
	}
	if (walk->next == NEXTHDR_ESP)
		walk->seen |= TF_EXT_ESP;
}

void tf_dissect_extended(const struct sk_buff *skb, struct tf_packet *pkt)
{
	struct tf_ext_walk walk;

	tf_ext_walk(skb, pkt->proto, &walk);
	pkt->proto = walk.next;
	if (unlikely(walk.fragment))
		pkt->flags = TF_PACKET_FRAGMENT;
	else if (unlikely(walk.cut))
		tf_dissect_cut(pkt);
	else
		tf_dissect_transport(skb, walk.offset, pkt);
}

static void tf_details_transport(const struct sk_buff *skb,
				 const struct tf_packet *pkt,
				 struct tf_details *details)
{
	const struct tcphdr *tcp;
	const struct udphdr *udp;
	struct tcphdr tcp_buf;
	struct udphdr udp_buf;

	if (!pkt->thoff)
		return;
	if (pkt->proto == IPPROTO_TCP) {
		tcp = skb_header_pointer(skb, pkt->thoff, sizeof(tcp_buf),
					 &tcp_buf);
		if (!tcp)
			return;
		details->tcp_seq = ntohl(tcp->seq);
		details->tcp_ack = ntohl(tcp->ack_seq);
		details->tcp_window = ntohs(tcp->window);
	} else if (pkt->proto == IPPROTO_UDP) {
		udp = skb_header_pointer(skb, pkt->thoff, sizeof(udp_buf),
					 &udp_buf);
		if (udp)
			details->udp_len = !skb_is_gso(skb) ? ntohs(udp->len) :
					   details->total_len - pkt->thoff;
	}
}

/* Octets of one packet of the wire: of a super-packet, the first. */
static u32 tf_details_total(const struct sk_buff *skb,
			    const struct tf_packet *pkt)
{
	u32 size = skb_shinfo(skb)->gso_size;

	/* Sampling may have taken only one packet of a super-packet. */
	if (!tf_dissect_is_super(skb, pkt))
		return skb->len;
	if (size == GSO_BY_FRAGS)
		return pkt->bytes / pkt->packets;
	return min(skb->len, tf_dissect_repeated(skb, pkt) + size);
}

void tf_dissect_details(const struct sk_buff *skb, const struct tf_packet *pkt,
			struct tf_details *details)
{
	const struct ipv6hdr *ip6;
	struct tf_ext_walk walk;
	const struct iphdr *ip;
	struct ipv6hdr buf6;
	struct iphdr buf;

	*details = (struct tf_details) {
		.total_len = tf_details_total(skb, pkt),
	};
	if (pkt->family == NFPROTO_IPV4) {
		ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);
		if (!ip)
			return;
		details->header_len = ip->ihl * 4;
		details->ttl = ip->ttl;
		details->tos = ip->tos;
		details->fragment_id = ntohs(ip->id);
	} else {
		ip6 = skb_header_pointer(skb, 0, sizeof(buf6), &buf6);
		if (!ip6)
			return;
		details->header_len = sizeof(*ip6);
		details->ttl = ip6->hop_limit;
		details->tos = ipv6_get_dsfield(ip6);
		details->flow_label = ntohl(ip6_flowlabel(ip6));
		tf_ext_walk(skb, ip6->nexthdr, &walk);
		details->ext_headers = walk.seen;
		details->fragment_id = walk.fragment_id;
	}
	tf_details_transport(skb, pkt, details);
}
