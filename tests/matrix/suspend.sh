#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 1
# programs: awk base64 basename cat cp cut date dirname dmesg env grep head hostname insmod ip
# programs: kill ln mkdir mktemp mount nfcapd nfdump nproc rm rmmod sed seq sleep socat sort
# programs: ss stty sync sysctl tail tar taskset touch tr wc
# modules: veth
# The host sleeps (S3) for 20 seconds: flows end, none is lost, and the times of
# what was before and after are the right ones. With one CPU: in QEMU without
# KVM a second one was once not back after a minute.
. "$(dirname "$0")/../e2e/lib.sh"

clock=/sys/class/rtc/rtc0
ms() { date +%s%3N; }
# Milliseconds since boot, sleeps and all
uptime_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }
# Milliseconds that jiffies have counted
awake_ms() { sed -n 's/^now at \([0-9]*\) nsecs$/\1/p' /proc/timer_list | awk '{ print int($1 / 1000000) }'; }
sleeps() { # SECONDS
	echo 0 >$clock/wakealarm
	echo "+$1" >$clock/wakealarm
	echo mem >/sys/power/state
}
from_cpu() { # CPU SOURCE-PORT COUNT
	local i
	for i in $(seq "$3"); do
		head -c 72 /dev/zero | ip netns exec client taskset -c "$1" \
			socat -u - "UDP4:10.2.0.2:5000,sourceport=$2"
	done
}
no_flows() { [ "$(tfctl flow print count-only)" = 0 ]; }
# Whether one flow of SOURCE-PORT, of so many packets, begins and ends between
# two moments
is_between() { # PORT SOURCE-PORT PACKETS FROM-MS TO-MS
	# Of the end's own time nfdump 1.7.1 cuts the milliseconds' zeros.
	nfdump -q -N -R "$work/$1" -o 'fmt:%tsr %td %pkt' "src port $2" |
		awk -v packets="$3" -v from="$4" -v to="$5" 'NF == 3 {
			print $1, $2, $3, from, to
			n++
			right += $3 == packets && from <= $1 * 1000 && ($1 + $2) * 1000 <= to
		}
		END { exit !(n == 1 && right == 1) }'
}

cpus=$(seq 0 $(($(nproc) - 1)))
topology
load
for version in 9 IPFIX; do
	port=$((${port:-9990} + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
tfctl set enabled=yes active-flow-timeout=7d inactive-flow-timeout=7d
grep -q deep /sys/power/mem_sleep || echo "# $(cat /sys/power/mem_sleep)"

begin=$(ms)
for cpu in $cpus; do
	from_cpu $cpu 400$cpu 3
done
end=$(ms)
uptime=$(uptime_ms)
awake=$(awake_ms)
ok "the host sleeps and wakes up" sleeps 20
slept=$(($(uptime_ms) - uptime))
echo "# slept: clock $(($(ms) - end)), boot time $slept, awake $(($(awake_ms) - awake)) ms"
ok "for about 20 s" test $slept -ge 18000
is "all CPUs are back" "$cpus" "$(seq 0 $(($(nproc) - 1)))"
ok "the flows of before end, whatever the timeouts" wait_for 20 no_flows
again=$(ms)
for cpu in $cpus; do
	from_cpu $cpu 401$cpu 3
done
last=$(ms)
seen=$(stat packets)
flush
stop_collectors

# Version 9's clock is in whole seconds.
for port in 9991 9992; do
	spare=$([ $port = 9991 ] && echo 1000 || echo 20)
	for cpu in $cpus; do
		ok "port $port: CPU $cpu's flow was before the sleep" is_between $port \
			400$cpu 3 $((begin - spare)) $((end + spare))
		ok "port $port: CPU $cpu's next one after it" is_between $port \
			401$cpu 3 $((again - spare)) $((last + spare))
	done
	is "port $port: nothing is lost" "$seen 0 0" \
		"$(sum $port | cut -d' ' -f1) $(sequence_errors $port)"
done
ok "unload" rmmod traffic_flow
finish
