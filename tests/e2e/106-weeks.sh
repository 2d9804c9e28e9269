#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# long: debug
# cpus: 1
# seconds: 3000
# boot: cgroup_disable=memory
# Fifty days in virtual time, enabled all the while: the worker, the timers of
# templates and the wheel of flows live through the wrap of a 32-bit uptime.
. "$(dirname "$0")/lib.sh"

days=50
long_idle
topology
# Flows of nobody else: no neighbours are asked for in IPv6.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1
client sysctl -qw net.ipv6.conf.all.disable_ipv6=1
deaf
load
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version v9-template-timeout=1d \
		v9-template-refresh=1000000
done
start_capture 9991-9994
tfctl set enabled=yes interfaces=r1 inactive-flow-timeout=1m timestamps=uptime
# One flow a day; collectors that have nothing to do do not look each second, either.
for ((day = 1; day <= days; day++)); do
	datagrams client 10.2.0.2 $((20000 + day)) 1
	pids=$(for port in 9991 9992 9993 9994; do eval "echo \$collector_$port"; done)
	# shellcheck disable=SC2086
	kill -STOP $pids
	pass 86400
	# shellcheck disable=SC2086
	kill -CONT $pids
done
ok "fifty days are past" test "$(cut -d. -f1 /proc/uptime)" -gt 4294967
is "each flow has ended in its time" "0 $days $days" \
	"$(stat flows-active) $(stat flows-created) $(stat flows-exported)"
flush
stop_capture
stop_collectors
is "no target has had an error, or lost anything" "[(0, 0)]" "$(tfctl stats --json | python3 -c '
import json, sys
print(sorted({(t["errors"], t["lost"]) for t in json.load(sys.stdin)["targets"]}))')"
for port in 9991 9992 9993 9994; do
	is "port $port: every day's flow" "$(seq 20001 $((20000 + days)))" \
		"$(nfdump -q -N -R "$work/$port" -o 'fmt:%dp' 2>/dev/null | tr -d ' ' | sort -n)"
done
for port in 9993 9994; do
	templates=$(tshark -r "$work/exports.pcap" -d udp.port==$port,cflow \
		-Y "udp.port == $port && cflow.template_id" 2>/dev/null | wc -l)
	ok "port $port: templates each day ($templates)" test "$templates" -ge $days
done
for port in 9991 9992 9993 9994; do
	is "port $port: first, last and the header are in order in every datagram" 1 \
		"$(wire $port | grep -v 'uptime went' | grep -c .)"
done
finish
