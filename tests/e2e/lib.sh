# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the end-to-end tests share. To be sourced by a test in a test kernel:
#
#      client             router (the kernel's first namespace)       server
#   c0 10.1.0.2  ------  r1 10.1.0.1       r2 10.2.0.1  ------  s0 10.2.0.2
#      fd01::2              fd01::1           fd02::1              fd02::2
#                                r9 10.9.0.1, fd09::1
#                                   |
#                                k0 10.9.0.2, fd09::2
#                                collector
#
# Set by the runner: MODULE (traffic_flow.ko), TFCTL, LOGS (a folder for what a
# test leaves behind), flavour (fast or debug).

passed=0
failed=0
work=$(mktemp -d "$LOGS/XXXXXX")

ok() { # DESCRIPTION COMMAND...
	local what=$1
	shift
	if "$@" >"$work/last" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $what"
	else
		failed=$((failed + 1))
		echo "not ok - $what"
		sed 's/^/#   /' "$work/last" | tail -n 20
	fi
}

is() { # DESCRIPTION EXPECTED GOT
	if [ "$2" = "$3" ]; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		printf 'not ok - %s\n' "$1"
		printf 'expected:\n%s\ngot:\n%s\n' "$2" "$3" | sed 's/^/#   /' |
			head -n 40
	fi
}

# The command says no, with exit status 1 or 2 and one line that tells why.
not() { # COMMAND...
	local status
	"$@" >"$work/said" 2>"$work/why"
	status=$?
	cat "$work/said" "$work/why"
	{ [ "$status" = 1 ] || [ "$status" = 2 ]; } && [ -s "$work/why" ]
}

finish() {
	stop_collectors
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
	exit
}

# Look ten times a second until COMMAND succeeds, at most SECONDS.
wait_for() { # SECONDS COMMAND...
	local tries=$(($1 * 10)) pause=0.1
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep $pause
	done
}

# Virtual seconds, which take no time: where the kernel is debug and has one CPU.
pass() { sleep "$1"; }

tfctl() { "$TFCTL" "$@"; }

# Days of virtual time in minutes: what would wake the kernel all the time is kept from
# it. The idle CPU is looked after every second, neighbours are probed every five, and
# connections looked for every minute. (What memory cgroups count is summed up every two
# seconds: to be without them is for the test's head to say.)
long_idle() {
	local server family
	for server in /sys/kernel/debug/sched/*_server/cpu0/runtime; do
		echo 0 >"$server"
	done
	for family in ipv4 ipv6; do
		sysctl -qw net.$family.neigh.default.interval_probe_time_ms=86400000 \
			net.$family.neigh.default.base_reachable_time_ms=86400000
	done
	sysctl -qw net.netfilter.nf_conntrack_buckets=512
}
client() { ip netns exec client "$@"; }
server() { ip netns exec server "$@"; }
collector() { ip netns exec collector "$@"; }

# link NAMESPACE ITS-DEVICE ROUTER-DEVICE NET: a new namespace and the way to it
link() {
	ip netns add "$1"
	ip netns exec "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
		net.ipv6.conf.default.router_solicitations=0
	ip -n "$1" link set lo up
	plug "$@"
}

# plug NAMESPACE ITS-DEVICE ROUTER-DEVICE NET: both addresses, nothing to ask
# the neighbours for
plug() {
	local ns=$1 dev=$2 rdev=$3 net=$4
	ip link add "$rdev" type veth peer name "$dev" netns "$ns"
	ip -n "$ns" link set "$dev" up
	ip link set "$rdev" up
	ip addr add "10.$net.0.1/24" dev "$rdev"
	ip addr add "fd0$net::1/64" dev "$rdev" nodad
	ip -n "$ns" addr add "10.$net.0.2/24" dev "$dev"
	ip -n "$ns" addr add "fd0$net::2/64" dev "$dev" nodad
	ip -n "$ns" route add default via "10.$net.0.1"
	ip -n "$ns" route add default via "fd0$net::1"
	know "$ns" "$dev" "$rdev" "10.$net.0.1" "10.$net.0.2"
	know "$ns" "$dev" "$rdev" "fd0$net::1" "fd0$net::2"
}

# Packets as on the wire, so that devices count them as such.
offload() { # on|off
	local dev
	for dev in c0:client s0:server; do
		ip netns exec "${dev#*:}" ethtool -K "${dev%:*}" tso "$1" gso "$1" \
			gro "$1" >/dev/null
	done
	ethtool -K r1 tso "$1" gso "$1" gro "$1" >/dev/null
	ethtool -K r2 tso "$1" gso "$1" gro "$1" >/dev/null
}

mac() { ip "${@:2}" -j link show "$1" | sed 's/.*"address":"\([^"]*\)".*/\1/'; }

know() { # NAMESPACE ITS-DEVICE ROUTER-DEVICE ROUTER-ADDRESS ITS-ADDRESS
	ip neigh replace "$5" lladdr "$(mac "$2" -n "$1")" dev "$3" nud permanent
	ip -n "$1" neigh replace "$4" lladdr "$(mac "$3")" dev "$2" nud permanent
}

# The server takes datagrams to ports from 10000 on, and does not answer.
deaf() {
	server nft 'table inet deaf { chain in {
		type filter hook input priority 0; udp dport 10000-65535 drop; }; }'
}

