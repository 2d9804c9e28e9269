/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prefix lengths of the routes to a record's addresses. To look one up costs as
 * much as to encode a record, and a network's own hosts come up again and again:
 * what was looked up is known until the worker has done with its batch.
 */
#ifndef TF_MASKS_H
#define TF_MASKS_H

#include "packet.h"

struct net;
struct tf_record;

#define TF_MASKS_BITS	6

/**
 * struct tf_mask - a question to routing, and the answer
 * @to: address
 * @from: IPv4, if rules may ask for it: the other address
 * @in_if: index of the input interface: IPv4, likewise; IPv6, for
 *	its VRF
 * @tos: IPv4: type of service
 * @family: %NFPROTO_IPV4 or %NFPROTO_IPV6
 * @len: the answer, bits
 */
struct tf_mask {
	struct tf_addr to;
	__be32 from;
	u32 in_if;
	u8 tos;
	u8 family;
	u8 len;
};

/**
 * struct tf_masks - what is known
 * @known: the last of those that meet in each place; .family 0: none
 */
struct tf_masks {
	struct tf_mask known[1 << TF_MASKS_BITS];
};

/* Forget them: from now on routing is asked again. */
void tf_masks_forget(struct tf_masks *masks);

/**
 * tf_masks_fill - fill in both prefix lengths of a record
 * @masks: what is known
 * @net: whose routes
 * @record: 0 where there is no route
 */
void tf_masks_fill(struct tf_masks *masks, struct net *net,
		   struct tf_record *record);

#endif /* TF_MASKS_H */
