#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# The host's clock is set while targets live: element 160 and what headers say of
# the moment of boot stay the same until then and from then on, and move by what
# the clock was moved by; a flow's own times stay together; templates come before
# anything else is sent; no sequence number is missing. Less than a second moves
# nothing.
. "$(dirname "$0")/lib.sh"

now() { date +%s.%N; }
step() { # SECONDS
	date -u -s "@$(now | awk -v by="$1" '{ printf "%.6f", $1 + by }')" >/dev/null
}
send() { udp client UDP4:10.2.0.2:10000,sourceport="$1" 100; }
pass() { sleep "$1"; } # virtual seconds, which take no time
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
# To set the clock takes a moment, too.
hours = [round((boot - seen[0]) / 3600) for boot in seen]
print(*(hour * 3600 if abs(boot - seen[0] - hour * 3600) < 1.5 else boot - seen[0]
        for hour, boot in zip(hours, seen)))' "$work/table" "$1"
}

# The kinds of datagrams: T has templates, D does not
kinds() { # PORT
	awk -F '\t' -v port="$1" '$1 == port {
		split($6, sets, ",")
		printf sets[1] == 0 || sets[1] == 2 ? "T" : "D" }' "$work/table"
}

# Each flow's packets, how many seconds it lasted, and how far it began from what
# $work/sent has for its port, if that is more than MOST. nfdump 1.7.1 takes one
# uptime of IPFIX for the other.
told() { # PORT MOST
	TZ=UTC nfdump -N -R "$work/$1" -o json 'src port > 3999 and src port < 4005' \
		2>/dev/null | python3 -c '
import json, sys
from datetime import datetime
most = float(sys.argv[2])
sent = dict(map(float, line.split()) for line in open(sys.argv[1]))
for flow in sorted(json.load(sys.stdin), key=lambda flow: flow["src_port"]):
    first, last = sorted(datetime.fromisoformat(flow[which] + "+00:00").timestamp()
                         for which in ("first", "last"))
    # The sender has to start, which takes a moment: once, or twice.
    off, lasted = first - sent[flow["src_port"]], last - first
    print(flow["in_packets"], 0 if lasted < 0.05 else 4 if 3.95 < lasted < 5 else lasted,
          "right" if -most <= off <= most + 0.5 else off)
' "$work/sent" "$2"
}
# A flow of this port begins now, by the clock that is so many seconds on later.
begins() { # SOURCE-PORT SECONDS
	now | awk -v port="$1" -v by="$2" '{ printf "%s %.6f\n", port, $1 + by }' >>"$work/sent"
	send "$1"
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

	: >"$work/sent"
	begins 4000 0
	ok "$1: a flow ends before the clock is set" ended
	# It is set in the midst of a flow.
	begins 4001 3600
	pass 3
	step 3600
	pass 1
	send 4001
	ok "$1: one goes on over an hour forward" ended
	begins 4002 0
	ok "$1: one ends by the new clock" ended
	begins 4003 -7200
	pass 3
	step -7200
	pass 1
	send 4003
	ok "$1: and one over two hours back" ended
	step 0.5
	# It is half a second off in the end.
	begins 4004 -0.5
	ok "$1: one after half a second" ended
	flush
	stop_capture
	stop_collectors
	tfctl target remove "$(tfctl target print --json | jq -r '[range(length)] | join(",")')"

	read_capture
	for port in 9991 9992 9993 9994; do
		is "$1, port $port: the host was booted at a moment, another one, and another one" \
			"0 3600 -3600" "$(boots $port)"
		[ $port = 9993 ] && most=1.05 || most=0.05
		is "$1, port $port: flows are whole, and began when the clock says so" \
			"1 0 right
2 4 right
1 0 right
2 4 right
1 0 right" "$(told $port $most)"
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
