#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# The default timeouts at their full length, in virtual time.
. "$(dirname "$0")/lib.sh"

exported() { stat flows-exported; }
templates() { # how many datagrams have templates
	tshark -r "$work/exports.pcap" -d udp.port==9991,cflow \
		-Y 'cflow.template_id && cflow.flowset_id == 0' 2>/dev/null | wc -l
}

topology
load
start_collector 9991
start_capture 9991
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000 drop; }; }'
tfctl target add dst-address=10.9.0.2 port=9991 version=9 v9-template-refresh=1000000
tfctl set enabled=yes

udp client UDP4:10.2.0.2:5000,sourceport=4000 100
is "a flow is there" "1" "$(stat flows-active)"
# A busy machine takes its time for a look.
pass 11
is "after 11 seconds it is still there" "1 0" "$(stat flows-active) $(exported)"
pass 6
is "inactive for 15 seconds, it has ended" "0 1" "$(stat flows-active) $(exported)"

client ping -q -i 5 -w 1900 10.2.0.2 >/dev/null &
ping=$!
pass 1790
is "active for less than 30 minutes: two flows, none has ended" "2 1" \
	"$(stat flows-active) $(exported)"
pass 20
is "after 30 minutes both are exported, and go on" "2 3" \
	"$(stat flows-active) $(exported)"
wait $ping
pass 20
flush
stop_capture
stop_collector 9991
is "templates: at once, and after 30 minutes" "2" "$(templates)"
is "every ping is counted, in two records each way" "2 2" \
	"$(flows 9991 'src host 10.1.0.2 and proto icmp' | wc -l) $(flows 9991 'src host 10.2.0.2 and proto icmp' | wc -l)"
finish
