/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timing wheel: when to look at a flow again. A flow lies in the slot of
 * the earliest moment it can end, or in the last slot if that is further away;
 * packets move nothing. When a slot comes up its flows are looked at, and end
 * or are put in where they belong by then.
 *
 * Times are jiffies cut to 32 bits; nothing here is longer than a week.
 */
#ifndef TF_WHEEL_H
#define TF_WHEEL_H

#include <linux/bitmap.h>
#include <linux/types.h>
#include "flow.h"

#define TF_WHEEL_SLOTS	256	/* of one second each */

/**
 * struct tf_wheel - the flows of one table, by time
 * @base: when slot @now came up
 * @now: the slot that is being looked at
 * @count: how many flows there are
 * @occupied: which slots have flows
 * @slot: first and last flow of each
 */
struct tf_wheel {
	u32 base;
	u32 now;
	u32 count;
	DECLARE_BITMAP(occupied, TF_WHEEL_SLOTS);
	struct {
		u32 head;
		u32 tail;
	} slot[TF_WHEEL_SLOTS];
};

/**
 * tf_wheel_add - put a flow in
 * @wheel: the wheel
 * @cold: the pool's cold parts
 * @index: the flow
 * @due: when to look at it
 * @now: jiffies
 *
 * It comes up less than a second after @due, and not before the next second
 * begins.
 */
void tf_wheel_add(struct tf_wheel *wheel, struct tf_cold *cold, u32 index,
		  u32 due, u32 now);

/* Take a flow out. */
void tf_wheel_del(struct tf_wheel *wheel, struct tf_cold *cold, u32 index);

/**
 * tf_wheel_due - take out a flow that has come up
 * @wheel: the wheel
 * @cold: the pool's cold parts
 * @now: jiffies
 *
 * Return: the flow, 0 if there is none.
 */
u32 tf_wheel_due(struct tf_wheel *wheel, struct tf_cold *cold, u32 now);

/**
 * tf_wheel_first - the flow that comes up first, left where it is
 * @wheel: the wheel
 * @due: when its slot comes up
 *
 * Return: the flow, 0 if the wheel is empty.
 */
u32 tf_wheel_first(const struct tf_wheel *wheel, u32 *due);

#endif /* TF_WHEEL_H */
