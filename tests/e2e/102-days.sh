#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# cpus: 1
# boot: cgroup_disable=memory
# Fifty days in virtual time, most of them idle: uptime has 32 bits, that is 49.7
# days. Flows before, over and after the wrap are where they were, and no datagram
# has the wrap in it.
. "$(dirname "$0")/lib.sh"

wrap=4294967
uptime() { cut -d. -f1 /proc/uptime; }
until_uptime() { pass $(($1 - $(uptime))); }

long_idle
topology
deaf
load
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
tfctl set timestamps=uptime
until_uptime $((wrap - 130))

"${dump[@]}" -i r1 -w "$work/sent.pcap" udp 2>"$work/tcpdump-sent" &
sender=$!
wait_for 10 grep -q listening "$work/tcpdump-sent"
start_capture 9991-9994
for port in 9991 9992 9993 9994; do
	start_collector $port
done
tfctl set enabled=yes interfaces=r1 inactive-flow-timeout=15s
# What it has sent before was not captured.
before=$(tfctl stats --json | python3 -c '
import json, sys
print(sum(t["packets"] for t in json.load(sys.stdin)["targets"]))')
flows=0
while [ "$(uptime)" -lt $((wrap + 130)) ]; do
	flows=$((flows + 1))
	# Each lasts for six seconds: some of them over the wrap.
	udp client UDP4:10.2.0.2:$((10000 + flows)),sourceport=4000 100
	pass 6
	udp client UDP4:10.2.0.2:$((10000 + flows)),sourceport=4000 100
done
flush
captured_rest() {
	[ "$(tcpdump -nr "$work/exports.pcap" 2>/dev/null | wc -l)" -ge \
		"$(($(tfctl stats --json | python3 -c '
import json, sys
print(sum(t["packets"] for t in json.load(sys.stdin)["targets"]))') - before))" ]
}
ok "all datagrams are captured" wait_for 10 captured_rest
kill $capture $sender
wait $capture $sender
stop_collectors

ok "the wrap is past" [ "$(uptime)" -gt "$wrap" ]
# When packets were sent and when their flows are said to have begun and ended
apart() { # PORT MILLISECONDS
	tcpdump -ttnr "$work/sent.pcap" 2>/dev/null |
		sed -n 's/^\([0-9.]*\) .* 10.2.0.2.\([0-9]*\): .*/\1 \2/p' >"$work/sent"
	nfdump -q -N -R "$work/$1" -o 'fmt:%tsr %td %dp' 'dst port > 10000' 2>/dev/null |
		python3 -c '
import sys
sent = {}
for line in open(sys.argv[1]):
    when, port = line.split()
    sent.setdefault(port, []).append(float(when))
shown = [line.split() for line in sys.stdin if line.strip()]
# Its own end of a flow (%ter) lacks digits.
away = [max(abs(float(first) - sent[port][0]),
            abs(float(first) + float(lasted) - sent[port][-1]))
        for first, lasted, port in shown]
print(len(away), sum(s * 1000 > float(sys.argv[2]) for s in away))' "$work/sent" "$2"
}
for port in 9991 9992 9993; do
	[ $port = 9993 ] && most=1010 || most=20
	is "port $port: each flow was when its packets were" "$flows 0" \
		"$(apart $port $most)"
done
for port in 9991 9992 9993 9994; do
	is "port $port: first, last and the header are in order in every datagram" 1 \
		"$(wire $port | grep -v 'uptime went' | grep -c .)"
done
# Uptimes of IPFIX count from element 160 of the same record.
is "IPFIX: 160 and 22 make the moment when it began, 160 and 21 when it ended" \
	"$flows flows" "$(python3 "$(dirname "$0")/payloads.py" "$work/exports.pcap" 9994 \
		>"$work/9994.ipfix"; ipfixDump -i "$work/9994.ipfix" | python3 -c '
import re, sys
from datetime import datetime, timezone
sent = {}
for line in open(sys.argv[1]):
    when, port = line.split()
    sent.setdefault(int(port), []).append(float(when))
right = 0
for record in sys.stdin.read().split("--- data record")[1:]:
    d = dict(re.findall(r"\((\d+)\)\s+\w+ : (.*)", record))
    port = int(d["11"])
    if port not in sent:
        continue
    boot = datetime.strptime(d["160"].strip(), "%Y-%m-%d %H:%M:%S.%f")
    boot = boot.replace(tzinfo=timezone.utc).timestamp()
    times = [boot + int(d[n]) / 1000 for n in ("22", "21")]
    right += all(abs(a - b) < 0.02 for a, b in zip(times, (sent[port][0], sent[port][-1])))
print(right, "flows")' "$work/sent")"
finish
