#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# What a router does to packets, and what of it is counted.
. "$(dirname "$0")/lib.sh"

topology
load
tfctl target add dst-address=10.9.0.2 port=9995 version=9
tfctl target add dst-address=10.9.0.2 port=9996 version=IPFIX
start_collector 9996

# The flows of what COMMAND... does, as a collector has them: each time anew.
metered() { # FILTER COMMAND...
	local filter=$1
	shift
	rm -rf "$work/9995"
	start_collector 9995
	tfctl set enabled=yes
	"$@"
	flush
	stop_collector 9995
	flows 9995 "$filter"
}

send() { # PORT
	udp client "UDP4:10.2.0.2:$1,sourceport=4000" 100
}

nft -f - <<'RULES'
table inet filter {
	chain prerouting {
		type filter hook prerouting priority -300
		udp dport 5001 drop
	}
	chain forward {
		type filter hook forward priority 0
		udp dport 5002 drop
	}
	chain input {
		type filter hook input priority 0
		udp dport 5003 drop
	}
}
RULES
three() {
	send 5001
	send 5002
	udp client UDP4:10.1.0.1:5003,sourceport=4000 100
}
is "dropped in a chain: counted; dropped before: not" \
	"17 10.1.0.2 4000 10.1.0.1 5003 1 128
17 10.1.0.2 4000 10.2.0.2 5002 1 128" "$(metered 'proto udp' three)"
nft delete table inet filter

loop() { head -c 100 /dev/zero | socat -u - UDP4:127.0.0.1:5004,sourceport=4000; }
is "over loopback: once" "17 127.0.0.1 4000 127.0.0.1 5004 1 128" \
	"$(metered 'proto udp' loop)"

exports() { client ping -q -c 1 10.1.0.1 >/dev/null; }
is "our own datagrams: not counted" "" "$(metered 'dst port 9996' exports)"
tfctl set meter-exports=yes
is "unless asked for" "1" "$(metered 'dst port 9996' exports | wc -l)"
tfctl set meter-exports=no

fragments() { client ping -q -c 1 -s 3000 10.2.0.2 >/dev/null; }
is "fragments: the first has the type, the others no ports" \
	"1 10.1.0.2 0 10.2.0.2 0.0 2 1568
1 10.1.0.2 0 10.2.0.2 8.0 1 1500" \
	"$(metered 'src host 10.1.0.2 and proto icmp' fragments)"
is "and are counted as such" "4" "$(stat fragments)"

# 20 MB in super-packets: the sender's TCP knows how many it stands for, but not
# the octets of what it has sent again. On a busy machine it may have to.
tcp_counter() { client nstat -az "$1" | awk '/^Tcp/ { print $2 }'; }
big() {
	local segments again
	segments=$(tcp_counter TcpOutSegs)
	again=$(tcp_counter TcpRetransSegs)
	tcp 4 20000000
	echo $(($(tcp_counter TcpOutSegs) - segments)) >"$work/segments"
	echo $(($(tcp_counter TcpRetransSegs) - again)) >"$work/again"
}
for _ in {1..8}; do
	got=$(metered 'src host 10.1.0.2 and proto tcp' big)
	[ "$(<"$work/again")" != 0 ] || break
done
segments=$(<"$work/segments")
is "super-packets: packets and octets as on the wire" \
	"$segments $((20000000 + 52 * segments + 8))" "$(cut -d' ' -f6- <<<"$got")"
is "and there were some" yes "$([ "$(octets_of r1 rx_packets)" -lt "$segments" ] && echo yes)"

small() { tcp 4 10; }
is "TCP flags of all packets" "...AP.SF" "$(metered 'src host 10.1.0.2 and proto tcp' small >/dev/null
	nfdump -q -N -R "$work/9995" -o 'fmt:%flg' 'src host 10.1.0.2 and proto tcp' |
	tr -d ' ' | grep A)"

tfctl set enabled=yes inactive-flow-timeout=1h active-flow-timeout=1h
ended=$(stat flows-exported)
tcp 4 10
both_ended() { [ "$(stat flows-exported)" -ge $((ended + 2)) ]; }
ok "a closed connection ends without waiting for a timeout" wait_for 10 both_ended
# Nobody listens at target 0 any more, and each refusal were a flow.
tfctl target disable 0
tfctl set inactive-flow-timeout=1s
udp client UDP4:10.2.0.2:5005 100
none() { [ "$(stat flows-active)" = 0 ]; }
ok "an idle flow ends after the inactive timeout" wait_for 20 none
finish
