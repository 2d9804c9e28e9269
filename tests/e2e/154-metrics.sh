#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# collectors: promtool
# stats --prometheus: what promtool takes, with the values of stats; the timer's
# file; the dashboard asks for nothing else.
. "$(dirname "$0")/lib.sh"
export PATH=$COLLECTORS/promtool/usr/bin:$PATH
root=$(cd "$(dirname "$0")/../.." && pwd)

topology
deaf
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl target add dst-address=fd09::2 port=9992 version=IPFIX disabled=yes
tfctl set enabled=yes
datagrams client 10.2.0.2 10000 500
tfctl set enabled=no
tfctl stats --prometheus >"$work/metrics"
ok "promtool has nothing to say" test -z "$(promtool check metrics <"$work/metrics" 2>&1)"
tfctl stats --json >"$work/stats"
ok "its values are those of stats" python3 -c '
import json, re, sys
values = {}
for line in open(sys.argv[1]):
    if not line.startswith("#"):
        name, value = line.rsplit(" ", 1)
        values[name.removeprefix("traffic_flow_")] = int(value)
stats = json.load(open(sys.argv[2]))
for metric, name in (("packets_total", "packets"), ("bytes_total", "bytes"),
        ("flows_created_total", "flows-created"), ("flows_exported_total", "flows-exported"),
        ("flows_ended_early_total", "flows-ended-early"),
        ("nat_connections", "nat-connections"), ("nat_events_total", "nat-events"),
        ("nat_events_lost_total", "nat-events-lost")):
    assert values[metric] == stats[name], (metric, values[metric], stats[name])
assert values["packets_total"] >= 500 and values["cache_entries"] == 4096
first = "target=\"1\",address=\"10.9.0.2\",port=\"9991\",version=\"9\""
second = "target=\"2\",address=\"fd09::2\",port=\"9992\",version=\"10\""
target = stats["targets"][0]
for metric, name in (("datagrams", "packets"), ("bytes", "bytes"),
        ("errors", "errors"), ("lost_records", "lost"), ("skipped_flows", "skipped")):
    assert values["target_%s_total{%s}" % (metric, first)] == target[name], name
assert values["target_records_total{%s}" % first] == target["records"] + target["refused"] >= 500
states = [values["target_state{%s,state=\"%s\"}" % (second, state)]
          for state in ("disabled", "idle", "up", "down")]
assert states == [1, 0, 0, 0], states' "$work/metrics" "$work/stats"

ok "into a file" tfctl stats --prometheus file="$work/traffic_flow.prom"
is "which is the same, and everybody may read it" "644 0" \
	"$(command stat -c %a "$work/traffic_flow.prom") $(cmp "$work/metrics" "$work/traffic_flow.prom"; echo $?)"
is "and nothing is left beside it" 1 "$(find "$work" -name 'traffic_flow.prom*' | wc -l)"
mknod "$work/device" c 1 3
is "refused: a device" "tfctl: cannot write '$work/device': not a regular file" \
	"$(tfctl stats --prometheus file="$work/device" 2>&1)"
ok "which stays one" test -c "$work/device"
ok "refused: a folder that is not there" not tfctl stats --prometheus file=/nonesuch/x
ok "refused: where it makes no sense" not tfctl print --prometheus

# What nfcapd has got, as metrics, for the panels over its data.
stop_collector 9991
mv "$work/9991/nfcapd."* "$work/9991/nfcapd.202611240000" 2>/dev/null
"$root/docs/grafana/nfdump-metrics" "$work/9991" >"$work/nfdump.prom"
ok "promtool takes nfdump's, too" test -z "$(promtool check metrics <"$work/nfdump.prom" 2>&1)"
ok "the host that was sent to is among them" grep -q '^nfdump_host_bytes{host="10.2.0.2"} [1-9][0-9]\{4\}' "$work/nfdump.prom"
is "and ten ports" 10 "$(grep -c '^nfdump_port_bytes{' "$work/nfdump.prom")"

python3 -c '
import json, re, sys
names = set(re.findall(r"traffic_flow_[a-z_]+", json.dumps(json.load(open(sys.argv[1])))))
known = set(re.findall(r"^# TYPE (\S+)", open(sys.argv[2]).read(), re.M))
print(*sorted(names - known))
print("too few" if len(names) < 8 else "enough")' \
	"$root/docs/grafana/traffic-flow.json" "$work/metrics" >"$work/names"
is "the dashboard asks for metrics that there are" "
enough" "$(cat "$work/names")"
finish
