// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that nobody would send, through the hooks of all three chains: any
 * protocol, with headers that lie or end too early, of whatever pieces skbs are
 * made of, as segments of every type. What they hold must not change.
 *
 * Write "SEED PACKETS whole" to /proc/tf_fuzz, or "SEED PACKETS super" for
 * super-packets among them. Read it: how many were sent, to be found in what has
 * been metered; the same seed sends the same packets. They come in by fz0 and go
 * out by fz1. With "SEED PACKETS received" fz0 receives them: they take the whole
 * way, with connection tracking and translation, as far as IP lets them.
 */
#include <linux/crc32.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/prandom.h>
#include <linux/proc_fs.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/route.h>

#define FUZZ_MAX	70000	/* octets of a packet: more than IP's length says */
#define FUZZ_BATCH	64
#define FUZZ_FRAG	4096	/* octets of a piece at most */

static struct rnd_state fuzz_rnd;
static u8 *fuzz_data;
static u64 fuzz_sent;
static u64 fuzz_changed;
static struct net_device *fuzz_in, *fuzz_out;
static struct dst_entry *fuzz_dst[2];
static struct iphdr fuzz_before;
static struct ipv6hdr fuzz_before6;

static u32 fuzz_below(u32 limit)
{
	return limit ? prandom_u32_state(&fuzz_rnd) % limit : 0;
}

static bool fuzz_one_in(u32 n)
{
	return !fuzz_below(n);
}

static u8 fuzz_proto(void)
{
	static const u8 protos[] = {
		IPPROTO_TCP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDP, IPPROTO_ICMP,
		IPPROTO_ICMPV6, IPPROTO_IGMP, IPPROTO_SCTP, IPPROTO_DCCP,
		IPPROTO_UDPLITE, IPPROTO_GRE, IPPROTO_ESP, IPPROTO_AH,
		IPPROTO_IPV6, IPPROTO_NONE, IPPROTO_RAW,
	};

	return fuzz_one_in(16) ? fuzz_below(256) :
				 protos[fuzz_below(ARRAY_SIZE(protos))];
}

static u32 fuzz_len(void)
{
	switch (fuzz_below(16)) {
	case 0:
		return fuzz_one_in(4) ? FUZZ_MAX - fuzz_below(4000) :
					1 + fuzz_below(FUZZ_MAX);
	case 1:
		return 1 + fuzz_below(9000);
	case 2:
		return 1 + fuzz_below(80);
	default:
		return 40 + fuzz_below(400);
	}
}

/* Where a piece of a datagram lies: often over another one. */
static u16 fuzz_place(void)
{
	return fuzz_one_in(4) ? fuzz_below(8192) : fuzz_below(8);
}

/* Few addresses and ports: flows should meet, and pieces of datagrams, too. */
static u32 fuzz_ip(u8 *at, u32 len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = fuzz_one_in(4) ? fuzz_below(16) : 5,
		.tos = fuzz_below(256),
		.tot_len = htons(fuzz_one_in(4) ? fuzz_below(65536) : len),
		.frag_off = htons(fuzz_one_in(8) ? fuzz_below(65536) : 0),
		.ttl = fuzz_below(256),
		.protocol = fuzz_proto(),
		.check = (__force __sum16)fuzz_below(65536),
		.saddr = htonl(0x0a000000 + fuzz_below(64)),
		.daddr = htonl((fuzz_one_in(8) ? 0xe0000000 : 0x0b000000) +
			       fuzz_below(64)),
	};

	if (fuzz_one_in(4)) {
		fuzz_before.frag_off = htons(fuzz_place() |
					(fuzz_one_in(4) ? 0 : IP_MF));
		fuzz_before.tot_len = ip.tot_len;
		ip = fuzz_before;
	}
	fuzz_before = ip;
	memcpy(at, &ip, sizeof(ip));
	return max(ip.ihl * 4, 20);
}

/* RFC 2675: the length is in an option, and may be a lie there, too. */
static void fuzz_jumbo(u8 *at, u8 *hop, u32 len)
{
	put_unaligned_be16(0, at + offsetof(struct ipv6hdr, payload_len));
	hop[2] = IPV6_TLV_JUMBO;
	hop[3] = 4;
	put_unaligned_be32(fuzz_one_in(4) ? prandom_u32_state(&fuzz_rnd) :
					    len - sizeof(struct ipv6hdr),
			   hop + 4);
}

