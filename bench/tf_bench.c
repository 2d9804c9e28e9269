// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs in the forward chain: packets of chosen flows go through
 * its hooks, with bottom halves off as in forwarding, on one CPU or several at
 * once. A hook that does nothing is always there.
 *
 * Write "THREADS FLOWS PACKETS" to /proc/tf_bench, FLOWS 0: each packet begins
 * another flow. Read it: nanoseconds a packet, times ten. "floor" and "empty"
 * turn a hook on and off that only parses, hashes and updates a cache line of
 * an array: less than that no meter can do.
 */
#include <linux/completion.h>
#include <linux/ip.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/proc_fs.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#define BENCH_BATCH	64
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
	u32 packets;
	u32 random;
	u64 ns;
	struct sk_buff *skb;
	struct net_device *in;
	struct net_device *out;
	struct completion done;
};

static struct bench_line *bench_line;
static hsiphash_key_t bench_key = { .key = { 0x1234, 0x5678 } };
static u64 bench_result;
static u32 bench_next;
static bool bench_floor;

static unsigned int bench_empty_hook(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static unsigned int bench_floor_hook(void *priv, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	const struct iphdr *ip = ip_hdr(skb);
	const u32 *ports = (const u32 *)(skb->data + ip->ihl * 4);
	struct bench_line *line;

	line = bench_line + hsiphash_4u32((__force u32)ip->saddr,
					  (__force u32)ip->daddr, *ports,
					  ip->protocol, &bench_key) % BENCH_LINES;
	line->packets++;
	line->bytes += skb->len;
	line->last = jiffies;
	return NF_ACCEPT;
}

static const struct nf_hook_ops bench_empty_ops = {
	.hook = bench_empty_hook,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_FORWARD,
	.priority = NF_IP_PRI_FIRST,
};

static const struct nf_hook_ops bench_floor_ops = {
	.hook = bench_floor_hook,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_FORWARD,
	.priority = NF_IP_PRI_FILTER - 2,
};

static struct sk_buff *bench_skb(struct net_device *in)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct udphdr *udp;
	struct iphdr *ip;

	if (!skb)
		return NULL;
	skb_reserve(skb, 64);
	skb_reset_network_header(skb);
	ip = skb_put_zero(skb, sizeof(*ip));
	skb_set_transport_header(skb, sizeof(*ip));
	udp = skb_put_zero(skb, sizeof(*udp));
	skb_put_zero(skb, 36);
	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->tot_len = htons(skb->len);
	ip->daddr = htonl(0xc0a80001);
	udp->dest = htons(53);
	udp->len = htons(44);
	skb->protocol = htons(ETH_P_IP);
	skb->dev = in;
	return skb;
}

static void bench_address(struct bench_run *run, u32 flow)
{
	struct iphdr *ip = ip_hdr(run->skb);
	struct udphdr *udp = udp_hdr(run->skb);

	ip->saddr = htonl(0x0a000000 + (flow & 0xffffff));
	udp->source = htons(1024 + run->thread * 256 + (flow >> 24));
}

static void bench_send(struct bench_run *run, u32 flow)
{
	bench_address(run, flow);
	nf_hook(NFPROTO_IPV4, NF_INET_FORWARD, &init_net, NULL, run->skb,
		run->in, run->out, NULL);
}

static u32 bench_random(struct bench_run *run)
{
	run->random ^= run->random << 13;
	run->random ^= run->random >> 17;
	run->random ^= run->random << 5;
	return run->random;
}

/* One batch; known flows in random order, or new ones in a row. */
static void bench_batch(struct bench_run *run, u32 first, bool each)
{
	u32 i;

	local_bh_disable();
	rcu_read_lock();
	for (i = 0; i < BENCH_BATCH; i++)
		bench_send(run, each ? first + i :
			   ((u64)bench_random(run) * run->flows) >> 32);
	rcu_read_unlock();
	local_bh_enable();
}

static int bench_thread(void *data)
{
	struct bench_run *run = data;
	u32 first = bench_next;
	u64 begin;
	u32 i;

	/* So that all flows are known. */
	for (i = 0; i < run->flows; i += BENCH_BATCH) {
		bench_batch(run, i, true);
		cond_resched();
	}
	begin = ktime_get_ns();
	for (i = 0; i < run->packets; i += BENCH_BATCH) {
		bench_batch(run, first + i, !run->flows);
		cond_resched();
	}
	run->ns = ktime_get_ns() - begin;
	complete(&run->done);
	return 0;
}

static int bench_start(struct bench_run *run, u32 thread, u32 flows, u32 packets)
{
	struct task_struct *task;

	run->thread = thread;
	run->flows = flows;
	run->packets = packets;
	run->random = 2463534242U + thread;
	run->in = dev_get_by_name(&init_net, "bench0");
	run->out = dev_get_by_name(&init_net, "bench1");
	run->skb = bench_skb(run->in);
	init_completion(&run->done);
	if (!run->in || !run->out || !run->skb)
		return -ENODEV;
	task = kthread_create(bench_thread, run, "bench/%u", thread);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, thread);
	wake_up_process(task);
	return 0;
}

static void bench_end(struct bench_run *run)
{
	kfree_skb(run->skb);
	dev_put(run->in);
	dev_put(run->out);
}

static int bench_measure(u32 threads, u32 flows, u32 packets)
{
	struct bench_run run[8] = {};
	u64 ns = 0;
	u32 i;
	int ret;

	if (!threads || threads > min_t(u32, ARRAY_SIZE(run), num_online_cpus()))
		return -EINVAL;
	for (i = 0; i < threads; i++) {
		ret = bench_start(&run[i], i, flows, packets);
		if (ret)
			return ret;
	}
	for (i = 0; i < threads; i++) {
		wait_for_completion(&run[i].done);
		ns += run[i].ns;
		bench_end(&run[i]);
	}
	if (!flows)
		bench_next += packets;
	bench_result = div64_u64(ns * 10, (u64)packets * threads);
	return 0;
}

static int bench_set_floor(bool on)
{
	int ret = 0;

	if (on && !bench_floor)
		ret = nf_register_net_hook(&init_net, &bench_floor_ops);
	if (!on && bench_floor)
		nf_unregister_net_hook(&init_net, &bench_floor_ops);
	if (!ret)
		bench_floor = on;
	return ret;
}

static ssize_t bench_write(struct file *file, const char __user *buf,
			   size_t len, loff_t *pos)
{
	u32 threads, flows, packets;
	char text[64] = {};
	int ret = -EINVAL;

	if (len >= sizeof(text) || copy_from_user(text, buf, len))
		return -EFAULT;
	if (!strncmp(text, "floor", 5) || !strncmp(text, "empty", 5))
		ret = bench_set_floor(text[0] == 'f');
	else if (sscanf(text, "%u %u %u", &threads, &flows, &packets) == 3)
		ret = bench_measure(threads, flows, packets);
	return ret ?: len;
}

static ssize_t bench_read(struct file *file, char __user *buf, size_t len,
			  loff_t *pos)
{
	char text[32];
	int n = scnprintf(text, sizeof(text), "%llu\n", bench_result);

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
	ret = nf_register_net_hook(&init_net, &bench_empty_ops);
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
	nf_unregister_net_hook(&init_net, &bench_empty_ops);
	vfree(bench_line);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The cost of a packet in netfilter's forward chain");
