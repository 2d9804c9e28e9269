/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: <linux/traffic_flow.h> describes it. */
#ifndef TF_NETLINK_H
#define TF_NETLINK_H

int tf_netlink_init(void);
void tf_netlink_exit(void);

#endif /* TF_NETLINK_H */