topology() {
	# What many send at once does not overflow a queue on a busy host.
	sysctl -qw net.core.netdev_max_backlog=100000 net.core.rmem_max=33554432 \
		net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv6.conf.default.accept_dad=0
	link client c0 r1 1
	link server s0 r2 2
	link collector k0 r9 9
	wait_for 10 quiet
}

octets_of() { cat "/sys/class/net/$1/statistics/$2"; }

# The devices have nothing to say for a while: addresses are announced.
quiet() {
	local before after pause=1.2
	before=$(cat /sys/class/net/r[12]/statistics/[rt]x_packets)
	sleep $pause
	after=$(cat /sys/class/net/r[12]/statistics/[rt]x_packets)
	[ "$before" = "$after" ]
}

# What a device has received or sent, as IP packets and octets.
counted() { # DEVICE rx|tx
	local packets octets
	packets=$(octets_of "$1" "$2_packets")
	octets=$(octets_of "$1" "$2_bytes")
	echo "$packets $((octets - 14 * packets))"
}

# differ "P1 B1" "P2 B2": how much the second is more than the first
differ() {
	# shellcheck disable=SC2086
	set -- $1 $2
	echo "$(($3 - $1)) $(($4 - $2))"
}

load() {
	insmod "$MODULE"
}

collectors=

listens() { ip netns exec "$1" ss -Hlun "sport = :$2" | grep -q .; }

# Whether process PID is in a multicast group of netlink's
hears() {
	local sockets
	sockets=$(readlink "/proc/$1/fd"/* | sed -n 's/^socket:\[\(.*\)\]$/\1/p')
	awk -v of="$sockets" '
		BEGIN { split(of, list); for (i in list) its[list[i]] }
		$NF in its && $4 != "00000000" { n++ }
		END { exit !n }' /proc/net/netlink
}

# start_collector PORT [4|6 [ADDRESS]]: an nfcapd that writes to $work/PORT
start_collector() {
	local port=$1 bind=10.9.0.2
	[ "${2:-4}" = 4 ] || bind=fd09::2
	bind=${3:-$bind}
	mkdir -p "$work/$port"
	ip netns exec collector nfcapd -"${2:-4}" -b "$bind" -p "$port" -w "$work/$port" -t 86000 -B 30000000 \
		-C none >"$work/$port.log" 2>&1 &
	eval "collector_$port=$!"
	collectors="$collectors $port"
	wait_for 10 listens collector "$port"
}

# A collector has read all that has come: its socket's queue is empty.
has_read() {
	[ "$(collector ss -Hlun "sport = :$1" | awk '{ print $2 }')" = 0 ]
}

stop_collector() {
	local pid
	eval "pid=\$collector_$1"
	wait_for 20 has_read "$1"
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	collectors=${collectors/ $1/}
}

stop_collectors() {
	local port
	for port in $collectors; do
		stop_collector "$port"
	done
}

# from COLLECTOR PROGRAM...: what starts one of a root that was unpacked, with the
# libraries it came with, is put into `loaded`.
from() {
	local root=$COLLECTORS/$1 program=$2 lib
	shift 2
	lib=$(echo "$root"/usr/lib/*-linux-gnu "$root"/lib/*-linux-gnu)
	loaded=("$root"/{usr/,}lib/*-linux-gnu/ld-linux*)
	[ -e "${loaded[0]}" ] || loaded=("${loaded[@]:1}")
	loaded=("${loaded[0]}" --library-path "${lib// /:}" "$root/$program" "$@")
}

# All flows have been ended and sent: then what collectors have is complete.
flush() {
	tfctl set enabled=no
}

# What a stopped collector got: protocol number, from, port, to, port, packets,
# octets
flows() { # PORT [FILTER]
	nfdump -q -N -6 -R "$work/$1" -o 'fmt:%pr %sa %sp %da %dp %pkt %byt' \
		"${2:-any}" 2>/dev/null |
		awk 'NF == 7 { $1 = $1; print }' | sort
}

# Packets and octets of all flows that match
sum() { # PORT [FILTER]
	flows "$@" | awk '{ p += $(NF - 1); b += $NF } END { print p + 0, b + 0 }'
}

# What collectors say of sequence numbers, once for each of their files: one begins
# each 86000 seconds of the clock.
sequence_errors() {
	sed -n 's/.*Sequence Errors: \([0-9]*\).*Bad Packets: \([0-9]*\).*/\1 \2/p' \
		"$work/$1.log" |
		awk '{ gaps += $1; bad += $2 } END { if (NR) print gaps, bad }'
}

# How packets are captured, so that none is dropped: without these there is room for
# eight.
dump=(tcpdump --immediate-mode -B 16384 -s 2000 -U)

# Capture what is sent to the collector's port, or ports, until all is there that
# the targets say they have sent.
start_capture() { # PORT[-PORT]
	ports=$1
	sent_before=$(sent_to_ports)
	# What an earlier one has said does not count.
	rm -f "$work/tcpdump"
	"${dump[@]}" -i r9 -w "$work/exports.pcap" \
		udp dst portrange "$ports" 2>"$work/tcpdump" &
	capture=$!
	wait_for 10 grep -q listening "$work/tcpdump"
}

# What nfacctd makes of a capture, by $work/nfacctd.conf, in $work/nfacctd: until it
# has said so much, and then to its end
account() { # COUNT PATTERN
	local pid
	nfacctd -f "$work/nfacctd.conf" >"$work/nfacctd" 2>/dev/null &
	pid=$!
	accounted() { [ "$(grep -c "$2" "$work/nfacctd")" -ge "$1" ]; }
	wait_for 20 accounted "$@"
	kill $pid
	wait $pid
}

# Datagrams that targets with the capture's ports have been sent, beyond those of
# a list "ID PACKETS ..." from before
sent_to_ports() { # ID PACKETS...
	tfctl stats --json | python3 -c '
import json, sys
first, _, last = sys.argv[1].partition("-")
ports = range(int(first), int(last or first) + 1)
before = dict(zip(*[iter(sys.argv[2:])] * 2))
targets = [target for target in json.load(sys.stdin)["targets"]
           if target["port"] in ports]
if len(sys.argv) > 2:
    print(sum(target["packets"] - int(before.get(str(target["id"]), 0))
              for target in targets))
else:
    print(0, 0, *(number for target in targets
                  for number in (target["id"], target["packets"])))' "$ports" "$@"
}

captured_all() {
	# shellcheck disable=SC2086
	[ "$(tcpdump -nr "$work/exports.pcap" 2>/dev/null | wc -l)" = \
		"$(sent_to_ports $sent_before)" ]
}

# What tshark makes of the capture: further arguments are its.
decoded() {
	tshark -r "$work/exports.pcap" -d udp.port==9991-9999,cflow "$@" 2>/dev/null
}

# One line of sums, then what is wrong with the datagrams to a port
wire() { # PORT [SECONDS]
	"$(dirname "$0")/wire.py" "$work/exports.pcap" "$@"
}

# One datagram of 100 octets, 120 in IPv6, to each of COUNT ports from FIRST on
datagrams() { # NAMESPACE ADDRESS FIRST COUNT
	ip netns exec "$1" python3 -c '
import socket, sys
address, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET,
                  socket.SOCK_DGRAM)
s.bind(("", 4000))
for i in range(count):
    s.sendto(b"x" * 72, (address, first + i % 50000))
' "${@:2}"
}

