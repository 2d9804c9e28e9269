/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the kernel as the pure units of kmod/ need to run as a program: it
 * comes before each of them, in place of the headers that programs do not have.
 * What is here does what the kernel's does, but for three things: locks are
 * none, for there is one thread; the hash is one that a fuzzer can make collide;
 * and an skb has its linear part and one page, each of them exactly as large as
 * what is in it, so that the sanitizer sees every octet that is read too far.
 */
#ifndef TF_FUZZ_KERNEL_H
#define TF_FUZZ_KERNEL_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <asm/byteorder.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
#define gfp_t unsigned int

/* The compiler's */
#define __force
#define __rcu
#define __aligned(_octets)	__attribute__((aligned(_octets)))
#define ____cacheline_aligned_in_smp
#define noinline		__attribute__((noinline))
#define likely(_condition)	(_condition)
#define unlikely(_condition)	(_condition)
#define READ_ONCE(_value)	(_value)
#define WRITE_ONCE(_to, _value)	((_to) = (_value))
#undef static_assert
#define static_assert(...)	_Static_assert(__VA_ARGS__, "")
#define IS_ENABLED(CONFIG_option)	CONFIG_option
#define CONFIG_NF_CONNTRACK	1
#define CONFIG_IPV6		1
#define BUILD_BUG_ON(_wrong)	_Static_assert(!(_wrong), "")
#define sizeof_field(_type, _member)	sizeof(((_type *)0)->_member)

/* Numbers */
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define BIT(_n)			(1UL << (_n))
#define BIT_ULL(_n)		(1ULL << (_n))
#define ARRAY_SIZE(_array)	(sizeof(_array) / sizeof((_array)[0]))
#define DIV_ROUND_UP(_n, _d)	(((_n) + (_d) - 1) / (_d))
#define ALIGN(_n, _to)		(((_n) + (_to) - 1) / (_to) * (_to))
#define min(_a, _b)		((_a) < (_b) ? (_a) : (_b))
#define max(_a, _b)		((_a) > (_b) ? (_a) : (_b))
#define min_t(_type, _a, _b)	min((_type)(_a), (_type)(_b))
#define max_t(_type, _a, _b)	max((_type)(_a), (_type)(_b))
#define htons			__cpu_to_be16
#define ntohs			__be16_to_cpu
#define htonl			__cpu_to_be32
#define ntohl			__be32_to_cpu
#define MSEC_PER_SEC		1000L
#define NSEC_PER_MSEC		1000000L
#define NSEC_PER_SEC		1000000000L
#define HZ			100

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rest)
{
	*rest = n % d;
	return n / d;
}

static inline u64 div64_u64_rem(u64 n, u64 d, u64 *rest)
{
	*rest = n % d;
	return n / d;
}

static inline unsigned int jiffies_to_msecs(unsigned long jiffies)
{
	return 1000 / HZ * jiffies;
}

#define get_unaligned(_at) \
	({ typeof(*(_at)) _value; memcpy(&_value, _at, sizeof(_value)); _value; })

static inline u16 get_unaligned_be16(const void *at)
{
	const u8 *octet = at;

	return octet[0] << 8 | octet[1];
}

static inline void put_unaligned_be16(u16 value, void *at)
{
	u8 *octet = at;

	octet[0] = value >> 8;
	octet[1] = value;
}

static inline void put_unaligned_be32(u32 value, void *at)
{
	put_unaligned_be16(value >> 16, at);
	put_unaligned_be16(value, (u8 *)at + 2);
}

static inline void put_unaligned_be64(u64 value, void *at)
{
	put_unaligned_be32(value >> 32, at);
	put_unaligned_be32(value, (u8 *)at + 4);
}

/* What would be a splat. */
#define WARN_ON_ONCE(_condition) \
	({ bool _wrong = (_condition); assert(!_wrong); _wrong; })

/* Bits */
#define BITS_PER_LONG		(8 * sizeof(long))
#define BITS_TO_LONGS(_bits)	DIV_ROUND_UP(_bits, BITS_PER_LONG)
#define DECLARE_BITMAP(_name, _bits) unsigned long _name[BITS_TO_LONGS(_bits)]

static inline bool test_bit(u32 bit, const unsigned long *map)
{
	return map[bit / BITS_PER_LONG] >> bit % BITS_PER_LONG & 1;
}

static inline bool __test_and_set_bit(u32 bit, unsigned long *map)
{
	bool was = test_bit(bit, map);

	map[bit / BITS_PER_LONG] |= BIT(bit % BITS_PER_LONG);
	return was;
}

