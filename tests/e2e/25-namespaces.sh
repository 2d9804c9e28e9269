#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# cpus: 1
# Net namespaces: each has its own settings, lists, flows and targets; one that
# belongs to a user namespace can be used from there, and within its memory.
. "$(dirname "$0")/lib.sh"

inside() { ip netns exec other "$@"; }

topology
load
start_collector 9991
start_collector 9992

# Another namespace of the same host, with the same addresses
link other o0 o1 4
tfctl interface list add name=WAN comment=host
tfctl interface list member add list=WAN interface=r1
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes interfaces=WAN cache-entries=8k
before=$(tfctl export verbose)
is "another namespace begins with the defaults" "" "$(inside "$TFCTL" export)"
inside "$TFCTL" interface list add name=LAN
inside "$TFCTL" target add dst-address=10.9.0.2 port=9992 version=IPFIX
inside "$TFCTL" ipfix set ttl=no
inside "$TFCTL" set enabled=yes inactive-flow-timeout=5s
is "what it sets is its own" "$before" "$(tfctl export verbose)"
is "and all there is for it" "/interface list
add name=LAN
/ip traffic-flow ipfix
set ttl=no
/ip traffic-flow target
add dst-address=10.9.0.2 port=9992 version=IPFIX
/ip traffic-flow
set enabled=yes inactive-flow-timeout=5s" "$(inside "$TFCTL" export)"

server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000-6000 drop; }; }'
udp client UDP4:10.2.0.2:5000,sourceport=4000 100
udp other UDP4:10.2.0.2:5001,sourceport=4001 100
flush
inside "$TFCTL" set enabled=no
stop_collectors
is "the router's flows: what passed its interface r1" "10.1.0.2 5000 1 128" \
	"$(flows 9991 'src port 4000 or src port 4001' | cut -d' ' -f2,5-)"
is "the other's: what it sent" "10.4.0.2 5001 1 128" \
	"$(flows 9992 'src port 4000 or src port 4001' | cut -d' ' -f2,5-)"
inside "$TFCTL" reset
is "what it resets is its own" "$(sed 's/enabled=yes/enabled=no/' <<<"$before")" \
	"$(tfctl export verbose)"
ip netns del other
tfctl set enabled=yes

# A container: a net namespace of its own user namespace, with a memory bound
mount -t cgroup2 cgroup /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
group=/sys/fs/cgroup/container
mkdir $group
echo 64M >$group/memory.max
mkfifo "$work/do" "$work/done"
(
	echo 0 >$group/cgroup.procs
	exec unshare -Urn bash -c '
		exec 3<"$1/do" 4>"$1/done"
		while read -r line <&3; do
			eval "$line" >"$1/out" 2>&1
			echo $? >&4
		done' bash "$work"
) &
exec 5>"$work/do" 6<"$work/done"
container() { # COMMAND...: run it in there; its output and status
	local status
	echo "$*" >&5
	read -r status <&6
	cat "$work/out"
	return "$status"
}
bound() { cat $group/memory.current; }

is "it is root, but only in there" "0 0" \
	"$(container id -u) $(container 'cat /proc/self/uid_map' | awk '{ print $1 }')"
is "it sees none of the host's settings" "" "$(container "$TFCTL" export)"
is "nor targets and counters" "packets: 0" \
	"$(container "$TFCTL" stats | sed -n 's/^ *\(packets: .*\)/\1/p')"
container ip link set lo up
ok "it can use Traffic Flow" container "$TFCTL" target add dst-address=127.0.0.1 disabled=yes
ok "and enable it" container "$TFCTL" set enabled=yes
container ping -q -c 2 -i 0.2 127.0.0.1 >/dev/null
is "and it has its flows" "packets: 4" \
	"$(container "$TFCTL" stats | sed -n 's/^ *\(packets: .*\)/\1/p')"
is "which the host has not" "" "$(tfctl export verbose | grep 127.0.0.1)"

small=$(bound)
ok "a bigger cache" container "$TFCTL" set cache-entries=128k
memory=$(container "$TFCTL" stats | sed -n 's/^ *memory: //p')
ok "its memory is charged to the container" test $(($(bound) - small)) -ge $((memory * 8 / 10))

# What IPv6 flows need besides is allocated by their packets. Charges are kept in
# stock by 64 pages, so there have to be many.
cat >"$work/flows6" <<'PYTHON'
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
for port in range(1, int(sys.argv[1]) + 1):
    s.sendto(b"x", ("::1", port))
PYTHON
memory6() { container "$TFCTL" stats | sed -n 's/^ *memory: //p'; }
if [ "$flavour" = fast ]; then
	container "$TFCTL" set inactive-flow-timeout=1h
	container "python3 $work/flows6 1"
	small=$(bound)
	before=$(memory6)
	container "python3 $work/flows6 20000"
	grown=$(($(memory6) - before))
	ok "IPv6 flows take more ($grown octets)" test $grown -ge 1000000
	ok "which is charged to it, too" \
		test $(($(bound) - small)) -ge $((grown * 8 / 10))
	container "$TFCTL" set inactive-flow-timeout=15s
fi

before=$(container "$TFCTL" export verbose)
container "$TFCTL" set cache-entries=4M inactive-flow-timeout=7s >/dev/null
is "more than the container may have is refused" 1 $?
is "and the reason told" \
	"tfctl: not enough memory for so many cache-entries: a change needs room for a second cache" "$(<"$work/out")"
is "nothing of it is applied" "$before" "$(container "$TFCTL" export verbose)"
seen_inside() { container "$TFCTL" stats | sed -n 's/^ *packets: //p'; }
seen=$(($(seen_inside) + 4))
container ping -q -c 2 -i 0.2 127.0.0.1 >/dev/null
is "and metering goes on" "$seen" \
	"$(seen_inside)"
ok "nobody was killed for it" grep -qx 'oom_kill 0' $group/memory.events
ok "the host may have more" tfctl set cache-entries=256k
is "whoever is not root in there may not set anything" \
	"tfctl: not permitted: run it as root (CAP_NET_ADMIN)" \
	"$(container unshare -U "$TFCTL" set enabled=no)"
before=$(bound)
container "$TFCTL" set enabled=no
ok "disabled, it gives its memory back" test $((before - $(bound))) -ge $((memory * 8 / 10))
exec 5>&-
wait $!
gone() { rmdir $group; }
ok "the namespace goes with the container" wait_for 20 gone
flush
rmmod traffic_flow
finish
