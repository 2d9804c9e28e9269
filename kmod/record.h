/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An ended flow as the encoders see it: every value whole and in host byte
 * order, except addresses, which are octets of the wire.
 */
#ifndef TF_RECORD_H
#define TF_RECORD_H

#include <linux/if_ether.h>
#include <linux/types.h>
#include "packet.h"

/**
 * enum tf_end_reason - why a flow ended; values of IANA element 136
 * @TF_END_IDLE: inactive timeout
 * @TF_END_ACTIVE: active timeout; the flow goes on with new counters
 * @TF_END_DETECTED: TCP FIN or RST
 * @TF_END_FORCED: disable, unload, a change of settings, or a counter that
 *	the collector's format could not hold
 * @TF_END_RESOURCES: the cache was full
 */
enum tf_end_reason {
	TF_END_IDLE = 1,
	TF_END_ACTIVE,
	TF_END_DETECTED,
	TF_END_FORCED,
	TF_END_RESOURCES,
};

/**
 * struct tf_record - one ended flow
 * @packets: packets of the wire
 * @bytes: their octets from the IP header on
 * @first_ms: boot time of the first packet, milliseconds
 * @last_ms: boot time of the last packet; never before @first_ms
 * @src: source as received, before any translation
 * @dst: destination as received
 * @next_hop: gateway; zero where the destination is on link or local
 * @nat_src: source as sent; equal to @src where nothing was translated
 * @nat_dst: destination as sent
 * @in_if: interface index it came in by, 0 if it began here
 * @out_if: interface index it went out by, 0 if it ended here
 * @tcp_options: of all packets, see &struct tf_each
 * @flow_id: the same for all records of a flow, and hardly ever another's
 * @in_vrf: interface index of the VRF that @in_if is in, 0 if none
 * @out_vrf: of the VRF that @out_if is in
 * @len_min: octets of the shortest packet
 * @len_max: octets of the longest packet
 * @ip_options: of all packets, see &struct tf_each
 * @fragment_id: of the first packet
 * @tcp_seq: of the first packet, as are all the details that follow
 * @tcp_ack: see &struct tf_details
 * @total_len: see &struct tf_details
 * @flow_label: see &struct tf_details
 * @ext_headers: see &struct tf_details
 * @tcp_window: see &struct tf_details
 * @udp_len: see &struct tf_details
 * @sport: source port as received
 * @dport: destination port as received; for ICMP type * 256 + code
 * @nat_sport: source port as sent
 * @nat_dport: destination port as sent
 * @icmp: type * 256 + code of ICMP or ICMPv6, else 0
 * @vlan: VLAN of @in_if, the outer one if there are two; 0 if there is none
 * @customer_vlan: the inner one of two, else 0
 * @post_vlan: VLAN of @out_if
 * @family: %NFPROTO_IPV4 or %NFPROTO_IPV6
 * @ip_version: 4 or 6
 * @proto: protocol
 * @tos: type of service or traffic class
 * @ttl: time to live or hop limit
 * @header_len: octets of the IP header
 * @tcp_flags: of all packets, or-ed
 * @src_mask: prefix length of the route to @src, 0 if unknown
 * @dst_mask: prefix length of the route to @dst
 * @icmp_type: ICMP or ICMPv6 type, else 0
 * @icmp_code: ICMP or ICMPv6 code, else 0
 * @igmp_type: IGMP type, else 0
 * @multicast: IANA element 206
 * @end_reason: &enum tf_end_reason
 * @ttl_min: lowest of all packets
 * @ttl_max: highest of all packets
 * @status: IANA element 89: 64, all packets went on; 195, they were for us;
 *	128, the filter let none pass; 0, it let some pass, or nobody knows
 * @nat_event: IANA element 230; it is then not a flow but a NAT event, whose
 *	time is @first_ms
 * @direction: IANA element 61: 0, it came in; 1, it began here and went out
 * @src_mac: source of the frame it came in
 * @dst_mac: destination of that frame
 * @post_src_mac: source of the frame it went out in
 * @post_dst_mac: destination of that frame
 */
struct tf_record {
	u64 packets;
	u64 bytes;
	u64 first_ms;
	u64 last_ms;
	struct tf_addr src;
	struct tf_addr dst;
	struct tf_addr next_hop;
	struct tf_addr nat_src;
	struct tf_addr nat_dst;
	u64 tcp_options;
	u64 flow_id;
	u32 in_if;
	u32 out_if;
	u32 in_vrf;
	u32 out_vrf;
	u32 len_min;
	u32 len_max;
	u32 ip_options;
	u32 fragment_id;
	u32 tcp_seq;
	u32 tcp_ack;
	u32 total_len;
	u32 flow_label;
	u32 ext_headers;
	u16 tcp_window;
	u16 udp_len;
	u16 sport;
	u16 dport;
	u16 nat_sport;
	u16 nat_dport;
	u16 icmp;
	u16 vlan;
	u16 customer_vlan;
	u16 post_vlan;
	u8 family;
	u8 ip_version;
	u8 proto;
	u8 tos;
	u8 ttl;
	u8 header_len;
	u8 tcp_flags;
	u8 src_mask;
	u8 dst_mask;
	u8 icmp_type;
	u8 icmp_code;
	u8 igmp_type;
	u8 multicast;
	u8 end_reason;
	u8 ttl_min;
	u8 ttl_max;
	u8 status;
	u8 nat_event;
	u8 direction;
	u8 src_mac[ETH_ALEN];
	u8 dst_mac[ETH_ALEN];
	u8 post_src_mac[ETH_ALEN];
	u8 post_dst_mac[ETH_ALEN];
};

struct tf_moment;
struct tf_pool;

/* Set @flow_id. */
void tf_record_identify(struct tf_record *record);

/**
 * tf_record_of_flow - unpack an ended flow
 * @record: all of it is set, but @flow_id and what routing, neighbours and
 *	devices know
 * @pool: the flow's
 * @index: the flow
 * @now: not before the flow's last packet, but for a tick
 */
void tf_record_of_flow(struct tf_record *record, struct tf_pool *pool,
		       u32 index, const struct tf_moment *now);

#endif /* TF_RECORD_H */
