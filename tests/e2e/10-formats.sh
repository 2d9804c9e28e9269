#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Every format gets every packet: what nfdump shows is what the router's
# interfaces counted, to the octet.
. "$(dirname "$0")/lib.sh"

topology
offload off
load
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
start_collector 9999 6
tfctl target add dst-address=fd09::2 port=9999 version=9
tfctl set enabled=yes

r1=$(counted r1 rx)
r2=$(counted r2 rx)
mixed_traffic
up=$(differ "$r1" "$(counted r1 rx)")
down=$(differ "$r2" "$(counted r2 rx)")
both=$(awk '{ p += $1; b += $2 } END { print p, b }' <<<"$up
$down")
flush
stop_collectors

for port in 9993 9994 9999; do
	is "port $port: from the client, as interface r1 counted" \
		"$up" "$(sum $port 'src host 10.1.0.2 or src host fd01::2')"
	is "port $port: from the server, as interface r2 counted" \
		"$down" "$(sum $port 'src host 10.2.0.2 or src host fd02::2')"
	is "port $port: pings, and that nobody listens on port 5000" \
		"1 10.1.0.2 0 10.2.0.2 8.0 3 252
1 10.2.0.2 0 10.1.0.2 0.0 3 252
1 10.2.0.2 0 10.1.0.2 3.3 1 156" "$(flows $port 'proto icmp')"
	is "port $port: a datagram of 100 octets" \
		"17 10.1.0.2 4000 10.2.0.2 5000 1 128" \
		"$(flows $port 'proto udp and src host 10.1.0.2')"
	is "port $port: the same over IPv6" \
		"17 fd01::2 4000 fd02::2 5000 1 148" \
		"$(flows $port 'proto udp and src host fd01::2')"
done
for port in 9991 9992; do
	is "port $port: IPv4 as with version 9, and nothing else" \
		"$(flows 9993 ipv4)" "$(flows $port)"
done
is "versions 1 and 5 skipped the IPv6 flows, and said so" "yes" \
	"$(tfctl stats --json | python3 -c '
import json, sys
t = json.load(sys.stdin)["targets"]
print("yes" if t[0]["skipped"] == t[1]["skipped"] > 0 == t[2]["skipped"] else t)')"
for port in 9991 9992 9993 9999; do
	is "port $port: no gap, nothing malformed" "0 0" "$(sequence_errors $port)"
done
is "the router saw what it exported" "$(stat packets)" \
	"$(sum 9993 | cut -d' ' -f1)"
is "both ways together are the sum" "$both" \
	"$(sum 9993 'net 10.0.0.0/8 or net fd00::/8')"
finish
