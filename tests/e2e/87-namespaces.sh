#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# Two routers in one kernel, with the same addresses and the same interface
# indexes: what one meters is not the other's, and each counts for itself.
. "$(dirname "$0")/lib.sh"

# A router with a client and a collector of its own: everything in `twin NAME`
# is called the same; no IPv6, so that nobody speaks unasked.
twin() { # NAME VERSION
	ip netns add "$1"
	ip netns add "$1-client"
	for ns in "$1" "$1-client"; do
		ip netns exec "$ns" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n "$1" link set lo up
	ip -n "$1" link add r1 index 71 type veth peer name c0 netns "$1-client"
	ip -n "$1" link add sink index 72 type dummy
	ip -n "$1" addr add 10.1.0.1/24 dev r1
	ip -n "$1" addr add 10.2.0.1/24 dev sink
	ip -n "$1" link set r1 up
	ip -n "$1" link set sink up
	ip -n "$1" neigh add 10.2.0.2 lladdr 02:00:00:00:02:02 dev sink nud permanent
	ip netns exec "$1" sysctl -qw net.ipv4.ip_forward=1
	ip -n "$1-client" addr add 10.1.0.2/24 dev c0
	ip -n "$1-client" link set c0 up
	ip -n "$1-client" route add default via 10.1.0.1
	mkdir -p "$work/$1"
	ip netns exec "$1" nfcapd -b 127.0.0.1 -p 9991 -w "$work/$1" -t 86000 -C none \
		>"$work/$1.log" 2>&1 &
	eval "nfcapd_$1=$!"
	wait_for 10 listens "$1" 9991
	ip netns exec "$1" "$TFCTL" target add dst-address=127.0.0.1 port=9991 version="$2"
}
counts() { ip netns exec "$1" "$TFCTL" stats | sed -n 's/^ *packets: *//p'; }

load
twin left 9
twin right IPFIX
for name in left right; do
	ip netns exec $name "$TFCTL" set enabled=yes
done
# The same tuples, 30 of them through one and 50 through the other at once.
datagrams left-client 10.2.0.2 10000 30 &
left=$!
datagrams right-client 10.2.0.2 10000 50
wait $left
both() { [ "$(counts left)" -ge 30 ] && [ "$(counts right)" -ge 50 ]; }
wait_for 10 both
is "each counts its own packets, the first namespace none" "30 50 0" \
	"$(counts left) $(counts right) $(stat packets)"
for name in left right; do
	ip netns exec $name "$TFCTL" set enabled=no
	collector_read() { [ "$(ip netns exec $name ss -Hlun 'sport = :9991' | awk '{ print $2 }')" = 0 ]; }
	wait_for 10 collector_read
	pid=nfcapd_$name
	kill "${!pid}"
	wait "${!pid}"
done
is "each exports its own: flows, packets, octets" "30 30 3000 50 50 5000" \
	"$(for name in left right; do
		flows $name 'src host 10.1.0.2' |
			awk '{ p += $(NF - 1); b += $NF } END { print NR, p, b }'
	done | xargs)"
is "by interfaces of the same numbers" "71 72 71 72" \
	"$(for name in left right; do
		nfdump -q -N -R "$work/$name" -o 'fmt:%in %out' 'src host 10.1.0.2' |
			awk 'NF { print $1, $2 }' | sort -u
	done | xargs)"
is "settings are each one's own: left has version 9, right IPFIX" "9 IPFIX" \
	"$(for name in left right; do
		ip netns exec $name "$TFCTL" target print | awk '$1 == "0" { print $NF }'
	done | xargs)"
# A namespace goes while it meters, and the other one goes on.
ip netns exec left "$TFCTL" set enabled=yes
# That nobody listens there any more is traffic, too.
ip netns exec right "$TFCTL" target disable 0
ip netns exec right "$TFCTL" set enabled=yes
before=$(counts right)
datagrams left-client 10.2.0.2 10000 20
ip netns del left
ip netns del left-client
datagrams right-client 10.2.0.2 10000 20
goes_on() { [ "$(($(counts right) - before))" -ge 20 ]; }
wait_for 10 goes_on
is "one goes, the other goes on" "20" "$(($(counts right) - before))"
ip netns del right
ip netns del right-client
unloads() { rmmod traffic_flow; }
ok "and the module can be unloaded once namespaces are gone" wait_for 10 unloads
finish
