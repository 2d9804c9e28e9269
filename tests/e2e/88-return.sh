#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Collectors that come late, and sequence numbers: what was lost on the way is a
# gap as wide as the count of lost records, and there is no other one.
. "$(dirname "$0")/lib.sh"

field() { # TARGET KEY
	tfctl stats --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["targets"][int(sys.argv[1])][sys.argv[2]])' "$@"
}
reaches() { [ "$(field "$1" "$2")" -ge "$3" ]; }

topology
deaf
collector ip addr add 10.8.0.2/32 dev lo
ip route add 10.8.0.0/24 via 10.9.0.2
load
start_capture 9992-9994
for version in 5 9 IPFIX; do
	port=$((${port:-9991} + 1))
	tfctl target add dst-address=10.8.0.2 port=$port version=$version \
		v9-template-refresh=5
done
start_collector 9995
tfctl target add dst-address=10.9.0.2 port=9995 version=9
# Nobody listens yet on 9996, and its host says so.
tfctl target add dst-address=10.9.0.2 port=9996 version=9
# Anything that answers is deaf here.
collector nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 9992-9994 drop; }; }'

tfctl set enabled=yes inactive-flow-timeout=1s
datagrams client 10.2.0.2 10000 200
ok "at first all is well" wait_for 20 reaches 0 records 200
ok "the one where nobody listens is down" wait_for 20 test "$(field 4 state)" = down

# The route to three of them goes away for long enough to lose records.
ip route replace unreachable 10.8.0.0/24
datagrams client 10.2.0.2 20000 300
ok "then records are lost" wait_for 40 reaches 0 lost 1
wait_for 40 reaches 1 lost 1
wait_for 40 reaches 2 lost 1
ip route replace 10.8.0.0/24 via 10.9.0.2
start_collector 9996
is_up() { [ "$(field "$1" state)" = up ]; }
for target in 0 1 2; do
	ok "target $target comes back by itself" wait_for 40 is_up $target
done
# It is up when there has been no refusal of what was sent for a while.
# Whether it refuses is known once a flow has been sent, which has to end for that.
is_heard() {
	local before
	before=$(field 4 records)
	client ping -q -c 1 10.2.0.2
	wait_for 5 reaches 4 records $((before + 1))
	is_up 4
}
ok "and so does the one where somebody listens now" wait_for 40 is_heard
before=$(field 4 records)
datagrams client 10.2.0.2 30000 200
wait_for 20 reaches 4 records $((before + 200))
flush
stop_capture
stop_collectors
is "who came late has all that was sent since, templates first" "200 20000" \
	"$(sum 9996 'dst port > 29999')"
is "the one that was well all the time has everything" "700 70000" \
	"$(sum 9995 'dst port > 9999')"
is "and has lost nothing" "0 0 0 0" "$(field 3 lost) $(field 3 errors) $(sequence_errors 9995)"
is "at most two lines in the log for each" "yes" \
	"$(dmesg | sed -n 's/.*traffic_flow: target \([0-9]*\) .* is .*/\1/p' | sort | uniq -c |
	awk '$1 > 2 { bad = 1 } END { print bad ? "no" : "yes" }')"

# Records sent and missing, as the sequence numbers on the wire tell: those of
# version 5 and IPFIX count records, those of version 9 datagrams. Some waited, ten
# seconds at most.
told() { # PORT
	wire "$1" 15 | python3 -c '
import re, sys
text = sys.stdin.read()
records = int(re.search(r"(\d+) records", text)[1])
gaps = [int(a) - int(b) for a, b in
        re.findall(r"sequence (\d+), expected (\d+)", text)]
others = [line for line in text.splitlines()[1:] if line and "sequence" not in line]
print(records, sum(gaps), min(gaps) > 0, *others)'
}
is "version 5: what is missing is what was lost" \
	"$(field 0 records) $(field 0 lost) True" "$(told 9992)"
is "IPFIX: what is missing is what was lost" \
	"$(field 2 records) $(field 2 lost) True" "$(told 9994)"
is "version 9: all that was sent is there, and a gap where some was lost" \
	"$(field 1 records) True" "$(told 9993 | cut -d' ' -f1,3-)"
finish
