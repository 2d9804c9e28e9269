/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the interfaces of a flow are: VLANs of something, parts of a VRF.
 */
#ifndef TF_DEVICE_H
#define TF_DEVICE_H

struct net;
struct tf_record;

/* Fill in what a record's interfaces tell. */
void tf_device_describe(struct net *net, struct tf_record *record);

#endif /* TF_DEVICE_H */