stop_capture() {
	wait_for 10 captured_all
	kill "$capture"
	wait "$capture"
}

# The named fields of all captured records that have them, as tshark reads them
records() { # FIELD...
	local field fields=()
	for field; do
		fields+=(-e "cflow.$field")
	done
	decoded -T fields \
		-E separator=' ' -Y "cflow.$1" "${fields[@]}" |
		python3 -c '
import sys
for line in sys.stdin:
    for record in zip(*(word.split(",") for word in line.rstrip("\n").split(" "))):
        print(*record)' | sort -u
}

# One number of `tfctl stats`
stat() { tfctl stats | sed -n "s/^ *$1: *//p"; }

# A UDP datagram with so many octets of payload
udp() { # NAMESPACE SOCAT-ADDRESS OCTETS
	head -c "$3" /dev/zero | ip netns exec "$1" socat -u - "$2"
}

# Everything the client and the server do in most tests, both ways
mixed_traffic() {
	client ping -q -c 3 -i 0.2 10.2.0.2 >/dev/null
	client ping -q -c 3 -i 0.2 fd02::2 >/dev/null
	udp client UDP4:10.2.0.2:5000,sourceport=4000 100
	udp client "UDP6:[fd02::2]:5000,sourceport=4000" 100
	tcp 4 300000
	tcp 6 300000
}

# Ten flows that collectors are compared by: marked and unmarked, of three
# protocols and both families. The devices' offload is off.
known_traffic() {
	client ping -q -c 3 -i 0.2 10.2.0.2 >/dev/null
	client ping -q -c 3 -i 0.2 -Q 0x20 fd02::2 >/dev/null
	udp client UDP4:10.2.0.2:15000,sourceport=4000,tos=184 100
	udp client "UDP6:[fd02::2]:15000,sourceport=4000" 100
	tcp 4 30000
	tcp 6 30000
}

# Octets from the client to the server over TCP
tcp() { # 4|6 OCTETS
	local to=10.2.0.2
	[ "$1" = 4 ] || to="[fd02::2]"
	ip netns exec server socat -u "TCP$1-LISTEN:8000,reuseaddr" "OPEN:$work/tcp,creat,trunc" &
	local sink=$!
	wait_for 10 listens_tcp server 8000
	head -c "$2" /dev/zero | client socat -u - "TCP$1:$to:8000"
	wait $sink
}

listens_tcp() { ip netns exec "$1" ss -Hltn "sport = :$2" | grep -q .; }
