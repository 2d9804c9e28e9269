#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# Super-packets of GSO and GRO, up to those of more than 64 KB: every format has
# the packets and octets of the wire, as the sender's TCP counts them.
. "$(dirname "$0")/lib.sh"

size=20000000
[ "$flavour" = fast ] || size=2000000

topology
offload on
load

counter() { client nstat -az "$1" | awk -v name="$1" '$1 == name { print $2 }'; }

# all 4|6: all octets in one call, so that there is always something to send
all() {
	local to=10.2.0.2 sink
	[ "$1" = 4 ] || to=fd02::2
	ip netns exec server socat -u -b 65536 "TCP$1-LISTEN:8000,reuseaddr" OPEN:/dev/null &
	sink=$!
	wait_for 10 listens_tcp server 8000
	client python3 -c '
import socket, sys
socket.create_connection((sys.argv[1], 8000)).sendall(bytes(int(sys.argv[2])))
' "$to" $size
	wait $sink
}

# tell 4|6: what the client sends in one connection, as TCP counts its segments;
# anew if it had to send some again, for then octets are not known.
tell() {
	local segments again port
	for _ in {1..8}; do
		for port in 9991 9992 9993 9994; do
			rm -rf "${work:?}/$port"
			start_collector $port
		done
		tfctl set enabled=yes
		segments=$(counter TcpOutSegs)
		again=$(counter TcpRetransSegs)
		all "$1"
		segments=$(($(counter TcpOutSegs) - segments))
		again=$(($(counter TcpRetransSegs) - again))
		flush
		stop_collectors
		[ $again != 0 ] || break
	done
	# IP, TCP and its timestamps; the first segment has 8 octets more.
	[ "$1" = 4 ] && headers=52 || headers=72
	echo "$segments $((size + headers * segments + 8))" >"$work/sent"
}

port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
for family in 4 6; do
	before=$(octets_of r1 rx_packets)
	tell $family
	is "IPv$family: there were super-packets" yes "$([ $(($(octets_of r1 rx_packets) - before)) \
		-lt "$(cut -d' ' -f1 "$work/sent")" ] && echo yes)"
	for port in 9991 9992 9993 9994; do
		[ $family$port != 69991 ] && [ $family$port != 69992 ] || continue
		is "IPv$family, port $port: packets and octets as on the wire" \
			"$(<"$work/sent")" "$(sum $port 'src port > 1023 and dst port 8000')"
	done
done

# BIG TCP: the IPv6 header's length is 0 in a packet of more than 64 KB.
for dev in c0:client s0:server; do
	ip -n "${dev#*:}" link set "${dev%:*}" gso_max_size 180000 gro_max_size 180000
done
for dev in r1 r2; do
	ip link set $dev gso_max_size 180000 gro_max_size 180000
done
tcpdump -i r1 --immediate-mode -s 100 -w "$work/big.pcap" ip6 2>"$work/tcpdump" &
capture=$!
wait_for 10 grep -q listening "$work/tcpdump"
tell 6
kill $capture
wait $capture
is "BIG TCP: there were packets of more than 64 KB" yes "$(python3 -c '
import struct, sys
data = open(sys.argv[1], "rb").read()
at, most = 24, 0
while at + 16 <= len(data):
    taken, octets = struct.unpack_from("<II", data, at + 8)
    at += 16 + taken
    most = max(most, octets)
print("yes" if most > 65536 else most)' "$work/big.pcap")"
for port in 9993 9994; do
	is "BIG TCP, port $port: packets and octets as on the wire" \
		"$(<"$work/sent")" "$(sum $port 'dst port 8000')"
done
finish
