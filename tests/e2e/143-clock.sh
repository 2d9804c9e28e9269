#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# cpus: 1
# boot: cgroup_disable=memory
# Somebody sets the host's clock, back and forth: flows end when they are due, and
# their times are those of the clock as it is when they are exported. The shortest
# and the longest timeouts.
. "$(dirname "$0")/lib.sh"

long_idle
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
tfctl set enabled=yes inactive-flow-timeout=5s active-flow-timeout=7d

# Collectors that have nothing to do for days do not look each second, either.
asleep() { # SECONDS
	# shellcheck disable=SC2154
	kill -STOP "$collector_9991" "$collector_9992" "$collector_9993"
	sleep "$1"
	kill -CONT "$collector_9991" "$collector_9992" "$collector_9993"
}
# A datagram from a source port. Between two moments of boot time, which are noted,
# it has been sent and seen.
send() { # SOURCE-PORT
	client python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[1])))
before = time.clock_gettime(time.CLOCK_BOOTTIME)
s.sendto(b"x" * 72, ("10.2.0.2", 10000))
print(before, time.clock_gettime(time.CLOCK_BOOTTIME))' "$1" >>"$work/sent.$1"
}
# When the host was booted, by the clock as it is when a port's flow has ended.
note_clock() { # SOURCE-PORT
	python3 -c '
import time
before = time.clock_gettime(time.CLOCK_BOOTTIME)
wall = time.clock_gettime(time.CLOCK_REALTIME)
print(wall - (before + time.clock_gettime(time.CLOCK_BOOTTIME)) / 2)' >"$work/booted.$1"
}
# By so many seconds and nothing else: what is less than a second moves no flow.
step() {
	python3 -c '
import sys, time
time.clock_settime(time.CLOCK_REALTIME,
                   time.clock_gettime(time.CLOCK_REALTIME) + int(sys.argv[1]))' "$1"
}
ends() { [ "$(stat flows-active)" = 0 ]; }

port=4000
for change in 0 86400 -86400 -100000000 200000000 3 -3 0; do
	step "$change"
	port=$((port + 1))
	send $port
	is "after a step of $change s there is a flow" 1 "$(stat flows-active)"
	pass 4
	ok "and it ends when it is due" wait_for 4 ends
	note_clock $port
done
# The shortest
tfctl set inactive-flow-timeout=1s active-flow-timeout=1s
created=$(stat flows-created)
send 4009
ok "after a second one ends" wait_for 4 ends
is "there was one" $((created + 1)) "$(stat flows-created)"
note_clock 4009
tfctl set active-flow-timeout=7d
# In the middle of a flow's life, too
tfctl set inactive-flow-timeout=15s
send 4100
step -7200
pass 10
is "a flow goes on over a step" 1 "$(stat flows-active)"
send 4100
# To ask takes a busy machine some of the time, too.
pass 11
is "and is still there" 1 "$(stat flows-active)"
pass 3
ok "until it is due" wait_for 4 ends
note_clock 4100
flush

# The longest: a flow with six days of silence
tfctl set enabled=yes inactive-flow-timeout=7d active-flow-timeout=7d
send 4200
asleep $((6 * 86400))
is "after six days of silence it is still there" "1" "$(stat flows-active)"
send 4200
asleep $((86400 - 100))
is "it has not lived for a week yet" "1" "$(stat flows-active)"
pass 300
ok "after a week it ends" ends
note_clock 4200
flush
stop_collectors

# The packets of a port's flow, whether it begins when the first was sent, and is as
# long as it was from the first to the last; or what is wrong.
told() { # PORT SOURCE-PORT
	nfdump -q -N -R "$work/$1" -o 'fmt:%pkt %tsr %td' "src port $2" 2>/dev/null | python3 -c '
import sys
port, sent, booted = sys.argv[1:]
sent = [tuple(map(float, line.split())) for line in open(sent)]
(before, after), (before_last, after_last) = sent[0], sent[-1]
booted = float(open(booted).read())
# Packets are seen by jiffies of a hundredth of a second, and told in milliseconds.
# What is exported of the clock is cut to seconds in version 9.
jiffy, cut = 0.0115, 1 if port == "9992" else 0
for line in sys.stdin:
    packets, begun, lasted = map(float, line.split())
    early, late = begun - booted - before, begun - booted - after
    short, long = lasted - (before_last - after), lasted - (after_last - before)
    print(int(packets), "right" if -jiffy - cut <= early and late <= jiffy else (early, late),
          "right" if -jiffy <= short and long <= jiffy else (short, long))
' "$1" "$work/sent.$2" "$work/booted.$2"
}
for collector in 9991 9992 9993; do
	for port in {4001..4009}; do
		is "port $collector: flow $port has the time of its day" \
			"1 right right" "$(told $collector $port)"
	done
	is "port $collector: the one in the middle is one, and as long as it was" \
		"2 right right" "$(told $collector 4100)"
	is "port $collector: the long one's begin, packets and days" "2 right right" \
		"$(told $collector 4200)"
done
rmmod traffic_flow
finish
