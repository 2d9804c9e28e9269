/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before all else where the module is built to be measured: tells
 * tf_bench how long each of its sections with bottom halves off took.
 */
/* As files of the module have it, which may come too late here. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/spinlock.h>
#include <linux/ktime.h>

void tf_held_for(u64 ns);

/* Each file has its own, and none takes two such locks at once. */
static u64 tf_held_since[NR_CPUS] __maybe_unused;

static inline void tf_held_lock(spinlock_t *lock)
{
	spin_lock_bh(lock);
	tf_held_since[raw_smp_processor_id()] = ktime_get_ns();
}

static inline void tf_held_unlock(spinlock_t *lock)
{
	u64 ns = ktime_get_ns() - tf_held_since[raw_smp_processor_id()];

	spin_unlock_bh(lock);
	tf_held_for(ns);
}

#define spin_lock_bh(lock) tf_held_lock(lock)
#define spin_unlock_bh(lock) tf_held_unlock(lock)
