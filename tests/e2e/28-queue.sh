#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast race
# cpus: 4
# Programs that get packets by NFQUEUE, as intrusion detection does, and let them go
# on another CPU: none is refused because of us, and what is told of them is true.
. "$(dirname "$0")/lib.sh"

# What a queue gets passes, by a program on a CPU of its own.
programs=()
start_program() { # QUEUE CPU
	taskset -c "$2" tcpdump -Z root -i "nfqueue:$1" -w "$work/queue.$1" 2>"$work/program.$1" &
	programs+=($!)
	wait_for 10 grep -q listening "$work/program.$1"
}
# Datagrams that a CPU has received and counted before a program gets them
send() { # ADDRESS SOURCE-PORT COUNT
	local i
	for ((i = 0; i < $3; i++)); do
		head -c 72 /dev/zero | client taskset -c 0 socat -u - "$1,sourceport=$2"
	done
}
arrived() { # PORT COUNT
	[ "$(server nft list counter inet seen "to$1" | sed -n 's/.*packets \([0-9]*\) .*/\1/p')" = "$2" ]
}
connections() { [ "$(stat nat-connections)" = "$1" ]; }

topology
server nft 'table inet seen {
	counter to5001 { }; counter to5002 { }; counter to5003 { }; counter to5005 { }
	chain in {
		type filter hook input priority 0
		udp dport 5001 counter name to5001 drop
		udp dport 5002 counter name to5002 drop
		udp dport 5003 counter name to5003 drop
		udp dport 5005 counter name to5005 drop
	}
}'
nft 'table inet router {
	chain pre {
		type nat hook prerouting priority dstnat
		ip daddr 10.1.0.1 udp dport 5055 dnat ip to 10.2.0.2:5005
		ip6 daddr fd01::1 udp dport 5056 redirect to :5006
	}
	chain forward {
		type filter hook forward priority 10
		udp dport { 5002, 5003, 5005 } queue to 2
		udp dport 5004 drop
	}
	chain post {
		type nat hook postrouting priority srcnat
		udp dport { 5001, 5002, 5005 } masquerade
	}
	chain late {
		type filter hook postrouting priority 120
		udp dport 5001 queue to 1
	}
}'
start_program 1 3
start_program 2 3
load
start_collector 9991
start_capture 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl ipfix set nat-events=yes
tfctl set enabled=yes
is "there are four CPUs" 4 "$(nproc)"

# A queue behind source translation
for address in UDP4:10.2.0.2 "UDP6:[fd02::2]"; do
	send "$address:5001" 4001 1
done
ok "the first packets of translated connections are let pass" wait_for 10 arrived 5001 2
ok "and their ends are waited for" connections 2
send "UDP6:[fd01::1]:5056" 4006 1
ok "also of one of IPv6 to the router itself" wait_for 10 connections 3

# A queue between where a packet is counted and where it is translated
for address in UDP4:10.2.0.2 "UDP6:[fd02::2]"; do
	send "$address:5002" 4002 2
done
ok "a queue before translation lets pass, too" wait_for 10 arrived 5002 4
send UDP4:10.1.0.1:5055 4005 2
ok "also what has one translation behind it and one before it" wait_for 10 arrived 5005 2
flush
stop_collectors
stop_capture
is "IPv4: what it was translated to is in the record" "2 10.2.0.1" \
	"$(nfdump -q -N -R "$work/9991" -o 'fmt:%pkt %nsa' 'src port 4002 and inet and packets > 0' |
		awk '{ print $1, $2 }')"
is "also of both translations" "2 10.2.0.1 10.2.0.2" \
	"$(nfdump -q -N -R "$work/9991" -o 'fmt:%pkt %nsa %nda' 'src port 4005 and inet and packets > 0' |
		awk '{ print $1, $2, $3 }')"
# Which nfdump does not read. All are of one address, those before, too.
is "IPv6: likewise" "fd01::2 fd02::2 fd02::1" \
	"$(records srcaddrv6 dstaddrv6 post_nat_source_ipv6_address |
		grep '^fd01::2 fd02::2')"

# Of a packet that another CPU has let pass nobody says that it was dropped.
tfctl ipfix set forwarding-status=yes
start_capture 9991
tfctl set enabled=yes
send UDP4:10.2.0.2:5004 4004 1
flush
stop_capture
# Status, without its reason: 0 unknown, 1 forwarded, 2 dropped
is "what a rule drops was dropped" "5004 2" \
	"$(records dstport forwarding_status | grep ^5004)"
start_capture 9991
tfctl set enabled=yes
send UDP4:10.2.0.2:5003 4003 2
ok "they have passed" wait_for 10 arrived 5003 2
flush
stop_capture
is "what another CPU has let pass is not known" "5003 0" \
	"$(records dstport forwarding_status | grep ^5003)"

kill "${programs[@]}"
wait "${programs[@]}"
rmmod traffic_flow
finish
