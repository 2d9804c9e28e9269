#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# cpus: 1
# Collectors that are dead, out of reach, or away for a while: the others get
# everything, and what is lost is counted.
. "$(dirname "$0")/lib.sh"

field() { # TARGET KEY
	tfctl stats --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["targets"][int(sys.argv[1])][sys.argv[2]])' "$@"
}

burst() { # COUNT: so many flows of one packet, from the client to the server
	client python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[1])):
    s.sendto(b"x" * 72, ("10.2.0.2", 10000 + i))
' "$1"
}

log_lines() { dmesg | grep -c "traffic_flow: target $1 .* is "; }

topology
nftdrop() {
	server nft 'table inet deaf { chain in {
		type filter hook input priority 0; udp dport 10000-65535 drop; }; }'
}
nftdrop
load
start_collector 9991
start_collector 9992
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl target add dst-address=10.9.0.2 port=9992 version=5
tfctl target add dst-address=10.9.0.2 port=9993 version=9
ip route add unreachable 10.8.0.0/24
tfctl target add dst-address=10.8.0.2 port=9994 version=IPFIX
tfctl set enabled=yes cache-entries=8k inactive-flow-timeout=1s

burst 2000
gone() { [ "$(field 3 lost)" -ge 2000 ]; }
ok "what the unreachable target could not get is lost, after a while" \
	wait_for 60 gone
ok "the dead one says why" test "$(field 2 last-error)" = "Connection refused"
ok "and has lost records" test "$(field 2 lost)" -ge 1
is "each is down" "down down" "$(field 2 state) $(field 3 state)"
is "the others are up, and have lost nothing" "up 0 0 up 0 0" \
	"$(field 0 state) $(field 0 lost) $(field 0 errors) $(field 1 state) $(field 1 lost) $(field 1 errors)"
is "one line in the log for each that went down" "1 1 0 0" \
	"$(log_lines 3) $(log_lines 4) $(log_lines 1) $(log_lines 2)"

# The route comes, and with it the collector.
ip route del unreachable 10.8.0.0/24
collector ip addr add 10.8.0.2/32 dev lo
ip route add 10.8.0.0/24 via 10.9.0.2
mkdir -p "$work/9994"
ip netns exec collector nfcapd -b 10.8.0.2 -p 9994 -w "$work/9994" -t 86000 \
	-C none >"$work/9994.log" 2>&1 &
collector_9994=$!
collectors="$collectors 9994"
wait_for 10 listens collector 9994
before=$(field 3 records)
burst 100
back() { [ "$(field 3 records)" -ge $((before + 100)) ]; }
ok "a target that can be reached again gets flows, by itself" wait_for 30 back
is "and says so in the log, once" "2" "$(log_lines 4)"

# An interface goes down and up.
collector ip link set k0 down
burst 50
collector ip link set k0 up
collector ip route replace default via 10.9.0.1
know collector k0 r9 10.9.0.1 10.9.0.2
before=$(field 0 records)
burst 100
again() { [ "$(field 0 records)" -ge $((before + 100)) ]; }
ok "so it is after the interface was down" wait_for 30 again

flush
stop_collectors
is "all flows of the first burst came, by version 9 and by version 5" \
	"1900 190000 1900 190000" \
	"$(sum 9991 'dst host 10.2.0.2 and dst port > 10099') $(sum 9992 'dst host 10.2.0.2 and dst port > 10099')"
finish
