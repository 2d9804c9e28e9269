#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug race
# long: debug
# leaks: yes
# cpus: 4
# memory: 2G
# Everything changes at once, at random, under traffic: nothing breaks, and the
# books agree in the end. Then the module is unloaded in the midst of it.
# `make soak` is this test for as long as one wants.
. "$(dirname "$0")/lib.sh"

# A processor that is made by a program takes far longer for the same, and what waits
# for all of four such, as most changes do, longer still.
case ${flavour:-} in
race) seconds=${1:-240} slower=150 rate=3 ;;
debug) seconds=${1:-30} slower=10 rate=10 ;;
*) seconds=${1:-20} slower=1 rate=20 ;;
esac
seed=${2:-$RANDOM}
echo "# seed $seed, $seconds s"
# What should not have failed but did; what was done becomes a remark.
churn() { # SECONDS [MODULE]
	python3 -B "$(dirname "$0")/churn.py" "$TFCTL" "$1" "$seed" $slower "${@:2}" 2>"$work/acted"
}
remark() { sed 's/^/# /' "$work/acted"; }
of_target() { # NUMBER KEY
	tfctl stats --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["targets"][int(sys.argv[1])][sys.argv[2]])' "$@"
}

topology
deaf
nft 'table inet nat { chain post {
	type nat hook postrouting priority srcnat; oifname r2 masquerade; }; }'
load
start_collector 9991
start_collector 9992
tfctl target add dst-address=10.9.0.2 port=9991 version=9 options=none
tfctl target add dst-address=10.9.0.2 port=9992 version=IPFIX options=none
tfctl set enabled=yes
# Packets that come also while nothing changes.
client ping -q -i 0.01 10.2.0.2 >/dev/null &
forwarded=$!
client ping -q -i 0.01 fd02::2 >/dev/null &
forwarded="$forwarded $!"
is "nothing fails that should not" "" "$(churn "$seconds")"
remark
flush
for target in 0 1; do
	is "target $target has lost nothing" "0" "$(of_target $target lost)"
done
wait_for 60 has_read 9991
wait_for 60 has_read 9992
seen="$(stat packets) $(stat bytes)"
ok "there was a lot to see" test "${seen% *}" -gt $((seconds * rate))
is "disabled, it sees and holds nothing" "0 $seen" \
	"$(stat flows-active) $(stat packets) $(stat bytes)"
is "every flow that has begun has ended" "$(stat flows-created)" "$(stat flows-exported)"
all=$(($(stat flows-exported) + $(stat nat-events)))
is "each target has sent every flow, and every event of translation" "$all $all" \
	"$(of_target 0 records) $(of_target 1 records)"
stop_collectors
for port in 9991 9992; do
	is "port $port: what was seen has arrived, to the octet" "$seen" "$(sum $port)"
done

# Unloaded and loaded again and again, whatever the others do meanwhile.
is "nothing fails that should not while the module comes and goes" "" \
	"$(churn $((seconds / 2)) "$MODULE")"
remark
# shellcheck disable=SC2086
{ kill $forwarded; wait $forwarded; }
ok "unloaded" rmmod traffic_flow
# Loaded anew it counts as if nothing had been.
ok "and loaded" load
start_collector 9993
tfctl target add dst-address=10.9.0.2 port=9993 version=5
tfctl set enabled=yes interfaces=r1
datagrams client 10.2.0.2 20000 100
flush
stop_collectors
is "loaded anew, all is counted and exported" "100 10000" "$(sum 9993 'proto udp and dst port > 19999')"
ok "nothing holds it in the end" rmmod traffic_flow
finish
