// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs in the forward chain: packets of chosen flows go through
 * its hooks, with bottom halves off as in forwarding, on one CPU or several at
 * once. A hook that does nothing is always there.
 *
 * Write "THREADS KIND FLOWS PACKETS" to /proc/tf_bench, FLOWS 0: each packet
 * begins another flow. Read it: nanoseconds a packet, times ten. Kinds are
 *   4 and 6	IPv4 and IPv6
 *   m		each tenth packet begins another flow
 *   t		each flow is a connection with its source translated
 *   c		flows that would collide if the key of the hash were zero
 * "floor" and "empty" turn a hook on and off that only parses, hashes and
 * updates a cache line of an array: less than that no meter can do.
 *
 * After that follows how often softirqs were held, how often for more than 100
 * microseconds, and for how many nanoseconds at most, since "held" was written.
 */
#include <linux/completion.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/proc_fs.h>
#include <linux/siphash.h>
#include <linux/sort.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>

#define BENCH_BATCH	64
#define BENCH_AHEAD	8
#define BENCH_COLLIDE	32768
#define BENCH_LINES	(1 << 20)

struct bench_line {
	u64 packets;
	u64 bytes;
	u32 last;
	u8 rest[44];
};

struct bench_run {
	u32 thread;
	u32 flows;
	u32 batches;
	u32 next;
	u32 random;
	bool v6;
	bool mixed;
	const u32 *collide;
	struct nf_conn **ct;
	u32 *took;
	struct sk_buff *skb[BENCH_AHEAD];
	struct net_device *in;
	struct net_device *out;
	struct completion done;
};

static struct bench_line *bench_line;
static hsiphash_key_t bench_key = { .key = { 0x1234, 0x5678 } };
static u64 bench_result;
/* No flow of "mixed" and of "each new" has been sent before. */
static u32 bench_next = 1 << 24;
static const u32 *bench_collide;
static bool bench_floor;
static DEFINE_SPINLOCK(bench_held_lock);
static u64 bench_held, bench_held_long, bench_held_max;

static unsigned int bench_empty_hook(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static void bench_update(const struct sk_buff *skb, u32 hash)
{
	struct bench_line *line = bench_line + hash % BENCH_LINES;

	line->packets++;
	line->bytes += skb->len;
	line->last = jiffies;
}

static unsigned int bench_floor_hook(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	const struct iphdr *ip = ip_hdr(skb);
	const u32 *ports = (const u32 *)(skb->data + ip->ihl * 4);

	bench_update(skb, hsiphash_4u32((__force u32)ip->saddr,
					(__force u32)ip->daddr, *ports,
					ip->protocol, &bench_key));
	return NF_ACCEPT;
}

static unsigned int bench_floor6_hook(void *priv, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6 = ipv6_hdr(skb);
	struct {
		struct in6_addr src;
		struct in6_addr dst;
		u32 ports;
		u32 proto;
	} key __aligned(8);

	key.src = ip6->saddr;
	key.dst = ip6->daddr;
	key.ports = *(const u32 *)(ip6 + 1);
	key.proto = ip6->nexthdr;
	bench_update(skb, hsiphash(&key, sizeof(key), &bench_key));
	return NF_ACCEPT;
}

#define BENCH_HOOK(_pf, _hook, _priority) {	\
	.hook = _hook,				\
	.pf = _pf,				\
	.hooknum = NF_INET_FORWARD,		\
	.priority = _priority,			\
}

static const struct nf_hook_ops bench_empty_ops[] = {
	BENCH_HOOK(NFPROTO_IPV4, bench_empty_hook, NF_IP_PRI_FIRST),
	BENCH_HOOK(NFPROTO_IPV6, bench_empty_hook, NF_IP_PRI_FIRST),
};

static const struct nf_hook_ops bench_floor_ops[] = {
	BENCH_HOOK(NFPROTO_IPV4, bench_floor_hook, NF_IP_PRI_FILTER - 2),
	BENCH_HOOK(NFPROTO_IPV6, bench_floor6_hook, NF_IP_PRI_FILTER - 2),
};

