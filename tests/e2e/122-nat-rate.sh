#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# cpus: 2
# memory: 2G
# NAT events of as many translated connections a second as this machine can make, 20000
# at most (docs/fields.md speaks of 10000): they begin and end, and the collector gets
# both events of each. Then more live at once than are kept in mind: both events of each
# that there was no room for are counted as lost, and what the collector did not take as
# the target's.
. "$(dirname "$0")/lib.sh"

most=1048576
rate=20000
seconds=8
many=1100000
# KASAN would need half an hour.
[ "$flavour" = fast ] || seconds=2 many=50000
kept=$((many < most ? many : most))

held() { [ "$(stat nat-connections)" = "$1" ]; }
told() { [ "$(stat nat-events)" = "$1" ]; }
# Records that the target has sent or lost
target() { tfctl stats --json | jq '.targets[0] | .'"$1"; }

# A datagram for each of so many connections, a multiple of 10000: from 1000 ports,
# to a number of ports that has no factor in common with that
connections() { # COUNT [RATE]
	local line
	for line in rem_device_all "add_device c0"; do
		client sh -c "echo $line >/proc/net/pktgen/kpktgend_0"
	done
	for line in "count $1" "pkt_size 100" "dst 10.2.0.2" "src_min 10.1.0.2" \
		"src_max 10.1.0.2" "dst_mac $(mac r1)" "udp_src_min 2000" "udp_src_max 3000" \
		"udp_dst_min 10000" "udp_dst_max $((10001 + $1 / 1000))" "delay 0" ${2:+"ratep $2"}; do
		client sh -c "echo $line >/proc/net/pktgen/c0"
	done
	client sh -c 'echo start >/proc/net/pktgen/pgctrl'
}

insmod "$KERNEL/net/core/pktgen.ko"
topology
deaf
sysctl -qw net.netfilter.nf_conntrack_max=4000000 net.netfilter.nf_conntrack_buckets=1048576 \
	net.netfilter.nf_conntrack_udp_timeout=1
nft 'table ip nat { chain post {
	type nat hook postrouting priority srcnat; ip daddr 10.2.0.2 masquerade; }; }'
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
# Events do not depend on whose flows are metered.
tfctl set interfaces=lo enabled=yes
tfctl ipfix set nat-events=yes

count=$((seconds * rate))
start=$(date +%s%N)
connections $count $rate
reached=$((count * 1000 / (($(date +%s%N) - start) / 1000000)))
echo "# $reached connections a second"
ok "each connection has begun and ended" wait_for 20 told $((2 * count))
is "no event was lost, nor any on its way" "0 0" \
	"$(stat nat-events-lost) $(target lost)"
flush
stop_collector 9991
is "the collector has them all" $((2 * count)) \
	"$(nfdump -q -N -R "$work/9991" -o 'fmt:%sp' 'port > 9999' 2>/dev/null | wc -l)"

sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600
# Nobody takes them any more.
base=$(($(target records) + $(target lost)))
tfctl set enabled=yes
connections $many
ok "all began, or as many as are kept in mind" wait_for 20 told $((2 * count + kept))
ok "as many as may be are" held $kept
is "both events of each of the others are counted as lost" \
	$((2 * (many - kept))) "$(stat nat-events-lost)"
conntrack -F >/dev/null 2>&1
ok "those that were kept end, the longest list in 16 looks" wait_for 40 held 0
is "each of them is told of, twice" $((2 * count + 2 * kept)) "$(stat nat-events)"
tfctl set enabled=no
is "none has been forgotten: the target has sent it, or lost it" \
	$((2 * kept)) $(($(target records) + $(target lost) - base))
is "nor were more lost" $((2 * (many - kept))) "$(stat nat-events-lost)"
finish
