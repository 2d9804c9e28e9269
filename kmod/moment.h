/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When: packets have jiffies, which cost nothing to read; what is exported has
 * boot time. The two run alike but for the time that the host sleeps.
 */
#ifndef TF_MOMENT_H
#define TF_MOMENT_H

#include <linux/types.h>

/**
 * struct tf_moment - both clocks at once
 * @jiffies: cut to 32 bits, as flows have it
 * @boot_ms: CLOCK_BOOTTIME, milliseconds
 * @woke: jiffies when the host last woke up; they stand still while it sleeps
 * @slept_ms: how long it had slept, 0 if that is too long ago for any flow
 * @asleep_ms: how long it has slept since boot
 */
struct tf_moment {
	u32 jiffies;
	u64 boot_ms;
	u32 woke;
	u64 slept_ms;
	u64 asleep_ms;
};

/**
 * struct tf_sleep - what is known of the host's sleeps
 * @asleep_ms: how long it has slept since boot
 * @looked: jiffies when that was seen
 * @woke: see &struct tf_moment
 * @slept_ms: likewise
 */
struct tf_sleep {
	u64 asleep_ms;
	u32 looked;
	u32 woke;
	u64 slept_ms;
};

/**
 * tf_sleep_look - see whether the host has slept
 * @sleep: what is known
 * @now: jiffies
 * @asleep_ms: how long it has slept since boot
 */
void tf_sleep_look(struct tf_sleep *sleep, u32 now, u64 asleep_ms);

/* From now on it is noticed when the host sleeps. */
void tf_moment_init(void);

/* What both clocks say. To be called once a second while there are flows. */
void tf_moment_now(struct tf_moment *now);

/*
 * The wall time of boot time 0, nanoseconds since 1970. It changes when the
 * clock is set, and not when it is slewed: boot time is, too.
 */
u64 tf_moment_epoch_ns(void);

/* The boot time of a packet, milliseconds, by its jiffies. */
u64 tf_moment_ms(const struct tf_moment *now, u32 then);

#endif /* TF_MOMENT_H */
