#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# Values whole and right: what RouterOS or other exporters cut or mix up.
. "$(dirname "$0")/lib.sh"

topology
ip link add big index 70000 type dummy
ip link set big up
ip addr add 10.7.0.1/24 dev big
ip neigh add 10.7.0.2 lladdr 02:00:00:00:07:02 dev big nud permanent
ip route add 10.6.0.0/16 via 10.2.0.2
server ip route add unreachable 10.6.0.0/16
load
start_collector 9991
start_capture 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set enabled=yes

# IPv6 first, and in a datagram of its own: tshark has one list for each field.
client ping -q -6 -c 1 -F 0x12345 -t 44 fd02::2 >/dev/null
client python3 -c '
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 0xbb)
s.sendto(b"x" * 100, ("fd02::2", 5000))
'
flush
tfctl set enabled=yes
client ping -q -c 2 -i 0.2 -Q 0xb8 -t 33 10.2.0.2 >/dev/null
head -c 100 /dev/zero | socat -u - UDP4:10.7.0.2:5000,sourceport=4000
udp client UDP4:10.6.0.9:5001,sourceport=4001 100
flush
stop_capture

is "IPv6: all of the traffic class" "fd01::2 fd02::2 0xbb 108" \
	"$(records srcaddrv6 dstaddrv6 tos udp_length | grep '^fd01::2.*0xbb')"
is "20 bits of flow label, the hop limit (one less: it is forwarded), the type" \
	"fd01::2 fd02::2 $((0x12345)) 43 128 0" \
	"$(records srcaddrv6 dstaddrv6 ipv6flowlabel ip_ttl icmp_ipv6_type icmp_ipv6_code |
	grep '^fd01::2.* 128 0')"
is "IPv4: type of service, time to live, both lengths" \
	"10.1.0.2 10.2.0.2 0xb8 32 20 84 8 0" \
	"$(records srcaddr dstaddr tos ip_ttl ip_header_length ip_total_length icmp_ipv4_type icmp_ipv4_code |
	grep '^10.1.0.2 10.2.0.2')"
is "interface 70000, and none" "10.7.0.1 10.7.0.2 0 70000 108" \
	"$(records srcaddr dstaddr inputint outputint udp_length | grep '^10.7')"
r1=$(cat /sys/class/net/r1/ifindex)
r2=$(cat /sys/class/net/r2/ifindex)
is "a forwarded flow: both interfaces, gateway, prefix lengths" \
	"10.1.0.2 10.6.0.9 $r1 $r2 10.2.0.2 24 16" \
	"$(records srcaddr dstaddr inputint outputint nexthop srcmask dstmask | grep '10.6.0.9 ')"
is "the frames it came and went in" \
	"10.6.0.9 $(mac c0 -n client) $(mac r1) $(mac r2) $(mac s0 -n server)" \
	"$(records dstaddr srcmac dstmac post_srcmac post_dstmac | grep '^10.6.0.9')"
finish
