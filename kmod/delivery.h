/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Getting a target's datagrams out: in order, again if they do not go at once,
 * and counted as lost if they do not go in time.
 */
#ifndef TF_DELIVERY_H
#define TF_DELIVERY_H

#include <linux/types.h>

struct tf_cargo;
struct tf_target;

/**
 * tf_delivery_send - send a datagram, after those that still wait
 * @target: the target, running
 * @data: its octets
 * @len: how many
 * @cargo: what it carries
 */
void tf_delivery_send(struct tf_target *target, void *data, u16 len,
		      const struct tf_cargo *cargo);

/*
 * Take notice of what the collector's host or the way to it has said of the last
 * datagram: who refused that one has no templates for the next. Return: whether
 * anything was said.
 */
bool tf_delivery_hear(struct tf_target *target);

/* Close the socket if its interface is not the one of that name any more. */
void tf_delivery_heed_way(struct tf_target *target);

/* Count as lost what a datagram carried. */
void tf_delivery_lost(struct tf_target *target, const struct tf_cargo *cargo);

/*
 * Give up what waits and is of templates from before: whoever has just begun to
 * collect gets the present ones only.
 */
void tf_delivery_drop_former(struct tf_target *target);

/* Send what waits, give up what has waited too long. */
void tf_delivery_retry(struct tf_target *target);

/* Give up what waits, close the socket. */
void tf_delivery_end(struct tf_target *target);

/* Close the socket; the next datagram gets another, with the same port. */
void tf_delivery_close(struct tf_target *target);

/* Octets that a datagram to the target may have. */
u16 tf_delivery_room(struct tf_target *target);

#endif /* TF_DELIVERY_H */
