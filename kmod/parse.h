/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of dissect that every usual packet runs through. It is inline because
 * a call costs as much as most of this does; and so that what is found stays in
 * registers, the rest is only ever told where a copy of it is.
 */
#ifndef TF_PARSE_H
#define TF_PARSE_H

#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "compat.h"
#include "dissect.h"

static inline void tf_dissect_cut(struct tf_packet *pkt)
{
	pkt->flags |= TF_PACKET_TRUNCATED;
}

static inline void tf_dissect_ports(const struct sk_buff *skb, u32 offset,
				    struct tf_packet *pkt)
{
	u8 buf[sizeof(pkt->ports)] __uninitialized;
	u8 *ports;

	ports = skb_header_pointer(skb, offset, sizeof(buf), buf);
	if (!ports) {
		tf_dissect_cut(pkt);
		return;
	}
	pkt->ports = get_unaligned((u32 *)ports);
	pkt->thoff = offset;
}

static inline void tf_dissect_tcp(const struct sk_buff *skb, u32 offset,
				  struct tf_packet *pkt)
{
	u8 buf[14] __uninitialized;
	u8 *tcp;

	tcp = skb_header_pointer(skb, offset, sizeof(buf), buf);
	if (!tcp) {
		tf_dissect_ports(skb, offset, pkt);
		tf_dissect_cut(pkt);
		return;
	}
	pkt->ports = get_unaligned((u32 *)tcp);
	pkt->tcp_flags = tcp[13];
	pkt->thoff = offset;
}

/* See tf_dissect_type(). */
static inline void tf_dissect_copy_type(const struct sk_buff *skb, u32 offset,
					unsigned int octets,
					struct tf_packet *pkt)
{
	struct tf_packet copy = *pkt;

	tf_dissect_type(skb, offset, octets, &copy);
	*pkt = copy;
}

static __always_inline void tf_dissect_transport(const struct sk_buff *skb,
						 u32 offset,
						 struct tf_packet *pkt)
{
	switch (pkt->proto) {
	case IPPROTO_TCP:
		tf_dissect_tcp(skb, offset, pkt);
		break;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		tf_dissect_ports(skb, offset, pkt);
		break;
	case IPPROTO_ICMP:
		if (pkt->family == NFPROTO_IPV4)
			tf_dissect_copy_type(skb, offset, 2, pkt);
		break;
	case IPPROTO_ICMPV6:
		if (pkt->family == NFPROTO_IPV6)
			tf_dissect_copy_type(skb, offset, 2, pkt);
		break;
	case IPPROTO_IGMP:
		if (pkt->family == NFPROTO_IPV4)
			tf_dissect_copy_type(skb, offset, 1, pkt);
		break;
	}
}

static inline void tf_dissect_counts(const struct sk_buff *skb,
				     struct tf_packet *pkt)
{
	pkt->packets = 1;
	pkt->bytes = skb->len;
	if (unlikely(tf_dissect_is_super(skb, pkt))) {
		struct tf_packet copy = *pkt;

		tf_dissect_gso(skb, &copy);
		*pkt = copy;
	}
}

static inline void tf_dissect_begin(struct tf_packet *pkt, u8 family)
{
	pkt->ports = 0;
	pkt->family = family;
	pkt->tcp_flags = 0;
	pkt->flags = 0;
	pkt->thoff = 0;
}

/**
 * tf_dissect_ipv4 - key and counts of an IPv4 packet
 * @skb: the packet; its network header is at skb->data
 * @pkt: what is found; all of it is set on success
 *
 * Return: false if there is no whole IPv4 header; @pkt is then worthless.
 */
static __always_inline bool tf_dissect_ipv4(const struct sk_buff *skb,
					    struct tf_packet *pkt)
{
	struct iphdr buf __uninitialized;
	const struct iphdr *ip;

	ip = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (unlikely(!ip || ip->ihl < 5 || ip->version != 4))
		return false;

	tf_dissect_begin(pkt, NFPROTO_IPV4);
	pkt->src.ip = ip->saddr;
	pkt->dst.ip = ip->daddr;
	pkt->proto = ip->protocol;
	if (unlikely(ip->frag_off & htons(IP_OFFSET)))
		pkt->flags = TF_PACKET_FRAGMENT;
	else if (unlikely(skb->len < ip->ihl * 4))
		tf_dissect_cut(pkt);
	else
		tf_dissect_transport(skb, ip->ihl * 4, pkt);
	tf_dissect_counts(skb, pkt);
	return true;
}

/**
 * tf_dissect_ipv6 - key and counts of an IPv6 packet
 * @skb: the packet; its network header is at skb->data
 * @pkt: what is found; all of it is set on success
 *
 * Return: false if there is no whole IPv6 header; @pkt is then worthless.
 */
static __always_inline bool tf_dissect_ipv6(const struct sk_buff *skb,
					    struct tf_packet *pkt)
{
	struct ipv6hdr buf __uninitialized;
	const struct ipv6hdr *ip6;

	ip6 = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (unlikely(!ip6 || ip6->version != 6))
		return false;

	tf_dissect_begin(pkt, NFPROTO_IPV6);
	pkt->src.ip6 = ip6->saddr;
	pkt->dst.ip6 = ip6->daddr;
	pkt->proto = ip6->nexthdr;
	if (likely(pkt->proto == NEXTHDR_TCP || pkt->proto == NEXTHDR_UDP)) {
		tf_dissect_transport(skb, sizeof(*ip6), pkt);
	} else {
		struct tf_packet copy = *pkt;

		tf_dissect_extended(skb, &copy);
		*pkt = copy;
	}
	tf_dissect_counts(skb, pkt);
	return true;
}

#endif /* TF_PARSE_H */
