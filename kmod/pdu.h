/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a datagram: numbers in network order, one after the other, and the
 * sets that v9 and IPFIX put them in. Nothing is ever written past its end;
 * whoever writes asks for the room first.
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

#define TF_SET_HEADER	4

/**
 * tf_set_open - begin a set; the one before it is closed
 * @pdu: the datagram
 * @id: of the set
 * @record_len: octets of one of its records; 0 for templates
 */
void tf_set_open(struct tf_pdu *pdu, u16 id, u16 record_len);

/* Pad the open set, if there is one, and write its length. */
void tf_set_close(struct tf_pdu *pdu);

/* Octets that a set with one record takes at most, and the padding before it. */
static inline u32 tf_set_need(u16 record_len)
{
	return 3 + TF_SET_HEADER + record_len + 3;
}

#endif /* TF_PDU_H */
