/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The UDP socket that a target's datagrams leave by.
 */
#ifndef TF_SOCKET_H
#define TF_SOCKET_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

struct net;
struct socket;

/* A datagram's octets while the path is not known: less than most tunnels take. */
#define TF_SOCKET_ROOM_DEFAULT	1320

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

/**
 * tf_socket_open - a socket connected to a collector
 * @net: the namespace, of which no reference is taken
 * @src: where to send from; its port is 0, or the one that was had before.
 *	Set to that of the socket
 * @dst: the collector
 * @owner: what marks the socket's datagrams as ours
 *
 * Return: the socket, or an ERR_PTR().
 */
struct socket *tf_socket_open(struct net *net, union tf_endpoint *src,
			      const union tf_endpoint *dst, void *owner);

void tf_socket_close(struct socket *sock);

/**
 * tf_socket_send - send a datagram
 * @sock: the socket
 * @data: its octets
 * @len: how many
 *
 * Waits for room, a hundredth of a second at most.
 *
 * Return: 0 or a negative errno.
 */
int tf_socket_send(struct socket *sock, void *data, size_t len);

/* Octets that a datagram may have to pass the path in one piece. */
u16 tf_socket_room(struct socket *sock);

#endif /* TF_SOCKET_H */
