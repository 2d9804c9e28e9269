#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# seconds: 1200
# Where jiffies have 32 bits they begin anew five minutes after boot. Flows that live
# then end when they are due, and are told with their times; a target that was down
# before is up again after it, and gets its templates.
. "$(dirname "$0")/../e2e/lib.sh"

uptime() { awk '{ print $1 }' /proc/uptime; }
is_before() { uptime | awk -v at="$1" '{ exit !($1 < at) }'; } # SECONDS after boot
# Until so many seconds after boot
at() { sleep "$(awk -v at="$1" '{ print (at > $1) * (at - $1) }' /proc/uptime)"; }
# Between two moments, which are noted
send() { # SOURCE-PORT
	echo "$(uptime) $(udp client "UDP4:10.2.0.2:10000,sourceport=$1" 72; uptime)" >>"$work/sent.$1"
}
cached() { tfctl flow print count-only where src-port="$1"; } # SOURCE-PORT
is_up() { [ "$(of_target 9994 state ',state="up"')" = 1 ]; }
idle() { [ "$(stat flows-active)" = 0 ]; }
# Packets of each of a port's flows, and how long it was, if not as long as it took to
# send them
told() { # PORT SOURCE-PORT
	nfdump -q -N -R "$work/$1" -o 'fmt:%pkt %td' "src port $2" 2>/dev/null |
		awk -v jiffy=0.02 'FNR == NR { before[NR] = $1; after[NR] = $2; next }
			NF == 2 {
				first = sent + 1
				sent += $1
				right = before[sent] - after[first] - jiffy <= $2 &&
					$2 <= after[sent] - before[first] + jiffy
				printf "%s%d%s", n++ ? " " : "", $1, right ? "" : " in " $2 " s"
			}' "$work/sent.$2" -
}
of_target() { # PORT METRIC [LABELS]
	tfctl stats --prometheus |
		sed -n "s/^traffic_flow_target_$2{.*port=\"$1\".*${3:-}} //p"
}

is "a kernel of 32 bits" i686 "$(uname -m)"
topology
deaf
load
for port in 9991 9992 9993 9994; do
	[ $port = 9994 ] || start_collector $port
	version=9
	[ $port != 9991 ] || version=5
	[ $port != 9993 ] || version=IPFIX
	tfctl target add dst-address=10.9.0.2 port=$port version=$version \
		v9-template-refresh=1000000 v9-template-timeout=1h
done
tfctl set enabled=yes interfaces=r1 inactive-flow-timeout=30s active-flow-timeout=40s
ok "jiffies have not begun anew" is_before 230

# One flow that ends before, and that nobody takes at port 9994
at 230
send 4000
# One for longer than flows live, over the end
at 262
send 4001
at 280
send 4001
send 4002
at 292
send 4001
is "the target that nobody hears is down" 1 "$(of_target 9994 state ',state="down"')"
ok "jiffies are about to" is_before 300
at 303
is "a flow of before is still there" 1 "$(cached 4002)"
start_collector 9994
at 312
send 4001
at 318
is "and has ended when it was due" 0 "$(cached 4002)"
ok "all end" wait_for 60 idle
send 4003
ok "as does one of afterwards" wait_for 60 idle
ok "the target is up again" wait_for 20 is_up
send 4004
flush
stop_collectors
for port in 9991 9992 9993; do
	is "port $port: the one that lived long is two" "3 1" "$(told $port 4001)"
	is "port $port: others are one" "1 1 1 1" \
		"$(for flow in 4000 4002 4003 4004; do told $port $flow; echo; done | xargs)"
	is "port $port: no gap, nothing malformed" "0 0" "$(sequence_errors $port)"
done
is "who was not there before gets those of afterwards" "1 1" \
	"$(for flow in 4003 4004; do told 9994 $flow; echo; done | xargs)"
for port in 9991 9992 9993; do
	is "port $port: every flow was sent" "$(stat flows-exported) 0" \
		"$(of_target $port records_total) $(of_target $port lost_records_total)"
done
ok "unload" rmmod traffic_flow
finish
