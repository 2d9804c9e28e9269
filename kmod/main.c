// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include "net.h"
#include "netlink.h"
#include "version.h"
#include "worker.h"

static int __init tf_init(void)
{
	int ret;

	ret = tf_worker_init();
	if (ret)
		return ret;
	ret = tf_net_init();
	if (ret)
		goto err_worker;
	ret = tf_netlink_init();
	if (ret)
		goto err_net;
	return 0;

err_net:
	tf_net_exit();
err_worker:
	tf_worker_exit();
	return ret;
}

static void __exit tf_exit(void)
{
	tf_netlink_exit();
	tf_net_exit();
	tf_worker_exit();
}

module_init(tf_init);
module_exit(tf_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(TF_VERSION);
MODULE_DESCRIPTION("Traffic Flow: NetFlow v1, v5, v9 and IPFIX exporter");