static struct sk_buff *bench_skb(struct net_device *in, bool v6)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct ipv6hdr *ip6;
	struct udphdr *udp;
	struct iphdr *ip;

	if (!skb)
		return NULL;
	skb_reserve(skb, 64);
	skb_reset_network_header(skb);
	if (v6) {
		ip6 = skb_put_zero(skb, sizeof(*ip6));
		ip6->version = 6;
		ip6->payload_len = htons(44);
		ip6->nexthdr = IPPROTO_UDP;
		ip6->hop_limit = 64;
		ip6->saddr.s6_addr32[0] = htonl(0x20010db8);
		ip6->daddr.s6_addr32[0] = htonl(0x20010db8);
		ip6->daddr.s6_addr32[3] = htonl(1);
	} else {
		ip = skb_put_zero(skb, sizeof(*ip));
		ip->version = 4;
		ip->ihl = 5;
		ip->ttl = 64;
		ip->protocol = IPPROTO_UDP;
		ip->tot_len = htons(64);
		ip->daddr = htonl(0xc0a80001);
	}
	skb_set_transport_header(skb, skb->len);
	udp = skb_put_zero(skb, sizeof(*udp));
	skb_put_zero(skb, 36);
	udp->len = htons(44);
	skb->protocol = htons(v6 ? ETH_P_IPV6 : ETH_P_IP);
	skb->dev = in;
	return skb;
}

static struct nf_conn *bench_connection(u32 flow)
{
	struct nf_conntrack_tuple sent = {}, answer = {};
	struct nf_conn *ct;

	sent.src.l3num = NFPROTO_IPV4;
	sent.src.u3.ip = htonl(0x0a000000 + flow);
	sent.src.u.udp.port = htons(1024);
	sent.dst.u3.ip = htonl(0xc0a80001);
	sent.dst.u.udp.port = htons(53);
	sent.dst.protonum = IPPROTO_UDP;
	answer.src.l3num = NFPROTO_IPV4;
	answer.src.u3.ip = sent.dst.u3.ip;
	answer.src.u.udp.port = sent.dst.u.udp.port;
	answer.dst.u3.ip = htonl(0xcb007101);
	answer.dst.u.udp.port = htons(flow);
	answer.dst.protonum = IPPROTO_UDP;
	ct = nf_conntrack_alloc(&init_net, &nf_ct_zone_dflt, &sent, &answer,
				GFP_KERNEL);
	if (!IS_ERR(ct))
		ct->status = IPS_SRC_NAT | IPS_SRC_NAT_DONE;
	return ct;
}

static void bench_disconnect(struct bench_run *run)
{
	u32 i;

	for (i = 0; run->ct && i < run->flows && run->ct[i]; i++) {
		/* Its translation is in nobody's lists. */
		run->ct[i]->status = 0;
		nf_conntrack_free(run->ct[i]);
	}
	vfree(run->ct);
	for (i = 0; i < BENCH_AHEAD; i++)
		if (run->skb[i])
			run->skb[i]->_nfct = 0;
}

static int bench_connect(struct bench_run *run)
{
	struct nf_conn *ct;
	u32 i;

	run->ct = vzalloc(array_size(run->flows, sizeof(*run->ct)));
	if (!run->ct)
		return -ENOMEM;
	for (i = 0; i < run->flows; i++) {
		ct = bench_connection(i);
		if (IS_ERR(ct)) {
			bench_disconnect(run);
			run->ct = NULL;
			return PTR_ERR(ct);
		}
		run->ct[i] = ct;
	}
	return 0;
}

/* Connection tracking, before the hooks, has read its tuples and written to it. */
static void bench_track(struct nf_conn *ct, struct sk_buff *skb)
{
	nf_ct_set(skb, ct, IP_CT_ESTABLISHED);
	WRITE_ONCE(ct->timeout, nfct_time_stamp + 30 * HZ +
		   READ_ONCE(ct->tuplehash[0].tuple.dst.protonum) +
		   READ_ONCE(ct->tuplehash[1].tuple.dst.protonum));
}

/* Whole words: what the hooks read next must not be put together from parts. */
static void bench_address(const struct bench_run *run, struct sk_buff *skb,
			  u32 flow)
{
	__be32 *ports = (__be32 *)skb_transport_header(skb);
	u32 number = run->collide ? run->collide[flow] : flow;

	if (run->v6)
		ipv6_hdr(skb)->saddr.s6_addr32[3] = htonl(number);
	else
		ip_hdr(skb)->saddr = htonl(0x0a000000 + (number & 0xffffff));
	*ports = htonl((1024 + run->thread * 256 + (number >> 24)) << 16 | 53);
	if (run->ct)
		bench_track(run->ct[flow], skb);
}

static u32 bench_random(struct bench_run *run)
{
	run->random ^= run->random << 13;
	run->random ^= run->random >> 17;
	run->random ^= run->random << 5;
	return run->random;
}

