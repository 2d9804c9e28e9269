/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address translation, as connection tracking knows it. Tuples are copied, no
 * reference to a connection is ever kept.
 */
#ifndef TF_NAT_H
#define TF_NAT_H

#include "packet.h"

struct sk_buff;

/**
 * struct tf_nat - a packet's addresses as sent
 * @src: source after translation
 * @dst: destination after translation
 * @sport: source port after translation
 * @dport: destination port after translation
 * @done: whether all the above is set
 * @early: the connection is new, and not all that will be translated may be known
 */
struct tf_nat {
	struct tf_addr src;
	struct tf_addr dst;
	__be16 sport;
	__be16 dport;
	bool done;
	bool early;
};

/**
 * tf_nat_sent - the packet's addresses as they will be sent
 * @skb: the packet
 * @pkt: its key
 * @nat: .done is false if nothing of it is or will be translated, as far as
 *	is known by now
 */
void tf_nat_sent(const struct sk_buff *skb, const struct tf_packet *pkt,
		 struct tf_nat *nat);

/* Whether a packet is of a connection that begins and is translated. */
bool tf_nat_begins(const struct sk_buff *skb);

#endif /* TF_NAT_H */
