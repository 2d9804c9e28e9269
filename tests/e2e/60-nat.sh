#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Address translation: the tuple as received is the flow's, the tuple as sent
# stands beside it, in both directions and from the first packet on.
. "$(dirname "$0")/lib.sh"

# src sport dst dport | as sent: src sport dst dport
translated() {
	records srcaddr srcport dstaddr dstport post_natsource_ipv4_address \
		post_naptsource_transport_port post_natdestination_ipv4_address \
		post_naptdestination_transport_port
}

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000-5100 drop; }; }'
nft 'table ip nat {
	chain pre {
		type nat hook prerouting priority dstnat
		ip daddr 10.1.0.1 udp dport 5053 dnat to 10.2.0.2:5000
		ip daddr 10.1.0.1 udp dport 5054 dnat to 10.2.0.2:7000
	}
	chain post {
		type nat hook postrouting priority srcnat
		udp dport 5001 snat to 10.2.0.1:6001
	}
}'
load
start_collector 9991
start_capture 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set enabled=yes

# One packet each: destination, source, and no translation.
udp client UDP4:10.1.0.1:5053,sourceport=4001 100
udp client UDP4:10.2.0.2:5001,sourceport=4002 100
udp client UDP4:10.2.0.2:5002,sourceport=4003 100
# And one that is answered.
ip netns exec server socat -T 5 UDP4-LISTEN:7000 EXEC:cat &
echo=$!
wait_for 10 listens server 7000
echo hello | client socat -t 1 - UDP4:10.1.0.1:5054,sourceport=4004 >"$work/answer"
kill $echo
is "the answer came back" "hello" "$(<"$work/answer")"
flush
stop_capture
is "received and sent, both ways" "\
10.1.0.2 4001 10.1.0.1 5053 10.1.0.2 4001 10.2.0.2 5000
10.1.0.2 4002 10.2.0.2 5001 10.2.0.1 6001 10.2.0.2 5001
10.1.0.2 4003 10.2.0.2 5002 10.1.0.2 4003 10.2.0.2 5002
10.1.0.2 4004 10.1.0.1 5054 10.1.0.2 4004 10.2.0.2 7000
10.2.0.2 7000 10.1.0.2 4004 10.1.0.1 5054 10.1.0.2 4004" \
	"$(translated | grep -E ' 40[0-9][0-9] ')"
finish
