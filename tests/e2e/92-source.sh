#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# The router's own address changes, or the interface of a target's name is another:
# to the collector that is another exporter. It gets templates before anything else,
# and no flow is missing but those that it has no templates for, which are counted.
. "$(dirname "$0")/lib.sh"

targets() { # KEY...: of both
	tfctl stats --json |
		jq -r '[.targets[] | .[$ARGS.positional[]]] | join(" ")' --args "$@"
}
sent() { # RECORDS RECORDS: to the one and the other target
	[ "$(targets records)" = "$1 $2" ]
}
more() { # FROM RECORDS RECORDS
	datagrams client 10.2.0.2 "$1" 10
	wait_for 20 sent "$2" "$3"
}
# Who has sent flows to a port, and how many
exporters() { # PORT
	nfdump -q -N -R "$work/$1" -o 'fmt:%ra' 2>/dev/null | sort | uniq -c | awk '{ $1 = $1; print }'
}

topology
deaf
load
start_collector 9991
start_collector 9992
rarely="v9-template-refresh=1000000 v9-template-timeout=1w"
# shellcheck disable=SC2086
tfctl target add dst-address=10.9.0.2 port=9991 version=9 $rarely
# shellcheck disable=SC2086
tfctl target add dst-address=10.9.0.2 port=9992 version=IPFIX $rarely
tfctl set enabled=yes interfaces=r1 inactive-flow-timeout=1s
ok "flows are sent" more 20000 10 10

ip addr flush dev r9
ip addr add 10.9.0.77/24 dev r9
know collector k0 r9 10.9.0.77 10.9.0.2
ok "from another address, too" more 20100 20 20

# Version 9 has templates that stay; those of IPFIX are others for other fields.
ip addr flush dev r9
datagrams client 10.2.0.2 20150 10
exported() { [ "$(stat flows-exported)" = "$1" ]; }
ok "without an address flows wait" wait_for 20 exported 30
tfctl ipfix set tos=no
is "none has been given up" "20 0 20 0" "$(targets records lost)"
ip addr add 10.9.0.66/24 dev r9
know collector k0 r9 10.9.0.66 10.9.0.2
ok "with another one they are sent, where their templates are" more 20160 40 30

# The interface of a name is another one now: what was called so was not it.
ip link add r8 type veth peer name k8 netns collector
ip link set r8 up
ip -n collector link set k8 up
ip addr add 10.8.0.1/24 dev r8
ip -n collector addr add 10.8.0.2/24 dev k8
know collector k8 r8 10.8.0.1 10.8.0.2
ip route add 10.9.0.2/32 dev r8 src 10.8.0.1 metric 5
ip neigh replace 10.9.0.2 lladdr "$(mac k8 -n collector)" dev r8 nud permanent
tfctl target set 0,1 interface=r9
ok "bound to an interface" more 20200 50 40
before=$(octets_of r8 tx_packets)
ip link set r9 name was9
ip link set r8 name r9
ok "and to the one that has got its name" more 20300 60 50
ok "by which datagrams leave" test "$(octets_of r9 tx_packets)" -gt "$before"
flush
is "nothing is lost but what nobody could read" "0 10" "$(targets lost)"
stop_collectors
for port in 9991 9992; do
	waited=$([ $port = 9991 ] && echo 10 || echo 0)
	is "port $port: all others have arrived" "$((50 + waited)) $((5000 + 100 * waited))" \
		"$(sum $port 'dst port >= 20000')"
	is "port $port: from four addresses" "10 10.8.0.1
10 10.9.0.1
$((20 + waited)) 10.9.0.66
10 10.9.0.77" "$(exporters $port | sort -k 2)"
done
finish
