#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast race
# cpus: 4
# Every setting changes while four CPUs have packets to count, and none is lost.
. "$(dirname "$0")/lib.sh"

# A processor that is made by a program has less time for all.
turns=3 pause=0.002
[ "$flavour" != race ] || turns=1 pause=0.1

# Datagrams of changing sizes to many ports, from each CPU, until it is enough.
senders=()
start_load() {
	local cpu
	rm -f "$work/enough"
	for cpu in 0 1 2 3; do
		ip netns exec client taskset -c $cpu python3 -c '
import itertools, os, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in itertools.count():
    s.sendto(b"x" * (i % 1000), ("10.2.0.2", 10000 + i % 3000))
    if i % 20 == 0:
        if os.path.exists(sys.argv[1]):
            print(i + 1)
            break
        time.sleep(float(sys.argv[2]))
' "$work/enough" $pause >"$work/sent.$cpu" &
		senders+=($!)
	done
}
stop_load() {
	touch "$work/enough"
	wait "${senders[@]}"
	senders=()
	sent=$(cat "$work"/sent.* | awk '{ n += $1 } END { print n }')
}

# What is done meanwhile; r1 is always one of the interfaces metered.
changes() {
	grep -v '^#' <<'CHANGES'
set cache-entries=2k
set interfaces=r1
set interfaces=all
set interfaces=r1,absent0
set interfaces=r*
set interfaces=WAN
interface list member add list=WAN interface=r2
interface list member remove [find interface=r2]
interface list add name=r1
interface list member add list=r1 interface=c0
interface list remove r1
set interfaces=all
set cache-entries=64k active-flow-timeout=1m
set inactive-flow-timeout=2s
set inactive-flow-timeout=15s active-flow-timeout=30m
set timestamps=uptime
set timestamps=absolute
set meter-exports=yes
set meter-exports=no
set sampling-interval=7
set sampling-space=9
set sampling-interval=0 sampling-space=0
ipfix set ttl=no nat-src-address=no nat-src-port=no nat-dst-address=no nat-dst-port=no
ipfix set ttl=yes
ipfix set nat-src-address=yes nat-src-port=yes nat-dst-address=yes nat-dst-port=yes
ipfix set src-mac-address=no dst-mac-address=no src-address-mask=no gateway=no
ipfix set src-mac-address=yes dst-mac-address=yes src-address-mask=yes gateway=yes
target add dst-address=10.9.0.2 port=9992 version=5
target set 1 version=1
target set 1 version=IPFIX v9-template-refresh=2 v9-template-timeout=1s
target disable 1
target enable 1
target set 0 version=9 options=none
target set 0 version=5
target set 0 version=IPFIX options=sampling
target set 0 v9-template-refresh=5 src-address=10.9.0.1
target set 0 mtu=576 domain-id=7
target set 0 mtu=auto src-address=0.0.0.0 domain-id=0
target disable 1
target remove 1
set cache-entries=1k
set cache-entries=16k
CHANGES
}

change_all() {
	local line
	while read -r line; do
		# shellcheck disable=SC2086
		set -f
		"$TFCTL" $line >>"$work/changes" 2>&1 || echo "$line" >>"$work/changes"
		set +f
	done < <(changes)
}

topology
deaf
offload off
collector nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 9992 drop; }; }'
load
start_collector 9991
tfctl interface list add name=WAN
tfctl interface list member add list=WAN interface=r1
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set enabled=yes cache-entries=16k
is "there are four CPUs" 4 "$(nproc)"

wait_for 10 quiet
r1=$(counted r1 rx)
start_load
for ((turn = 0; turn < turns; turn++)); do
	change_all
done
stop_load
up=$(differ "$r1" "$(counted r1 rx)")
flush
stop_collector 9991
is "every change was made" "" "$(cat "$work/changes")"
is "what was sent is what the interface has counted" "$sent" "${up% *}"
is "and what was exported, to the octet" "$up" \
	"$(sum 9991 'src host 10.1.0.2 or host 0.0.0.0')"
is "the target has lost nothing" "0 0" \
	"$(tfctl stats --json | python3 -c '
import json, sys
target = json.load(sys.stdin)["targets"][0]
print(target["errors"], target["lost"])')"
ok "which was a load ($sent packets)" test "$sent" -ge 5000

# Sampling goes on and off: what was taken is exported, and no more.
start_collector 9993
# Not told, the collector does not scale what it shows.
tfctl target set 0 port=9993 options=none
before=$(stat packets)
tfctl set enabled=yes interfaces=r1
start_load
for ((turn = 0; turn < turns; turn++)); do
	tfctl set packet-sampling=yes sampling-interval=10 sampling-space=90
	tfctl set sampling-space=10
	tfctl set sampling-interval=1
	tfctl set packet-sampling=no
done
stop_load
flush
stop_collector 9993
taken=$(($(stat packets) - before))
is "sampling under load: what was taken was exported" "$taken" \
	"$(sum 9993 | cut -d' ' -f1)"
ok "some was taken ($taken of $sent), and some was not" \
	test "$taken" -gt 0 -a "$taken" -lt "$sent"
rmmod traffic_flow
finish
