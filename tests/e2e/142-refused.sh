#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# leaks: yes
# cpus: 1
# Whatever a collector, or the way to it, may do: the others get everything, each
# flow has been sent to a target or is counted as lost there, and it goes on by
# itself.
. "$(dirname "$0")/lib.sh"

snapshot() { tfctl stats --json >"$work/now"; }
stats() { # EXPRESSION of `t`, the targets, and `all`, as they are
	snapshot
	of_snapshot "$1"
}
of_snapshot() { # EXPRESSION, likewise, as they were when they were looked at last
	python3 -c '
import json, sys
all = json.load(sys.stdin)
t = all["targets"]
print(eval("(" + sys.argv[1] + ")"))' "$1" <"$work/now"
}
has() { [ "$(stats "$1")" = True ]; }
had() { [ "$(of_snapshot "$1")" = True ]; }
# Each flow that was exported: sent or lost, by each target
books() {
	stats '"%d active, %d exported; sent+lost+skipped: " % (all["flows-active"],
		all["flows-exported"]) + " ".join(
		"%d+%d+%d" % (x["records"], x["lost"], x["skipped"]) for x in t)'
}
# What waits for a way to a target is given up after 10 s.
agree() {
	all_told() {
		has 'all["flows-active"] == 0 and all["flows-created"] == all["flows-exported"] and
			{x["records"] + x["lost"] + x["skipped"] for x in t} == {all["flows-exported"]}'
	}
	ok "$1: sent and lost is all, for each target" wait_for 15 all_told
	echo "# $1: $(books)"
}
# All flows have ended, and the targets had time to hear of it
settle() {
	pass 3
	wait_for 60 has 'all["flows-active"] == 0'
	pass 2.2
}
burst() { # COUNT: so many flows of one packet
	datagrams client 10.2.0.2 10000 "$1"
	settle
}
# Nobody but us speaks: no IPv6, and each knows the other
another() { # NAMESPACE NET
	ip netns add "$1"
	ip netns exec "$1" sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	ip link add "r$2" type veth peer name "k$2" netns "$1"
	sysctl -qw "net.ipv6.conf.r$2.disable_ipv6=1"
	ip addr add "10.$2.0.1/24" dev "r$2"
	ip link set "r$2" up
	ip -n "$1" addr add "10.$2.0.2/24" dev "k$2"
	ip -n "$1" link set "k$2" up
	know "$1" "k$2" "r$2" "10.$2.0.1" "10.$2.0.2"
	ip netns exec "$1" nft 'table inet deaf { chain in {
		type filter hook input priority 0; meta l4proto udp drop; }; }'
}

# What a socket may have under way: less than what is sent at once
sysctl -qw net.core.wmem_default=150000
topology
deaf
another slow 4
another gone 5
another shy 6
load
start_collector 9991
tfctl set inactive-flow-timeout=1s cache-entries=16k interfaces=r1
for to in 10.9.0.2:9991 10.9.0.2:9992 10.9.0.77:9993 10.4.0.2:9994 10.5.0.2:9995 \
	10.6.0.2:9996; do
	tfctl target add dst-address=${to%:*} port=${to#*:} version=5 options=none
done
tfctl target set 3 src-address=10.4.0.1
tfctl target set 4 version=9
tfctl target set 5 version=IPFIX
tfctl target add dst-address=fd09::2 port=9997 version=9 options=none
net=70
for way in blackhole prohibit unreachable; do
	net=$((net + 1))
	ip route add $way 10.$net.0.0/24
	tfctl target add dst-address=10.$net.0.2 port=9998 version=IPFIX options=none
done
tfctl set enabled=yes

# A host where nobody listens, half a tenth of a second away
collector tc qdisc add dev k0 root netem delay 50ms
tfctl set inactive-flow-timeout=5s
datagrams client 10.2.0.2 10000 600
ok "what was seen is in the cache, or exported" has \
	'all["flows-active"] > 0 and
	all["flows-created"] == all["flows-active"] + all["flows-exported"]'
tfctl set inactive-flow-timeout=1s
settle
snapshot
ok "where nobody listens it is down" had \
	't[1]["state"] == "down" and t[1]["last-error"] == "Connection refused" and t[1]["lost"] > 0'
ok "over IPv6, too" had \
	't[6]["state"] == "down" and t[6]["last-error"] == "Connection refused" and t[6]["lost"] > 0'
ok "routes that lead nowhere have their own reasons" had \
	'[(x["state"], x["last-error"], x["lost"] > 0) for x in t[7:]] == [
	("down", "Invalid argument", True), ("down", "Permission denied", True),
	("down", "No route to host", True)]'
ok "so it is where no host answers" had \
	't[2]["state"] == "down" and t[2]["last-error"] == "No route to host" and t[2]["lost"] > 0'
ok "the others are well" had \
	'[(t[i]["state"], t[i]["lost"], t[i]["errors"]) for i in (0, 3, 4, 5)] == [("up", 0, 0)] * 4'
agree "nobody there"

