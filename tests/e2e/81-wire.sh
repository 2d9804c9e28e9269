#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Many datagrams of every format, octet by octet: header clocks, counts,
# lengths, padding, sequence numbers, and templates when they are due. Read by
# wire.py and by tshark, and both find what nfdump found.
. "$(dirname "$0")/lib.sh"

topology
deaf
load
start_capture 9991-9996
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version \
		v9-template-refresh=5
done
# And with records of options in between, which not all nfdumps number right.
for version in 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version \
		v9-template-refresh=5 options=interfaces,statistics
done
tfctl set enabled=yes inactive-flow-timeout=1s
mixed_traffic
datagrams client 10.2.0.2 10000 400
datagrams client fd02::2 10000 300
none() { [ "$(stat flows-active)" = 0 ]; }
ok "all flows end" wait_for 20 none
datagrams client 10.2.0.2 20000 100
datagrams client fd02::2 20000 100
flush
stop_capture
stop_collectors

decoded -T fields -e udp.dstport -e cflow.flowset_id -e cflow.packets -e cflow.octets \
	-e cflow.unix_nsecs -e cflow.sysuptime -e cflow.timestart -e cflow.timeend \
	-e _ws.expert.message >"$work/decoded"

summary() { # PORT: records, packets, octets as wire.py found them
	wire "$1" | sed -n '1s/.*, \(.*\) records.*, \(.*\) packets, \(.*\) octets/\1 \2 \3/p'
}
nfdump_has() { # PORT
	flows "$1" | awk '{ p += $(NF - 1); b += $NF } END { print NR, p, b }'
}
tshark_has() { # PORT
	awk -F '\t' -v port="$1" '
		$1 == port {
			records += split($3, packets, ",")
			split($4, octets, ",")
			for (i in packets) { p += packets[i]; b += octets[i] }
		}
		END { print records, p, b }' "$work/decoded"
}
for port in 9991 9992 9993 9994; do
	found=$(nfdump_has $port)
	is "port $port: nothing is wrong with any datagram" "1" \
		"$(wire $port | sed '/^$/d' | wc -l)"
	is "port $port: wire.py and nfdump find the same records, packets, octets" \
		"$found" "$(summary $port)"
	is "port $port: and so does tshark" "$found" "$(tshark_has $port)"
	is "port $port: nfcapd misses no sequence number" "0 0" "$(sequence_errors $port)"
done
for port in 9995 9996; do
	is "port $port: nothing is wrong with options, and the flows are the same" \
		"1 $(summary $((port - 2)))" \
		"$(wire $port | sed '/^$/d' | wc -l) $(summary $port)"
	is "port $port: and there were some" "yes" \
		"$(awk -F '\t' -v port=$port '$1 == port && $2 ~ /(^|,)(1|3)(,|$)/ { n = "yes" }
			END { print n }' "$work/decoded")"
done
is "tshark misses neither a sequence number nor a template" "" \
	"$(cut -f9 "$work/decoded" | sort -u | sed '/^$/d')"
is "there were some" "yes" \
	"$([ "$(grep -c ^9992 "$work/decoded")" -ge 15 ] && echo yes)"

# T for a datagram with templates, d for one with data
order() { # PORT
	awk -F '\t' -v port="$1" '
		$1 == port { printf "%s", $2 == 0 || $2 == 2 ? "T" : "d" }' "$work/decoded"
}
for port in 9993 9994; do
	is "port $port: templates first, and after every 5 datagrams" "yes" \
		"$(order $port | grep -qxE 'T(dddddT){5,}d{0,5}' && echo yes || order $port)"
done

# Version 5's clock as tshark reads it: residual nanoseconds, uptime, and times
# of flows that have been.
clock() {
	python3 -c '
import sys
most = 0
for line in sys.stdin:
    port, _, _, _, nsecs, uptime, starts, ends, _ = line.split("\t")
    if port != "9992":
        continue
    most = max(most, int(nsecs))
    for start, end in zip(starts.split(","), ends.split(",")):
        assert 0 < float(start) <= float(end) <= float(uptime) < 3600, line
# More than microseconds would be.
assert 10**6 < most < 10**9, most
print("right")' <"$work/decoded"
}
is "version 5: the header's clock and the records' times" "right" "$(clock)"
finish
