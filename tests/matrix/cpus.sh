#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cpus: 3
# CPUs go offline and come back under traffic: none of their flows is lost.
. "$(dirname "$0")/../e2e/lib.sh"

cpu() { echo "$2" >"/sys/devices/system/cpu/cpu$1/online"; }
online() { cat /sys/devices/system/cpu/online; }

# One datagram of 100 octets to each of 200 ports, sent by CPU
from_cpu() { # CPU FIRST-PORT
	taskset -c "$1" python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4000))
for i in range(200):
    s.sendto(b"x" * 72, ("10.2.0.2", int(sys.argv[1]) + i))' "$2"
}

topology
deaf
# One CPU is not there when the cache is made.
cpu 2 0
is "two CPUs" "0-1" "$(online)"
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes
for cpu in 0 1; do
	from_cpu $cpu $((10000 + 1000 * cpu))
done
cpu 2 1
from_cpu 2 12000
is "three CPUs" "0-2" "$(online)"

# The router sends all the time while they go and come, and says how much.
python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4001))
sent = 0
while not os.path.exists(sys.argv[1]):
    s.sendto(b"x" * 72, ("10.2.0.2", 20000 + sent % 20000))
    sent += 1
print(sent)' "$work/enough" >"$work/sent" &
sender=$!
sends() { [ "$(tfctl flow print count-only where src-port=4001)" -gt 0 ]; }
ok "the router sends" wait_for 60 sends
changes=0
for _ in $(seq 20); do
	for change in "1 0" "2 0" "1 1" "2 1"; do
		# shellcheck disable=SC2086
		cpu $change && changes=$((changes + 1))
	done
done
touch "$work/enough"
wait $sender
sent=$(cat "$work/sent")
echo "# $sent sent meanwhile"
is "two CPUs went and came while packets were sent" 80 "$changes"
cpu 1 0
cpu 2 0
is "one CPU is left" "0" "$(online)"
flush
stop_collectors
is "the flows that each CPU had begun, also those that are gone" "600 60000" \
	"$(sum 9991 'src port 4000')"
is "and all that were sent meanwhile" "$sent $((100 * sent))" "$(sum 9991 'src port 4001')"
is "what was seen is what was exported" "$(stat packets)" "$(sum 9991 | cut -d' ' -f1)"

# On this one CPU for a new cache, and then on those that it does not know of
tfctl set enabled=yes
cpu 1 1
cpu 2 1
start_collector 9992
tfctl target set 0 port=9992
for cpu in 0 1 2; do
	from_cpu $cpu 10000
done
flush
stop_collectors
is "CPUs that came later count in the same flows" "600 60000" \
	"$(sum 9992 'src port 4000')"
ok "unload" rmmod traffic_flow
finish