static u32 fuzz_ip6(u8 *at, u32 len)
{
	static const u8 ext[] = { 0, 43, 44, 50, 51, 60, 135, 139, 140, 59 };
	u32 chain = fuzz_one_in(4) ? fuzz_below(24) : fuzz_below(3);
	struct ipv6hdr ip6 = {
		.version = 6,
		.payload_len = htons(fuzz_one_in(4) ? fuzz_below(65536) :
				     fuzz_one_in(8) ? 0 : len - 40),
		.hop_limit = fuzz_below(256),
		.saddr.s6_addr = { 0xfd, 1, [15] = fuzz_below(64) },
		.daddr.s6_addr = { fuzz_one_in(8) ? 0xff : 0xfd, 2,
				   [15] = fuzz_below(64) },
	};
	u8 *next = at + offsetof(struct ipv6hdr, nexthdr);
	u32 offset = sizeof(ip6);

	if (fuzz_one_in(4)) {
		ip6.saddr = fuzz_before6.saddr;
		ip6.daddr = fuzz_before6.daddr;
	}
	fuzz_before6 = ip6;
	memcpy(at, &ip6, sizeof(ip6));
	while (chain--) {
		u32 size = 8 * (1 + (fuzz_one_in(4) ? fuzz_below(8) : 0));
		u8 kind = ext[fuzz_below(ARRAY_SIZE(ext))];

		*next = kind;
		next = at + offset;
		memset(next, fuzz_one_in(4) ? 0xff : 0, size);
		next[1] = fuzz_one_in(16) ? fuzz_below(256) : size / 8 - 1;
		if (kind == NEXTHDR_HOP && fuzz_one_in(2))
			fuzz_jumbo(at, next, len);
		if (kind == NEXTHDR_FRAGMENT)
			put_unaligned_be16(fuzz_place() << 3 | !fuzz_one_in(4),
					   next + 2);
		offset += size;
	}
	*next = fuzz_proto();
	return offset;
}

static void fuzz_fill(u8 *at, u32 len)
{
	prandom_bytes_state(&fuzz_rnd, at, min(len, 256U));
	if (len > 256)
		memset(at + 256, 0x5a, len - 256);
}

/* Return: how long the packet is that now is in @fuzz_data. */
static u32 fuzz_make(u8 family)
{
	u32 len = fuzz_len();
	u32 offset, i;
	__be16 port;

	offset = family == NFPROTO_IPV4 ? fuzz_ip(fuzz_data, len) :
					  fuzz_ip6(fuzz_data, len);
	fuzz_fill(fuzz_data + offset, FUZZ_MAX - offset);
	for (i = 0; i < 2; i++) {
		port = htons(1 + fuzz_below(16));
		memcpy(fuzz_data + offset + 2 * i, &port, sizeof(port));
	}
	if (fuzz_one_in(4))
		for (i = 1 + fuzz_below(4); i; i--)
			fuzz_data[fuzz_below(min(len, 100U))] = fuzz_below(256);
	return fuzz_one_in(8) ? 1 + fuzz_below(offset + 20) : len;
}

static bool fuzz_add_page(struct sk_buff *skb, const u8 *data, u32 len)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (!page)
		return false;
	memcpy(page_address(page), data, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 0, len, PAGE_SIZE);
	return true;
}

static bool fuzz_add_skb(struct sk_buff *skb, const u8 *data, u32 len)
{
	struct sk_buff *more = alloc_skb(len, GFP_KERNEL);

	if (!more)
		return false;
	skb_put_data(more, data, len);
	more->next = skb_shinfo(skb)->frag_list;
	skb_shinfo(skb)->frag_list = more;
	skb->len += len;
	skb->data_len += len;
	skb->truesize += more->truesize;
	return true;
}

/* A part of the packet in the linear area, the rest in pages or in skbs. */
static struct sk_buff *fuzz_skb(u32 len)
{
	u32 linear = fuzz_one_in(2) ? len : fuzz_below(min(len, 128U) + 1);
	bool listed = fuzz_one_in(3);
	struct sk_buff *skb;
	u32 at, part;
	bool ok = true;

