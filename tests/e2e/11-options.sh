#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# What collectors are told besides flows: sampling, names of interfaces,
# statistics; as nfdump, pmacct and tshark read it.
. "$(dirname "$0")/lib.sh"

all=sampling,interfaces,statistics
cap=$work/options.pcap

# More than two datagrams of names a second could carry
interfaces() {
	seq -f 'link add wan%g type dummy' 1 300 | ip -batch -
}

datagrams() { # PORT COUNT: of 72 octets, to the server
	client python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.1.0.2", 4000))
for i in range(int(sys.argv[2])):
    s.sendto(b"x" * 72, ("10.2.0.2", int(sys.argv[1])))
' "$@"
}

of_target() { # NUMBER KEY...
	tfctl stats --json | python3 -c '
import json, sys
target = json.load(sys.stdin)["targets"][int(sys.argv[1])]
print(*(target[key] for key in sys.argv[2:]))' "$@"
}

# All that tshark reads is asked for at once: it takes long to start.
columns=(udp.dstport frame.time_epoch udp.length cflow.flowset_id cflow.version
	cflow.samplingmode cflow.samplerate cflow.sampling_interval
	cflow.selector_algorithm cflow.sampling_packet_interval
	cflow.sampling_packet_space cflow.packetsexp cflow.flowsexp cflow.octetsexp
	cflow.flows cflow.ignore_packets cflow.ignore_octets cflow.notsent_flows
	cflow.notsent_packets cflow.notsent_octets cflow.sys_init_time
	cflow.if_descr cflow.if_name _ws.expert.message
	cflow.no_template_found cflow.unexpected_sequence_number)

read_capture() {
	local column port arguments=()
	for column in "${columns[@]}"; do
		arguments+=(-e "$column")
	done
	for port in {9991..9997}; do
		arguments+=(-d "udp.port==$port,cflow")
	done
	tshark -r "$cap" -T fields -E separator=';' -E header=y \
		"${arguments[@]}" >"$work/table" 2>/dev/null
}

# These columns of the datagrams to a port that have the first of them
told() { # PORT COLUMN...
	python3 - "$work/table" "$@" <<-'END'
		import csv, sys
		path, port, *wanted = sys.argv[1:]
		for row in csv.DictReader(open(path), delimiter=";"):
		    if row["udp.dstport"] == port and row[wanted[0]]:
		        print(*(row[name] for name in wanted))
	END
}

has_captured() { # PORT TEXT DATAGRAMS
	[ "$(tcpdump -nAr "$cap" "udp port $1" 2>/dev/null | grep -c "$2")" -ge "$3" ]
}

