/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a flow lies in memory. What every packet reads and writes is one cache
 * line; what only its beginning and its end touch lies elsewhere. Flows are
 * named by their index in the pool, 0 being none.
 */
#ifndef TF_FLOW_H
#define TF_FLOW_H

#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/types.h>

#define TF_FLOW_REASON	0x07	/* &enum tf_end_reason, once the flow has ended */
#define TF_FLOW_FIN	0x08	/* saw TCP FIN or RST */
#define TF_FLOW_NAT	0x10	/* the translation below is filled in */
#define TF_FLOW_EXTRA	0x20	/* an IPv6 flow that has a struct tf_extra */
#define TF_FLOW_EARLY	0x40	/* TF_FLOW_NAT, and more may be translated yet */

/**
 * struct tf_flow - the part that every packet touches
 * @next: next flow of the same bucket, of the ended ones, of the free ones
 * @hash: of the key
 * @bytes: octets of the wire since the flow began or was last exported
 * @packets: packets, likewise
 * @last: jiffies of the last packet
 * @ports: both ports, compared at once
 * @sport: source port as received
 * @dport: destination port as received
 * @proto: protocol
 * @family: %NFPROTO_IPV4 or %NFPROTO_IPV6
 * @tcp_flags: or-ed
 * @state: TF_FLOW_*
 * @ip: addresses of an IPv4 flow and, since there is room, what it keeps of
 *	its first packet's way
 * @ip6: addresses of an IPv6 flow; the rest is in &struct tf_extra
 */
struct tf_flow {
	u32 next;
	u32 hash;
	u64 bytes;
	u32 packets;
	u32 last;
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
	u8 state;
	union {
		struct {
			__be32 src;
			__be32 dst;
			__be32 next_hop;
			__be32 nat_src;
			__be32 nat_dst;
			__be16 nat_sport;
			__be16 nat_dport;
			u8 header_len;
		} ip;
		struct {
			struct in6_addr src;
			struct in6_addr dst;
		} ip6;
	};
};

static_assert(sizeof(struct tf_flow) == 64);

/**
 * struct tf_cold - the part that only the beginning and the end touch
 * @wheel_next: next flow of the same wheel slot
 * @wheel_prev: the one before it
 * @first: jiffies of the first packet
 * @in_if: index of the input interface, 0 if none
 * @out_if: index of the output interface, 0 if none
 * @total_len: see &struct tf_details, as for all the rest
 * @tcp_seq: TCP only
 * @tcp_ack: TCP only
 * @window_or_length: TCP's window or UDP's length
 * @ttl: of the first packet
 * @tos: of the first packet
 * @src_mac: source of the first packet's frame
 * @dst_mac: its destination
 */
struct tf_cold {
	u32 wheel_next;
	u32 wheel_prev;
	u32 first;
	u32 in_if;
	u32 out_if;
	u32 total_len;
	u32 tcp_seq;
	u32 tcp_ack;
	u16 window_or_length;
	u8 ttl;
	u8 tos;
	u8 src_mac[ETH_ALEN];
	u8 dst_mac[ETH_ALEN];
};

static_assert(sizeof(struct tf_cold) == 48);

/**
 * struct tf_extra - what an IPv6 flow has no room for above
 * @next_hop: gateway, :: if none
 * @nat_src: source as sent
 * @nat_dst: destination as sent
 * @nat_sport: source port as sent
 * @nat_dport: destination port as sent
 * @flow_label: 20 bits
 * @ext_headers: see &struct tf_details
 */
struct tf_extra {
	struct in6_addr next_hop;
	struct in6_addr nat_src;
	struct in6_addr nat_dst;
	__be16 nat_sport;
	__be16 nat_dport;
	u32 flow_label;
	u32 ext_headers;
	u32 unused;
};

static_assert(sizeof(struct tf_extra) == 64);

#endif /* TF_FLOW_H */
