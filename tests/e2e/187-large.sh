#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast
# memory: 3G
# The largest cache, where there is memory for it; what is said where there is not.
. "$(dirname "$0")/lib.sh"

topology
deaf
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set enabled=yes inactive-flow-timeout=1h
datagrams client 10.2.0.2 10000 100
ok "16M entries, while there are flows" tfctl set cache-entries=16M
is "are shown" 16M "$(tfctl print | sed -n 's/^ *cache-entries: //p')"
memory=$(stat memory)
ok "they take what docs/sizing.md says: $memory octets" \
	test "$memory" -ge 2000000000 -a "$memory" -le 2150000000
datagrams client 10.2.0.2 20000 40000
is "each datagram is a flow there" 40000 "$(tfctl flow print count-only where 'dst-port>=20000')"
is "none ended early" 0 "$(stat flows-ended-early)"
not tfctl set cache-entries=8M
is "no room for a second one beside it" \
	"tfctl: not enough memory for so many cache-entries: a change needs room for a second cache" \
	"$(<"$work/why")"
is "it goes on as it was" "16M 40000" "$(tfctl print | sed -n 's/^ *cache-entries: //p'
	) $(tfctl flow print count-only where 'dst-port>=20000')"
flush
stop_collectors
is "every datagram was exported" "40100 4010000" "$(sum 9991 'src port 4000')"
ok "without the old one there is room" tfctl set enabled=yes cache-entries=4k
rmmod traffic_flow
finish
