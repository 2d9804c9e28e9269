/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What routing and neighbours know of a flow. The next hop is read from the
 * packet; the rest is looked up by the worker, when the flow is exported.
 */
#ifndef TF_ROUTE_H
#define TF_ROUTE_H

#include "record.h"

struct net;
struct sk_buff;

/* The gateway that a packet is sent to; zero if its destination is on link. */
void tf_route_next_hop(const struct sk_buff *skb, u8 family,
		       struct tf_addr *next_hop);

/* Fill in the addresses of the frames that a record's packets went out in. */
void tf_route_post_macs(struct net *net, struct tf_record *record);

#endif /* TF_ROUTE_H */
