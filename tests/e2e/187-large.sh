#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# memory: 3G
# The largest cache, where there is memory for it; what is said where there is not.
# A million flows, and what it takes to print them.
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
tfctl set enabled=yes
tfctl export >"$work/exported"
ok "an export takes its own place" tfctl import replace "$work/exported"
cat >"$work/refused" <<END
/ip traffic-flow target add dst-address=10.9.0.2 port=9992 version=5
/ip traffic-flow set enabled=yes cache-entries=8M
/interface list member add list=none interface=r1
END
not tfctl import replace "$work/refused"
is "and takes it again from what is refused" \
	"tfctl: $work/refused:3: there is no list of that name" "$(<"$work/why")"
is "all is as it was" "$(<"$work/exported")" "$(tfctl export)"
tfctl set enabled=no
ok "without the old one there is room" tfctl set enabled=yes cache-entries=4k

# 1001 source ports, 1000 destination ports: a flow each. The last is not taken.
# A tenth of it where KASAN watches.
sources=1001
[ "$flavour" = fast ] || sources=101
tfctl target remove 0
tfctl set cache-entries=2M
insmod "$KERNEL/net/core/pktgen.ko"
pktgen() { client sh -c "echo $2 >/proc/net/pktgen/$1"; }
pktgen kpktgend_0 "add_device c0"
for line in "count $((sources * 1000))" "pkt_size 100" "dst 10.2.0.2" "src_min 10.1.0.2" \
	"src_max 10.1.0.2" "dst_mac $(mac r1)" "udp_src_min 2000" \
	"udp_src_max $((2000 + sources))" "udp_dst_min 10000" "udp_dst_max 11000" "delay 0"; do
	pktgen c0 "$line"
done
pktgen pgctrl start
flows=$(tfctl flow print count-only where protocol=udp)
is "there are as many flows as datagrams" $((sources * 1000)) "$flows"
cat >"$work/dump" <<'PYTHON'
import resource, subprocess, sys
def available():
    with open("/proc/meminfo") as file:
        return next(int(l.split()[1]) for l in file if l.startswith("MemAvailable"))
start = lowest = available()
for _ in range(2):
    lines = 0
    with subprocess.Popen([sys.argv[1], "flow", "print", "where", "protocol=udp"],
                          stdout=subprocess.PIPE) as dump:
        for line in dump.stdout:
            lines += b"udp" in line
            if lines % 50000 == 0:
                lowest = min(lowest, available())
    print(lines, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(start - lowest)
PYTHON
python3 "$work/dump" "$TFCTL" >"$work/dumped"
is "each is printed, and again" "$flows $flows" "$(awk 'NF == 2 { print $1 }' "$work/dumped" | paste -sd' ')"
ok "tfctl takes no more for that than 16 MB, the second time either: $(awk 'NF == 2 { print $2 }' "$work/dumped" | paste -sd' ') KiB" \
	awk 'NF == 2 && $2 > 16384 { exit 1 }' "$work/dumped"
ok "nor does the kernel, beyond 32 MB: $(tail -n 1 "$work/dumped") KiB" \
	test "$(tail -n 1 "$work/dumped")" -le 32768
rmmod pktgen
rmmod traffic_flow
finish
