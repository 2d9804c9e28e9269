#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast race
# cpus: 4
# Sampling: the exact number of packets, counted over all CPUs, as they were, and
# collectors are told.
. "$(dirname "$0")/lib.sh"

# As many datagrams of 128 octets, of one flow, from each CPU at the same time
from_all_cpus() { # COUNT
	local cpu pids=()
	for cpu in 0 1 2 3; do
		ip netns exec client taskset -c $cpu python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
s.bind(("10.1.0.2", 4000))
for i in range(int(sys.argv[1])):
    s.sendto(b"x" * 100, ("10.2.0.2", 5000))
' "$1" &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# A new target of that version gets what is sent with these settings.
metered() { # VERSION COUNT SETTING...
	local version=$1 count=$2
	shift 2
	tfctl target remove '[find]'
	tfctl target add dst-address=10.9.0.2 port=9991 "version=$version"
	start_capture 9991
	tfctl set enabled=yes "$@"
	from_all_cpus "$count"
	flush
	stop_capture
}

dissect() { # FIELD...
	local field fields=()
	for field; do
		fields+=(-e "cflow.$field")
	done
	tshark -r "$work/exports.pcap" -d udp.port==9991,cflow -T fields \
		-E separator=' ' -E occurrence=a -Y "cflow.$1" "${fields[@]}" 2>/dev/null
}

# Records, packets and octets in them
total() {
	dissect packets octets | python3 -c '
import sys
lines = [[word.split(",") for word in line.split()] for line in sys.stdin]
packets = [int(n) for line in lines for n in line[0]]
octets = [int(n) for line in lines for n in line[1]]
print(len(packets), sum(packets), sum(octets))'
}

expected() { # COUNT INTERVAL SPACE: of all CPUs, the packets that are taken
	local sent=$((4 * $1)) round=$(($2 + $3)) rest
	rest=$((sent % round))
	echo $((sent / round * $2 + (rest < $2 ? rest : $2)))
}

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000 drop; }; }'
load
start_collector 9991
tfctl set interfaces=r1
is "there are several CPUs" 4 "$(nproc)"

for version in 5 9 IPFIX; do
	metered $version 5003 packet-sampling=yes sampling-interval=100 sampling-space=900
	taken=$(expected 5003 100 900)
	is "version $version: 100 of 1000, over all CPUs, unscaled" \
		"1 $taken $((128 * taken))" "$(total)"
	case $version in
	5) is "the header says one in 10, by a fixed pattern" "1 10" \
		"$(dissect samplingmode samplerate | sort -u)" ;;
	9) is "so do the records" "1 10" \
		"$(records sampling_algorithm sampling_interval)" ;;
	esac
done

metered 5 4001 packet-sampling=yes sampling-interval=2222 sampling-space=1111
taken=$(expected 4001 2222 1111)
is "the manual's 2222 of 3333" "$taken $((128 * taken))" "$(total | cut -d' ' -f2-)"
is "which is nearest to one in 2" "1 2" \
	"$(dissect samplingmode samplerate | sort -u)"

metered 5 1000 packet-sampling=yes sampling-interval=1 sampling-space=3999
is "one of 4000" "1 1 128" "$(total)"

for off in "packet-sampling=no sampling-interval=100 sampling-space=900" \
	"packet-sampling=yes sampling-interval=0 sampling-space=900" \
	"packet-sampling=yes sampling-interval=100 sampling-space=0"; do
	# shellcheck disable=SC2086
	metered 5 1000 $off
	is "$off: all packets" "1 4000 512000" "$(total)"
	is "and the header does not say otherwise" "0 0" \
		"$(dissect samplingmode samplerate | sort -u)"
done
finish
