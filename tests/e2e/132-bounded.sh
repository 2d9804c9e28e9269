#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# leaks: yes
# cpus: 1
# What the root of a user namespace can make the kernel keep is bounded, and his
# memory cgroup pays: targets, lists, members, flows of IPv6, what waits for collectors
# that cannot be reached, and connections whose translation is told of.
. "$(dirname "$0")/lib.sh"

load
mount -t cgroup2 cgroup /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
group=/sys/fs/cgroup/tenant
mkdir $group
echo 48M >$group/memory.max

# The tenant: his first process keeps his namespaces.
(
	echo 0 >$group/cgroup.procs
	exec unshare -U -r -n sleep infinity
) &
first=$!
own() { [ "$(readlink "/proc/$first/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_for 10 own
tenant() {
	(
		echo 0 >$group/cgroup.procs
		exec nsenter -t $first -U -n --preserve-credentials "$@"
	)
}
tenant_tfctl() { tenant "$TFCTL" "$@"; }
counted_by() { # COMMAND: objects
	tenant_tfctl "$@" --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
}
available() { echo $(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) << 10)); }
charged() { cat $group/memory.current; }
# What is not of his programs and their files
of_the_kernel() { sed -n 's/^slab_unreclaimable //p' $group/memory.stat; }

before=$(of_the_kernel)
for ((i = 1; i <= 64; i++)); do
	tenant_tfctl target add dst-address=10.250.0.1 port=$((3000 + i)) version=IPFIX
done
ok "no 65th target" not tenant_tfctl target add dst-address=10.250.0.1 port=4000
is "there are 64 of them" 64 "$(counted_by target print)"
targets=$(($(of_the_kernel) - before))
ok "which are charged" test $targets -ge $((64 * 4096))
{
	echo "/interface list"
	for ((i = 1; i <= 64; i++)); do echo "add name=list$i"; done
	echo "member"
	for ((i = 1; i <= 1024; i++)); do echo "add list=list$((i % 64 + 1)) interface=eth$i"; done
} >"$work/lists"
ok "64 lists with 1024 members" tenant_tfctl import "$work/lists"
ok "no 65th list" not tenant_tfctl /interface list add name=list65
ok "no 1025th member" not tenant_tfctl /interface list member add list=list1 interface=wan
is "there are 64 of them" 64 "$(counted_by /interface list print)"
lists=$(($(of_the_kernel) - before - targets))
ok "lists and members, too" test $lists -ge $((1088 * 64))
echo "# octets for targets: $targets, for lists: $lists"

tenant ip link set lo up
tenant ip link add d0 type dummy
tenant ip link set d0 up
tenant ip -6 addr add fd07::1/64 dev d0 nodad
tenant ip -6 neigh add fd07::2 lladdr 02:00:00:00:00:02 dev d0 nud permanent
tenant_tfctl set enabled=yes cache-entries=16k inactive-flow-timeout=1s
before=$(charged)
there=$(available)
# Each flow another port; no collector can be reached.
for round in 1 2 3; do
	tenant python3 -c '
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for port in range(1, 12001):
    s.sendto(b"x", ("fd07::2", port))'
done
lost() {
	tenant_tfctl stats --json | python3 -c '
import json, sys
sys.exit(not all(target["lost"] for target in json.load(sys.stdin)["targets"]))'
}
ok "what is too much is lost, at every target" wait_for 30 lost
after=$(charged)
taken=$((there - $(available)))
echo "# $before octets charged before, $after after; $taken taken"
ok "what waits for 64 collectors is charged" test $((after - before)) -ge 4000000
ok "not more than they may keep" test $((after - before)) -le $((24 << 20))
ok "and nobody else pays for it" test $((taken - (after - before))) -le $((4 << 20))
ok "nobody was killed for it" grep -qx 'oom_kill 0' $group/memory.events
tenant_tfctl reset
given_back() { [ $(($(charged) - before)) -lt 1000000 ]; }
ok "after a reset it is given back" wait_for 10 given_back

tenant ip addr add 10.250.0.2/24 dev d0
tenant ip neigh add 10.250.0.1 lladdr 02:00:00:00:00:01 dev d0 nud permanent
tenant nft 'table ip nat { chain post {
	type nat hook postrouting priority srcnat; udp sport 4000 snat to 10.250.0.7; }; }'
tenant_tfctl target add dst-address=10.250.0.9 port=3001 version=IPFIX
tenant_tfctl ipfix set nat-events=yes
tenant_tfctl set enabled=yes
tenant sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600
before=$(of_the_kernel)
tenant python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4000))
for port in range(1, 6001):
    s.sendto(b"x", ("10.250.0.1", port))'
translated() { [ "$(tenant_tfctl stats --json | jq '."nat-connections"')" = "$1" ]; }
ok "6000 translated connections are kept in mind" wait_for 10 translated 6000
# Statistics of memory groups are summed up every two seconds.
paid() {
	after=$(of_the_kernel)
	[ $((after - before)) -ge $((6000 * 32)) ]
}
ok "which are charged" wait_for 10 paid
echo "# $((after - before)) octets charged for them"
ok "and not much more" test $((after - before)) -le $((6000 * 256))
tenant_tfctl reset
ok "none of them is, without anybody to tell" translated 0

# Whoever goes, with collectors behind a way on which nothing goes on, does not keep
# others waiting for that: to unload, or for their own namespaces to go.
ok "a way on which nothing goes on" \
	tenant tc qdisc add dev d0 root tbf rate 8bit burst 1600 limit 1000000000
for ((i = 1; i <= 16; i++)); do
	tenant_tfctl target add dst-address=10.250.0.1 port=$((3000 + i)) version=9 mtu=576
done
flows() { # COUNT
	tenant python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(1, int(sys.argv[1]) + 1):
    s.sendto(b"x", ("127.0.0.1", port))' "$1"
}
waits() {
	[ "$(tenant tc -s qdisc show dev d0 | sed -n 's/^ *backlog .* \([0-9]*\)p .*/\1/p')" -ge 16 ]
}
tenant_tfctl set enabled=yes interfaces=lo cache-entries=16k inactive-flow-timeout=1s
flows 10
ok "something waits there for each collector" wait_for 10 waits
tenant_tfctl set inactive-flow-timeout=7d
flows 12000
ok "his cache is full" test "$(tenant_tfctl flow print count-only)" -ge 12000
kill $first
wait $first 2>/dev/null
uptime() { cut -d. -f1 /proc/uptime; }
left=$(uptime)
ok "he leaves, and the module can be unloaded" rmmod traffic_flow
took=$(($(uptime) - left))
echo "# after $took s"
ok "without waiting for what is not taken" test $took -le 8
gone() { rmdir $group; }
ok "nothing is left of the tenant" wait_for 20 gone
finish
