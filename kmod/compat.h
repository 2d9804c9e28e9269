/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels this module is built for, 5.10 and up, and
 * the only file that knows it. The rest is written for the newest.
 *
 * Features are found by their macro or header where they have one: stable
 * kernels take new interfaces back, so that a version number says too little.
 */
#ifndef TF_COMPAT_H
#define TF_COMPAT_H

#include <linux/net.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/version.h>
#include <net/flow.h>
#include <net/genetlink.h>

/* Checkers that do not know it are run on the newest kernel. */
#ifndef __has_include
#define __has_include(header) 1
#endif

/* until 6.11: <asm/unaligned.h> */
#if __has_include("linux/unaligned.h")
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* since 6.19; compilers know it since GCC 12 and Clang 8 */
#ifndef __uninitialized
#if __has_attribute(__uninitialized__)
#define __uninitialized __attribute__((__uninitialized__))
#else
#define __uninitialized
#endif
#endif

/* until 6.18: struct sockaddr */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define tf_sockaddr struct sockaddr_unsized
#else
#define tf_sockaddr struct sockaddr
#endif

/* since 6.18 the flow holds a DSCP, before the TOS octet */
#ifdef flowi4_dscp
#include <net/inet_dscp.h>
#define tf_flowi4_set_tos(fl4, tos) ((fl4)->flowi4_dscp = inet_dsfield_to_dscp(tos))
#else
#define tf_flowi4_set_tos(fl4, tos) ((fl4)->flowi4_tos = (tos) & 0x1c)
#endif

/*
 * What a multicast group demands of those who join: since 6.8, and in stable
 * kernels before; since 5.12 in words of the uAPI; before, it cannot.
 */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define TF_GROUP_ADMIN	.flags = GENL_MCAST_CAP_NET_ADMIN
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
#define TF_GROUP_ADMIN	.flags = GENL_UNS_ADMIN_PERM
#endif

/* until 6.0 nobody is told which attribute he has left out */
#ifndef NL_SET_ERR_ATTR_MISS
#define NL_SET_ERR_ATTR_MISS(extack, nest, type)	do { } while (0)
#endif

/* since 6.2 each command is two: to ask, and to dump */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define tf_genl_op const struct genl_split_ops
#else
#define tf_genl_op const struct genl_ops
#endif

/* until 5.14: not for modules */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define tf_set_active_memcg(memcg) set_active_memcg(memcg)
#else
#define tf_set_active_memcg(memcg) ((void)(memcg), (struct mem_cgroup *)NULL)
#endif

/* until 6.1 softirqs disturb who reads on the only processor of 32 bits */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define tf_stats_fetch_begin(sync) u64_stats_fetch_begin(sync)
#define tf_stats_fetch_retry(sync, start) u64_stats_fetch_retry(sync, start)
#else
#define tf_stats_fetch_begin(sync) u64_stats_fetch_begin_irq(sync)
#define tf_stats_fetch_retry(sync, start) u64_stats_fetch_retry_irq(sync, start)
#endif

/* in old ones not for a const one */
#define tf_inet_sdif(skb) inet_sdif((struct sk_buff *)(skb))

/* until 5.16: an atomic_t; since then a refcount_t; both are an int */
#define tf_ct_holders(ct) READ_ONCE(*(const int *)&(ct)->ct_general.use)

/* until 6.3 a neighbour was looked up with softirqs disabled, says lockdep */
static inline void tf_neigh_read_lock(void)
{
	rcu_read_lock();
	if (LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0))
		rcu_read_lock_bh();
}

static inline void tf_neigh_read_unlock(void)
{
	if (LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0))
		rcu_read_unlock_bh();
	rcu_read_unlock();
}

#endif /* TF_COMPAT_H */