# Who answers with datagrams takes no room from what the kernel says of refusals
port=$(ss -Hun dst 10.9.0.2:9992 | awk '{ sub(".*:", "", $4); print $4 }')
collector python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.9.0.2", 9992))
for i in range(300):
    s.sendto(b"x" * 200, ("10.9.0.1", int(sys.argv[1])))' "$port"
pass 12
lost=$(stats 't[1]["lost"]')
burst 90
is "after it was flooded it knows of each that was refused" 90 \
	$(($(stats 't[1]["lost"]') - lost))
collector tc qdisc del dev k0 root

# A way that is far too narrow: it drops, and tells
tc qdisc add dev r4 root tbf rate 16kbit burst 1600 limit 3000
r1=$(counted r1 rx)
r2=$(counted r2 tx)
burst 3000
is "whatever is behind the router, it forwards everything" "$(differ "$r1" "$(counted r1 rx)")" \
	"$(differ "$r2" "$(counted r2 tx)")"
ok "a queue that is full loses some" has 't[3]["lost"] > 0 and t[3]["errors"] > 0'
tc qdisc del dev r4 root
ok "and nothing of the others" has '[t[i]["lost"] for i in (0, 4, 5)] == [0] * 3'
agree "a narrow way"
burst 30
ok "then it is well again" has 't[3]["state"] == "up"'

# One that takes more than the socket may have under way
tc qdisc add dev r4 root tbf rate 16kbit burst 1600 limit 1000000
lost=$(stats 't[3]["lost"]')
burst 3500
ok "a socket's buffer that is full lets datagrams wait" has \
	't[3]["last-error"] == "Resource temporarily unavailable"'
tc qdisc change dev r4 root tbf rate 100mbit burst 16000 limit 1000000
pass 3
is "and not one of them was lost" "up $lost" "$(stats 't[3]["state"]') $(stats 't[3]["lost"]')"
tc qdisc del dev r4 root
agree "a slow way"

# One on which nothing goes any more, though nobody says so
tc qdisc add dev r4 root tbf rate 8bit burst 1600 limit 1000000
burst 3500
pass 12
ok "a way on which nothing goes for ten seconds is down" has \
	't[3]["state"] == "down" and t[3]["last-error"] == "Resource temporarily unavailable"'
tc qdisc del dev r4 root
burst 30
ok "and up when it does" has 't[3]["state"] == "up"'
agree "a way on which nothing goes"

# One that is narrow, but on which it goes on, for longer than anybody waits at once
tc qdisc add dev r4 root tbf rate 500kbit burst 1600 limit 1000000
lost=$(stats 't[3]["lost"]')
burst 7000
pass 10
is "however long it takes, nothing is lost, nor at the others" "up $lost [0, 0, 0]" \
	"$(stats 't[3]["state"]') $(stats 't[3]["lost"]') $(stats '[t[i]["lost"] for i in (0, 4, 5)]')"
tc qdisc del dev r4 root
agree "a narrow way on which it goes on"

# What is there goes away
ip addr del 10.4.0.1/24 dev r4
ip link set r5 down
ip netns exec shy nft 'table inet shy { chain in { type filter hook input priority -1;
	udp dport 9996 reject with icmpx admin-prohibited; }; }'
burst 100
snapshot
ok "the address that it sends from is gone" had 't[3]["state"] == "down"'
ok "so is the interface" had 't[4]["state"] == "down"'
ok "a firewall forbids it" had \
	't[5]["state"] == "down" and t[5]["last-error"] == "No route to host" and t[5]["lost"] > 0'
pass 12
ip addr add 10.4.0.1/24 dev r4
ip link set r5 up
know gone k5 r5 10.5.0.1 10.5.0.2
ip netns exec shy nft delete table inet shy
know slow k4 r4 10.4.0.1 10.4.0.2
burst 100
pass 11
burst 100
ok "all three are up again by themselves" has \
	'[t[i]["state"] for i in (3, 4, 5)] == ["up"] * 3'
agree "address, interface, firewall"
ip netns del gone
burst 100
ok "the collector's namespace is gone" has 't[4]["state"] == "down"'

# A collector is started again in the middle
start_collector 9992
burst 20
pass 11
burst 20
ok "somebody listens" has 't[1]["state"] == "up"'
lost=$(stats 't[1]["lost"]')
burst 40
stop_collector 9992
mv "$work/9992" "$work/first"
burst 50
burst 50
start_collector 9992
burst 60
flush
stop_collectors
agree "in the end"
lost=$(($(stats 't[1]["lost"]') - lost))
is "a collector that was away: what came, and what is counted as lost, is all" "240" \
	"$(($(nfdump -q -N -R "$work/first" -o 'fmt:%dp' 2>/dev/null | grep -c .) + \
	$(flows 9992 | wc -l) + lost))"
ok "some of it was lost" test "$lost" -ge 50
is "the one that was well all the time has everything" "$(stat flows-exported) 0 0 0" \
	"$(flows 9991 | wc -l) $(stats 't[0]["lost"]') $(sequence_errors 9991)"
finish
