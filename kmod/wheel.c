// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include "wheel.h"

/* A link that leaves the slot's list names the slot: so del finds its head. */
#define TF_WHEEL_END	BIT(31)

void tf_wheel_add(struct tf_wheel *wheel, struct tf_cold *cold, u32 index,
		  u32 due, u32 now)
{
	s32 wait;
	u32 slot;

	/* Nobody turns an empty wheel. */
	if (!wheel->count++)
		wheel->base = now;

	wait = (s32)(due - wheel->base);
	wait = wait > 0 ? DIV_ROUND_UP(wait, HZ) : 1;
	slot = (wheel->now + min(wait, TF_WHEEL_SLOTS - 1)) % TF_WHEEL_SLOTS;

	cold[index].wheel_next = TF_WHEEL_END | slot;
	if (__test_and_set_bit(slot, wheel->occupied)) {
		cold[index].wheel_prev = wheel->slot[slot].tail;
		cold[wheel->slot[slot].tail].wheel_next = index;
	} else {
		cold[index].wheel_prev = TF_WHEEL_END | slot;
		wheel->slot[slot].head = index;
	}
	wheel->slot[slot].tail = index;
}

void tf_wheel_del(struct tf_wheel *wheel, struct tf_cold *cold, u32 index)
{
	u32 next = cold[index].wheel_next;
	u32 prev = cold[index].wheel_prev;
	u32 slot = next & ~TF_WHEEL_END;

	wheel->count--;
	if ((next & TF_WHEEL_END) && (prev & TF_WHEEL_END)) {
		__clear_bit(slot, wheel->occupied);
		return;
	}
	if (next & TF_WHEEL_END)
		wheel->slot[slot].tail = prev;
	else
		cold[next].wheel_prev = prev;

	if (prev & TF_WHEEL_END)
		wheel->slot[prev & ~TF_WHEEL_END].head = next;
	else
		cold[prev].wheel_next = next;
}

u32 tf_wheel_due(struct tf_wheel *wheel, struct tf_cold *cold, u32 now)
{
	u32 index;

	while (!test_bit(wheel->now, wheel->occupied)) {
		if ((s32)(now - wheel->base) < HZ || !wheel->count)
			return 0;
		wheel->base += HZ;
		wheel->now = (wheel->now + 1) % TF_WHEEL_SLOTS;
	}
	index = wheel->slot[wheel->now].head;
	tf_wheel_del(wheel, cold, index);
	return index;
}

u32 tf_wheel_first(const struct tf_wheel *wheel, u32 *due)
{
	u32 slot = find_next_bit(wheel->occupied, TF_WHEEL_SLOTS, wheel->now);

	if (slot == TF_WHEEL_SLOTS)
		slot = find_first_bit(wheel->occupied, TF_WHEEL_SLOTS);
	if (slot == TF_WHEEL_SLOTS)
		return 0;
	*due = wheel->base + (slot - wheel->now) % TF_WHEEL_SLOTS * HZ;
	return wheel->slot[slot].head;
}