/* Known flows in random order, new ones in a row; of mixed each tenth is new. */
static u32 bench_choose(struct bench_run *run)
{
	u32 random;

	if (!run->flows)
		return run->collide ? run->next++ % BENCH_COLLIDE : run->next++;
	random = bench_random(run);
	if (run->mixed && random % 10 == 0)
		return run->next++;
	return ((u64)random * run->flows) >> 32;
}

/* As they come off a device: some are there already when the first is sent. */
static void bench_batch(struct bench_run *run, const u32 *flow, u32 count)
{
	u8 pf = run->v6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	u32 i, k;

	local_bh_disable();
	rcu_read_lock();
	for (i = 0; i < count; i += BENCH_AHEAD) {
		for (k = 0; k < BENCH_AHEAD; k++)
			bench_address(run, run->skb[k], flow[i + k]);
		for (k = 0; k < BENCH_AHEAD; k++)
			nf_hook(pf, NF_INET_FORWARD, &init_net, NULL,
				run->skb[k], run->in, run->out, NULL);
	}
	rcu_read_unlock();
	local_bh_enable();
}

static int bench_thread(void *data)
{
	struct bench_run *run = data;
	u32 flow[BENCH_BATCH];
	u64 begin;
	u32 i, k;

	/* So that all flows are known. */
	for (i = 0; i < run->flows; i += BENCH_BATCH) {
		for (k = 0; k < BENCH_BATCH; k++)
			flow[k] = i + k;
		bench_batch(run, flow, BENCH_BATCH);
		cond_resched();
	}
	for (i = 0; i < run->batches; i++) {
		for (k = 0; k < BENCH_BATCH; k++)
			flow[k] = bench_choose(run);
		begin = ktime_get_ns();
		bench_batch(run, flow, BENCH_BATCH);
		run->took[i] = ktime_get_ns() - begin;
		cond_resched();
	}
	complete(&run->done);
	return 0;
}

/*
 * Numbers whose flows of the first thread would be in one of 4096 buckets of a
 * meter with another key: what somebody can send who knows everything but that.
 */
static int bench_make_collide(void)
{
	const hsiphash_key_t key = {};
	u32 number = 0, found = 0;
	u32 *collide;

	if (bench_collide)
		return 0;
	collide = vmalloc(array_size(BENCH_COLLIDE, sizeof(u32)));
	if (!collide)
		return -ENOMEM;
	for (; found < BENCH_COLLIDE && number < U32_MAX; number++) {
		u32 src = (__force u32)htonl(0x0a000000 + (number & 0xffffff));
		u32 ports = (__force u32)htonl((1024 + (number >> 24)) << 16 | 53);

		if (!(hsiphash_4u32(src, (__force u32)htonl(0xc0a80001), ports,
				    IPPROTO_UDP, &key) & 0xfff))
			collide[found++] = number;
		if (!(number & 0xfffff))
			cond_resched();
	}
	bench_collide = collide;
	return 0;
}

static int bench_start(struct bench_run *run, u32 thread)
{
	struct task_struct *task;
	u32 i;

	run->thread = thread;
	run->next = bench_next;
	run->random = 2463534242U + thread;
	run->in = dev_get_by_name(&init_net, "bench0");
	run->out = dev_get_by_name(&init_net, "bench1");
	init_completion(&run->done);
	if (!run->in || !run->out)
		return -ENODEV;
	run->took = vmalloc(array_size(run->batches, sizeof(u32)));
	if (!run->took)
		return -ENOMEM;
	for (i = 0; i < BENCH_AHEAD; i++) {
		run->skb[i] = bench_skb(run->in, run->v6);
		if (!run->skb[i])
			return -ENOMEM;
	}
	task = kthread_create(bench_thread, run, "bench/%u", thread);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, thread);
	wake_up_process(task);
	return 0;
}

static int bench_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

/*
 * Nanoseconds a packet, times ten. What took longer than twice the median was
 * interrupted by something else on the machine, and is left out.
 */
static u32 bench_mean(const struct bench_run *run)
{
	u64 sum = 0;
	u32 i, limit;

	sort(run->took, run->batches, sizeof(u32), bench_compare, NULL);
	limit = 2 * run->took[run->batches / 2];
	for (i = 0; i < run->batches && run->took[i] <= limit; i++)
		sum += run->took[i];
	return div_u64(sum * 10, i * BENCH_BATCH);
}

