#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# seconds: 1800
# cpus: 1
# What can be set for a target: MTU, domain, DSCP, mark, interface and VRF; and
# what stays: its source port.
. "$(dirname "$0")/lib.sh"

burst() { # FIRST-PORT: 300 flows over IPv4
	client python3 -c '
import socket, sys
for port in range(int(sys.argv[1]), int(sys.argv[1]) + 300):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("10.1.0.2", port))
    s.sendto(b"x" * 72, ("10.2.0.2", 5000))
    s.close()
' "$1"
}

# listen_on NAMESPACE DEVICE FILE: captures what comes to ports 9991 to 9999
listen_on() {
	ip netns exec "$1" "${dump[@]}" -i "$2" -w "$work/$3.pcap" \
		'udp or ip[6:2] & 0x3fff != 0 or (ip6 and ip6[6] == 44)' \
		2>"$work/$3.tcpdump" &
	captures="$captures $!"
	wait_for 10 grep -q listening "$work/$3.tcpdump"
}

stop_listening() {
	local pid
	for pid in $captures; do
		kill "$pid"
		wait "$pid"
	done
	captures=
}

# One line a datagram, or a fragment: what tshark reads of it
read_capture() { # FILE
	local column port arguments=()
	for column in udp.dstport udp.srcport ip.len ipv6.plen ip.flags.mf \
		ip.frag_offset ipv6.fraghdr.nxt ip.dsfield.dscp ipv6.tclass.dscp \
		cflow.version cflow.count cflow.source_id cflow.od_id \
		cflow.sequence; do
		arguments+=(-e "$column")
	done
	for port in {9991..9999}; do
		arguments+=(-d "udp.port==$port,cflow")
	done
	tshark -r "$work/$1.pcap" -o ip.defragment:FALSE -o ipv6.defragment:FALSE \
		-T fields -E separator=';' -E header=y "${arguments[@]}" \
		>"$work/$1.table" 2>/dev/null
}

# ask FILE PORT EXPRESSION: of d, the list of its rows, as numbers
ask() {
	python3 - "$work/$1.table" "$2" "$3" <<-'END'
		import csv, sys
		path, port, what = sys.argv[1:]
		def number(text):
		    text = text.split(",")[0]
		    return int(text, 0) if text not in ("", "True", "False") else text == "True"
		rows = csv.DictReader(open(path), delimiter=";")
		d = [{k.split(".", 1)[1]: number(v) for k, v in r.items()} for r in rows
		     if r["udp.dstport"] == port or port == "any"]
		def size(r):
		    return r["len"] or r["plen"] + 40
		print(eval(what))
	END
}

# A full datagram lacks less than a record; a record has 132 octets at most.
fits() { # FILE PORT MTU
	ask "$1" "$2" "$3 - 139 < max(size(r) for r in d) <= $3"
}

of_target() { # NUMBER KEY...
	tfctl stats --json | python3 -c '
import json, sys
target = json.load(sys.stdin)["targets"][int(sys.argv[1])]
print(*(target[key] for key in sys.argv[2:]))' "$@"
}

is_target() { # NUMBER KEY VALUE
	[ "$(of_target "$1" "$2")" = "$3" ]
}

exported() { # FLOWS
	[ "$(stat flows-exported)" -ge "$1" ]
}

topology
link far f0 r8 8
ip link add blue type vrf table 10
ip link set blue up
link vrf v0 r7 7
ip link set r7 master blue
ip addr replace fd07::1/64 dev r7 nodad
# Behind the collector's host the path is narrower.
ip netns add beyond
ip -n collector link add k1 type veth peer name b0 netns beyond
for device in collector:k1:1 beyond:b0:2; do
	IFS=: read -r ns dev last <<<"$device"
	ip netns exec "$ns" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.accept_dad=0
	ip -n "$ns" link set "$dev" up mtu 1280
	ip -n "$ns" addr add "10.6.0.$last/24" dev "$dev"
	ip -n "$ns" addr add "fd06::$last/64" dev "$dev" nodad
done
ip -n beyond route add default via 10.6.0.1
ip -n beyond route add default via fd06::1
ip route add 10.6.0.0/24 via 10.9.0.2
ip route add fd06::/64 via fd09::2
# The way of marked datagrams, and of those bound to r8
ip route add 10.9.0.2/32 via 10.8.0.2 dev r8 table 100
ip rule add fwmark 7 table 100
ip route add default via 10.8.0.2 dev r8 metric 500
load
start_collector 9991
start_collector 9992 6
start_collector 9993
start_collector 9994 6
for sink in vrf:UDP-RECV:9997 beyond:UDP-RECV:9998 beyond:UDP6-RECV:9999; do
	ip netns exec "${sink%%:*}" socat -u "${sink#*:}" OPEN:/dev/null &
	wait_for 10 listens "${sink%%:*}" "${sink##*:}"
done

tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl target add dst-address=fd09::2 port=9992 version=9
tfctl target add dst-address=10.9.0.2 port=9993 version=IPFIX mtu=700 \
	domain-id=4294967295 dscp=46