	skb = alloc_skb(ETH_HLEN + linear, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_put_zero(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb_put_data(skb, fuzz_data, linear);
	/* Those of a list are put in front: their order is as good as any. */
	for (at = linear; ok && at < len; at += part) {
		part = min(len - at, 1 + fuzz_below(FUZZ_FRAG));
		if (!listed && skb_shinfo(skb)->nr_frags < MAX_SKB_FRAGS - 1)
			ok = fuzz_add_page(skb, fuzz_data + at, part);
		else
			ok = fuzz_add_skb(skb, fuzz_data + at, part);
	}
	if (ok)
		return skb;
	kfree_skb(skb);
	return NULL;
}

/* The kernel has types from either end. */
static u32 fuzz_gso_type(void)
{
	u32 type = fuzz_below(22);

	return BIT(type < 20 ? type : type + 10);
}

static void fuzz_super(struct sk_buff *skb)
{
	struct skb_shared_info *shared = skb_shinfo(skb);

	shared->gso_type = fuzz_gso_type() |
			   (fuzz_one_in(4) ? fuzz_gso_type() : 0);
	shared->gso_size = fuzz_one_in(16) ? GSO_BY_FRAGS :
			   fuzz_one_in(4) ? 1 + fuzz_below(65535) :
					    1 + fuzz_below(1460);
	shared->gso_segs = fuzz_one_in(2) ? 0 : fuzz_below(65536);
	if (fuzz_one_in(4)) {
		skb->encapsulation = 1;
		skb_set_inner_network_header(skb, fuzz_below(200));
		skb_set_inner_transport_header(skb, fuzz_below(300));
	}
}

static void fuzz_dress(struct sk_buff *skb, u8 family, bool super)
{
	struct dst_entry *dst = fuzz_dst[family != NFPROTO_IPV4];

	skb->protocol = htons(family == NFPROTO_IPV4 ? ETH_P_IP : ETH_P_IPV6);
	skb->dev = fuzz_in;
	skb->ip_summed = fuzz_below(4);
	skb->mark = fuzz_below(4);
	if (fuzz_one_in(8))
		skb->mac_header = (typeof(skb->mac_header))~0U;
	if (dst && fuzz_one_in(2))
		skb_dst_set(skb, dst_clone(dst));
	if (super && fuzz_one_in(2))
		fuzz_super(skb);
}

static u32 fuzz_sum(const struct sk_buff *skb)
{
	u32 at, sum = 0;
	u8 buf[64];

	for (at = 0; at < skb->len; at += sizeof(buf)) {
		u32 part = min_t(u32, skb->len - at, sizeof(buf));

		if (skb_copy_bits(skb, at, buf, part))
			return 0;
		sum = crc32_le(sum, buf, part);
	}
	return sum;
}

static void fuzz_send(struct sk_buff *skb, u8 family)
{
	static const u8 hooks[] = {
		NF_INET_LOCAL_IN, NF_INET_FORWARD, NF_INET_LOCAL_OUT,
	};
	u8 hook = hooks[fuzz_below(ARRAY_SIZE(hooks))];
	u32 sum = fuzz_sum(skb);

	local_bh_disable();
	rcu_read_lock();
	nf_hook(family, hook, &init_net, NULL, skb,
		hook == NF_INET_LOCAL_OUT ? NULL : fuzz_in,
		hook == NF_INET_LOCAL_IN ? NULL : fuzz_out, NULL);
	rcu_read_unlock();
	local_bh_enable();
	fuzz_changed += fuzz_sum(skb) != sum;
	fuzz_sent++;
}

/* Most have a header that IP takes for one. */
static void fuzz_receive(u8 family)
{
	u32 len = fuzz_make(family);
	struct iphdr *ip = (struct iphdr *)fuzz_data;
	struct sk_buff *skb, *clone;

	if (family == NFPROTO_IPV4 && !fuzz_one_in(8)) {
		ip->ihl = max_t(u8, ip->ihl, 5);
		ip->tot_len = htons(fuzz_one_in(8) ? fuzz_below(len) : len);
		ip_send_check(ip);
	}
	skb = fuzz_skb(len);
	if (!skb)
		return;
	skb->protocol = htons(family == NFPROTO_IPV4 ? ETH_P_IP : ETH_P_IPV6);
	skb->dev = fuzz_in;
	skb->ip_summed = fuzz_below(2);
	clone = fuzz_one_in(4) ? skb_clone(skb, GFP_KERNEL) : NULL;
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	kfree_skb(clone);
	fuzz_sent++;
}

static int fuzz_one(bool super)
{
	u8 family = fuzz_one_in(2) ? NFPROTO_IPV4 : NFPROTO_IPV6;
	struct sk_buff *skb, *clone = NULL;

	skb = fuzz_skb(fuzz_make(family));
	if (!skb)
		return -ENOMEM;
	/* What has the other family's header comes by that family's hooks. */
	if (fuzz_one_in(64))
		family = family == NFPROTO_IPV4 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	fuzz_dress(skb, family, super);
	if (fuzz_one_in(4))
		clone = skb_clone(skb, GFP_KERNEL);
	fuzz_send(skb, family);
	if (clone)
		fuzz_send(clone, family);
	kfree_skb(clone);
	kfree_skb(skb);
	return 0;
}

static void fuzz_routes(void)
{
	struct flowi4 fl4 = { .daddr = htonl(0x0b000001) };
	struct flowi6 fl6 = { .daddr.s6_addr = { 0xfd, 2, [15] = 1 } };
	struct rtable *rt = ip_route_output_key(&init_net, &fl4);

	fuzz_dst[0] = IS_ERR(rt) ? NULL : &rt->dst;
	fuzz_dst[1] = ip6_route_output(&init_net, NULL, &fl6);
}

static int fuzz_run(u64 seed, u32 packets, const char *kind)
{
	bool received = !strcmp(kind, "received");
	bool super = !strcmp(kind, "super");
	int ret = 0;

	fuzz_in = dev_get_by_name(&init_net, "fz0");
	fuzz_out = dev_get_by_name(&init_net, "fz1");
	fuzz_routes();
	fuzz_sent = 0;
	fuzz_changed = 0;
	fuzz_before = (struct iphdr){ .version = 4, .ihl = 5 };
	memset(&fuzz_before6, 0, sizeof(fuzz_before6));
	prandom_seed_state(&fuzz_rnd, seed);
	if (!fuzz_in || !fuzz_out)
		ret = -ENODEV;
	while (!ret && packets--) {
		if (received)
			fuzz_receive(fuzz_one_in(2) ? NFPROTO_IPV4 : NFPROTO_IPV6);
		else
			ret = fuzz_one(super);
		if (!(packets % FUZZ_BATCH))
			cond_resched();
	}
	dst_release(fuzz_dst[0]);
	dst_release(fuzz_dst[1]);
	dev_put(fuzz_in);
	dev_put(fuzz_out);
	return ret;
}

static ssize_t fuzz_write(struct file *file, const char __user *buf,
			  size_t len, loff_t *pos)
{
	char text[64] = {}, kind[12];
	u32 packets;
	u64 seed;
	int ret;

	if (len >= sizeof(text) || copy_from_user(text, buf, len))
		return -EFAULT;
	if (sscanf(text, "%llu %u %11s", &seed, &packets, kind) != 3)
		return -EINVAL;
	ret = fuzz_run(seed, packets, kind);
	return ret ?: len;
}

static ssize_t fuzz_read(struct file *file, char __user *buf, size_t len,
			 loff_t *pos)
{
	char text[64];
	int n = scnprintf(text, sizeof(text), "sent %llu changed %llu\n",
			  fuzz_sent, fuzz_changed);

	return simple_read_from_buffer(buf, len, pos, text, n);
}

static const struct proc_ops fuzz_proc = {
	.proc_write = fuzz_write,
	.proc_read = fuzz_read,
};

static int __init fuzz_init(void)
{
	fuzz_data = kvmalloc(FUZZ_MAX + 512, GFP_KERNEL);
	if (!fuzz_data)
		return -ENOMEM;
	proc_create("tf_fuzz", 0600, NULL, &fuzz_proc);
	return 0;
}

static void __exit fuzz_exit(void)
{
	remove_proc_entry("tf_fuzz", NULL);
	kvfree(fuzz_data);
}

module_init(fuzz_init);
module_exit(fuzz_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Hostile packets through netfilter's chains");
