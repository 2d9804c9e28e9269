// SPDX-License-Identifier: GPL-2.0
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#endif
#include "compat.h"
#include "nat_log.h"
#include "payer.h"
#include "record.h"

/* Connections whose end is looked for in one run. */
#define TF_NAT_LOG_LOOKS	65536

/* New ones that are worth waking the worker for. */
#define TF_NAT_LOG_MANY		4096

/* From the hook to its confirmation nothing holds up a connection's packet. */
#define TF_NAT_LOG_UNBORN_MS	5000

void tf_nat_log_init(struct tf_nat_log *log, u32 max)
{
	init_llist_head(&log->fresh);
	atomic_set(&log->waiting, 0);
	atomic_set(&log->count, 0);
	log->max = max;
	atomic64_set(&log->lost, 0);
	INIT_LIST_HEAD(&log->unborn);
	INIT_LIST_HEAD(&log->living);
}

u32 tf_nat_log_count(const struct tf_nat_log *log)
{
	return atomic_read(&log->count);
}

bool tf_nat_log_presses(const struct tf_nat_log *log)
{
	return atomic_read(&log->waiting) >= TF_NAT_LOG_MANY;
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK)

/**
 * struct tf_nat_conn - a connection that is held
 * @fresh: in tf_nat_log.fresh
 * @list: in one of the others
 * @ct: the connection; a reference
 * @since_ms: boot time of its first packet, milliseconds
 */
struct tf_nat_conn {
	union {
		struct llist_node fresh;
		struct list_head list;
	};
	struct nf_conn *ct;
	u64 since_ms;
};

/* natEvent, RFC 8158, 4.3. It has none for IPv6 alone but those of old. */
enum tf_nat_event {
	TF_NAT_CREATE = 1,
	TF_NAT_DELETE,
	TF_NAT44_CREATE = 4,
	TF_NAT44_DELETE,
};

static struct tf_nat_conn *tf_nat_conn_alloc(struct mem_cgroup *payer)
{
	struct mem_cgroup *before = tf_payer_set(payer);
	struct tf_nat_conn *conn;

	/* No more than the cgroup may have, unlike GFP_ATOMIC. */
	conn = kmalloc(sizeof(*conn),
		       GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT);
	tf_payer_set(before);
	return conn;
}

bool tf_nat_log_see(struct tf_nat_log *log, const struct sk_buff *skb,
		    struct mem_cgroup *payer)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	struct tf_nat_conn *conn = NULL;

	if (!ct || nf_ct_is_confirmed(ct) ||
	    !(READ_ONCE(ct->status) & IPS_NAT_MASK))
		return false;
	if (atomic_inc_return(&log->count) <= log->max)
		conn = tf_nat_conn_alloc(payer);
	if (!conn) {
		atomic_dec(&log->count);
		atomic64_add(2, &log->lost);
		return false;
	}
	nf_conntrack_get(&ct->ct_general);
	conn->ct = ct;
	conn->since_ms = div_u64(ktime_get_boottime_ns(), NSEC_PER_MSEC);
	llist_add(&conn->fresh, &log->fresh);
	return atomic_inc_return(&log->waiting) == TF_NAT_LOG_MANY;
}

static void tf_nat_conn_free(struct tf_nat_log *log, struct tf_nat_conn *conn)
{
	list_del(&conn->list);
	nf_conntrack_put(&conn->ct->ct_general);
	kfree(conn);
	atomic_dec(&log->count);
}

static void tf_nat_log_take_fresh(struct tf_nat_log *log)
{
	struct llist_node *fresh = llist_reverse_order(llist_del_all(&log->fresh));
	struct tf_nat_conn *conn, *next;

	llist_for_each_entry_safe(conn, next, fresh, fresh) {
		list_add_tail(&conn->list, &log->unborn);
		atomic_dec(&log->waiting);
	}
}

/*
 * Those that are confirmed are born; those that nobody else has never will be, nor
 * those that nobody but us has, twice: of a packet and its copy, whose connection
 * has met another that was quicker.
 */
static void tf_nat_log_births(struct tf_nat_log *log, u64 now_ms,
			      struct list_head *born)
{
	struct tf_nat_conn *conn, *next;

	list_for_each_entry_safe(conn, next, &log->unborn, list) {
		bool alone = tf_ct_holders(conn->ct) == 1;
		bool late = now_ms > conn->since_ms + TF_NAT_LOG_UNBORN_MS;

		/* In this order: whoever drops it has confirmed it before. */
		smp_rmb();
		if (nf_ct_is_confirmed(conn->ct))
			list_move_tail(&conn->list, born);
		else if (alone || late)
			tf_nat_conn_free(log, conn);
		cond_resched();
	}
}

/*
 * Packets do not find it any more once its time is up, even if nobody has
 * cleared it away yet. That of an offloaded one is set anew as it runs out.
 */
static bool tf_nat_conn_has_ended(const struct nf_conn *ct)
{
	unsigned long status = READ_ONCE(ct->status);

	return (status & IPS_DYING) ||
	       (!(status & IPS_OFFLOAD) && nf_ct_is_expired(ct));
}

