// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/net.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/sock.h>
#include "compat.h"
#include "encode.h"
#include "socket.h"

static size_t tf_endpoint_len(const union tf_endpoint *ep)
{
	return ep->family == AF_INET6 ? sizeof(ep->in6) : sizeof(ep->in);
}

static int tf_socket_bind(struct socket *sock, union tf_endpoint *src)
{
	__be16 *port = src->family == AF_INET6 ? &src->in6.sin6_port :
						 &src->in.sin_port;
	int ret;

	ret = kernel_bind(sock, (tf_sockaddr *)src, tf_endpoint_len(src));
	if (ret != -EADDRINUSE || !*port)
		return ret;
	/* Somebody took our port while we had no socket. */
	*port = 0;
	return kernel_bind(sock, (tf_sockaddr *)src, tf_endpoint_len(src));
}

static void tf_socket_remember_port(struct socket *sock, union tf_endpoint *src)
{
	if (src->family == AF_INET6)
		src->in6.sin6_port = inet_sk(sock->sk)->inet_sport;
	else
		src->in.sin_port = inet_sk(sock->sk)->inet_sport;
}

static void tf_socket_setup(struct socket *sock, void *owner)
{
	struct sock *sk = sock->sk;

	lock_sock(sk);
	/* Nobody reads: what comes in is not to pile up. */
	WRITE_ONCE(sk->sk_rcvbuf, SOCK_MIN_RCVBUF);
	sk->sk_sndtimeo = max(HZ / 100, 1);
	rcu_assign_sk_user_data(sk, owner);
	release_sock(sk);
}

struct socket *tf_socket_open(struct net *net, union tf_endpoint *src,
			      const union tf_endpoint *dst, void *owner)
{
	struct socket *sock;
	int ret;

	ret = sock_create_kern(net, dst->family, SOCK_DGRAM, IPPROTO_UDP, &sock);
	if (ret)
		return ERR_PTR(ret);
	tf_socket_setup(sock, owner);
	ret = tf_socket_bind(sock, src);
	if (!ret)
		ret = kernel_connect(sock, (tf_sockaddr *)dst,
				     tf_endpoint_len(dst), 0);
	if (ret) {
		sock_release(sock);
		return ERR_PTR(ret);
	}
	tf_socket_remember_port(sock, src);
	return sock;
}

void tf_socket_close(struct socket *sock)
{
	sock_release(sock);
}

int tf_socket_send(struct socket *sock, void *data, size_t len)
{
	struct msghdr msg = { .msg_flags = MSG_NOSIGNAL };
	struct kvec vec = { .iov_base = data, .iov_len = len };
	int ret;

	ret = kernel_sendmsg(sock, &msg, &vec, 1, len);
	return ret < 0 ? ret : 0;
}

u16 tf_socket_room(struct socket *sock)
{
	size_t headers = sizeof(struct udphdr);
	struct dst_entry *dst = sk_dst_get(sock->sk);
	u32 mtu;

	if (!dst)
		return TF_SOCKET_ROOM_DEFAULT;
	headers += sock->sk->sk_family == AF_INET6 ? sizeof(struct ipv6hdr) :
						     sizeof(struct iphdr);
	mtu = dst_mtu(dst);
	dst_release(dst);
	return clamp_t(u32, mtu, TF_PDU_MIN + headers, TF_PDU_MAX) - headers;
}
