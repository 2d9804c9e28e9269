/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From an skb to the flow it belongs to; most of it is in parse.h. Reads nothing
 * but what the skb holds, allocates nothing, changes nothing.
 */
#ifndef TF_DISSECT_H
#define TF_DISSECT_H

#include <linux/skbuff.h>
#include "packet.h"

/**
 * tf_dissect_type - ICMP's type and code in the destination port's place
 * @skb: the packet
 * @offset: of the transport header from skb->data
 * @octets: 2, or 1 if there is no code
 * @pkt: takes them
 */
void tf_dissect_type(const struct sk_buff *skb, u32 offset,
		     unsigned int octets, struct tf_packet *pkt);

/*
 * Whether it is known of a packet for GSO where its headers end: in the packet
 * itself, or in the one that it carries, if it is a tunnel's.
 */
static inline bool tf_dissect_is_super(const struct sk_buff *skb,
				       const struct tf_packet *pkt)
{
	return skb_is_gso(skb) &&
	       (pkt->thoff || (skb->encapsulation &&
			       skb_inner_transport_offset(skb) > 0));
}

/* Count a super-packet as the packets of the wire that it stands for. */
void tf_dissect_gso(const struct sk_buff *skb, struct tf_packet *pkt);

/**
 * tf_dissect_extended - what comes after an IPv6 header, through its extensions
 * @skb: the packet, with a whole IPv6 header
 * @pkt: the next header in @pkt->proto; all after it is found
 */
void tf_dissect_extended(const struct sk_buff *skb, struct tf_packet *pkt);

/**
 * tf_dissect_details - what a flow keeps of its first packet
 * @skb: the packet
 * @pkt: what tf_dissect_ipv4() or tf_dissect_ipv6() found in it
 * @details: all of it is set; 0 where the packet has no such thing
 */
void tf_dissect_details(const struct sk_buff *skb, const struct tf_packet *pkt,
			struct tf_details *details);

#endif /* TF_DISSECT_H */