captured_all_ports() {
	[ "$(tcpdump -nr "$cap" 2>/dev/null | wc -l)" = "$(tfctl stats --json |
		python3 -c '
import json, sys
print(sum(t["packets"] for t in json.load(sys.stdin)["targets"]))')" ]
}

# What nfacctd makes of a port's part of the capture, and of its options
pmacct() { # PORT
	tcpdump -r "$cap" -w "$work/pmacct.pcap" "udp port $1" 2>/dev/null
	cat >"$work/primitives" <<-END
		name=ifindex field_type=10 len=4 semantics=u_int
		name=ifdescr field_type=83 len=16 semantics=str
	END
	printf 'set_tag=1 sample_type=flow\nset_tag=2 sample_type=option\n' \
		>"$work/tags"
	cat >"$work/nfacctd.conf" <<-END
		pcap_savefile: $work/pmacct.pcap
		pcap_savefile_delay: 2
		pcap_savefile_wait: true
		nfacctd_time_new: true
		nfacctd_renormalize: true
		nfacctd_account_options: true
		aggregate_primitives: $work/primitives
		pre_tag_map: $work/tags
		plugins: print[flows],print[options]
		plugin_pipe_size: 16000000
		plugin_buffer_size: 16000
		pre_tag_filter[flows]: 1
		pre_tag_filter[options]: 2
		aggregate[flows]: src_host,dst_port
		aggregate[options]: ifindex,ifdescr
		print_output: csv
		print_output_file[flows]: $work/pmacct.flows
		print_output_file[options]: $work/pmacct.options
		print_output_file_append: true
		print_refresh_time: 1
	END
	rm -f "$work/pmacct.flows" "$work/pmacct.options"
	nfacctd -f "$work/nfacctd.conf" >"$work/pmacct.log" 2>&1 &
	local pid=$!
	wait_for 30 grep -q wan300 "$work/pmacct.options"
	wait_for 30 grep -q 5000 "$work/pmacct.flows"
	kill -INT $pid
	wait $pid
}

topology
interfaces
load
server socat -u UDP-RECV:5000 OPEN:/dev/null &
server socat -u UDP-RECV:5001 OPEN:/dev/null &
server socat -u UDP-RECV:5002 OPEN:/dev/null &
for port in 5000 5001 5002; do
	wait_for 10 listens server $port
done
for port in 9991 9992 9993 9994 9995 9997; do
	start_collector $port
done
"${dump[@]}" -i r9 -w "$cap" udp portrange 9991-9997 \
	2>"$work/tcpdump" &
capture=$!
wait_for 10 grep -q listening "$work/tcpdump"

tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl target add dst-address=10.9.0.2 port=9992 version=IPFIX options=$all
tfctl target add dst-address=10.9.0.2 port=9993 version=9 options=$all
tfctl target add dst-address=10.9.0.2 port=9994 version=9 options=none
tfctl target add dst-address=10.9.0.2 port=9995 version=5 options=$all
tfctl target add dst-address=10.9.0.2 port=9997 version=9 options=interfaces
tfctl set enabled=yes interfaces=r1 inactive-flow-timeout=1s \
	packet-sampling=yes sampling-interval=1 sampling-space=9
datagrams 5000 100
wait_for 20 has_captured 9992 wan300 1
flush

sent=$(of_target 1 packets records bytes)
created=$(stat flows-created)
tfctl set packet-sampling=no
tfctl target add dst-address=10.9.0.2 port=9996 version=IPFIX options=sampling,statistics
tfctl set enabled=yes
ip link set wan300 name uplink
datagrams 5001 30
for port in 9992 9993; do
	ok "port $port: another name is told at once, in both shapes" \
		wait_for 20 has_captured $port uplink 2
done
wait_for 20 [ "$(stat flows-exported)" = 2 ]
datagrams 5002 20
# Each refusal is to be heard of.
collector sysctl -qw net.ipv4.icmp_ratelimit=0
ok "two flows are lost where nobody listens" \
	wait_for 20 eval '[ "$(of_target 6 lost)" = 2 ]'
flush
wait_for 10 captured_all_ports
kill $capture
wait $capture
read_capture
stop_collectors

for port in 9991 9992 9993 9995; do
	is "port $port: of 100 packets, ten were metered, and nfdump shows 100" \
		"17 10.1.0.2 4000 10.2.0.2 5000 100 10000" \
		"$(flows $port 'dst port 5000')"
	# This nfdump keeps what the first header of version 5 said.
	[ $port != 9995 ] || continue
	is "port $port: what was not sampled is not scaled" \
		"17 10.1.0.2 4000 10.2.0.2 5001 30 3000" \
		"$(flows $port 'dst port 5001')"
done
is "port 9994 is not told: ten packets" \
	"17 10.1.0.2 4000 10.2.0.2 5000 10 1000" \
	"$(flows 9994 'dst port 5000')"
for port in 9992 9993; do
	is "port $port: nfdump shows the interfaces' names" "r1 r2" \
		"$(nfdump -q -R "$work/$port" -o 'fmt:%inam %onam' 'dst port 5001' |
			awk '{ print $1, $2 }')"
done
for port in 9991 9993 9994 9995 9997; do
	is "port $port: no gap, nothing malformed" "0 0" "$(sequence_errors $port)"
done

