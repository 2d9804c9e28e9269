#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# Which interfaces are metered, while they come and go, by name, by pattern and
# by list.
. "$(dirname "$0")/lib.sh"

# Each look sends one datagram to a port of its own; whether it was metered shows
# in the end, when all flows are there.
looks=()
look() { # yes|no NAMESPACE TO DESCRIPTION
	local port=$((5000 + ${#looks[@]}))
	looks+=("$1 $4")
	if [ "$2" = router ]; then
		head -c 100 /dev/zero | socat -u - "UDP4:$3:$port,sourceport=4000"
	else
		udp "$2" "UDP4:$3:$port,sourceport=4000" 100
	fi
}

deaf() {
	ip netns exec "$1" nft 'table inet deaf { chain in {
		type filter hook input priority 0; udp dport 5000-20000 drop; }; }'
}

topology
link home p0 ppp0 3
deaf home
deaf client
deaf server
ip link del ppp0
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes interfaces=ppp0

look no client 10.2.0.2 "while the named interface is absent: not the others"
plug home p0 ppp0 3
look yes home 10.2.0.2 "it appears: what comes in by it"
look yes server 10.3.0.2 "and what goes out by it"
look yes router 10.3.0.2 "of the router's own, too"
look no client 10.2.0.2 "and still not the others"

ip link set ppp0 down
ip link set ppp0 name dsl0
ip link set dsl0 up
know home p0 dsl0 10.3.0.1 10.3.0.2
look no home 10.2.0.2 "renamed to another name: no more"
ip link set dsl0 down
ip link set dsl0 name ppp0
ip link set ppp0 up
know home p0 ppp0 10.3.0.1 10.3.0.2
look yes home 10.2.0.2 "renamed back: again"
before=$(cat /sys/class/net/ppp0/ifindex)
ip link del ppp0
plug home p0 ppp0 3
ok "the interface has been made anew, with another index" \
	test "$(cat /sys/class/net/ppp0/ifindex)" != "$before"
look yes home 10.2.0.2 "and is metered as before"

tfctl set interfaces='ppp*'
look yes home 10.2.0.2 "a pattern: an interface that is there"
link cabin p1 ppp17 4
deaf cabin
look yes cabin 10.2.0.2 "and one that appears"
look no client 10.2.0.2 "but not others"
tfctl set interfaces=r2
look yes client 10.2.0.2 "either side matches: out"
look yes server 10.1.0.2 "either side matches: in"
look no home 10.1.0.2 "and neither does not"

tfctl interface list add name=WAN-interfaces
tfctl interface list member add interface=r1 list=WAN-interfaces
tfctl set interfaces=WAN-interfaces
ended=$(stat flows-exported)
look yes client 10.2.0.2 "a list: its member"
look no home 10.2.0.2 "and no other"
tfctl interface list member add interface='ppp*' list=WAN-interfaces
look yes home 10.2.0.2 "a new member is metered at once"
tfctl interface list member remove '[find interface=r1]'
look no client 10.2.0.2 "and a removed one no more"
look yes cabin 10.2.0.2 "while the others are"
is "that ends no flow" "$ended" "$(stat flows-exported)"
ip link del ppp17
plug cabin p1 ppp17 4
look yes cabin 10.2.0.2 "a member made anew"
not tfctl interface list remove WAN-interfaces
is "a list in use cannot be removed, and it says why" \
	"tfctl: the list is in use: interfaces of '/ip traffic-flow' names it" \
	"$(<"$work/why")"
tfctl set interfaces=WAN-interfaces,r1
look yes client 10.2.0.2 "lists and names together: by name"
look yes home 10.2.0.2 "lists and names together: by list"

tfctl set interfaces=r1
look yes client 10.2.0.2 "a name, before a list is called so"
tfctl interface list add name=r1
look no client 10.2.0.2 "a list called like an interface wins"
tfctl interface list member add list=r1 interface=ppp17
look yes cabin 10.2.0.2 "with its members"
tfctl set interfaces=all
tfctl interface list remove r1
tfctl set interfaces=r1
look yes client 10.2.0.2 "without the list it is the interface"
look no cabin 10.2.0.2 "alone"

flush
stop_collector 9991
flows 9991 'proto udp and src port 4000' >"$work/metered"
for i in "${!looks[@]}"; do
	case ${looks[i]} in
	yes*) expected="1 128" ;;
	no*) expected= ;;
	esac
	is "${looks[i]#* }: ${looks[i]%% *}" "$expected" \
		"$(awk -v port=$((5000 + i)) '$5 == port { print $6, $7 }' "$work/metered")"
done

# Which interfaces are metered changes under load: r1 always is.
offload off
wait_for 10 quiet
start_collector 9992
tfctl target set 0 port=9992
tfctl interface list member add list=WAN-interfaces interface=r1
tfctl set enabled=yes interfaces=WAN-interfaces cache-entries=16k
r1=$(counted r1 rx)
client python3 -c '
import itertools, os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in itertools.count():
    s.sendto(b"x" * (i % 1400), ("10.2.0.2", 10000 + i % 1000))
    if i % 50 == 0:
        if os.path.exists(sys.argv[1]):
            print(i + 1)
            break
        time.sleep(0.002)
' "$work/enough" >"$work/sent" &
traffic=$!
for round in {1..5}; do
	ip link set ppp17 down
	ip link set ppp17 name dsl$round
	tfctl interface list member remove '[find interface=ppp*]'
	tfctl set interfaces=r1 cache-entries=8k
	tfctl interface list member add list=WAN-interfaces interface='ppp*'
	tfctl set interfaces=all active-flow-timeout=$((round + 1))m
	tfctl set interfaces=WAN-interfaces cache-entries=16k
	ip link set dsl$round name ppp17
done
touch "$work/enough"
wait $traffic
up=$(differ "$r1" "$(counted r1 rx)")
flush
stop_collector 9992
is "changed under load: exported is what the interface has counted" "$up" \
	"$(sum 9992 'src host 10.1.0.2')"
is "and that is all that was sent" "$(<"$work/sent")" "${up% *}"
ok "which was a load" test "${up% *}" -ge 2000
finish
