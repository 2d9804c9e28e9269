#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# A hundred times: load, meter, flush, unload, with traffic that does not stop.
# What a flush found is exported, and nothing is left behind.
. "$(dirname "$0")/lib.sh"

topology
deaf
start_collector 9991
# Others' packets all the time, as fast as virtual time has them.
client ping -q -i 0.01 10.2.0.2 >/dev/null &
four=$!
client ping -q -i 0.01 fd02::2 >/dev/null &
six=$!

rounds=0
for round in {1..100}; do
	load || break
	tfctl target add dst-address=10.9.0.2 port=9991 version=9
	tfctl set enabled=yes
	# Some to be found again, all of them before the flush or the unloading.
	[ $((round % 10)) -lt 9 ] || datagrams client 10.2.0.2 $((10000 + round)) 50
	[ $((round % 20)) -lt 10 ] || flush
	rmmod traffic_flow || break
	rounds=$round
done
is "loaded and unloaded under traffic, 100 times" "100" "$rounds"
kill $four $six
wait $four $six
stop_collectors
is "all that was sent before it is there" "500 50000" \
	"$(sum 9991 'proto udp and dst port > 9999')"
is "and some of the others' packets of each kind" "yes" \
	"$([ "$(flows 9991 'proto icmp' | wc -l)" -ge 50 ] &&
	[ "$(flows 9991 'ipv6 and proto icmp6' | wc -l)" -ge 50 ] && echo yes)"
is "nothing of the module is left" "" "$(grep -h traffic_flow /proc/modules /proc/slabinfo 2>/dev/null)"

# Flush under traffic: what there was at that moment, and then what comes after.
load
start_collector 9992
tfctl target add dst-address=10.9.0.2 port=9992 version=IPFIX
tfctl set enabled=yes
client ping -q -i 0.01 10.2.0.2 >/dev/null &
four=$!
datagrams client 10.2.0.2 10000 3000
have_begun() { [ "$(stat flows-active)" -gt 3000 ]; }
ok "all of them have begun" wait_for 10 have_begun
flush
wait_for 10 has_read 9992
is "flushed, there is no flow left" "0" "$(stat flows-active)"
# What two CPUs had of a flow is one when it is exported.
is "and each that there was is exported" "$(stat flows-created)" "$(stat flows-exported)"
tfctl set enabled=yes
datagrams client 10.2.0.2 20000 10
kill $four
wait $four
flush
created=$(stat flows-created)
is "as many ended as had begun" "$created" "$(stat flows-exported)"
stop_collectors
is "all came" "3010 301000" "$(sum 9992 'proto udp and dst port > 9999')"
is "and not one twice: each record is a flow" "$created" "$(flows 9992 | wc -l)"
finish
