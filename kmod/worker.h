/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The worker of a namespace: once a second, and whenever many flows have
 * ended, it ends those whose time has come and gives all that have ended to
 * the targets. It does so in bounded batches, under the namespace's lock.
 */
#ifndef TF_WORKER_H
#define TF_WORKER_H

struct tf_cache;
struct tf_net;

int tf_worker_init(void);
void tf_worker_exit(void);

/* Prepare the worker of a namespace. */
void tf_worker_setup(struct tf_net *tn);

/* Have it come every second, until the namespace has no cache any more. */
void tf_worker_start(struct tf_net *tn);

/* Have it come at once. From any context. */
void tf_worker_hurry(struct tf_net *tn);

/* Wait until it is gone for good. Not under the namespace's lock. */
void tf_worker_stop(struct tf_net *tn);

/**
 * tf_worker_drain - end and export everything that is in a cache
 * @tn: the namespace, locked
 * @cache: the former cache: no packet finds it any more
 */
void tf_worker_drain(struct tf_net *tn, struct tf_cache *cache);

/* Tell what there is to tell of connections, and let go of them all. */
void tf_worker_end_nat(struct tf_net *tn);

#endif /* TF_WORKER_H */
