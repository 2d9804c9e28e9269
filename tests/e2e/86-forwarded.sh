#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# A forwarded flow has both interfaces, the gateway and both prefix lengths: in
# every format, IPv4 and IPv6, both directions, with translation and without.
. "$(dirname "$0")/lib.sh"

# answer 4|6 PORT: the server echoes one datagram
answer() {
	local bind=10.6.0.2
	[ "$1" = 4 ] || bind="[fd06::2]"
	ip netns exec server socat -T 5 "UDP$1-LISTEN:$2,bind=$bind" EXEC:cat &
	echo=$!
	wait_for 10 listens server "$2"
}
ask() { # SOURCE-PORT SOCAT-ADDRESS, and what comes back
	echo hello | client socat -t 1 - "$2,sourceport=$1"
}

topology
# Behind the client and behind the server is a network each, so that gateways
# are something else than the destination.
client ip addr add 10.5.0.2/32 dev lo
client ip addr add fd05::2/128 dev lo nodad
server ip addr add 10.6.0.2/32 dev lo
server ip addr add fd06::2/128 dev lo nodad
ip route add 10.5.0.0/17 via 10.1.0.2
ip route add 10.6.0.0/16 via 10.2.0.2
ip route add fd05::/56 via fd01::2
ip route add fd06::/48 via fd02::2
load
start_capture 9991-9994
for version in 1 5 9 IPFIX; do
	port=$((${port:-9990} + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done

tfctl set enabled=yes
answer 4 7000
is "an answer over IPv4" hello "$(ask 4001 UDP4:10.6.0.2:7000,bind=10.5.0.2)"
kill $echo
answer 6 7000
is "an answer over IPv6" hello \
	"$(ask 4002 'UDP6:[fd06::2]:7000,bind=[fd05::2]')"
kill $echo
# Translation, by rules that need neither events nor helpers of conntrack.
sysctl -qw net.netfilter.nf_conntrack_events=0
nft 'table inet nat {
	chain pre {
		type nat hook prerouting priority dstnat
		ip daddr 10.1.0.1 udp dport 5053 dnat ip to 10.6.0.2:7000
		ip6 daddr fd01::1 udp dport 5053 dnat ip6 to [fd06::2]:7000
	}
	chain post {
		type nat hook postrouting priority srcnat
		ip saddr 10.5.0.2 udp sport 4003 snat ip to 10.2.0.1:6003
		ip6 saddr fd05::2 udp sport 4004 snat ip6 to [fd02::1]:6004
	}
}'
answer 4 7000
is "an answer over IPv4, translated" hello \
	"$(ask 4003 UDP4:10.1.0.1:5053,bind=10.5.0.2)"
kill $echo
answer 6 7000
is "an answer over IPv6, translated" hello \
	"$(ask 4004 'UDP6:[fd01::1]:5053,bind=[fd05::2]')"
kill $echo
flush
stop_capture
stop_collectors

r1=$(cat /sys/class/net/r1/ifindex)
r2=$(cat /sys/class/net/r2/ifindex)
# What a collector has: ports as received, interfaces, gateway, prefix lengths
ways() { # PORT FILTER
	nfdump -q -N -6 -R "$work/$1" \
		-o 'fmt:%sp %dp %in %out %nh %smk %dmk' "proto udp and $2" 2>/dev/null |
		awk '{ $1 = $1; print }' | sort
}
# Translated, either packet is received for an address of the router's own.
four="4001 7000 $r1 $r2 10.2.0.2 17 16
4003 5053 $r1 $r2 10.2.0.2 17 32
7000 4001 $r2 $r1 10.1.0.2 16 17
7000 6003 $r2 $r1 10.1.0.2 16 32"
six="4002 7000 $r1 $r2 fd02::2 56 48
4004 5053 $r1 $r2 fd02::2 56 128
7000 4002 $r2 $r1 fd01::2 48 56
7000 6004 $r2 $r1 fd01::2 48 128"
for port in 9993 9994; do
	is "port $port: IPv4" "$four" "$(ways $port ipv4)"
	is "port $port: IPv6" "$six" "$(ways $port ipv6)"
done
# Version 1 has no prefix lengths, and nfdump does not read version 5's.
for port in 9991 9992; do
	is "port $port: IPv4" "$(awk '{ $6 = $7 = 0; print }' <<<"$four")" "$(ways $port ipv4)"
done
fields() { # PORT FIELD...: of each record, columns made lines
	local field fields=()
	for field in "${@:2}"; do
		fields+=(-e "cflow.$field")
	done
	decoded -Y "udp.port == $1 && cflow.$2" -T fields "${fields[@]}" | python3 -c '
import sys
for line in sys.stdin:
    for record in zip(*(column.split(",") for column in line.rstrip("\n").split("\t"))):
        print(*record)' | sort
}
is "port 9992: prefix lengths as tshark reads them" \
	"$(cut -d' ' -f1,2,6,7 <<<"$four")" \
	"$(fields 9992 srcport dstport srcmask dstmask | grep -E '4001|[46]003')"
is "IPv6 addresses before and after translation" "\
fd05::2 fd01::1 fd02::1 fd06::2
fd05::2 fd06::2 fd05::2 fd06::2
fd06::2 fd02::1 fd01::1 fd05::2
fd06::2 fd05::2 fd06::2 fd05::2" "$(fields 9994 srcaddrv6 dstaddrv6 \
	post_nat_source_ipv6_address post_nat_destination_ipv6_address | grep fd05::2)"
finish