static inline void __clear_bit(u32 bit, unsigned long *map)
{
	map[bit / BITS_PER_LONG] &= ~BIT(bit % BITS_PER_LONG);
}

static inline u32 find_next_bit(const unsigned long *map, u32 bits, u32 bit)
{
	while (bit < bits && !test_bit(bit, map))
		bit++;
	return bit;
}

#define find_first_bit(_map, _bits) find_next_bit(_map, _bits, 0)

/* One thread */
struct fuzz_atomic { int counter; };
struct fuzz_atomic64 { s64 counter; };
struct fuzz_lock { bool held; };
struct u64_stats_sync { };

#define atomic_t		struct fuzz_atomic
#define atomic64_t		struct fuzz_atomic64
#define spinlock_t		struct fuzz_lock

#define atomic_read(_atomic)	((_atomic)->counter)
#define atomic_inc(_atomic)	((_atomic)->counter++)
#define atomic64_add_return(_n, _atomic) ((_atomic)->counter += (_n))
#define cmpxchg(_at, _old, _new) __sync_val_compare_and_swap(_at, _old, _new)
#define u64_stats_init(_sync)
#define u64_stats_update_begin(_sync)
#define u64_stats_update_end(_sync)
#define u64_stats_fetch_begin(_sync)	0
#define u64_stats_fetch_retry(_sync, _start) ((void)(_start), false)
#define rcu_read_lock()
#define rcu_read_unlock()
#define rcu_read_lock_bh()
#define rcu_read_unlock_bh()
#define SINGLE_DEPTH_NESTING	1
#define spin_lock_nested(_lock, _depth) spin_lock(_lock)
#define spin_lock_bh(_lock)	spin_lock(_lock)
#define spin_unlock_bh(_lock)	spin_unlock(_lock)

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	assert(!lock->held);
	lock->held = true;
}

static inline void spin_unlock(spinlock_t *lock)
{
	assert(lock->held);
	lock->held = false;
}

/* Memory, of which there is none when the fuzzer says so. */
#define PAGE_SIZE		4096UL
#define GFP_KERNEL_ACCOUNT	1
#define GFP_ATOMIC		2
#define GFP_NOWAIT		4
#define __GFP_ACCOUNT		0
#define __GFP_NOWARN		0
#define __GFP_RETRY_MAYFAIL	0
#define array_size(_count, _size)	((size_t)(_count) * (_size))

extern bool fuzz_no_memory;

static inline void *kvcalloc(size_t count, size_t size, gfp_t gfp)
{
	return fuzz_no_memory ? NULL : calloc(count, size);
}

#define kvzalloc_node(_size, _gfp, _node) kvcalloc(1, _size, _gfp)
#define kvfree			free
#define get_zeroed_page(_gfp)	((unsigned long)kvcalloc(1, PAGE_SIZE, _gfp))
#define free_page(_address)	free((void *)(_address))

/* Nobody pays for it. */
#define current			(&(struct { void *mm; }) { NULL })
#define get_mem_cgroup_from_mm(_mm)	((void)(_mm), (struct mem_cgroup *)NULL)
#define mem_cgroup_put(_payer)		((void)(_payer))
#define set_active_memcg(_payer)	(_payer)

/* The clock is the fuzzer's. */
extern u32 jiffies;
extern u64 fuzz_boot_ns;

typedef s64 ktime_t;

#define ktime_get_boottime_ns()	fuzz_boot_ns
#define TK_OFFS_REAL		0
#define TK_OFFS_BOOT		0
#define ktime_mono_to_any(_time, _clock)	((s64)(_time) + (_clock))
#define ktime_to_ms(_time)	((_time) / NSEC_PER_MSEC)
#define ktime_to_ns(_time)	(_time)
#define ktime_sub(_a, _b)	((_a) - (_b))
#define DEFINE_SPINLOCK(_name)	spinlock_t _name

/* The hash */
struct fuzz_key { unsigned long key[2]; };

#define hsiphash_key_t		struct fuzz_key

static inline u32 hsiphash(const void *data, size_t len,
			   const hsiphash_key_t *key)
{
	const u8 *octet = data;
	u32 hash = key->key[0];

	while (len--)
		hash = (hash ^ *octet++) * 16777619;
	return hash & key->key[1];
}

#define siphash_key_t		struct fuzz_key
#define siphash(_data, _len, _key) ((void)(_key), hsiphash(_data, _len, \
	&(struct fuzz_key) { { 1, U32_MAX } }))
#define get_random_once(_at, _len) memset(_at, 1, _len)
#define __read_mostly
#define prefetchw(_at)		((void)(_at))

