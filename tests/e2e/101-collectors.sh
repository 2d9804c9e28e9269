#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# collectors: nfdump-sid fastnetmon node-netflowv9
# Collectors, each from its package and as it comes, on the same traffic: all
# that each can show of it is what was on the wire. Then the same sampled.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")

pids=
begin() { # PORT NAME COMMAND...: in the background, until it listens
	local port=$1 name=$2
	shift 2
	(exec ip netns exec collector "$@") >"$dir/$name.out" 2>&1 &
	pids="$pids $!"
	wait_for 20 listens collector "$port"
}

nfcapds() { # NAME FIRST-PORT COMMAND...
	local port=$2 name=$1 version
	shift 2
	for version in 1 5 9 10; do
		mkdir -p "$dir/$name-$version"
		begin "$port" "$name-$version" "$@" -b 10.9.0.2 -p "$port" \
			-w "$dir/$name-$version" -t 86000
		port=$((port + 1))
	done
}

pmacct() {
	cat >"$dir/nfacctd.conf" <<-CONF
		nfacctd_ip: 10.9.0.2
		nfacctd_port: 9921
		nfacctd_time_new: true
		nfacctd_renormalize: true
		timestamps_utc: true
		timestamps_since_epoch: true
		plugins: print
		aggregate: src_host,dst_host,src_port,dst_port,proto,tos,tcpflags,timestamp_start,timestamp_end,export_proto_version,post_nat_src_host,post_nat_dst_host,post_nat_src_port,post_nat_dst_port
		print_output: json
		print_output_file: $dir/nfacctd.json
		print_output_file_append: true
		print_refresh_time: 1
	CONF
	begin 9921 nfacctd nfacctd -f "$dir/nfacctd.conf"
}

node_netflow() {
	cat >"$dir/node.js" <<-JS
		const collector = require(process.argv[2]);
		collector({ port: 9931, host: '10.9.0.2', cb: packet => {
			for (const flow of packet.flows || [])
				console.log(JSON.stringify({ header: packet.header, ...flow }));
		}});
	JS
	begin 9931 node node "$dir/node.js" \
		"$COLLECTORS/node-netflowv9/node_modules/node-netflowv9"
}

fastnetmon() {
	printf '%s\n' 10.1.0.0/24 10.2.0.0/24 fd00::/8 >"$dir/networks"
	sed -e 's/^netflow = .*/netflow = on/' -e 's/^netflow_port = .*/netflow_port = 9941/' \
		-e 's/^netflow_host = .*/netflow_host = 10.9.0.2/' \
		-e 's/^disable_usage_report = .*/disable_usage_report = on/' \
		-e 's/^enable_ban\(.*\) = .*/enable_ban\1 = off/' -e 's/^enable_api = .*/enable_api = off/' \
		-e 's/^dump_all_traffic = .*/dump_all_traffic = on/' \
		-e 's/^logging_level = .*/logging_level = debug/' \
		-e "s,^networks_list_path = .*,networks_list_path = $dir/networks," \
		-e "s,^pid_path = .*,pid_path = $dir/pid," \
		-e "s,^cli_stats\(.*\) = .*/,cli_stats\1 = $dir/," \
		"$COLLECTORS/fastnetmon/etc/fastnetmon.conf" >"$dir/fastnetmon.conf"
	from fastnetmon usr/sbin/fastnetmon --configuration_file "$dir/fastnetmon.conf" \
		--log_to_console --disable_pid_logic
	begin 9941 fastnetmon "${loaded[@]}"
}

phase() { # NAME
	dir=$work/$1
	mkdir -p "$dir"
	nfcapds nfdump 9901 nfcapd -C none
	# It has a configuration file, and looks for it.
	: >"$dir/nfdump.conf"
	from nfdump-sid usr/bin/nfcapd -C "$dir/nfdump.conf"
	nfcapds sid 9911 "${loaded[@]}"
	pmacct
	node_netflow
	fastnetmon
	start_capture 9901-9941
	"${dump[@]}" -i r1 -w "$dir/sent.pcap" 2>"$dir/tcpdump-sent" &
	sender=$!
	wait_for 10 grep -q listening "$dir/tcpdump-sent"
}

# nfacctd writes once a second, and FastNetMon's log is not at once, either.
written() {
	local version
	for version in 5 9 10; do
		shows_all nfacctd $version <"$dir/nfacctd.json" || return
	done
	shows_all fastnetmon 0 "$ratio" <"$dir/fastnetmon.out"
}

gone() { [ -z "$(ip netns pids collector)" ]; }

stop() {
	local port pid
	flush
	for port in {9901..9904} {9911..9914} 9921 9931 9941; do
		wait_for 10 has_read $port
	done
	# What is missing then is said below.
	wait_for 10 written || echo "# not all was written in time"
	for pid in $pids $sender $capture; do
		kill "$pid"
	done
	wait_for 5 gone || ip netns pids collector | xargs -r kill -9
	# shellcheck disable=SC2086
	wait $pids $sender $capture
	pids=
	mv "$work/exports.pcap" "$dir"
}

