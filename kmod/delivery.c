// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/traffic_flow.h>
#include "delivery.h"
#include "net.h"
#include "target.h"

#define TF_BACKLOG_MAX		64
#define TF_BACKLOG_AGE		(10 * HZ)

/* A refusing collector is up again when it has been silent for that long. */
#define TF_REFUSED_AGE		(10 * HZ)

/**
 * struct tf_datagram - one that waits
 * @list: in tf_target.backlog
 * @since: jiffies
 * @records: flow records in it
 * @len: octets
 * @data: they
 */
struct tf_datagram {
	struct list_head list;
	unsigned long since;
	u16 records;
	u16 len;
	u8 data[];
};

/* One line for a change, and none for what stays as it is. */
static void tf_delivery_down(struct tf_target *target, int error)
{
	target->stats.errors++;
	target->last_error = -error;
	if (target->state == TRAFFIC_FLOW_TARGET_DOWN)
		return;
	target->state = TRAFFIC_FLOW_TARGET_DOWN;
	net_info_ratelimited("target %u (%pISpc) is down: %pe\n", target->id,
			     &target->config.dst, ERR_PTR(error));
}

static void tf_delivery_up(struct tf_target *target)
{
	if (target->state == TRAFFIC_FLOW_TARGET_DOWN) {
		if (target->last_error == ECONNREFUSED &&
		    time_before(jiffies, target->refused_at + TF_REFUSED_AGE))
			return;
		net_info_ratelimited("target %u (%pISpc) is up again\n",
				     target->id, &target->config.dst);
	}
	target->state = TRAFFIC_FLOW_TARGET_UP;
	target->last_error = 0;
}

/*
 * The collector's host has refused the datagram before this one. Whoever comes
 * to listen there will have no templates.
 */
static void tf_delivery_refused(struct tf_target *target)
{
	target->refused_at = jiffies;
	target->stats.records -= target->last_records;
	target->stats.lost += target->last_records;
	target->last_records = 0;
	if (time_after(jiffies, target->templates_at + HZ))
		target->templates_due = true;
	tf_delivery_down(target, -ECONNREFUSED);
}

static void tf_delivery_close(struct tf_target *target)
{
	if (target->sock)
		tf_socket_close(target->sock);
	target->sock = NULL;
}

static int tf_delivery_open(struct tf_target *target)
{
	struct socket *sock;

	if (target->sock)
		return 0;
	sock = tf_socket_open(target->tn->net, &target->src,
			      &target->config.dst, target->tn);
	if (IS_ERR(sock))
		return PTR_ERR(sock);
	target->sock = sock;
	return 0;
}

static void tf_delivery_failed(struct tf_target *target, int error)
{
	if (error == -EAGAIN) {
		target->stats.errors++;
		target->retry_at = jiffies + max(HZ / 50, 1);
		return;
	}
	tf_delivery_down(target, error);
	target->retry_at = jiffies + HZ;
	/* Another route may want another source address: begin anew then. */
	tf_delivery_close(target);
}

static int tf_delivery_try(struct tf_target *target, void *data, u16 len,
			   u16 records)
{
	int ret;

	if (time_before(jiffies, target->retry_at))
		return -EAGAIN;
	ret = tf_delivery_open(target);
	if (!ret)
		ret = tf_socket_send(target->sock, data, len);
	if (ret == -ECONNREFUSED) {
		/* That was about the last datagram, this one was not tried. */
		tf_delivery_refused(target);
		ret = tf_socket_send(target->sock, data, len);
	}
	if (ret) {
		tf_delivery_failed(target, ret);
		return ret;
	}
	target->stats.packets++;
	target->stats.records += records;
	target->stats.bytes += len;
	target->last_records = records;
	tf_delivery_up(target);
	return 0;
}

static void tf_delivery_keep(struct tf_target *target, const void *data,
			     u16 len, u16 records)
{
	struct tf_datagram *datagram = NULL;

	if (target->backlog_count < TF_BACKLOG_MAX)
		datagram = kmalloc(struct_size(datagram, data, len), GFP_KERNEL);
	if (!datagram) {
		target->stats.lost += records;
		return;
	}
	datagram->since = jiffies;
	datagram->len = len;
	datagram->records = records;
	memcpy(datagram->data, data, len);
	list_add_tail(&datagram->list, &target->backlog);
	target->backlog_count++;
}

static void tf_delivery_forget(struct tf_target *target,
			       struct tf_datagram *datagram)
{
	list_del(&datagram->list);
	kfree(datagram);
	target->backlog_count--;
}

static void tf_delivery_give_up(struct tf_target *target)
{
	struct tf_datagram *datagram, *next;

	list_for_each_entry_safe(datagram, next, &target->backlog, list) {
		target->stats.lost += datagram->records;
		tf_delivery_forget(target, datagram);
	}
	/* They may have been among them. */
	target->templates_due = true;
}

static struct tf_datagram *tf_delivery_oldest(struct tf_target *target)
{
	return list_first_entry_or_null(&target->backlog, struct tf_datagram,
					list);
}

void tf_delivery_retry(struct tf_target *target)
{
	struct tf_datagram *oldest;

	while ((oldest = tf_delivery_oldest(target))) {
		if (tf_delivery_try(target, oldest->data, oldest->len,
				    oldest->records))
			break;
		tf_delivery_forget(target, oldest);
	}
	if (oldest && time_after(jiffies, oldest->since + TF_BACKLOG_AGE))
		tf_delivery_give_up(target);
}

void tf_delivery_send(struct tf_target *target, void *data, u16 len,
		      u16 records)
{
	tf_delivery_retry(target);
	if (target->backlog_count ||
	    tf_delivery_try(target, data, len, records))
		tf_delivery_keep(target, data, len, records);
}

void tf_delivery_end(struct tf_target *target)
{
	target->retry_at = jiffies;
	tf_delivery_retry(target);
	if (target->backlog_count)
		tf_delivery_give_up(target);
	tf_delivery_close(target);
}

u16 tf_delivery_room(struct tf_target *target)
{
	/* It is opened by whoever has something to send. */
	return target->sock ? tf_socket_room(target->sock) : TF_SOCKET_ROOM_DEFAULT;
}
