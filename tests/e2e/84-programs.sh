#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# What people run on either side of a router: iperf3 and curl, both families,
# both ways. Packets and octets are those that the interfaces counted.
. "$(dirname "$0")/lib.sh"

# Virtual time does not pass while octets are sent: ends by octets, not seconds.
size=20M
[ "$flavour" = fast ] || size=300K

serve() { # the octets that curl gets, and a server for iperf3
	head -c 500000 /dev/urandom >"$work/www/file"
	ip netns exec server python3 -m http.server -d "$work/www" --bind :: 80 \
		>"$work/http" 2>&1 &
	http=$!
	ip netns exec server iperf3 -s >"$work/iperf3" 2>&1 &
	iperf=$!
	wait_for 20 listens_tcp server 80
	wait_for 20 listens_tcp server 5201
}

topology
offload off
mkdir "$work/www"
serve
load
for version in 1 5 9 IPFIX; do
	port=$((${port:-9990} + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
tfctl set enabled=yes

r1=$(counted r1 rx)
r2=$(counted r2 rx)
for host in 10.2.0.2 fd02::2; do
	url=http://$host/file
	[ $host = 10.2.0.2 ] || url="http://[$host]/file"
	client curl -s -o "$work/got-$host" "$url"
	ok "curl has got the file from $host" cmp "$work/www/file" "$work/got-$host"
	ok "iperf3, TCP to $host" client iperf3 -c $host -n $size
	ok "iperf3, TCP from $host" client iperf3 -c $host -n $size -R
	ok "iperf3, UDP to $host" client iperf3 -c $host -u -b 20M -l 1000 -n 100K
done
up=$(differ "$r1" "$(counted r1 rx)")
down=$(differ "$r2" "$(counted r2 rx)")
flush
stop_collectors
kill $http $iperf

for port in 9993 9994; do
	is "port $port: from the client, as interface r1 counted" \
		"$up" "$(sum $port 'src host 10.1.0.2 or src host fd01::2')"
	is "port $port: from the server, as interface r2 counted" \
		"$down" "$(sum $port 'src host 10.2.0.2 or src host fd02::2')"
done
for port in 9991 9992; do
	is "port $port: IPv4 as with version 9, and nothing else" \
		"$(flows 9993 ipv4)" "$(flows $port)"
done
# A connection whose packets two CPUs have seen is a record of each.
connections() { flows 9994 "src port 80 and $1" | cut -d' ' -f1-5 | uniq | wc -l; }
is "curl's connections over IPv4 and IPv6" "1 1" \
	"$(connections ipv4) $(connections ipv6)"
finish
