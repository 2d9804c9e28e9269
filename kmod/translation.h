/* SPDX-License-Identifier: GPL-2.0 */
/* The translation that a flow keeps, once one of its packets has told it. */
#ifndef TF_TRANSLATION_H
#define TF_TRANSLATION_H

#include "nat.h"
#include "pool.h"

/**
 * tf_translation_set - a flow is translated
 * @pool: the pool
 * @index: the flow; one of IPv6 that has no &struct tf_extra stays as it is
 * @nat: its packets as sent
 */
void tf_translation_set(struct tf_pool *pool, u32 index,
			const struct tf_nat *nat);

/**
 * tf_translation_get - what is known of a flow's translation
 * @pool: the pool
 * @index: the flow
 * @nat: its packets as sent; .done is false where nothing is known of any
 *	translation
 */
void tf_translation_get(struct tf_pool *pool, u32 index, struct tf_nat *nat);

/**
 * tf_translation_fold - what only one part of a flow knows, all of it knows
 * @pool: the pool
 * @into: the part that stays
 * @from: the part that goes
 */
void tf_translation_fold(struct tf_pool *pool, u32 into, u32 from);

#endif /* TF_TRANSLATION_H */