shown() { # TOOL VERSION [RATIO] <OUTPUT
	"$here/shown.py" "$dir/sent.pcap" "$@"
}

all_flows() { # VERSION
	case $1 in
	1 | 5) echo "$flows4 flows" ;;
	*) echo "$flows flows" ;;
	esac
}

shows_all() { # TOOL VERSION [RATIO] <OUTPUT
	[ "$(shown "$@" 2>/dev/null)" = "$(all_flows "$2")" ]
}

is_shown() { # DESCRIPTION TOOL VERSION [RATIO] <OUTPUT
	is "$1: all as on the wire" "$(all_flows "$3")" "$(shown "${@:2}")"
}

nfdump_of() { # NAME
	if [ "${1%-*}" = sid ]; then
		from nfdump-sid usr/bin/nfdump -C "$dir/nfdump.conf"
	else
		loaded=(nfdump -C none)
	fi
	"${loaded[@]}" -R "$dir/$1" -o json 2>/dev/null
}

# IPFIX as a stream, which is what a file of it is
ipfix_of() { # PORT
	python3 "$here/payloads.py" "$dir/exports.pcap" "$1" >"$dir/$1.ipfix"
	timeout 20 ipfixDump -i "$dir/$1.ipfix" 2>"$dir/$1.warnings"
}

told() { # PORT FIELD...: as tshark reads it
	local port=$1 field fields=()
	shift
	for field; do
		fields+=(-e "cflow.$field")
	done
	tshark -r "$dir/exports.pcap" -d "udp.port==$port,cflow" -Y "udp.port == $port" \
		-T fields -E occurrence=a "${fields[@]}" 2>/dev/null | tr ',\t' '\n\n' |
		sed '/^$/d' | sort
}

topology
offload off
deaf
load
nft "table ip nat {
	chain pre { type nat hook prerouting priority -100; udp dport 15100 dnat to 10.2.0.2:15200; }
	chain post { type nat hook postrouting priority 100; udp dport 15200 snat to 10.2.0.1:16100; }
}"
phase plain
targets=0
for first in 9901 9911 9921 9931 9941; do
	port=$first
	for version in 1 5 9 IPFIX; do
		case $first-$version in
		9921-1 | 9931-IPFIX | 9941-1) continue ;;
		esac
		tfctl target add dst-address=10.9.0.2 port=$port version=$version
		targets=$((targets + 1))
		case $first in 9901 | 9911) port=$((port + 1)) ;; esac
	done
done
tfctl set enabled=yes interfaces=r1
known_traffic
# And one that is translated
udp client UDP4:10.2.0.2:15100,sourceport=4100 200
flows=11 flows4=6 ratio=1
stop
for name in nfdump sid; do
	for version in 1 5 9 10; do
		is_shown "$name, version $version" nfdump $version < <(nfdump_of $name-$version)
	done
done
for version in 5 9 10; do
	is_shown "nfacctd, version $version" nfacctd $version <"$dir/nfacctd.json"
done
for version in 1 5 9; do
	is_shown "node-netflowv9, version $version" node $version <"$dir/node.out"
done
is_shown "ipfixDump" ipfixdump 10 < <(ipfix_of 9904)
is "which warns of nothing" "" "$(cat "$dir/9904.warnings")"
is_shown "FastNetMon, versions 5, 9 and IPFIX" fastnetmon 0 <"$dir/fastnetmon.out"
for port in 9902 9903 9904; do
	is "tshark, port $port: as many packets" \
		"$(nfdump_of nfdump-$((port == 9904 ? 10 : port == 9903 ? 9 : 5)) |
			sed -n 's/.*"in_packets" : \([0-9]*\).*/\1/p' | sort)" "$(told $port packets)"
done

# The same for one packet in ten. Collectors that were started anew get templates
# when a target is switched on.
flows=2 flows4=1 ratio=10
phase sampled
tfctl set packet-sampling=yes sampling-interval=1 sampling-space=9
for ((i = 0; i < targets; i++)); do
	tfctl target set $i disabled=yes
	tfctl target set $i disabled=no
done
tfctl set enabled=yes
client python3 -c '
import socket
for family, address in ((socket.AF_INET, "10.2.0.2"), (socket.AF_INET6, "fd02::2")):
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind(("", 4000))
    for i in range(100):
        s.sendto(b"x" * 72, (address, 15000))'
stop
for name in nfdump sid; do
	for version in 5 9 10; do
		is_shown "$name, version $version, scales" nfdump $version \
			< <(nfdump_of $name-$version)
	done
done
for version in 5 9 10; do
	is_shown "nfacctd, version $version, scales" nfacctd $version <"$dir/nfacctd.json"
done
for version in 5 9; do
	is_shown "node-netflowv9, version $version, times ten" node $version 10 <"$dir/node.out"
done
is_shown "ipfixDump, times ten" ipfixdump 10 10 < <(ipfix_of 9904)
is "which warns of nothing" "" "$(cat "$dir/9904.warnings")"
is_shown "FastNetMon, times ten" fastnetmon 0 10 <"$dir/fastnetmon.out"
finish
