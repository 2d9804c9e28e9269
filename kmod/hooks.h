/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets come in. At the input, forward and output chains just before
 * their filters: what a firewall drops there is counted, and connection
 * tracking has been here already.
 */
#ifndef TF_HOOKS_H
#define TF_HOOKS_H

#include <linux/types.h>

struct tf_net;

/**
 * tf_hooks_register - start metering
 * @tn: the namespace, locked, with a cache
 *
 * Return: 0 or a negative errno.
 */
int tf_hooks_register(struct tf_net *tn);

/**
 * tf_hooks_watch_nat - start or stop to look for the translation of new flows
 * @tn: the namespace, locked
 * @wanted: whether a target exports it
 *
 * A connection's first packet has no source translation yet when it is
 * counted; this looks at it again afterwards.
 *
 * Return: 0 or a negative errno.
 */
int tf_hooks_watch_nat(struct tf_net *tn, bool wanted);

/**
 * tf_hooks_watch_fate - start or stop to look at what filters let pass
 * @tn: the namespace, locked
 * @wanted: whether a target exports it
 *
 * This sees packets again behind the filters.
 *
 * Return: 0 or a negative errno.
 */
int tf_hooks_watch_fate(struct tf_net *tn, bool wanted);

/**
 * tf_hooks_watch_connections - start or stop to look for translated connections
 * @tn: the namespace, locked
 * @wanted: whether a target is told of them
 *
 * Return: 0 or a negative errno.
 */
int tf_hooks_watch_connections(struct tf_net *tn, bool wanted);

/* Stop; no packet is in our hands any more when this returns. */
void tf_hooks_unregister(struct tf_net *tn);

#endif /* TF_HOOKS_H */
