#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# monitor: changes, targets that come and go, a cache that is full and is not.
. "$(dirname "$0")/lib.sh"

says() { grep -q -- "$1" "$work/${2:-text}"; }
# The last event of a name, without its time
last() { grep "\"event\":\"$1\"" "$work/json" | tail -n 1 | sed 's/"time":[0-9]*,//'; }

topology
deaf
load
setpriv --reuid 65534 --clear-groups "$TFCTL" monitor >"$work/text" 2>&1 &
watchers=$!
wait_for 60 hears $!
"$TFCTL" monitor --json >"$work/json" 2>&1 &
watchers="$watchers $!"
wait_for 60 hears $!

tfctl set enabled=yes cache-entries=1k
ok "settings that change, seen by anybody" wait_for 10 says 'config          enabled=yes cache-entries=1k$'
wait_for 10 says cache-entries json
is "and as JSON" '{"event":"config","changes":{"enabled":true,"cache-entries":1024}}' "$(last config)"
tfctl ipfix set tos=no
is "fields of IPFIX" '{"event":"config","changes":{"ipfix":{"tos":false}}}' \
	"$(wait_for 10 says ipfix json; last config)"
tfctl interface list add name=WAN
tfctl interface list member add list=WAN interface=r2
ok "lists and their members" wait_for 10 says 'config          member-added:WAN,r2$'

start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991
ok "a target that is added" wait_for 10 says 'target-added    10.9.0.2:9991$'
ok "and gets datagrams" wait_for 10 says 'target-up       10.9.0.2:9991$'
tfctl target set 0 version=5 port=9992
ok "a target that changes" wait_for 10 says 'target-changed  10.9.0.2:9992 port=9992 version=5$'
client ping -q -c 1 10.2.0.2 >/dev/null
udp client UDP4:10.2.0.2:10001 100
tfctl set inactive-flow-timeout=1s
ok "a collector that does not listen" wait_for 60 says 'target-down     10.9.0.2:9992 Connection refused$'
wait_for 10 says target-down json
is "and as JSON" '{"event":"target-down","id":1,"dst-address":"10.9.0.2","port":9992,"error":"Connection refused"}' \
	"$(last target-down)"
tfctl target remove 0
ok "a target that is removed" wait_for 10 says 'target-removed  10.9.0.2:9992$'

tfctl set inactive-flow-timeout=1m
datagrams client 10.2.0.2 10000 5000
ok "a cache that is full" wait_for 20 says ' cache-full$'
ok "and is no more" wait_for 60 says ' cache-relieved$'
wait_for 10 says cache-relieved json
is "each said once" "1 1" "$(grep -c cache-full "$work/text") $(grep -c cache-relieved "$work/text")"
is "both saw the same" "$(awk '{ print $3 }' "$work/text")" \
	"$(sed 's/.*"event":"\([^"]*\)".*/\1/' "$work/json")"
rmmod traffic_flow
ok "the module is gone" wait_for 10 says 'Traffic Flow was unloaded'
# shellcheck disable=SC2086
wait $watchers
is "and so are they" 1 $?
finish
