#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# Boot plus six minutes in virtual time: the kernel's jiffies wrap five minutes
# after boot, and no time in any format may show it.
. "$(dirname "$0")/lib.sh"

uptime() { cut -d. -f1 /proc/uptime; }

topology
deaf
load
"${dump[@]}" -i r1 -w "$work/sent.pcap" udp 2>"$work/tcpdump-sent" &
sender=$!
wait_for 10 grep -q listening "$work/tcpdump-sent"
start_capture 9991-9994
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
tfctl set enabled=yes inactive-flow-timeout=5s

is "four minutes after boot is yet to come" "yes" "$([ "$(uptime)" -lt 200 ] && echo yes)"
flows=0
while [ "$(uptime)" -lt 370 ]; do
	flows=$((flows + 1))
	udp client UDP4:10.2.0.2:$((10000 + flows)),sourceport=4000 100
	pass 20
done
flush
stop_capture
stop_collectors
kill $sender
wait $sender

# When packets were sent and when their flows are said to have begun: how many
# are further apart than so many milliseconds
apart() { # PORT MILLISECONDS
	tcpdump -ttnr "$work/sent.pcap" 2>/dev/null |
		sed -n 's/^\([0-9.]*\) .* 10.2.0.2.\([0-9]*\): .*/\1 \2/p' >"$work/sent"
	nfdump -q -N -R "$work/$1" -o 'fmt:%tsr %dp' 'dst port > 10000' 2>/dev/null |
		python3 -c '
import sys
sent = {port: float(time) for time, port in map(str.split, open(sys.argv[1]))}
began = [line.split() for line in sys.stdin if line.strip()]
away = [abs(float(time) - sent[port]) * 1000 for time, port in began]
print(len(began), sum(ms > float(sys.argv[2]) for ms in away))' "$work/sent" "$2"
}
for port in 9991 9992 9993 9994; do
	# Version 9 tells the time in whole seconds only.
	[ $port = 9993 ] && most=1010 || most=20
	is "port $port: nothing is wrong with any datagram" "1" \
		"$(wire $port | sed '/^$/d' | wc -l)"
	is "port $port: each flow began when its packet was sent" "$flows 0" \
		"$(apart $port $most)"
done
booted=$(decoded -Y 'udp.port == 9994' -T fields -E aggregator=';' \
	-e cflow.sys_init_time | tr ';' '\n' | sed '/^$/d' | sort -u)
is "the host was booted at one moment" "1" "$(wc -l <<<"$booted")"
is "which is the right one" "yes" "$(TZ=UTC python3 -c '
import sys, time
from datetime import datetime
said = datetime.strptime(sys.argv[1][:26] + "+0000", "%b %d, %Y %H:%M:%S.%f%z").timestamp()
boot = time.time() - float(open("/proc/uptime").read().split()[0])
print("yes" if abs(said - boot) < 0.1 else f"{said}, not {boot}")' "$booted")"
finish
