/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The UDP socket that a target's datagrams leave by.
 */
#ifndef TF_SOCKET_H
#define TF_SOCKET_H

#include <linux/if.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

struct net;
struct socket;

/* A datagram's octets while there is no path: what IPv6 asks of all of them. */
#define TF_SOCKET_ROOM_DEFAULT	1232

/**
 * union tf_endpoint - an address and port of either family
 * @family: %AF_INET or %AF_INET6
 * @in: IPv4
 * @in6: IPv6
 */
union tf_endpoint {
	sa_family_t family;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* Where the port of an endpoint is. */
static inline __be16 *tf_endpoint_port(union tf_endpoint *ep)
{
	return ep->family == AF_INET6 ? &ep->in6.sin6_port : &ep->in.sin_port;
}

/**
 * struct tf_way - how datagrams are to go
 * @mark: firewall mark
 * @dscp: 0 to 63
 * @interface: name of the interface or VRF, with NULs to the end; "": any
 */
struct tf_way {
	u32 mark;
	u8 dscp;
	char interface[IFNAMSIZ];
};

/**
 * tf_socket_open - a socket connected to a collector
 * @net: the namespace, of which no reference is taken
 * @src: where to send from; its port is 0, or the one that was had before.
 *	Set to that of the socket
 * @dst: the collector
 * @way: how to get there
 * @owner: what marks the socket's datagrams as ours
 *
 * Return: the socket, or an ERR_PTR().
 */
struct socket *tf_socket_open(struct net *net, union tf_endpoint *src,
			      const union tf_endpoint *dst,
			      const struct tf_way *way, void *owner);

void tf_socket_close(struct socket *sock);

/* The address and port that the socket's datagrams come from. */
void tf_socket_local(const struct socket *sock, union tf_endpoint *local);

/* Whether the way's interface is still the one that the socket was opened for. */
bool tf_socket_keeps(const struct socket *sock, struct net *net,
		     const struct tf_way *way);

/**
 * tf_socket_send - send a datagram
 * @sock: the socket
 * @data: its octets
 * @len: how many
 * @wait: for room, a hundredth of a second at most
 *
 * Return: 0 or a negative errno.
 */
int tf_socket_send(struct socket *sock, void *data, size_t len, bool wait);

/**
 * tf_socket_refusal - what was said of a datagram that was sent before
 * @sock: the socket
 * @quote: room for %TF_SENT_QUOTE octets, with which it began
 * @len: how many of them are known
 *
 * To be called until there is nothing more: before, the socket sends nothing.
 *
 * Return: a negative errno, 0 if nothing was said.
 */
int tf_socket_refusal(struct socket *sock, void *quote, size_t *len);

/* Octets of payload that a datagram may have to pass in one piece. */
u16 tf_socket_room(sa_family_t family, u32 mtu);

/* The same for the path that the socket's datagrams take. */
u16 tf_socket_path_room(struct socket *sock);

#endif /* TF_SOCKET_H */
