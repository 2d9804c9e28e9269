#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# cpus: 1
# Every export of a covering set: all versions, IPv4 and IPv6 flows, sampling on
# and off, both kinds of timestamps, and selections of fields in which any two are
# there together, each alone, and neither. What docs/conformance.md lists, as
# tshark, ipfixDump, python3-ipfix and, where those are lenient, wire.py and
# selected.py find it.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
docs=$here/../../docs/fields.md

# Each line: kind of timestamps, sampling, and the fields that are chosen. A
# field's number in binary says in which halves it is, so that any two fields
# differ in one of them.
selections() {
	tfctl ipfix print --json | python3 -c '
import json, sys
known = [name for name in json.load(sys.stdin)
         if name in sys.argv[1].split() and name != "nat-events"]
halves = [set(known)]
for bit in range(6):
    half = {name for i, name in enumerate(known) if i >> bit & 1}
    halves += [half, set(known) - half]
for i, half in enumerate(halves):
    print("absolute" if i % 4 < 2 else "uptime", ("no", "yes")[i % 2], *sorted(half))
' "$(sed -n 's/^| \([a-z0-9-]*\) |.*/\1/p' "$docs" | tr '\n' ' ')"
}

choose() { # FIELD...
	local field words=
	for field in $fields; do
		case " $* " in
		*" $field "*) words="$words $field=yes" ;;
		*) words="$words $field=no" ;;
		esac
	done
	# shellcheck disable=SC2086
	tfctl ipfix set $words
}

# The same packets each time
traffic() {
	client ping -q -c 1 -Q 8 fd02::2 >/dev/null
	client ping -q -c 1 10.2.0.2 >/dev/null
	client python3 -c '
import socket
for family, host, own in ((socket.AF_INET, "10.2.0.2", ""), (socket.AF_INET6, "fd02::2", "")):
    for port in (4000, 4001):
        s = socket.socket(family, socket.SOCK_DGRAM)
        s.bind((own, port))
        for i in range(port - 3999):
            s.sendto(b"x" * (port - 3900), (host, 10000))'
}

topology
deaf
client sysctl -qw net.ipv6.auto_flowlabels=0
load
start_capture 9991-9995
port=9990
for version in 1 5 9 IPFIX; do
	port=$((port + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
# Over IPv6, with all there is to tell
start_collector 9995 6
tfctl target add dst-address=fd09::2 port=9995 version=IPFIX \
	options=sampling,interfaces,statistics domain-id=7
tfctl set interfaces=r1 sampling-interval=100000 sampling-space=1
selections >"$work/selections"
fields=$(head -n 1 "$work/selections" | cut -d ' ' -f 3-)
while read -r timestamps sampling chosen; do
	# shellcheck disable=SC2086
	choose $chosen
	tfctl set timestamps="$timestamps" packet-sampling="$sampling" enabled=yes
	traffic
	flush
done <"$work/selections"
stop_capture
stop_collectors
count=$(wc -l <"$work/selections")
is "there are 13 selections" 13 "$count"

for port in {9991..9995}; do
	is "port $port: nothing is wrong with any datagram" "1" \
		"$(wire $port | sed '/^$/d' | wc -l)"
done
# 16 flows: of each family two of UDP, and ICMP both ways
for port in 9991:4 9992:4 9993:8 9994:8 9995:8; do
	IFS=: read -r port each <<<"$port"
	is "port $port: every flow is there" "$((count * each))" \
		"$(wire $port | sed -n '1s/.* datagrams, \([0-9]*\) records.*/\1/p')"
done
decoded -T fields -e udp.dstport -e cflow.version -e _ws.expert.message \
	-e cflow.no_template_found -e cflow.unexpected_sequence_number \
	-e udp.checksum.status -e ip.ttl -E separator=';' >"$work/decoded"
is "tshark reads every datagram, and finds nothing wrong" \
	"$(tcpdump -nr "$work/exports.pcap" 2>/dev/null | wc -l)" \
	"$(grep -cE '^999[1-5];(1|5|9|10);;;;' "$work/decoded")"

for port in 9994 9995; do
	python3 "$here/payloads.py" "$work/exports.pcap" $port >"$work/$port.ipfix"
	timeout 60 ipfixDump -i "$work/$port.ipfix" >"$work/$port.dump" 2>"$work/$port.warnings"
	is "port $port: ipfixDump warns of nothing" "" "$(cat "$work/$port.warnings")"
	is "port $port: and reads as many records as there are" \
		"$("$here/selected.py" count "$work/$port.ipfix")" \
		"$(grep -c '^--- data record\|^--- options data' "$work/$port.dump")"
	is "port $port: so does python3-ipfix, which is strict" \
		"$("$here/selected.py" count "$work/$port.ipfix")" \
		"$(python3 -c '
import sys
import ipfix.ie, ipfix.reader
ipfix.ie.use_iana_default()
reader = ipfix.reader.from_stream(open(sys.argv[1], "rb"))
print(sum(1 for _ in reader.namedict_iterator()))' "$work/$port.ipfix")"
	is "port $port: templates have what was chosen, in the same order, and values stay what they are" \
		"$count selections" \
		"$("$here/selected.py" check "$work/$port.ipfix" "$work/selections" "$docs")"
done
for port in 9991 9992 9993; do
	is "port $port: nfcapd misses no sequence number" "0 0" "$(sequence_errors $port)"
done
finish
