#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels:
# cpus: 1
# Somebody sets the host's clock, back and forth: flows end when they are due, and
# their times are those of the clock as it is when they are exported. The shortest
# and the longest timeouts.
. "$(dirname "$0")/lib.sh"

pass() { sleep "$1"; } # virtual seconds, which take no time

topology
# Flows of nobody else: no neighbours are asked for in IPv6.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
client sysctl -qw net.ipv6.conf.all.disable_ipv6=1
deaf
load
start_collector 9991
start_collector 9992
start_collector 9993
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl target add dst-address=10.9.0.2 port=9992 version=9
tfctl target add dst-address=10.9.0.2 port=9993 version=5
tfctl set enabled=yes inactive-flow-timeout=1s active-flow-timeout=7d

up() { cut -d' ' -f1 /proc/uptime; }
# Collectors that have nothing to do for days do not look each second, either.
asleep() { # SECONDS
	# shellcheck disable=SC2154
	kill -STOP "$collector_9991" "$collector_9992" "$collector_9993"
	sleep "$1"
	kill -CONT "$collector_9991" "$collector_9992" "$collector_9993"
}
send() { udp client UDP4:10.2.0.2:10000,sourceport="$1" 100; }
step() { date -u -s "@$(($(date +%s) + $1))" >/dev/null; }
ends() { [ "$(stat flows-active)" = 0 ]; }

port=4000
declare -A at
for change in 0 86400 -86400 -100000000 200000000 3 -3 0; do
	step "$change"
	port=$((port + 1))
	at[$port]=$(date +%s.%N)
	send $port
	is "after a step of $change s there is a flow" 1 "$(stat flows-active)"
	pass 1
	ok "and it ends when it is due" wait_for 2 ends
done
# In the middle of a flow's life, too
tfctl set inactive-flow-timeout=15s
begun=$(up)
send 4100
step -7200
pass 10
is "a flow goes on over a step" 1 "$(stat flows-active)"
lasted=$(up)
send 4100
lasted=$(awk "BEGIN { print $lasted - $begun }")
pass 14
is "and is still there" 1 "$(stat flows-active)"
pass 1
ok "until it is due" wait_for 2 ends
flush

# The longest: a flow with six days of silence
tfctl set enabled=yes inactive-flow-timeout=7d active-flow-timeout=7d
long=$(date +%s.%N)
days=$(up)
send 4200
asleep $((6 * 86400))
is "after six days of silence it is still there" "1" "$(stat flows-active)"
days=$(awk "BEGIN { print $(up) - $days }")
send 4200
asleep $((86400 - 100))
is "it has not lived for a week yet" "1" "$(stat flows-active)"
pass 300
ok "after a week it ends" ends
flush
stop_collectors

began() { # PORT SOURCE-PORT: seconds away from when it was sent
	nfdump -q -N -R "$work/$1" -o 'fmt:%tsr' "src port $2" 2>/dev/null |
		awk -v at="$3" 'NF { d = $1 - at; print (d < -1.1 || d > 1.1) ? d : "right" }'
}
# Within the half second that socat takes.
lasted() { # PORT SOURCE-PORT SECONDS: packets, seconds away from that
	nfdump -q -N -R "$work/$1" -o 'fmt:%pkt %td' "src port $2" 2>/dev/null |
		awk -v is="$3" 'NF { d = $2 - is; print $1, (d < -0.6 || d > 0.6) ? d : "right" }'
}
for collector in 9991 9992 9993; do
	is "port $collector: each has the time of its day" \
		"right right right right right right right right" \
		"$(for port in {4001..4008}; do
			began $collector $port "${at[$port]}"
		done | xargs)"
	is "port $collector: the one in the middle is one, and as long as it was" "2 right" \
		"$(lasted $collector 4100 "$lasted")"
	is "port $collector: the long one's begin, packets and days" "right 2 right" \
		"$(began $collector 4200 "$long") $(lasted $collector 4200 "$days")"
done
rmmod traffic_flow
finish
