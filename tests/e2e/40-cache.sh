#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# The cache full, settings that change under traffic, bad ones, namespaces, and
# the module unloaded at any moment.
. "$(dirname "$0")/lib.sh"

burst() { # NAMESPACE COUNT [PORT]
	ip netns exec "$1" python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[1])):
    s.sendto(b"x" * 72, ("10.2.0.2", int(sys.argv[2]) + i % 50000))
' "$2" "${3:-10000}"
}

settings() { tfctl print; tfctl ipfix print; tfctl target print detail; }

# Enough for a few seconds of traffic in either kernel.
many=60000
[ "$flavour" = fast ] || many=4000

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 10000-65535 drop; }; }'
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes cache-entries=1k
not tfctl set cache-entries=16M
is "refused: more than this machine's memory" \
	"tfctl: not enough memory for so many cache-entries: a change needs room for a second cache" \
	"$(<"$work/why")"
burst client 5000
ok "a full cache ends flows early" test "$(stat flows-ended-early)" -ge 1
flush
seen=$(stat packets)
stop_collector 9991
is "and every packet is counted: 5000 of 100 octets" "5000 500000" \
	"$(sum 9991 '(src host 10.1.0.2 and dst host 10.2.0.2) or host 0.0.0.0')"
is "what was seen is what was exported" "$seen" "$(sum 9991 | cut -d' ' -f1)"

# Every setting changes while packets flow: the books agree in the end.
start_collector 9992
tfctl target set 0 port=9992
tfctl set enabled=yes
before=$(stat packets)
burst client $many &
traffic=$!
for change in cache-entries=2k active-flow-timeout=1m inactive-flow-timeout=2s \
	meter-exports=yes meter-exports=no cache-entries=64k timestamps=uptime \
	interfaces=r1 interfaces=all; do
	tfctl set "$change"
done
tfctl target add dst-address=10.9.0.2 port=9 version=5 disabled=yes
tfctl target enable 1
tfctl target remove 1
tfctl ipfix set bytes=no
tfctl ipfix set bytes=yes
wait $traffic
flush
stop_collector 9992
is "settings that change under traffic lose no packet" \
	"$(($(stat packets) - before))" "$(sum 9992 | cut -d' ' -f1)"
sent=$(sum 9992 'src host 10.1.0.2 and dst host 10.2.0.2' | cut -d' ' -f1)
lost=$(sum 9992 'host 0.0.0.0' | cut -d' ' -f1)
ok "all of the sender's are there, of some no more is known ($sent and $lost)" \
	test "$sent" -le $many -a $((sent + lost)) -ge $many

before=$(settings)
for bad in enabled=maybe cache-entries=3k cache-entries=512 cache-entries=32M \
	active-flow-timeout=0 active-flow-timeout=8d inactive-flow-timeout=-1 \
	timestamps=never packet-sampling=2 sampling-interval=x interfaces= \
	interfaces=abcdefghijklmnopq; do
	ok "refused: set $bad" not tfctl set "$bad"
done
for bad in port=0 port=65536 version=7 dst-address=nonsense dst-address=0.0.0.0 \
	src-address=::1 v9-template-refresh=0 v9-template-timeout=2w; do
	ok "refused: target set 0 $bad" not tfctl target set 0 "$bad"
done
ok "refused: a target that is not there" not tfctl target remove 9
ok "refused: a target without an address" not tfctl target add port=2055
is "and nothing has changed" "$before" "$(settings)"

# The last of its hooks finds no room, when packets are in the first already, and
# somebody looks at whose hooks there are.
before=$(settings)
{
	echo "table ip6 many {"
	for ((i = 1; i <= 1024; i++)); do
		echo "chain c$i { type filter hook output priority $i; }"
	done
	echo "}"
} | nft -f -
burst client 2000 &
traffic=$!
while :; do nft list hooks ip; done >"$work/hooks" 2>&1 &
looks=$!
for round in {1..10}; do
	not tfctl set enabled=yes || break
done
kill $looks
wait $looks $traffic
is "ten times there is no room for a hook, and it says so" \
	"10 tfctl: netfilter has no room for another hook: remove some of nftables' base chains" \
	"$round $(<"$work/why")"
is "which has changed nothing" "$before" "$(settings)"
nft delete table ip6 many
ok "with room it goes" tfctl set enabled=yes
tfctl set enabled=no

# Another namespace with the same addresses.
ip netns add other
ip -n other link set lo up
ip -n other addr add 10.1.0.1/24 dev lo
is "another namespace has settings of its own" "no" \
	"$(ip netns exec other "$TFCTL" print | sed -n 's/^ *enabled: //p')"
ip netns exec other "$TFCTL" set enabled=yes
ip netns exec other ping -q -c 2 -i 0.2 10.1.0.1 >/dev/null
is "and flows of its own" "4" \
	"$(ip netns exec other "$TFCTL" stats | sed -n 's/^ *packets: //p')"
before=$(stat packets)
ip netns exec other ping -q -c 2 -i 0.2 10.1.0.1 >/dev/null
is "which are nobody else's" "$before" "$(stat packets)"
ip netns del other

# Unloaded under traffic, again and again.
client ping -q -i 0.01 10.2.0.2 >/dev/null &
ping=$!
for round in {1..20}; do
	rmmod traffic_flow && load || break
	tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
	tfctl set enabled=yes
	burst client 200
done
is "unloaded and loaded under traffic, 20 times" "20" "$round"
kill $ping
wait $ping
rmmod traffic_flow
finish
