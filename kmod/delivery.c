// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/traffic_flow.h>
#include "delivery.h"
#include "event.h"
#include "net.h"
#include "target.h"

#define TF_BACKLOG_MAX		64
#define TF_BACKLOG_AGE		(10 * HZ)
/* When to try again what could not be sent at once. */
#define TF_DELIVERY_PAUSE	max(HZ / 50, 1)
/* A collector that is down is no reason to kill anybody. */
#define TF_BACKLOG_GFP \
	(GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

/* So long after its last datagram a target may still hold up the others. */
#define TF_DELIVERY_PATIENCE	(HZ / 10)

/* So many refusals are heard of at once: more may come as quickly as they are read. */
#define TF_DELIVERY_REFUSALS	64

/* A refusing collector is up again when it has been silent for that long. */
#define TF_REFUSED_AGE		(10 * HZ)

/**
 * struct tf_datagram - one that waits
 * @list: in tf_target.backlog
 * @since: jiffies
 * @cargo: what it carries
 * @template: id of the session's first template, when it was made
 * @len: octets
 * @data: they
 */
struct tf_datagram {
	struct list_head list;
	unsigned long since;
	struct tf_cargo cargo;
	u16 template;
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
	tf_event_target(target, TRAFFIC_FLOW_EVENT_TARGET_DOWN);
	if (tf_net_is_hosts(target->tn))
		net_info_ratelimited("target %u (%pISpc) is down: %pe\n", target->id,
				     &target->config.dst, ERR_PTR(error));
}

static bool tf_delivery_is_refused(const struct tf_target *target)
{
	return target->sent.refused &&
	       time_before64(get_jiffies_64(),
			     target->refused_at + TF_REFUSED_AGE);
}

static void tf_delivery_up(struct tf_target *target)
{
	if (target->sent.refused) {
		if (tf_delivery_is_refused(target))
			return;
		tf_sent_forget(&target->sent);
	}
	if (target->state == TRAFFIC_FLOW_TARGET_DOWN &&
	    tf_net_is_hosts(target->tn))
		net_info_ratelimited("target %u (%pISpc) is up again\n",
				     target->id, &target->config.dst);
	target->last_error = 0;
	if (target->state == TRAFFIC_FLOW_TARGET_UP)
		return;
	target->state = TRAFFIC_FLOW_TARGET_UP;
	tf_event_target(target, TRAFFIC_FLOW_EVENT_TARGET_UP);
}

void tf_delivery_lost(struct tf_target *target, const struct tf_cargo *cargo)
{
	target->stats.lost += cargo->records;
	target->stats.lost_packets += cargo->packets;
	target->stats.lost_octets += cargo->octets;
}

/*
 * Whoever comes to listen there will have no templates, and gets them before the
 * next data, or when they are a second old.
 */
static void tf_delivery_refused(struct tf_target *target, int error,
				const void *quote, size_t len)
{
	struct tf_cargo lost;

	tf_sent_refuse(&target->sent, quote, len, &lost);
	target->stats.records -= lost.records;
	target->stats.refused += lost.records;
	tf_delivery_lost(target, &lost);
	if (error == -EMSGSIZE) {
		/* The path is known better now, and the next ones will fit. */
		target->stats.errors++;
		return;
	}
	target->sent.refused = true;
	target->refused_at = get_jiffies_64();
	target->refused = true;
	tf_delivery_down(target, error);
}

/* Return: whether anything was said. */
static bool tf_delivery_listen(struct tf_target *target)
{
	unsigned int many = TF_DELIVERY_REFUSALS;
	u8 quote[TF_SENT_QUOTE];
	bool heard = false;
	size_t len;
	int error;

	while (many-- &&
	       (error = tf_socket_refusal(target->sock, quote, &len))) {
		tf_delivery_refused(target, error, quote, len);
		heard = true;
	}
	return heard;
}

bool tf_delivery_hear(struct tf_target *target)
{
	bool heard;

	if (!target->sock)
		return false;
	heard = tf_delivery_listen(target);
	/* Sent, and not refused for long enough. */
	if (target->sent.refused && target->sent.count &&
	    !tf_delivery_is_refused(target))
		tf_delivery_up(target);
	return heard;
}

void tf_delivery_close(struct tf_target *target)
{
	if (!target->sock)
		return;
	tf_delivery_listen(target);
	tf_socket_close(target->sock);
	target->sock = NULL;
}

void tf_delivery_heed_way(struct tf_target *target)
{
	u32 changes = READ_ONCE(target->tn->interfaces.changes);

	if (!target->sock || target->interface_changes == changes)
		return;
	target->interface_changes = changes;
	if (!tf_socket_keeps(target->sock, target->tn->net,
			     &target->config.way))
		tf_delivery_close(target);
}

/*
 * Collectors tell exporters by address and port, and keep templates by them: from
 * elsewhere, nothing is understood that comes before these.
 */
static void tf_delivery_heed_source(struct tf_target *target)
{
	union tf_endpoint local;

	tf_socket_local(target->sock, &local);
	if (target->local.family && target->session.format->templates &&
	    memcmp(&target->local, &local, sizeof(local))) {
		target->anew = true;
		target->templates_due = true;
	}
	target->local = local;
}

static int tf_delivery_open(struct tf_target *target)
{
	struct socket *sock;

	if (target->sock)
		return 0;
	target->interface_changes = READ_ONCE(target->tn->interfaces.changes);
	sock = tf_socket_open(target->tn->net, &target->src,
			      &target->config.dst, &target->config.way,
			      target->tn);
	if (IS_ERR(sock))
		return PTR_ERR(sock);
	target->sock = sock;
	tf_delivery_heed_source(target);
	return 0;
}

/*
 * The socket's buffer is full, and whoever waited for it got a signal; or a queue on
 * the way, or memory is short.
 */
static bool tf_delivery_is_busy(int error)
{
	return error == -EAGAIN || error == -EINTR || error == -ENOBUFS ||
	       error == -ENOMEM;
}

/* It takes datagrams, though maybe slowly: others wait for it, but not for ever. */
static bool tf_delivery_moves(const struct tf_target *target)
{
	u64 now = get_jiffies_64();

	return !READ_ONCE(target->tn->hasty) &&
	       time_before64(now, target->went_at + TF_DELIVERY_PATIENCE) &&
	       time_before64(now, target->tn->patient_until);
}

static void tf_delivery_failed(struct tf_target *target, int error)
{
	if (tf_delivery_is_busy(error)) {
		target->stats.errors++;
		target->last_error = -error;
		target->retry_at = get_jiffies_64() + TF_DELIVERY_PAUSE;
		return;
	}
	tf_delivery_down(target, error);
	target->retry_at = get_jiffies_64() + HZ;
	/* Another route may want another source address: begin anew then. */
	tf_delivery_close(target);
}

static int tf_delivery_try(struct tf_target *target, void *data, u16 len,
			   const struct tf_cargo *cargo)
{
	int ret;

	if (time_before64(get_jiffies_64(), target->retry_at))
		return -EAGAIN;
	tf_delivery_hear(target);
	ret = tf_delivery_open(target);
	if (!ret && target->anew && !target->leads)
		return -EAGAIN;
	if (!ret)
		ret = tf_socket_send(target->sock, data, len,
				     tf_delivery_moves(target));
	if (ret == -ECONNREFUSED || ret == -EMSGSIZE) {
		/* That was about one before this, which was not tried. */
		if (!tf_delivery_hear(target))
			tf_delivery_refused(target, ret, NULL, 0);
		ret = tf_socket_send(target->sock, data, len, false);
	}
	if (ret) {
		tf_delivery_failed(target, ret);
		return ret;
	}
	target->went_at = get_jiffies_64();
	target->stats.packets++;
	target->stats.records += cargo->records;
	target->stats.bytes += len;
	tf_delivery_up(target);
	tf_sent_add(&target->sent, data, len, cargo);
	return 0;
}

static void tf_delivery_keep(struct tf_target *target, const void *data,
			     u16 len, const struct tf_cargo *cargo)
{
	struct tf_datagram *datagram = NULL;

	if (target->backlog_count < TF_BACKLOG_MAX)
		datagram = kmalloc(struct_size(datagram, data, len),
				   TF_BACKLOG_GFP);
	if (!datagram) {
		tf_delivery_lost(target, cargo);
		/* They may have been in it. */
		target->templates_due = true;
		return;
	}
	datagram->since = jiffies;
	datagram->len = len;
	datagram->cargo = *cargo;
	datagram->template = target->session.ipv4.id;
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

static void tf_delivery_lose(struct tf_target *target,
			     struct tf_datagram *datagram)
{
	tf_delivery_lost(target, &datagram->cargo);
	tf_delivery_forget(target, datagram);
}

static void tf_delivery_give_up(struct tf_target *target)
{
	struct tf_datagram *datagram, *next;

	list_for_each_entry_safe(datagram, next, &target->backlog, list)
		tf_delivery_lose(target, datagram);
	/* They may have been among them. */
	target->templates_due = true;
}

void tf_delivery_drop_former(struct tf_target *target)
{
	struct tf_datagram *datagram, *next;

	list_for_each_entry_safe(datagram, next, &target->backlog, list)
		if (datagram->template != target->session.ipv4.id)
			tf_delivery_lose(target, datagram);
}

static struct tf_datagram *tf_delivery_oldest(struct tf_target *target)
{
	return list_first_entry_or_null(&target->backlog, struct tf_datagram,
					list);
}

/* Nothing has gone for long, though nobody has said that it cannot go. */
static bool tf_delivery_is_stuck(const struct tf_target *target)
{
	return target->state != TRAFFIC_FLOW_TARGET_DOWN &&
	       time_after64(get_jiffies_64(), target->went_at + TF_BACKLOG_AGE);
}

void tf_delivery_retry(struct tf_target *target)
{
	struct tf_datagram *oldest;

	tf_delivery_hear(target);
	while ((oldest = tf_delivery_oldest(target))) {
		if (tf_delivery_try(target, oldest->data, oldest->len,
				    &oldest->cargo))
			break;
		tf_delivery_forget(target, oldest);
	}
	if (!oldest || !time_after(jiffies, oldest->since + TF_BACKLOG_AGE))
		return;
	if (tf_delivery_is_stuck(target))
		tf_delivery_down(target, -target->last_error ?: -EAGAIN);
	tf_delivery_give_up(target);
}

/*
 * Whether to wait is better than to lose: no more can be kept, but the way is
 * only narrow, and the flows that have to wait meanwhile leave others room.
 */
static bool tf_delivery_waits(const struct tf_target *target)
{
	const struct tf_cache *cache = tf_net_cache(target->tn);

	return target->backlog_count >= TF_BACKLOG_MAX &&
	       target->state != TRAFFIC_FLOW_TARGET_DOWN &&
	       tf_delivery_moves(target) &&
	       !(cache && tf_pool_strained(&cache->pool, 0));
}

void tf_delivery_send(struct tf_target *target, void *data, u16 len,
		      const struct tf_cargo *cargo)
{
	if (target->leads && target->anew) {
		if (tf_delivery_try(target, data, len, cargo))
			target->templates_due = true;
		return;
	}
	tf_delivery_retry(target);
	while (tf_delivery_waits(target)) {
		schedule_timeout_uninterruptible(TF_DELIVERY_PAUSE);
		tf_delivery_retry(target);
	}
	if (target->backlog_count ||
	    tf_delivery_try(target, data, len, cargo))
		tf_delivery_keep(target, data, len, cargo);
}

void tf_delivery_end(struct tf_target *target)
{
	target->retry_at = get_jiffies_64();
	tf_delivery_retry(target);
	if (target->backlog_count)
		tf_delivery_give_up(target);
	tf_delivery_hear(target);
	tf_delivery_close(target);
}

u16 tf_delivery_room(struct tf_target *target)
{
	const struct tf_target_config *config = &target->config;
	u16 room = TF_SOCKET_ROOM_DEFAULT;

	/* Whether there is a way is seen when the datagram is sent. */
	if (!time_before64(get_jiffies_64(), target->retry_at))
		tf_delivery_open(target);
	if (target->sock)
		room = tf_socket_path_room(target->sock);
	if (config->mtu)
		room = min(room, tf_socket_room(config->dst.family, config->mtu));
	return room;
}
