#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# The host's clock is set while targets live: element 160 and what headers say of
# the moment of boot stay the same until then and from then on, and move by what
# the clock was moved by; a flow's own times stay together; templates come before
# anything else is sent; no sequence number is missing. Less than a second moves
# nothing.
. "$(dirname "$0")/lib.sh"

step() { # SECONDS, at once
	python3 -c '
import sys, time
time.clock_settime(time.CLOCK_REALTIME, time.time() + float(sys.argv[1]))' "$1"
}
send() { udp client UDP4:10.2.0.2:10000,sourceport="$1" 100; }
idle() { [ "$(stat flows-active)" = 0 ]; }
# A flow ends five seconds after its last packet: not to be asked for before.
ended() {
	pass 5
	wait_for 15 idle
}

# All that tshark reads is asked for at once: it takes long to start.
read_capture() {
	decoded -T fields -e udp.dstport -e cflow.sysuptime -e cflow.unix_secs \
		-e cflow.unix_nsecs -e cflow.sys_init_time -e cflow.flowset_id \
		-e _ws.expert.message -e cflow.no_template_found \
		-e cflow.unexpected_sequence_number >"$work/table"
}

# What each datagram says of the moment of boot, one after the other: those that
# come again are left out. IPFIX: that of its records.
boots() { # PORT
	python3 -c '
import sys
from datetime import datetime
seen = []
for line in open(sys.argv[1]):
    port, uptime, secs, nsecs, inits = line.rstrip("\n").split("\t")[:5]
    if port != sys.argv[2]:
        continue
    inits = [part for part in inits.split(",") if part]
    if uptime:
        told = [float(secs) + float(nsecs or 0) / 1e9 - float(uptime)]
    else:
        dates = [",".join(pair) for pair in zip(inits[::2], inits[1::2])]
        told = [datetime.strptime(date[:26] + "+0000", "%b %d, %Y %H:%M:%S.%f%z").timestamp()
                for date in dates]
    for boot in told:
        # Version 9 has no part of a second.
        if not seen or abs(boot - seen[-1]) > (0.02 if nsecs or not uptime else 1.02):
            seen.append(boot)
moved = [boot - seen[0] for boot in seen]
hours = [round(by / 3600) * 3600 for by in moved]
print(*(hour if abs(by - hour) < 1.02 else by for hour, by in zip(hours, moved)))' "$work/table" "$1"
}

# The kinds of datagrams: T has templates, D does not
kinds() { # PORT
	awk -F '\t' -v port="$1" '$1 == port {
		split($6, sets, ",")
		printf sets[1] == 0 || sets[1] == 2 ? "T" : "D" }' "$work/table"
}

# Each flow's source port, packets, and whether it began and ended when its packets
# were sent, by the clock as it was set afterwards, to MOST seconds. nfdump 1.7.1 takes
# one uptime of IPFIX for the other.
told() { # PORT MOST
	tcpdump -ttnr "$work/sent.pcap" 2>/dev/null |
		sed -n 's/^\([0-9.]*\) IP 10.1.0.2.\([0-9]*\) > 10.2.0.2.10000: .*/\2 \1/p' >"$work/sent"
	TZ=UTC nfdump -N -R "$work/$1" -o json 'src port > 3999 and src port < 4005' \
		2>/dev/null | python3 -c '
import json, sys
from datetime import datetime
sent = {}
for line in open(sys.argv[1]):
    port, time = line.split()
    sent.setdefault(int(port), []).append(float(time))
# It was set in the midst of two flows; half a second is not minded.
later = {4001: (3600, 0), 4003: (-7200, 0), 4004: (-0.5, -0.5)}
for flow in sorted(json.load(sys.stdin), key=lambda flow: flow["src_port"]):
    port = flow["src_port"]
    times = sorted(datetime.fromisoformat(flow[which] + "+00:00").timestamp()
                   for which in ("first", "last"))
    wanted = (sent[port][0], sent[port][-1])
    off = [time - (want + by)
           for time, want, by in zip(times, wanted, later.get(port, (0, 0)))]
    print(port, flow["in_packets"],
          "right" if max(map(abs, off)) <= float(sys.argv[2]) else off)
' "$work/sent" "$2"
}

topology
deaf
load
tfctl set inactive-flow-timeout=5s
run() { # absolute|uptime
	local port=9990 version most
	tfctl set timestamps="$1" enabled=yes
	for version in 1 5 9 IPFIX; do
		port=$((port + 1))
		rm -rf "${work:?}/$port"
		start_collector $port
	done
	start_capture 9991-9994
	port=9990
	for version in 1 5 9 IPFIX; do
		port=$((port + 1))
		tfctl target add dst-address=10.9.0.2 port=$port version=$version \
			v9-template-refresh=100000 v9-template-timeout=1d
	done

	"${dump[@]}" -i r1 -w "$work/sent.pcap" udp 2>"$work/tcpdump-sent" &
	sender=$!
	wait_for 10 grep -q listening "$work/tcpdump-sent"

	send 4000
	ok "$1: a flow ends before the clock is set" ended
	# It is set in the midst of a flow.
	send 4001
	pass 3
	step 3600
	send 4001
	ok "$1: one goes on over an hour forward" ended
	send 4002
	ok "$1: one ends by the new clock" ended
	send 4003
	pass 3
	step -7200
	send 4003
	ok "$1: and one over two hours back" ended
	step 0.5
	send 4004
	ok "$1: one after half a second" ended
	flush
	stop_capture
	kill $sender
	wait $sender
	stop_collectors
	tfctl target remove "$(tfctl target print --json | jq -r '[range(length)] | join(",")')"

	read_capture
	for port in 9991 9992 9993 9994; do
		is "$1, port $port: the host was booted at a moment, another one, and another one" \
			"0 3600 -3600" "$(boots $port)"
		[ $port = 9993 ] && most=1.05 || most=0.05
		is "$1, port $port: flows are whole, and began when the clock says so" \
			"4000 1 right
4001 2 right
4002 1 right
4003 2 right
4004 1 right" "$(told $port $most)"
		is "$1, port $port: no sequence number is missing (nfcapd)" "0 0" \
			"$(sequence_errors $port)"
	done
	# The beginning, the flow before; set, flow, flow; set, flow, flow
	for port in 9993 9994; do
		is "$1, port $port: templates first, and first when the clock was set" \
			"TDTDDTDD" "$(kinds $port)"
	done
	is "$1: tshark misses no sequence number and no template" "" \
		"$(cut -f 7- "$work/table" | grep '[^[:space:]]')"
}
run absolute
run uptime
finish
