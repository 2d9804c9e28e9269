/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a datagram: numbers in network order, one after the other. Nothing
 * is ever written past its end; whoever writes asks for the room first.
 */
#ifndef TF_PDU_H
#define TF_PDU_H

#include "compat.h"
#include "encode.h"

static inline bool tf_pdu_fits(const struct tf_pdu *pdu, u32 octets)
{
	return pdu->len + octets <= pdu->max;
}

/* Where the next octets go; NULL if they do not fit. */
static inline u8 *tf_pdu_take(struct tf_pdu *pdu, u32 octets)
{
	u8 *at = pdu->data + pdu->len;

	if (WARN_ON_ONCE(!tf_pdu_fits(pdu, octets)))
		return NULL;
	pdu->len += octets;
	return at;
}

static inline void tf_pdu_put8(struct tf_pdu *pdu, u8 value)
{
	u8 *at = tf_pdu_take(pdu, sizeof(value));

	if (at)
		*at = value;
}

static inline void tf_pdu_put16(struct tf_pdu *pdu, u16 value)
{
	u8 *at = tf_pdu_take(pdu, sizeof(value));

	if (at)
		put_unaligned_be16(value, at);
}

static inline void tf_pdu_put32(struct tf_pdu *pdu, u32 value)
{
	u8 *at = tf_pdu_take(pdu, sizeof(value));

	if (at)
		put_unaligned_be32(value, at);
}

/* @octets zeros */
static inline void tf_pdu_pad(struct tf_pdu *pdu, u32 octets)
{
	u8 *at = tf_pdu_take(pdu, octets);

	if (at)
		memset(at, 0, octets);
}

#endif /* TF_PDU_H */
