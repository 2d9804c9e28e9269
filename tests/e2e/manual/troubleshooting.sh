#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# The manual's troubleshooting section: each piece of advice, followed.
. "$(dirname "$0")/lib.sh"

state() { # KEY: of target 0
	tfctl stats --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["targets"][0][sys.argv[1]])' "$1"
}
state_is() { [ "$(state "$1")" = "$2" ]; }

burst() { # COUNT: flows of one packet each
	client python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[1])):
    s.sendto(b"x" * 72, ("10.2.0.2", 5000 + i))
' "$1"
}

# Template sets in the capture, and datagrams of data
templates() {
	tshark -r "$work/exports.pcap" -d udp.port==2055,cflow -Y cflow.template_id 2>/dev/null | wc -l
}

# "No flows arriving at the collector"
manual_topology
load
tfctl target add dst-address=192.168.1.100 disabled=yes
is "1. it is not enabled" "enabled: no" "$(tfctl /ip traffic-flow print | squeezed | head -n 1)"
tfctl set enabled=yes
is "   now it is" "enabled: yes" "$(tfctl /ip traffic-flow print | squeezed | head -n 1)"
is "2. the target is disabled" "0 X 0.0.0.0 192.168.1.100 2055 9" \
	"$(tfctl /ip traffic-flow target print | squeezed | tail -n 1)"
tfctl target enable 0
is "   now it is not" "0 0.0.0.0 192.168.1.100 2055 9" \
	"$(tfctl /ip traffic-flow target print | squeezed | tail -n 1)"
ok "3. the router can reach the collector" ping -q -c 1 -W 2 192.168.1.100

start_collector 2055 4 192.168.1.100
flush
before=$(state packets)
collector nft 'table inet filter { chain in {
	type filter hook input priority 0; udp dport 2055 counter drop; }; }'
tfctl set enabled=yes inactive-flow-timeout=1s
burst 10
sent() { [ "$(state records)" -ge 10 ]; }
ok "4. the collector's own firewall: flows are sent" wait_for 20 sent
dropped() {
	collector nft list table inet filter |
		sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}
all_dropped() { [ "$(dropped)" = $(($(state packets) - before)) ]; }
ok "   but dropped there, all of them" wait_for 20 all_dropped
ok "   which were some" test "$(dropped)" -gt 0
collector nft delete table inet filter

nft 'table inet filter { chain out {
	type filter hook output priority 10; udp dport 2055 drop; }; }'
burst 10
ok "5. the router's own firewall: the target says why" \
	wait_for 20 state_is last-error "Operation not permitted"
is "   and that it is down" down "$(state state)"
nft delete table inet filter
burst 10
ok "   without the rule it is up by itself" wait_for 20 state_is state up

is "6. the collector listens" "1" "$(collector ss -unl | grep -c 2055)"
stop_collector 2055
is "   it does not" "0" "$(collector ss -unl | grep -c 2055)"
burst 10
ok "   which the router says" wait_for 20 state_is last-error "Connection refused"

# "Flows appear but data is incomplete (v9 / IPFIX)"
tfctl reset
start_collector 2055 4 192.168.1.100
tfctl target add dst-address=192.168.1.100 v9-template-timeout=1w
start_capture 2055
tfctl set enabled=yes cache-entries=16k
idle() { state_is state idle || state_is state up; }
wait_for 10 idle
burst 500
flush
stop_capture
before=$(templates)
datagrams=$(($(state packets) - before))
is "1. templates first, and after every 20 datagrams" \
	$((1 + (datagrams - 1) / 20)) "$before"
is "   of which there were several" yes "$([ $datagrams -gt 20 ] && echo yes)"

tfctl target remove 0
tfctl target add dst-address=192.168.1.100 v9-template-timeout=1w
ok "2. more often" typed <<'END'
/ip traffic-flow target set 0 v9-template-refresh=5
END
start_capture 2055
tfctl set enabled=yes
burst 500
flush
stop_capture
now=$(templates)
datagrams=$(($(state packets) - now))
is "   after every 5" $((1 + (datagrams - 1) / 5)) "$now"

tfctl target set 0 v9-template-refresh=1000000
tfctl set enabled=yes
wait_for 10 idle
more() { [ "$(state packets)" -gt "$count" ]; }
count=$(state packets)
start_capture 2055
tfctl target disable 0
tfctl target enable 0
ok "3. disabled and enabled: a template at once" wait_for 10 more
kill "$capture"
wait "$capture"
is "   it is one" 1 "$(templates)"
stop_collectors

# "High CPU or memory usage"
tfctl set enabled=yes cache-entries=64k
memory=$(stat memory)
tfctl set cache-entries=4k
ok "1. fewer cache-entries take less memory" test "$(stat memory)" -lt $((memory / 8))
ok "2. reduce the monitored interface set" typed <<'END'
/ip traffic-flow set interfaces=ether1
END
seen=$(stat packets)
udp guest UDP4:10.2.0.2:5000 100
is "   others are not metered" "$seen" "$(stat packets)"
ok "3. enable packet sampling" typed <<'END'
/ip traffic-flow set packet-sampling=yes sampling-interval=100 sampling-space=900
END
seen=$(stat packets)
burst 1000
burst 1000
is "   1 in 10 packets" $((seen + 200)) "$(stat packets)"
tfctl set packet-sampling=no inactive-flow-timeout=1s
burst 10
none() { [ "$(stat flows-active)" = 0 ]; }
ok "4. an idle flow ends after a second" wait_for 20 none
tfctl set inactive-flow-timeout=1h
burst 10
is "   and with a longer timeout it does not" 10 "$(stat flows-active)"
finish
