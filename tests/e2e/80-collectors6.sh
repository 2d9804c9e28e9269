#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Collectors that are reached over IPv6 get in every format what those that are
# reached over IPv4 get; and datagrams have the address that is chosen as source,
# or that which routing chooses.
. "$(dirname "$0")/lib.sh"

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000 drop; }; }'
# Checksums as on a wire, not left to a device that has none to make.
ethtool -K r9 tx off >/dev/null
load
# Routing does not choose these by itself.
ip addr add 10.9.0.7/24 dev r9
ip addr add fd09::7/64 dev r9 nodad preferred_lft 0
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
	start_collector $((port + 4)) 6
	tfctl target add dst-address=fd09::2 port=$((port + 4)) version=$version \
		src-address=fd09::7
done
tfctl target set '[find port=9992]' src-address=10.9.0.7
tfctl target set '[find port=9993]' src-address=0.0.0.0
tfctl target set '[find port=9995]' src-address=::
start_capture 9991-9998
tfctl set enabled=yes
mixed_traffic
flush
stop_capture
stop_collectors

all=$(flows 9993)
four=$(flows 9993 ipv4)
is "version 1 over IPv6: the IPv4 flows" "$four" "$(flows 9995)"
is "version 5 over IPv6: the IPv4 flows" "$four" "$(flows 9996)"
is "version 9 over IPv6: all flows" "$all" "$(flows 9997)"
is "IPFIX over IPv6: all flows" "$all" "$(flows 9998)"
is "and there are some of both" "yes" \
	"$([ "$(flows 9998 ipv4 | wc -l)" -ge 5 ] && [ "$(flows 9998 ipv6 | wc -l)" -ge 5 ] && echo yes)"
for port in 9995 9996 9997 9998; do
	is "port $port: no gap, nothing malformed" "0 0" "$(sequence_errors $port)"
done
is "from the address that was chosen, or from the way's own; checksums are right" \
	"9991 10.9.0.1 1
9992 10.9.0.7 1
9993 10.9.0.1 1
9994 10.9.0.1 1
9995 fd09::1 1
9996 fd09::7 1
9997 fd09::7 1
9998 fd09::7 1" "$(tshark -r "$work/exports.pcap" -o udp.check_checksum:TRUE \
	-T fields -e udp.dstport -e ip.src -e ipv6.src -e udp.checksum.status 2>/dev/null |
	tr -s '\t' ' ' | sort -u)"
finish
