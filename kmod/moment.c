// SPDX-License-Identifier: GPL-2.0
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/spinlock.h>
#include <linux/traffic_flow.h>
#include "moment.h"

/* No flow is older than its timeouts, twice. */
#define TF_MOMENT_AGE	(2U * TRAFFIC_FLOW_TIMEOUT_MAX * HZ)

static DEFINE_SPINLOCK(tf_moment_lock);
static struct tf_sleep tf_moment_sleep;

static u64 tf_moment_asleep(void)
{
	return ktime_to_ms(ktime_mono_to_any(0, TK_OFFS_BOOT));
}

void tf_moment_init(void)
{
	tf_moment_sleep.asleep_ms = tf_moment_asleep();
	tf_moment_sleep.looked = (u32)jiffies;
}

void tf_sleep_look(struct tf_sleep *sleep, u32 now, u64 asleep_ms)
{
	if (asleep_ms != sleep->asleep_ms) {
		sleep->slept_ms = asleep_ms - sleep->asleep_ms;
		sleep->asleep_ms = asleep_ms;
		sleep->woke = sleep->looked;
	} else if (now - sleep->woke > TF_MOMENT_AGE) {
		sleep->slept_ms = 0;
	}
	sleep->looked = now;
}

void tf_moment_now(struct tf_moment *now)
{
	spin_lock_bh(&tf_moment_lock);
	now->jiffies = (u32)jiffies;
	now->boot_ms = div_u64(ktime_get_boottime_ns(), NSEC_PER_MSEC);
	tf_sleep_look(&tf_moment_sleep, now->jiffies, tf_moment_asleep());
	now->woke = tf_moment_sleep.woke;
	now->slept_ms = tf_moment_sleep.slept_ms;
	now->asleep_ms = tf_moment_sleep.asleep_ms;
	spin_unlock_bh(&tf_moment_lock);
}

u64 tf_moment_epoch_ns(void)
{
	ktime_t slept, wall;

	/* Neither clock is read, so that it does not matter when this runs. */
	do {
		slept = ktime_mono_to_any(0, TK_OFFS_BOOT);
		wall = ktime_mono_to_any(0, TK_OFFS_REAL);
	} while (slept != ktime_mono_to_any(0, TK_OFFS_BOOT));
	return ktime_to_ns(ktime_sub(wall, slept));
}

u64 tf_moment_ms(const struct tf_moment *now, u32 then)
{
	s32 ago = (s32)(now->jiffies - then);
	u64 ms = now->boot_ms;

	/* A packet may have come since the clocks were read. */
	if (ago <= 0)
		return ms;
	ms -= jiffies_to_msecs(ago);
	if (now->slept_ms && (s32)(then - now->woke) < 0)
		ms -= now->slept_ms;
	return ms;
}
