/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of a packet: the result of dissect, the input of the table.
 */
#ifndef TF_PACKET_H
#define TF_PACKET_H

#include <linux/in6.h>
#include <linux/types.h>

struct sk_buff;

/**
 * struct tf_addr - an address of either family, in network byte order
 * @ip: IPv4; the other twelve octets say nothing
 * @ip6: IPv6
 */
struct tf_addr {
	union {
		__be32 ip;
		struct in6_addr ip6;
	};
};

/**
 * enum tf_packet_flag - what was noticed of a packet
 * @TF_PACKET_FRAGMENT: a later fragment: its ports are not in it, so they are 0
 * @TF_PACKET_TRUNCATED: it ended before its headers did; what was there counts
 * @TF_PACKET_TRANSLATED: its connection has an address translation
 */
enum tf_packet_flag {
	TF_PACKET_FRAGMENT	= 1 << 0,
	TF_PACKET_TRUNCATED	= 1 << 1,
	TF_PACKET_TRANSLATED	= 1 << 2,
};

/**
 * struct tf_packet - key of the flow a packet belongs to, and what it adds
 * @src: source address
 * @dst: destination address
 * @ports: both ports, compared at once
 * @sport: source port; 0 where the protocol has none
 * @dport: destination port; for ICMP and ICMPv6 type * 256 + code, for IGMP
 *	type * 256
 * @proto: protocol; for IPv6 the one after the last extension header
 * @family: %NFPROTO_IPV4 or %NFPROTO_IPV6
 * @tcp_flags: octet 13 of the TCP header
 * @flags: &enum tf_packet_flag
 * @packets: how many packets of the wire this one stands for, at least 1
 * @bytes: their octets from the IP header on, at least 20 a packet
 * @thoff: offset of the transport header from skb->data; 0 if it is not there
 */
struct tf_packet {
	struct tf_addr src;
	struct tf_addr dst;
	union {
		u32 ports;
		struct {
			__be16 sport;
			__be16 dport;
		};
	};
	u8 proto;
	u8 family;
	u8 tcp_flags;
	u8 flags;
	u32 packets;
	u32 bytes;
	u32 thoff;
};

/**
 * struct tf_details - what a flow keeps of its first packet only
 * @tcp_seq: TCP sequence number
 * @tcp_ack: TCP acknowledgement number
 * @tcp_window: TCP window, unscaled
 * @udp_len: length field of a UDP or UDP-Lite header
 * @total_len: octets of one packet on the wire (the first, of a super-packet)
 * @flow_label: IPv6 flow label, 20 bits
 * @ext_headers: IPv6 extension headers, bits as in IANA element 64
 * @fragment_id: identification of an IPv4 packet, or of IPv6's fragment header
 * @header_len: octets of the IPv4 header with options; 40 for IPv6
 * @ttl: time to live, hop limit
 * @tos: type of service, traffic class: the whole octet
 */
struct tf_details {
	u32 tcp_seq;
	u32 tcp_ack;
	u16 tcp_window;
	u16 udp_len;
	u32 total_len;
	u32 flow_label;
	u32 ext_headers;
	u32 fragment_id;
	u8 header_len;
	u8 ttl;
	u8 tos;
};

#endif /* TF_PACKET_H */