tfctl target add dst-address=fd09::2 port=9994 version=IPFIX mtu=700 dscp=10
tfctl target add dst-address=10.9.0.2 port=9995 version=5 mark=7
tfctl target add dst-address=10.9.0.2 port=9996 version=9 interface=later
tfctl target add dst-address=10.7.0.2 port=9997 version=9 vrf=blue domain-id=5
listen_on collector k0 one
listen_on far f0 far
listen_on vrf v0 vrf
tfctl set enabled=yes interfaces=r1 cache-entries=1k inactive-flow-timeout=1s
ok "an interface that is not there: the target is down" \
	wait_for 20 is_target 5 state down
is "and says why" "No such device" "$(of_target 5 last-error)"
burst 20000
wait_for 20 exported 300
ip link set r8 down
ip link set r8 name later
ip link set later up
ip route add default via 10.8.0.2 dev later metric 500
ip route add 10.9.0.2/32 via 10.8.0.2 dev later table 100
know far f0 later 10.8.0.1 10.8.0.2
burst 21000
ok "it is up when the interface is there" wait_for 20 is_target 5 state up
wait_for 20 exported 600
flush
stop_listening
for file in one far vrf; do
	read_capture $file
done

for port in 9991 9992; do
	is "port $port: datagrams are as long as the path takes" True \
		"$(fits one $port 1500)"
done
for port in 9993 9994; do
	is "port $port: datagrams are as long as mtu allows" True \
		"$(fits one $port 700)"
done
is "none is a fragment" 0 "$(ask one any \
	'sum(bool(r["flags.mf"] or r["frag_offset"] or r["fraghdr.nxt"]) for r in d)')"
is "the domain is what was set, and 0 otherwise" "{4294967295} {0} {0}" \
	"$(ask one 9993 '{r["od_id"] for r in d}') $(ask one 9994 \
	'{r["od_id"] for r in d}') $(ask one 9991 '{r["source_id"] for r in d}')"
is "so is the DSCP, for IPv4 and IPv6" "{46} {10} {0} {0}" \
	"$(ask one 9993 '{r["dsfield.dscp"] for r in d}') $(ask one 9994 \
	'{r["tclass.dscp"] for r in d}') $(ask one 9991 \
	'{r["dsfield.dscp"] for r in d}') $(ask one 9992 '{r["tclass.dscp"] for r in d}')"
is "marked datagrams go as the rule says, and not elsewhere" "True 0" \
	"$(ask far 9995 'len(d) > 0') $(ask one 9995 'len(d)')"
is "bound datagrams go by the interface, though a route is better" "True 0" \
	"$(ask far 9996 'len(d) > 0') $(ask one 9996 'len(d)')"
is "the VRF's have its routes, and another domain" "True {5}" \
	"$(ask vrf 9997 'len(d) > 0') $(ask vrf 9997 '{r["source_id"] for r in d}')"
is "tfctl knows no errors but of the one that had to wait" "none none none none none none none" \
	"$(for i in 0 1 2 3 4 5 6; do of_target $i last-error; done |
		sed s/None/none/ | xargs)"

# The path changes: at the first hop, and beyond it.
before=$(ask one 9991 '{r["srcport"] for r in d}')
tfctl target set 0 domain-id=9
tfctl target set 2 dscp=0 options=none
ip link set r9 mtu 1400
tfctl target add dst-address=10.6.0.2 port=9998 version=5
tfctl target add dst-address=fd06::2 port=9999 version=5
listen_on collector k0 two
listen_on beyond b0 beyond
exported=$(stat flows-exported)
tfctl set enabled=yes
burst 30000
wait_for 20 exported 900
burst 31000
wait_for 20 exported 1200
flush
exported=$(($(stat flows-exported) - exported))
stop_listening
read_capture two
read_capture beyond
for port in 9991 9992; do
	is "port $port: datagrams fit the narrower link" True "$(fits two $port 1400)"
done
is "none to the collector is a fragment" 0 "$(for port in {9991..9994}; do
	ask two $port \
	'sum(bool(r["flags.mf"] or r["frag_offset"] or r["fraghdr.nxt"]) for r in d)'
done | sort -u)"
is "another domain: its sequence begins at 0, the port stays" "{9} 0 $before" \
	"$(ask two 9991 '{r["source_id"] for r in d}') $(ask two 9991 \
	'd[0]["sequence"]') $(ask two 9991 '{r["srcport"] for r in d}')"
for port in 9992 9993 9994; do
	is "port $port: the port stayed, too" "True" \
		"$([ "$(ask two $port '{r["srcport"] for r in d}')" = \
			"$(ask one $port '{r["srcport"] for r in d}')" ] && echo True)"
done
for target in 7:9998 8:9999; do
	IFS=: read -r number port <<<"$target"
	is "port $port: beyond, datagrams fit the path once it is known" True \
		"$(fits beyond $port 1280)"
	read -r records lost <<<"$(of_target "$number" records lost)"
	is "port $port: that cost one datagram, which was counted" \
		"$records True $exported" "$(ask beyond $port \
		"sum(r['count'] for r in d), 0 < $lost <= 30" | tr -d '(),') $((records +
		lost))"
	is "port $port: and the target stayed up" "None" \
		"$(of_target "$number" last-error)"
done
stop_collectors
for port in 9992 9993 9994; do
	is "port $port: no gap, so the sequence went on" "0 0" "$(sequence_errors $port)"
done
for port in 9991 9992 9993 9994; do
	is "port $port: all flows" 1200 "$(flows $port 'dst port 5000' | wc -l)"
done
finish
