#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a stock kernel is asked: the whole way once, from insmod to rmmod. All
# formats over IPv4 and IPv6, exact to the octet, and an address translation.
. "$(dirname "$0")/../e2e/lib.sh"

# As received, and what it was sent as
masqueraded() {
	nfdump -q -N -6 -R "$work/9994" \
		-o 'fmt:%sa %sp %da %dp %pkt %byt %nsa %nsp %nda %ndp' \
		"proto udp and $1" 2>/dev/null | awk 'NF == 10 { $1 = $1; print }'
}

is_unloaded() { ! grep -q '^traffic_flow ' /proc/modules; }

topology
offload off
nft 'table ip nat {
	chain postrouting {
		type nat hook postrouting priority srcnat
		oifname "r2" udp dport 7000 masquerade to :6001
	}
}'
load
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
start_collector 9999 6
tfctl target add dst-address=fd09::2 port=9999 version=IPFIX
tfctl set enabled=yes

r1=$(counted r1 rx)
r2=$(counted r2 rx)
mixed_traffic
ip netns exec server socat -T 20 UDP4-LISTEN:7000 EXEC:cat &
echo=$!
wait_for 20 listens server 7000
is "a datagram through the translation is answered" "hello" \
	"$(echo hello | client socat -t 20 - UDP4:10.2.0.2:7000,sourceport=4004 |
		head -n 1)"
kill $echo 2>/dev/null
up=$(differ "$r1" "$(counted r1 rx)")
down=$(differ "$r2" "$(counted r2 rx)")
flush
stop_collectors

for port in 9993 9994 9999; do
	is "port $port: from the client, as interface r1 counted" \
		"$up" "$(sum $port 'src host 10.1.0.2 or src host fd01::2')"
	is "port $port: from the server, as interface r2 counted" \
		"$down" "$(sum $port 'src host 10.2.0.2 or src host fd02::2')"
	is "port $port: UDP over IPv4 and IPv6" \
		"17 10.1.0.2 4000 10.2.0.2 5000 1 128
17 fd01::2 4000 fd02::2 5000 1 148" \
		"$(flows $port 'proto udp and src port 4000')"
	is "port $port: pings over IPv6" "58 fd01::2 0 fd02::2 128.0 3 312
58 fd02::2 0 fd01::2 129.0 3 312" \
		"$(flows $port 'proto icmp6 and packets 3')"
done
for port in 9991 9992; do
	is "port $port: IPv4 as with version 9, and nothing else" \
		"$(flows 9993 ipv4)" "$(flows $port)"
done
is "masquerading, from the first packet on" \
	"10.1.0.2 4004 10.2.0.2 7000 1 34 10.2.0.1 6001 10.2.0.2 7000" \
	"$(masqueraded 'src port 4004')"
is "and the answer" "10.2.0.2 7000 10.2.0.1 6001 1 34 10.2.0.2 7000 10.1.0.2 4004" \
	"$(masqueraded 'src port 7000')"
for port in 9991 9992 9993 9994 9999; do
	is "port $port: no gap, nothing malformed" "0 0" "$(sequence_errors $port)"
done
is "what is disabled shows no flows" "0" "$(stat flows-active)"
is "what was seen was exported" "$(stat packets)" "$(sum 9993 | cut -d' ' -f1)"

ok "enable again" tfctl set enabled=yes
udp client UDP4:10.2.0.2:5000,sourceport=4000 100
ok "unload while enabled" rmmod traffic_flow
ok "it is gone" is_unloaded
finish
