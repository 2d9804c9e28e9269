#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# long: debug
# leaks: yes
# seconds: 1200
# cpus: 1
# Each allocation that the module itself makes for a command fails once; then there
# is memory for so much and no more. Whatever fails says why and has changed nothing;
# whoever listens is told what he missed; interfaces that came meanwhile are metered.
. "$(dirname "$0")/lib.sh"

# All but some of the pages of large arrays, which are one place of the module's
chosen() { # COUNT
	{ seq 1 30; seq 31 7 "$1"; seq $(($1 - 5)) "$1"; } |
		awk -v all="$1" '$1 > 0 && $1 <= all' | sort -nu
}
. "$(dirname "$0")/faults.sh"

topology
deaf
nft 'table inet nat { chain post {
	type nat hook postrouting priority srcnat; oifname r2 masquerade; }; }'
load
own_only
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set cache-entries=1k interfaces=r1 inactive-flow-timeout=1s
tfctl interface list add name=WAN
tfctl interface list member add list=WAN interface=r2
"$TFCTL" monitor >"$work/heard" 2>"$work/monitor" &
monitor=$!
ok "somebody listens" wait_for 60 hears $monitor

endure "set enabled=no" set enabled=yes
tfctl set enabled=yes
datagrams client 10.2.0.2 10000 50
datagrams client fd02::2 10000 50
endure "set cache-entries=1k interfaces=r1" set cache-entries=2k interfaces=r1,WAN
endure "set interfaces=r1" set interfaces=all
endure "ipfix set nat-src-address=yes nat-dst-address=yes nat-src-port=yes nat-dst-port=yes" \
	ipfix set nat-src-address=no nat-dst-address=no nat-src-port=no nat-dst-port=no
endure "ipfix set forwarding-status=no" ipfix set forwarding-status=yes
endure "ipfix set nat-events=no" ipfix set nat-events=yes
tfctl ipfix set nat-events=yes forwarding-status=yes
endure "target remove 1" target add dst-address=fd09::2 port=9992 version=9
endure "target set 0 version=IPFIX" target set 0 version=5
endure "interface list remove LAN" interface list add name=LAN
endure "interface list member remove [find interface=r9]" \
	interface list member add list=WAN interface=r9
tfctl interface list member add list=WAN interface=r9
endure "interface list member add list=WAN interface=r9" \
	interface list member remove "[find interface=r9]"

# There is memory for so many octets of small things, and so many pages, and no more.
starved() { # OCTETS PAGES COMMAND...
	local status kind
	echo "$1" >$faults/failslab/space
	echo "$2" >$faults/fail_page_alloc/space
	for kind in failslab fail_page_alloc; do
		echo Y >$faults/$kind/task-filter
		echo 100 >$faults/$kind/probability
	done
	sh -c 'echo 1 >/proc/self/make-it-fail; exec "$@"' sh "${@:3}" >"$work/said" 2>"$work/why"
	status=$?
	for kind in failslab fail_page_alloc; do
		echo 0 >$faults/$kind/probability
	done
	return $status
}

# Whenever there is too little it says why, and the settings are as before.
enough_for() { # UNDO COMMAND...
	local undo=$1 before changed many refused=0 last='' wrong=''
	shift
	before=$(settings)
	tfctl "$@"
	changed=$(settings)
	# shellcheck disable=SC2086
	tfctl $undo
	# First octets are short, then pages; in the end there is enough of both.
	for many in {0,100,300,1000,2000,4000,10000,100000,1000000}\ 1000000 \
		1000000\ {0,1,2,4,8,16,32,64,96,128,192,256,1000,1000000}; do
		# shellcheck disable=SC2086
		if starved $many "$TFCTL" "$@"; then
			last=$many
			[ "$(settings)" = "$changed" ] || wrong="$wrong $many not done;"
			tfctl $undo || wrong="$wrong undo;"
			continue
		fi
		refused=$((refused + 1))
		[ "$(wc -l <"$work/why")" = 1 ] || wrong="$wrong no reason with $many;"
		[ "$(settings)" = "$before" ] ||
			wrong="$wrong $many $(<"$work/why") $(diff <(echo "$before") <(settings) | xargs);"
	done
	[ $refused -gt 1 ] || wrong="$wrong refused $refused times;"
	[ "$last" = "1000000 1000000" ] || wrong="$wrong the last done with $last;"
	is "with too little memory: $* ($refused times refused)" "" "$wrong"
}

enough_for "set cache-entries=1k" set cache-entries=4k
enough_for "ipfix set min-length=no" ipfix set min-length=yes
tfctl set interfaces='d*'
enough_for "interface list member remove [find interface=y*]" \
	interface list member add list=WAN interface='y*'

# More interfaces than there is room for come while nothing can be allocated. Their
# packets are counted as soon as it can.
seen() { # COUNT
	python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(1, 21):
    s.sendto(b"x", ("10.50.%d.2" % i, 7000))'
	[ "$(tfctl flow print count-only where dst-port=7000)" = "$1" ]
}
for i in {1..20}; do
	starved 0 0 ip link add "d$i" type dummy || cat "$work/why"
	ip link set "d$i" up arp off
	ip address add "10.50.$i.1/24" dev "d$i"
done
ok "interfaces that came without memory are metered soon" wait_for 5 seen 20

# A namespace cannot come into being without, whichever of its allocations fails, and
# another one can afterwards.
ok "no namespace comes into being without memory" not starved 0 0 ip netns add starved
without() { # NTH
	sh -c 'echo "$1" >/proc/self/fail-nth; exec ip netns add starved' sh "$1"
}
refused=0
until without $((refused + 1)) >"$work/why" 2>&1 || [ $refused = 100 ]; do
	[ ! -e /run/netns/starved ] || ip netns del starved
	refused=$((refused + 1))
done
ok "nor without any of what we want for it ($refused)" ip netns del starved
ok "of which there is something" test $refused -gt 0
ok "with memory one can be added" ip netns add fed
ip netns exec fed "$TFCTL" set enabled=yes
is "which meters, too" yes "$(ip netns exec fed "$TFCTL" print | sed -n 's/^ *enabled: //p')"
ip netns del fed

kill $monitor
wait $monitor
ok "who listened knows that he missed some" grep -q '^.* missed ' "$work/heard"
is "and nothing else went wrong for him" "" "$(<"$work/monitor")"
flush
stop_collectors
is "all flows that had begun have been exported" "$(stat flows-created)" "$(stat flows-exported)"
rmmod traffic_flow
finish
