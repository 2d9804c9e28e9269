#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# cpus: 1
# What the fields are of packets that the router receives for itself, sends
# itself, or sends to itself.
. "$(dirname "$0")/lib.sh"

none=00:00:00:00:00:00

send() { # NAMESPACE|router SOCAT-ADDRESS
	if [ "$1" = router ]; then
		head -c 100 /dev/zero | socat -u - "$2"
	else
		udp "$1" "$2" 100
	fi
}

# tshark has one list for each field of a datagram: one family at a time.
begin() {
	start_capture 9991
	tfctl set enabled=yes
}
end() {
	flush
	stop_capture
}

topology
load
start_collector 9991
for netns in client server; do
	ip netns exec $netns nft 'table inet deaf { chain in {
		type filter hook input priority 0; udp dport 5000-6000 drop; }; }'
done
nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000-6000 drop; }; }'
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
r1=$(cat /sys/class/net/r1/ifindex)
r2=$(cat /sys/class/net/r2/ifindex)
lo=$(cat /sys/class/net/lo/ifindex)

begin
send client UDP4:10.1.0.1:5000
send router UDP4:10.2.0.2:5001
send router UDP4:127.0.0.1:5002
end
flow() { # DESTINATION-PORT
	records dstport srcaddr dstaddr inputint outputint nexthop srcmask \
		dstmask srcmac dstmac post_srcmac post_dstmac | grep "^$1 "
}
is "received: no way out" \
	"5000 10.1.0.2 10.1.0.1 $r1 0 0.0.0.0 24 32 $(mac c0 -n client) $(mac r1) $none $none" \
	"$(flow 5000)"
is "sent: no way in" \
	"5001 10.2.0.1 10.2.0.2 0 $r2 0.0.0.0 32 24 $none $none $(mac r2) $(mac s0 -n server)" \
	"$(flow 5001)"
is "over loopback: out only, once" \
	"5002 127.0.0.1 127.0.0.1 0 $lo 0.0.0.0 32 32 $none $none $none $none" \
	"$(flow 5002)"

begin
send client "UDP6:[fd01::1]:5000"
send router "UDP6:[fd02::2]:5001"
send router "UDP6:[::1]:5002"
end
flow6() { # DESTINATION-PORT
	records dstport srcaddrv6 dstaddrv6 inputint outputint nexthopv6 srcmaskv6 \
		dstmaskv6 srcmac dstmac post_srcmac post_dstmac | grep "^$1 "
}
is "IPv6, received: no way out" \
	"5000 fd01::2 fd01::1 $r1 0 :: 64 128 $(mac c0 -n client) $(mac r1) $none $none" \
	"$(flow6 5000)"
is "IPv6, sent: no way in" \
	"5001 fd02::1 fd02::2 0 $r2 :: 128 64 $none $none $(mac r2) $(mac s0 -n server)" \
	"$(flow6 5001)"
is "IPv6, over loopback: out only, once" \
	"5002 ::1 ::1 0 $lo :: 128 128 $none $none $none $none" \
	"$(flow6 5002)"
finish
