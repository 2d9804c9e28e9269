/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which options records a target gets, and when: with the templates, but the
 * names of interfaces, of which there may be many, a few datagrams a second.
 */
#ifndef TF_OPTIONS_H
#define TF_OPTIONS_H

#include <linux/types.h>

struct tf_target;

/**
 * struct tf_options - how far telling has come
 * @sampled: the collector has been told of sampling: it has to hear of its end
 * @due: interfaces are to be told, once that is done
 * @naming: interfaces are being told
 * @kind: in which shape
 * @next: how many of them have been
 * @next_at: jiffies before which no more is told
 * @changes: of the namespace's interfaces, when that began
 */
struct tf_options {
	bool sampled;
	bool due;
	bool naming;
	u8 kind;
	u32 next;
	u64 next_at;
	u32 changes;
};

/* Templates have gone out: what belongs to them. */
void tf_options_begin(struct tf_target *target);

/* Go on with what takes longer. To be called once a second. */
void tf_options_continue(struct tf_target *target);

#endif /* TF_OPTIONS_H */