static void bench_end(struct bench_run *run)
{
	u32 i;

	vfree(run->took);
	bench_disconnect(run);
	for (i = 0; i < BENCH_AHEAD; i++)
		kfree_skb(run->skb[i]);
	dev_put(run->in);
	dev_put(run->out);
}

static int bench_measure(u32 threads, char kind, u32 flows, u32 packets)
{
	struct bench_run run[8] = {};
	u64 sum = 0;
	u32 i;
	int ret;

	ret = kind == 'c' ? bench_make_collide() : 0;
	if (ret)
		return ret;
	if (packets < BENCH_BATCH || !threads || threads > min_t(u32, ARRAY_SIZE(run), num_online_cpus()))
		return -EINVAL;
	for (i = 0; i < threads; i++) {
		run[i].flows = flows;
		run[i].batches = packets / BENCH_BATCH;
		run[i].v6 = kind == '6';
		run[i].mixed = kind == 'm';
		run[i].collide = kind == 'c' ? bench_collide : NULL;
		ret = kind == 't' ? bench_connect(&run[i]) : 0;
		if (!ret)
			ret = bench_start(&run[i], i);
		if (ret)
			return ret;
	}
	for (i = 0; i < threads; i++) {
		wait_for_completion(&run[i].done);
		sum += bench_mean(&run[i]);
		bench_next = max(bench_next, run[i].next);
		bench_end(&run[i]);
	}
	bench_result = div_u64(sum, threads);
	return 0;
}

static int bench_set_floor(bool on)
{
	int ret = 0;

	if (on && !bench_floor)
		ret = nf_register_net_hooks(&init_net, bench_floor_ops, ARRAY_SIZE(bench_floor_ops));
	if (!on && bench_floor)
		nf_unregister_net_hooks(&init_net, bench_floor_ops, ARRAY_SIZE(bench_floor_ops));
	if (!ret)
		bench_floor = on;
	return ret;
}

/* For a build of the module that tells how long it held a CPU's softirqs. */
void tf_held_for(u64 ns);
void tf_held_for(u64 ns)
{
	unsigned long flags;

	spin_lock_irqsave(&bench_held_lock, flags);
	bench_held++;
	bench_held_long += ns > 100000;
	bench_held_max = max(bench_held_max, ns);
	spin_unlock_irqrestore(&bench_held_lock, flags);
}
EXPORT_SYMBOL_GPL(tf_held_for);

static int bench_forget_held(void)
{
	bench_held = 0;
	bench_held_long = 0;
	bench_held_max = 0;
	return 0;
}

static ssize_t bench_write(struct file *file, const char __user *buf,
			   size_t len, loff_t *pos)
{
	u32 threads, flows, packets;
	char text[64] = {};
	int ret = -EINVAL;
	char kind;

	if (len >= sizeof(text) || copy_from_user(text, buf, len))
		return -EFAULT;
	if (!strncmp(text, "floor", 5) || !strncmp(text, "empty", 5))
		ret = bench_set_floor(text[0] == 'f');
	else if (!strncmp(text, "held", 4))
		ret = bench_forget_held();
	else if (sscanf(text, "%u %c %u %u", &threads, &kind, &flows, &packets) == 4)
		ret = bench_measure(threads, kind, flows, packets);
	return ret ?: len;
}

static ssize_t bench_read(struct file *file, char __user *buf, size_t len,
			  loff_t *pos)
{
	char text[96];
	int n = scnprintf(text, sizeof(text), "%llu %llu %llu %llu\n", bench_result,
			  bench_held, bench_held_long, bench_held_max);

	return simple_read_from_buffer(buf, len, pos, text, n);
}

static const struct proc_ops bench_proc = {
	.proc_write = bench_write,
	.proc_read = bench_read,
};

static int __init bench_init(void)
{
	int ret;

	bench_line = vzalloc(array_size(BENCH_LINES, sizeof(*bench_line)));
	if (!bench_line)
		return -ENOMEM;
	ret = nf_register_net_hooks(&init_net, bench_empty_ops, ARRAY_SIZE(bench_empty_ops));
	if (ret) {
		vfree(bench_line);
		return ret;
	}
	proc_create("tf_bench", 0600, NULL, &bench_proc);
	return 0;
}

static void __exit bench_exit(void)
{
	remove_proc_entry("tf_bench", NULL);
	bench_set_floor(false);
	nf_unregister_net_hooks(&init_net, bench_empty_ops, ARRAY_SIZE(bench_empty_ops));
	vfree(bench_collide);
	vfree(bench_line);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The cost of a packet in netfilter's forward chain");