static inline u32 hsiphash_4u32(u32 a, u32 b, u32 c, u32 d,
				const hsiphash_key_t *key)
{
	const u32 all[] = { a, b, c, d };

	return hsiphash(all, sizeof(all), key);
}

/* The network */
#define IP_OFFSET		0x1fff
#define IP6_OFFSET		0xfff8
#define NEXTHDR_HOP		0
#define NEXTHDR_TCP		6
#define NEXTHDR_UDP		17
#define NEXTHDR_ROUTING		43
#define NEXTHDR_FRAGMENT	44
#define NEXTHDR_ESP		50
#define NEXTHDR_AUTH		51
#define NEXTHDR_DEST		60
#define NEXTHDR_MOBILITY	135
#define TCPHDR_FIN		0x01
#define TCPHDR_RST		0x04

struct frag_hdr {
	u8 nexthdr;
	u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

struct sctphdr {
	__be16 source;
	__be16 dest;
	__be32 vtag;
	__le32 checksum;
};

static inline bool ipv6_addr_equal(const struct in6_addr *a,
				   const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline bool ipv4_is_multicast(__be32 addr)
{
	return (addr & htonl(0xf0000000)) == htonl(0xe0000000);
}

static inline u8 ipv6_get_dsfield(const struct ipv6hdr *ip6)
{
	return get_unaligned_be16(ip6) >> 4;
}

static inline __be32 ip6_flowlabel(const struct ipv6hdr *ip6)
{
	const u8 *octet = (const u8 *)ip6;

	return htonl((octet[1] & 0x0f) << 16 | get_unaligned_be16(octet + 2));
}

static inline void ether_addr_copy(u8 *to, const u8 *from)
{
	memcpy(to, from, ETH_ALEN);
}

/* Connection tracking: what nat.c reads of it */
struct nf_conntrack_tuple {
	struct {
		union nf_inet_addr u3;
		struct { __be16 all; } u;
	} src;
	struct {
		union nf_inet_addr u3;
		struct { __be16 all; } u;
		u8 protonum;
	} dst;
};

struct nf_conn {
	unsigned long status;
	enum ip_conntrack_info ctinfo;
	struct { struct nf_conntrack_tuple tuple; } tuplehash[IP_CT_DIR_MAX];
};

#define nf_ct_protonum(_ct)	((_ct)->tuplehash[0].tuple.dst.protonum)
#define nf_ct_is_confirmed(_ct)	((_ct)->status & IPS_CONFIRMED)

/* Packets */
#define GSO_BY_FRAGS		0xffff
#define SKB_GSO_UDP		(1 << 1)
#define SKB_GSO_DODGY		(1 << 2)
#define SKB_GSO_SCTP		(1 << 16)
#define SKB_GSO_UDP_L4		(1 << 19)

struct skb_shared_info {
	u16 gso_size;
	u16 gso_segs;
	u32 gso_type;
};

struct sk_buff {
	u32 len;
	u32 data_len;
	u8 *data;
	u8 *page;
	bool encapsulation;
	int inner_transport_offset;
	struct skb_shared_info shared;
	const struct nf_conn *ct;
};

#define skb_shinfo(_skb)	(&(_skb)->shared)
#define skb_is_gso(_skb)	((_skb)->shared.gso_size != 0)
#define skb_inner_transport_offset(_skb) ((_skb)->inner_transport_offset)
#define skb_nfct(_skb)		((_skb)->ct != NULL)

static inline const struct nf_conn *nf_ct_get(const struct sk_buff *skb,
					      enum ip_conntrack_info *ctinfo)
{
	if (skb->ct)
		*ctinfo = skb->ct->ctinfo;
	return skb->ct;
}

static inline int skb_copy_bits(const struct sk_buff *skb, int offset, void *to,
				int len)
{
	int head = skb->len - skb->data_len;
	int part;

	if (offset > (int)skb->len - len)
		return -EFAULT;
	part = min(max(head - offset, 0), len);
	memcpy(to, skb->data + min(offset, head), part);
	memcpy((u8 *)to + part, skb->page + max(offset - head, 0), len - part);
	return 0;
}

static inline void *skb_header_pointer(const struct sk_buff *skb, int offset,
				       int len, void *buffer)
{
	if ((int)(skb->len - skb->data_len) - offset >= len)
		return skb->data + offset;
	return skb_copy_bits(skb, offset, buffer, len) < 0 ? NULL : buffer;
}

#endif /* TF_FUZZ_KERNEL_H */
