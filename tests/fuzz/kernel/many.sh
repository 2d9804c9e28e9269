#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Millions of hostile packets: each is counted, none is changed, the books agree.
. "$(dirname "$0")/../../e2e/lib.sh"
. "$(dirname "$0")/lib.sh"

wanted=$1
packets=20000
topology
collector nft 'table inet deaf { chain in { type filter hook input priority 0; drop; }; }'
load
fuzz_devices
for version in 1 5 9 IPFIX; do
	tfctl target add dst-address=10.9.0.2 port=9991 version=$version
done
ok "all fields are wanted" "$(dirname "$0")/../../e2e/hostile.py" fields
tfctl set enabled=yes interfaces=fz0,fz1 cache-entries=8k

# The first thing that is not as it should be
wrong=""
round() { # SEED KIND
	local before seen
	before=$(stat packets)
	fuzz "$1" $packets "$2" >"$work/round" || wrong="seed $1, $2: not sent"
	seen=$(($(stat packets) - before))
	all=$((all + sent))
	case $2 in
	whole) [ $seen = "$sent" ] || wrong="seed $1, $2: $sent sent, $seen counted" ;;
	super) [ $seen -ge "$sent" ] || wrong="seed $1, $2: $sent sent, $seen counted" ;;
	received) [ $seen -gt 0 ] || wrong="seed $1, $2: nothing is counted" ;;
	esac
	[ "$changed" = 0 ] || wrong="seed $1, $2: $changed changed"
}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
all=0
echo "# from seed $seed"
until_there_are() { # PACKETS KIND...
	local kind
	while [ $all -lt "$1" ] && [ -z "$wrong" ]; do
		for kind in "${@:2}"; do
			round $seed "$kind"
		done
		seed=$((seed + 1))
	done
}
until_there_are $((wanted * 2 / 3)) whole super
is "what is sent as it is is counted, and never changed" "" "$wrong"
# From now on others change packets, and keep some.
fuzz_routers
until_there_are "$wanted" received
is "what is received is taken" "" "$wrong"
ok "$all packets, the last with seed $((seed - 1))" test $all -ge "$wanted"
flush
is "every flow that has begun has ended" "$(stat flows-created)" "$(stat flows-exported)"
# Packets without a flow of their own have records, too.
had_all() {
	tfctl stats --json | python3 -c '
import json, sys
all = json.load(sys.stdin)
had = {t["records"] + t["lost"] for t in all["targets"][2:]}
sys.exit(len(had) != 1 or had.pop() < all["flows-exported"] + all["nat-events"])'
}
ok "version 9 and IPFIX have had all, or count what they have not" had_all
ok "unloaded" rmmod tf_fuzz traffic_flow
finish
