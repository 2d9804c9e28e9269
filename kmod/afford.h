/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether there is so much memory, found out before it is allocated.
 *
 * A vmalloc() that fails halfway gives back what it had only later, from a work.
 * Until then the memory cgroup, or the machine, is full, and the OOM killer looks
 * for somebody in it. These pages are given back at once.
 */
#ifndef TF_AFFORD_H
#define TF_AFFORD_H

#include <linux/types.h>

/**
 * tf_can_afford - try whether there is so much memory
 * @octets: how much
 *
 * What the machine cannot have is refused at once; what it may have is had for a
 * moment, charged to the caller's memory cgroup, if it is in one.
 *
 * Context: process; takes a third of a second for a cache of 16M entries.
 *
 * Return: whether all of it could be had at once; it is given back before.
 */
bool tf_can_afford(u64 octets);

#endif /* TF_AFFORD_H */
