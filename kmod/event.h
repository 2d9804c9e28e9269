/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is told to those who listen, as it happens; nothing is made if nobody
 * does. What does not reach them, because they read too slowly or there is no
 * memory, is not told again.
 *
 * All of this is done under the namespace's lock.
 */
#ifndef TF_EVENT_H
#define TF_EVENT_H

#include <linux/traffic_flow.h>
#include <linux/types.h>

struct tf_net;
struct tf_record;
struct tf_target;

/* Something that concerns the namespace. */
void tf_event(const struct tf_net *tn, enum traffic_flow_event event);

/* Something that concerns a target. */
void tf_event_target(const struct tf_target *target,
		     enum traffic_flow_event event);

/* Whether anybody wants to hear of ended flows. */
bool tf_event_wants_flows(const struct tf_net *tn);

/* Tell of an ended flow; it goes out with the next ones. */
void tf_event_flow(struct tf_net *tn, const struct tf_record *record);

/* Send what is left of them. */
void tf_event_flush(struct tf_net *tn);

#endif /* TF_EVENT_H */