for port in {9991..9997}; do
	is "port $port: tshark finds nothing wrong, no gap, all templates there" \
		"" "$(for bad in _ws.expert.message cflow.no_template_found \
			cflow.unexpected_sequence_number; do
			told $port $bad
		done)"
	is "port $port: and reads every datagram" \
		"$(tcpdump -nr "$cap" "udp port $port" 2>/dev/null | wc -l)" \
		"$(told $port cflow.version | wc -l)"
done
for port in 9991 9992 9993; do
	is "port $port: one in ten, by count; then all" "1 9 1 10
1 0 1 1" "$(told $port cflow.sampling_packet_interval cflow.sampling_packet_space \
		cflow.selector_algorithm cflow.sampling_interval | uniq)"
done
is "version 5: mode 1, one in ten; then nothing" "1 10
0 0" "$(told 9995 cflow.samplingmode cflow.samplerate | uniq)"
# What is told of them: sampling, interfaces, statistics
kinds() { # PORT
	local column
	for column in sampling_packet_interval if_descr if_name packetsexp flows; do
		[ -z "$(told "$1" cflow.$column)" ] || echo $column
	done | xargs
}
is "by default sampling is told, and nothing else" sampling_packet_interval "$(kinds 9991)"
is "options=none: nothing" "" "$(kinds 9994)"
is "options=interfaces: their names" "if_descr if_name" "$(kinds 9997)"
is "options=sampling,statistics, while nothing is sampled: statistics" \
	"packetsexp flows" "$(kinds 9996)"

# At the second start the templates had gone out already.
templates=$(told 9992 cflow.flowset_id udp.length | sed -n 's/^2 //p' | head -n 1)
read -r packets records octets <<<"$sent"
is "statistics: datagrams, flows, octets sent; flows seen; none ignored" \
	"$((packets + 1)) $records $((octets + templates - 8)) $created 0 0" \
	"$(told 9992 cflow.packetsexp cflow.flowsexp cflow.octetsexp cflow.flows cflow.ignore_packets \
		cflow.ignore_octets | sed -n 2p)"
is "what was lost: two flows, their packets and octets" "2 50 5000" \
	"$(told 9996 cflow.notsent_flows cflow.notsent_packets cflow.notsent_octets | tail -n 1)"
is "nothing of that was lost elsewhere" "0 0 0" \
	"$(told 9992 cflow.notsent_flows cflow.notsent_packets cflow.notsent_octets | sort -u)"
is "when the system began, always the same, to a second" "1 yes" \
	"$(told 9992 cflow.sys_init_time | sort -u | python3 -c '
import sys, time
from datetime import datetime
lines = sys.stdin.read().split("\n")[:-1]
booted = datetime.strptime(lines[0][:21] + " +0000", "%b %d, %Y %H:%M:%S %z")
now = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
print(len(lines), "yes" if abs(booted.timestamp() - now) < 2 else lines)')"

is "all names fit eight datagrams a second: the rest came later" "yes" \
	"$({
		told 9992 cflow.if_descr frame.time_epoch
		told 9992 cflow.if_name frame.time_epoch
	} | python3 -c '
import sys
t = [float(line.split()[-1]) for line in sys.stdin]
worst = max(sum(a <= b < a + 0.5 for b in t) for a in t)
print("yes" if len(t) > 8 and worst == 8 else (len(t), worst))')"
for port in 9992 9993; do
	for field in cflow.if_descr cflow.if_name; do
		is "port $port: $field names every interface" "$(seq -f 'wan%g' 1 299 |
			sort)" "$(told $port $field | tr , '\n' | grep ^wan |
			grep -vx wan300 | sort -u)"
	done
	# What pmacct makes of a capture is the same in every kernel, and its plugins
	# wait for each other in a time that virtual time skips.
	[ "$flavour" = fast ] || continue
	pmacct $port
	is "port $port: pmacct scales the flow, too" "10.1.0.2,5000,100,10000" \
		"$(grep ',5000,' "$work/pmacct.flows" | sort -u)"
	is "port $port: pmacct reads index and name" \
		"$(cat /sys/class/net/r1/ifindex),r1" \
		"$(sed -n 's/^\([0-9]*,r1\),.*/\1/p' "$work/pmacct.options" | sort -u)"
done
finish
