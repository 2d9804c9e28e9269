// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/errqueue.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include "compat.h"
#include "encode.h"
#include "sent.h"
#include "socket.h"

#define TF_SOCKET_RCVBUF	16384

/* So many datagrams are thrown away at once. */
#define TF_SOCKET_DISCARDS	64

static size_t tf_endpoint_len(const union tf_endpoint *ep)
{
	return ep->family == AF_INET6 ? sizeof(ep->in6) : sizeof(ep->in);
}

static int tf_socket_bind(struct socket *sock, union tf_endpoint *src)
{
	__be16 *port = tf_endpoint_port(src);
	int ret;

	ret = kernel_bind(sock, (tf_sockaddr *)src, tf_endpoint_len(src));
	if (ret != -EADDRINUSE || !*port)
		return ret;
	/* Somebody took our port while we had no socket. */
	*port = 0;
	return kernel_bind(sock, (tf_sockaddr *)src, tf_endpoint_len(src));
}

static void tf_socket_setup(struct socket *sock, void *owner)
{
	struct sock *sk = sock->sk;

	lock_sock(sk);
	/* What comes in is not to pile up. Refusals are to fit. */
	WRITE_ONCE(sk->sk_rcvbuf, TF_SOCKET_RCVBUF);
	sk->sk_sndtimeo = max(HZ / 100, 1);
	rcu_assign_sk_user_data(sk, owner);
	release_sock(sk);
	/*
	 * Otherwise a full queue of the device drops datagrams in silence, and
	 * so does a neighbour that does not answer.
	 */
	if (sk->sk_family == AF_INET6)
		ip6_sock_set_recverr(sk);
	ip_sock_set_recverr(sk);
}

static int tf_socket_ifindex(struct net *net, const char *name)
{
	struct net_device *dev;
	int ifindex;

	if (!*name)
		return 0;
	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, name);
	ifindex = dev ? dev->ifindex : -ENODEV;
	rcu_read_unlock();
	return ifindex;
}

static int tf_socket_set_way(struct socket *sock, struct net *net,
			     const struct tf_way *way)
{
	int ifindex = tf_socket_ifindex(net, way->interface);
	struct sock *sk = sock->sk;

	if (ifindex < 0)
		return ifindex;
	WRITE_ONCE(sk->sk_mark, way->mark);
	if (sk->sk_family == AF_INET6)
		WRITE_ONCE(inet6_sk(sk)->tclass, way->dscp << 2);
	else
		ip_sock_set_tos(sk, way->dscp << 2);
	return ifindex ? sock_bindtoindex(sk, ifindex, true) : 0;
}

struct socket *tf_socket_open(struct net *net, union tf_endpoint *src,
			      const union tf_endpoint *dst,
			      const struct tf_way *way, void *owner)
{
	struct socket *sock;
	int ret;

	ret = sock_create_kern(net, dst->family, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (ret)
		return ERR_PTR(ret);
	tf_socket_setup(sock, owner);
	ret = tf_socket_set_way(sock, net, way);
	if (!ret)
		ret = tf_socket_bind(sock, src);
	if (!ret)
		ret = kernel_connect(sock, (tf_sockaddr *)dst,
				     tf_endpoint_len(dst), 0);
	if (ret) {
		sock_release(sock);
		return ERR_PTR(ret);
	}
	*tf_endpoint_port(src) = inet_sk(sock->sk)->inet_sport;
	return sock;
}

void tf_socket_close(struct socket *sock)
{
	sock_release(sock);
}

void tf_socket_local(const struct socket *sock, union tf_endpoint *local)
{
	const struct sock *sk = sock->sk;

	memset(local, 0, sizeof(*local));
	local->family = sk->sk_family;
	*tf_endpoint_port(local) = inet_sk(sk)->inet_sport;
	if (sk->sk_family == AF_INET)
		local->in.sin_addr.s_addr = inet_sk(sk)->inet_saddr;
	else
		local->in6.sin6_addr = inet6_sk(sk)->saddr;
}

bool tf_socket_keeps(const struct socket *sock, struct net *net,
		     const struct tf_way *way)
{
	return tf_socket_ifindex(net, way->interface) ==
	       READ_ONCE(sock->sk->sk_bound_dev_if);
}

int tf_socket_send(struct socket *sock, void *data, size_t len, bool wait)
{
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };
	struct kvec vec = { .iov_base = data, .iov_len = len };
	int ret;

	if (!wait)
		msg.msg_flags |= MSG_DONTWAIT;
	ret = kernel_sendmsg(sock, &msg, &vec, 1, len);
	return ret < 0 ? ret : 0;
}

/* What a collector says is for nobody, and is not to take the room of refusals. */
static void tf_socket_discard(struct socket *sock)
{
	unsigned int many = TF_SOCKET_DISCARDS;
	struct sock *sk = sock->sk;
	struct msghdr msg = {};
	int ret = 0;

	if (skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	    skb_queue_empty_lockless(&udp_sk(sk)->reader_queue))
		return;
	while (ret >= 0 && many--)
		ret = kernel_recvmsg(sock, &msg, NULL, 0, 0, MSG_DONTWAIT);
}

int tf_socket_refusal(struct socket *sock, void *quote, size_t *len)
{
	struct sk_buff *skb = sock_dequeue_err_skb(sock->sk);
	int error;

	*len = 0;
	if (!skb) {
		error = sock_error(sock->sk);
		if (!error)
			tf_socket_discard(sock);
		return error;
	}
	error = -SKB_EXT_ERR(skb)->ee.ee_errno;
	if (!skb_copy_bits(skb, 0, quote, TF_SENT_QUOTE))
		*len = TF_SENT_QUOTE;
	kfree_skb(skb);
	return error;
}

u16 tf_socket_room(sa_family_t family, u32 mtu)
{
	u32 headers = sizeof(struct udphdr);

	headers += family == AF_INET6 ? sizeof(struct ipv6hdr) :
					sizeof(struct iphdr);
	return clamp_t(u32, mtu, TF_PDU_MIN + headers, TF_PDU_MAX) - headers;
}

u16 tf_socket_path_room(struct socket *sock)
{
	struct dst_entry *dst = sk_dst_get(sock->sk);
	u32 mtu;

	if (!dst)
		return TF_SOCKET_ROOM_DEFAULT;
	mtu = dst_mtu(dst);
	dst_release(dst);
	return tf_socket_room(sock->sk->sk_family, mtu);
}
