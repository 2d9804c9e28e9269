# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the manual's examples share: its router, whose interfaces are called
# ether1 to ether3, and its collectors' addresses, all of one host.
. "$(dirname "$0")/../lib.sh"

manual_topology() {
	local address
	sysctl -qw net.core.rmem_max=33554432 net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.accept_dad=0
	link client c0 ether1 1
	link server s0 ether2 2
	link guest g0 ether3 3
	link collector k0 r9 9
	for address in 192.168.1.100 10.0.0.50 10.10.0.5 10.0.0.2; do
		collector ip addr add $address/32 dev lo
		ip route add $address via 10.9.0.2
	done
	server nft 'table inet deaf { chain in {
		type filter hook input priority 0; udp dport 5000-7000 drop; }; }'
}

# The lines as they stand in the manual: RouterOS's, through `tfctl import`.
typed() { tfctl import -; }

# What is printed without the blanks that align it
squeezed() { sed 's/^ *//; s/ *$//' | tr -s ' '; }
