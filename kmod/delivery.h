/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Getting a target's datagrams out: in order, again if they do not go at once,
 * and counted as lost if they do not go in time.
 */
#ifndef TF_DELIVERY_H
#define TF_DELIVERY_H

#include <linux/types.h>

struct tf_target;

/**
 * tf_delivery_send - send a datagram, after those that still wait
 * @target: the target, running
 * @data: its octets
 * @len: how many
 * @records: flow records in it
 */
void tf_delivery_send(struct tf_target *target, void *data, u16 len,
		      u16 records);

/* Send what waits, give up what has waited too long. */
void tf_delivery_retry(struct tf_target *target);

/* Give up what waits, close the socket. */
void tf_delivery_end(struct tf_target *target);

/* Octets that a datagram to the target may have. */
u16 tf_delivery_room(struct tf_target *target);

#endif /* TF_DELIVERY_H */
