#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug fast
# leaks: yes
# Hostile packets (tests/fuzz/kernel) through the hooks of all three chains,
# with all that a flow can be asked for: every packet is counted, none is
# changed, and all of them are in what is exported. Then received, with connection
# tracking and translation.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../fuzz/kernel/lib.sh"

packets=15000
topology
load
fuzz_devices
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
ok "all fields are wanted" "$(dirname "$0")/hostile.py" fields
tfctl set enabled=yes interfaces=fz0,fz1 cache-entries=8k

seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
before=$(stat packets)
ok "hostile packets are sent" fuzz "$seed" $packets whole
fuzz "$seed" $packets whole
is "each of them is counted, twice" $((before + 2 * sent)) "$(stat packets)"
is "none of them is changed" 0 "$changed"

before=$(stat packets)
ok "super-packets are sent" fuzz "$((seed + 1))" $packets super
at_least() { [ "$(stat packets)" -ge $((before + sent)) ]; }
ok "as many are counted at least" at_least
is "none of them is changed" 0 "$changed"

fuzz_routers
before=$(stat packets)
out=$(cat /sys/class/net/fz1/statistics/tx_packets)
ok "hostile packets are received" fuzz "$((seed + 2))" $packets received
out=$(($(cat /sys/class/net/fz1/statistics/tx_packets) - out))
seen=$(($(stat packets) - before))
ok "the router has forwarded some ($out of $sent)" test "$out" -gt $((packets / 10))
ok "and counted them, and those that it has dropped behind us ($seen)" test "$seen" -ge "$out"
translated() { [ "$(stat nat-events)" -gt 100 ]; }
ok "connections were translated, and told of" wait_for 5 translated

overlaps=$(nstat -asz IpExtReasmOverlaps | awk '/Overlaps/ { print $2 }')
ok "pieces of datagrams lay over one another ($overlaps)" test "$overlaps" -gt 0

flush
all="$(stat packets) $(stat bytes)"
stop_collectors
echo "# $(tfctl stats | tr -s ' \n' ' ')"
is "all packets and octets are in version 9's records" "$all" "$(sum 9993)"
is "and in IPFIX's" "$all" "$(sum 9994)"
is "nothing was lost on the way" 0 \
	"$(tfctl stats --json | grep -cE '"lost": *[1-9]')"
finish