static void tf_nat_log_deaths(struct tf_nat_log *log, struct list_head *dead)
{
	struct tf_nat_conn *conn, *next;
	u32 looks = TF_NAT_LOG_LOOKS;
	LIST_HEAD(seen);

	list_for_each_entry_safe(conn, next, &log->living, list) {
		if (!looks--)
			break;
		list_move_tail(&conn->list,
			       tf_nat_conn_has_ended(conn->ct) ? dead : &seen);
		cond_resched();
	}
	list_splice_tail(&seen, &log->living);
}

static void tf_nat_event_addr(struct tf_addr *addr,
			      const union nf_inet_addr *from, u8 family)
{
	if (family == NFPROTO_IPV4)
		addr->ip = from->ip;
	else
		addr->ip6 = from->in6;
}

/* ICMP has an identifier in the source port's place, and type and code. */
static void tf_nat_event_ports(struct tf_record *event,
			       const struct nf_conntrack_tuple *orig,
			       const struct nf_conntrack_tuple *reply)
{
	switch (event->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		event->sport = ntohs(orig->src.u.all);
		event->dport = ntohs(orig->dst.u.all);
		event->nat_sport = ntohs(reply->dst.u.all);
		event->nat_dport = ntohs(reply->src.u.all);
		break;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		event->sport = ntohs(orig->src.u.icmp.id);
		event->nat_sport = ntohs(reply->src.u.icmp.id);
		event->dport = orig->dst.u.icmp.type << 8 | orig->dst.u.icmp.code;
		event->nat_dport = event->dport;
		break;
	}
}

static void tf_nat_conn_describe(const struct nf_conn *ct, struct tf_record *event)
{
	const struct nf_conntrack_tuple *orig, *reply;

	orig = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	reply = &ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	memset(event, 0, sizeof(*event));
	event->family = nf_ct_l3num(ct);
	event->ip_version = event->family == NFPROTO_IPV4 ? 4 : 6;
	event->proto = nf_ct_protonum(ct);
	tf_nat_event_addr(&event->src, &orig->src.u3, event->family);
	tf_nat_event_addr(&event->dst, &orig->dst.u3, event->family);
	/* What the answer is expected to come from and go to. */
	tf_nat_event_addr(&event->nat_src, &reply->dst.u3, event->family);
	tf_nat_event_addr(&event->nat_dst, &reply->src.u3, event->family);
	tf_nat_event_ports(event, orig, reply);
}

/* Tell the beginnings of a list, or the ends if @end_ms is not 0. */
static void tf_nat_log_tell(const struct list_head *list, u8 family, u64 end_ms,
			    tf_nat_log_put *put, void *context)
{
	bool ipv4 = family == NFPROTO_IPV4;
	struct tf_nat_conn *conn;
	struct tf_record event;

	list_for_each_entry(conn, list, list) {
		if (nf_ct_l3num(conn->ct) != family)
			continue;
		tf_nat_conn_describe(conn->ct, &event);
		event.first_ms = end_ms ?: conn->since_ms;
		event.last_ms = event.first_ms;
		if (end_ms)
			event.nat_event = ipv4 ? TF_NAT44_DELETE : TF_NAT_DELETE;
		else
			event.nat_event = ipv4 ? TF_NAT44_CREATE : TF_NAT_CREATE;
		put(context, &event);
		cond_resched();
	}
}

static void tf_nat_log_free(struct tf_nat_log *log, struct list_head *list)
{
	struct tf_nat_conn *conn, *next;

	list_for_each_entry_safe(conn, next, list, list) {
		tf_nat_conn_free(log, conn);
		cond_resched();
	}
}

/*
 * New ones are taken before the old are looked at, and told after these: who
 * gets an address and port anew is told of after who had it.
 */
void tf_nat_log_run(struct tf_nat_log *log, u64 now_ms, tf_nat_log_put *put,
		    void *context)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
	LIST_HEAD(born);
	LIST_HEAD(dead);
	unsigned int i;

	tf_nat_log_take_fresh(log);
	tf_nat_log_births(log, now_ms, &born);
	tf_nat_log_deaths(log, &dead);
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		tf_nat_log_tell(&dead, families[i], now_ms, put, context);
		tf_nat_log_tell(&born, families[i], 0, put, context);
	}
	tf_nat_log_free(log, &dead);
	list_splice_tail(&born, &log->living);
}

void tf_nat_log_forget(struct tf_nat_log *log)
{
	tf_nat_log_take_fresh(log);
	tf_nat_log_free(log, &log->unborn);
	tf_nat_log_free(log, &log->living);
}

#else

bool tf_nat_log_see(struct tf_nat_log *log, const struct sk_buff *skb,
		    struct mem_cgroup *payer)
{
	return false;
}

void tf_nat_log_run(struct tf_nat_log *log, u64 now_ms, tf_nat_log_put *put,
		    void *context)
{
}

void tf_nat_log_forget(struct tf_nat_log *log)
{
}

#endif
