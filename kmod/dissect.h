/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From an skb to the flow it belongs to. Reads nothing but what the skb holds,
 * allocates nothing, changes nothing.
 */
#ifndef TF_DISSECT_H
#define TF_DISSECT_H

#include <linux/skbuff.h>
#include "packet.h"

/**
 * tf_dissect_ipv4 - key and counts of an IPv4 packet
 * @skb: the packet; its network header is at skb->data
 * @pkt: what is found; all of it is set on success
 *
 * Return: false if there is no whole IPv4 header; @pkt is then worthless.
 */
bool tf_dissect_ipv4(const struct sk_buff *skb, struct tf_packet *pkt);

/**
 * tf_dissect_ipv6 - key and counts of an IPv6 packet
 * @skb: the packet; its network header is at skb->data
 * @pkt: what is found; all of it is set on success
 *
 * Return: false if there is no whole IPv6 header; @pkt is then worthless.
 */
bool tf_dissect_ipv6(const struct sk_buff *skb, struct tf_packet *pkt);

/**
 * tf_dissect_details - what a flow keeps of its first packet
 * @skb: the packet
 * @pkt: what tf_dissect_ipv4() or tf_dissect_ipv6() found in it
 * @details: all of it is set; 0 where the packet has no such thing
 */
void tf_dissect_details(const struct sk_buff *skb, const struct tf_packet *pkt,
			struct tf_details *details);

#endif /* TF_DISSECT_H */
