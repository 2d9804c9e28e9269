#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# The values that others cut, in version 9 as in IPFIX; and what versions 1 and 5
# cannot say, they leave out and do not make up.
. "$(dirname "$0")/lib.sh"

topology
deaf
ip link add big index 70000 type dummy
ip link set big up
ip addr add 10.7.0.1/24 dev big
ip neigh add 10.7.0.2 lladdr 02:00:00:00:07:02 dev big nud permanent
load
start_capture 9991-9994
for version in 1 5 9 IPFIX; do
	port=$((${port:-9990} + 1))
	start_collector $port
	tfctl target add dst-address=10.9.0.2 port=$port version=$version
done
tfctl set enabled=yes
# From here, so that no interface is the incoming one; to one above 16 bits.
head -c 100 /dev/zero | socat -u - UDP4:10.7.0.2:10000,sourceport=4000
# The least bits of the traffic class set, and a flow label
client ping -q -c 3 -i 0.2 -F 0x12345 -Q 0xbb fd02::2 >/dev/null
flush
tfctl set enabled=yes
flush
stop_capture
stop_collectors

for port in 9993 9994; do
	is "port $port: interface 70000, and 0 for none" "0 70000" \
		"$(nfdump -q -N -R "$work/$port" -o 'fmt:%in %out' 'dst host 10.7.0.2' |
		awk 'NF { print $1, $2 }')"
	is "port $port: 8 bits of traffic class" "187" \
		"$(nfdump -q -N -6 -R "$work/$port" -o 'fmt:%tos' 'src host fd01::2 and proto icmp6' |
		awk 'NF { print $1 }')"
	is "port $port: 20 bits of flow label" "$((0x12345))" \
		"$(decoded -Y "udp.port == $port" -T fields -E aggregator=' ' -e cflow.ipv6flowlabel |
		tr ' ' '\n' | grep -cx $((0x12345)) | sed "s/^1$/$((0x12345))/")"
done
for port in 9991 9992; do
	is "port $port: an index of more than 16 bits is 0, not its lower half" "0 0" \
		"$(nfdump -q -N -R "$work/$port" -o 'fmt:%in %out' 'dst host 10.7.0.2' |
		awk 'NF { print $1, $2 }')"
done
is "versions 1 and 5: no IPv6 flow, and what was left out is counted" "0 0 yes" \
	"$(flows 9991 ipv6 | wc -l) $(flows 9992 ipv6 | wc -l) $(tfctl stats --json | python3 -c '
import json, sys
t = json.load(sys.stdin)["targets"]
print("yes" if t[0]["skipped"] == t[1]["skipped"] > 0 == t[2]["skipped"] else t)')"
is "and said in the log, once for each" "1 1 0 0" \
	"$(for id in 1 2 3 4; do dmesg | grep -c "traffic_flow: target $id .*IPv6"; done | xargs)"

# A version that changes with IPv6 flows in the cache takes them along, or not.
rm -rf "$work/9994"
start_collector 9994
tfctl set enabled=yes
client ping -q -c 1 fd02::2 >/dev/null
client ping -q -c 1 10.2.0.2 >/dev/null
tfctl target set 3 version=5
flush
stop_collectors
is "a target that is told to be version 5 has IPv4 flows only" "2 0" \
	"$(flows 9994 'host 10.2.0.2' | wc -l) $(flows 9994 ipv6 | wc -l)"

# Counters under load: always increasing, and in order; but records that are
# refused after they were sent are no longer sent, but lost.
books() {
	python3 -c '
import json, subprocess, sys
before = {}
for _ in range(40):
    now = json.loads(subprocess.check_output([sys.argv[1], "stats", "--json"]))
    numbers = {k: v for k, v in now.items() if isinstance(v, int)}
    for target in now["targets"]:
        numbers.update({f"{target['"'number'"']} {k}": v for k, v in target.items()
                        if k in ("packets", "bytes", "lost")})
    for key, value in numbers.items():
        assert 0 <= value < 10**12, (key, value)
        if key not in ("flows-active", "memory"):
            assert value >= before.get(key, 0), (key, before, now)
    assert now["flows-active"] <= now["flows-created"], now
    assert now["bytes"] >= 20 * now["packets"], now
    before = numbers
print("in order")' "$TFCTL"
}
tfctl set enabled=yes cache-entries=1k
datagrams client 10.2.0.2 10000 3000 &
traffic=$!
is "statistics under load: no number goes back or below 0" "in order" "$(books)"
wait $traffic
flush
finish
