#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# top: rates that are those of the traffic; the screen, as a terminal shows it.
. "$(dirname "$0")/lib.sh"

export TMUX_TMPDIR=/run
screen() { tmux -u "$@"; }
shown() { screen capture-pane -p -t top; }
# At most ten seconds until the screen has that text
shows() { wait_for 10 eval "shown | grep -qE -- '$1'"; }
key() { screen send-keys -t top "$@"; }
rows() { tfctl top "$@" --once --json; }

topology
deaf
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991
tfctl set enabled=yes

# A steady stream: 100 datagrams of 1028 octets a second, 822.4 kbit/s.
client python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4000))
next = time.time()
while True:
    s.sendto(b"x" * 1000, ("10.2.0.2", 10001))
    next += 0.01
    time.sleep(max(0, next - time.time()))
' &
stream=$!
wait_for 10 eval 'tfctl flow print count-only where dst-port=10001 | grep -q 1'
about() { python3 -c '
import json, sys
data = json.load(sys.stdin)
row = data[sys.argv[1]][0]
print({k: row[k] for k in sys.argv[2].split(",")} if 0.6e6 < row["rate"] < 1.1e6 else row)' "$@"; }
is "flows: its rate" "{'src-address': '10.1.0.2', 'dst-port': 10001, 'in-interface': 'r1', 'out-interface': 'r2'}" \
	"$(rows flows interval=4s | about flows src-address,dst-port,in-interface,out-interface)"
is "hosts: what one gets" "{'address': '10.2.0.2', 'out-rate': 0}" \
	"$(rows hosts interval=4s where dst-address=10.2.0.2 and src-port=4000 |
		sed 's/10.1.0.2/&/' | python3 -c '
import json, sys
data = json.load(sys.stdin)
data["hosts"] = [h for h in data["hosts"] if h["address"] == "10.2.0.2"]
print(json.dumps(data))' | about hosts address,out-rate)"
is "interfaces: what comes in" "{'interface': 'r1'}" \
	"$(rows interfaces interval=4s sort=rate where src-port=4000 | python3 -c '
import json, sys
data = json.load(sys.stdin)
data["interfaces"] = [h for h in data["interfaces"] if h["interface"] == "r1"]
print(json.dumps(data))' | about interfaces interface)"
is "the table has it" "udp" "$(tfctl top --once protocols interval=1s limit=1 | sed 1d | awk '{ print $1 }')"

# Connections that begin and end between two looks count, too.
"$TFCTL" top ports --once --json interval=12s where dst-port=8000 or src-port=8000 >"$work/ports" &
watcher=$!
# It listens, looks, which does not sleep, and waits until it looks again.
waits() {
	awk '$2 == 16 && $4 !~ /^0*$/ { n++ } END { exit !n }' /proc/net/netlink &&
		grep -q '^State:.S' "/proc/$watcher/status"
}
ok "the first look has been taken" wait_for 5 waits
for _ in 1 2 3; do
	tcp 4 100000
done
wait $watcher
ok "short connections: three times 100000 octets and their headers" python3 -c '
import json, sys
row, = json.load(open(sys.argv[1]))["ports"]
assert row["port"] == 8000 and row["protocol"] == "tcp", row
assert 300000 < row["bytes"] < 400000, row' "$work/ports"

ok "refused: a screen where there is no terminal" not tfctl top
screen new-session -d -s top -x 120 -y 30 "TERM=screen-256color '$TFCTL' top interval=1s"
ok "the screen: the stream in the first line of flows" \
	shows 'udp +10.1.0.2:4000 > 10.2.0.2:10001 +r1>r2 +[678][0-9]+kbps'
ok "the bar: rate, flows, size of the cache" shows 'Traffic Flow .* [0-9.]+.bps .* of 4k flows'
ok "its target" shows 'targets: 1 up, 0 down'
ok "a line of keys" shows 'q quit +h help +1-5 view'
ok "a sparkline" shows 'udp +10.1.0.2:4000 .*[▁▂▃▄▅▆▇█]{3}'
# Of 120 columns the last is empty, and the one before it is the latest rate's.
ok "up to now" shows '^.{118}[▁▂▃▄▅▆▇█]$'
is "nobody has a block after it" 0 "$(shown | grep -c '^.\{119\}[^ ]')"
key 2
ok "hosts, with both directions" shows 'NAME .*RATE +IN +OUT'
ok "and both hosts" shows '^ 10.1.0.2 '
key 5
ok "interfaces" shows '^ r1 '
key Tab
ok "and round to flows" shows 'udp +10.1.0.2:4000 >'
key 4
ok "protocols" shows '^ udp '
key 3
ok "ports" shows '^ udp/4000 '
key Right
ok "the next by arrow" shows '^ udp '
key Left
ok "and the one before" shows '^ udp/4000 '
key BTab
ok "and one more" shows '^ 10.1.0.2 '
key s
ok "another order" shows 's sort: packets'
key r
ok "turned" shows 's sort: packets \(turned\)'
key 1
key / 'dst-port=1' Enter
ok "a filter that nothing passes" shows 'nothing to show yet'
key / C-u 'dst-port=' Enter
ok "one that makes no sense is refused" shows 'dst-port: a value is missing'
key / C-u 'protocol=udp and dst-port>=10000' Enter
ok "and one that something passes" shows 'udp +10.1.0.2:4000 >'
ok "is shown" shows 'where protocol=udp and dst-port>=10000'
key h
ok "help" shows 'sort by the next column'
key h
screen resize-window -t top -x 50 -y 12
ok "a smaller terminal has fewer columns" shows '^ udp.* [678][0-9]+kbps$'
is "and nothing in them is wider" 0 "$(shown | awk 'length > 50' | wc -l)"
screen resize-window -t top -x 20 -y 4
ok "too small a terminal" shows 'too small'
screen resize-window -t top -x 200 -y 50
ok "and a large one" shows 'BYTES +HISTORY'
key p
ok "pause" shows 'PAUSED'
key 2
ok "hosts, of which there are several" shows '^ 10.1.0.2 '
row() { shown | sed -n "$(($1 + 4))p" | awk '{ print $1 }'; }
first=$(row 1)
second=$(row 2)
is_first() { [ "$(row 1)" = "$1" ]; }
ok "which are two" test -n "$second" -a "$first" != "$second"
screen resize-window -t top -x 120 -y 6
ok "where there is room for one" wait_for 10 eval '! shown | grep -q "^ $second "'
key Down
ok "down" wait_for 10 is_first "$second"
key Up
ok "up" wait_for 10 is_first "$first"
key Down Home
ok "the first" wait_for 10 is_first "$first"
key p
resumed() { ! shown | grep -q PAUSED; }
ok "and on" wait_for 10 resumed
key -
ok "half as often" shows '2 s *$'
key +
ok "and as before" shows '1 s *$'
key q
gone() { ! screen has-session -t top; }
ok "quit" wait_for 10 gone

# Without colours and UTF-8
screen new-session -d -s top -x 100 -y 20 "TERM=vt100 LC_ALL=C '$TFCTL' top ports; echo left \$?; read _"
ok "a terminal that can do little" shows "udp/4000"
is "no block characters there" 0 "$(shown | grep -c '[▁▂▃▄▅▆▇█]')"
rmmod traffic_flow
ok "the module is gone: the screen ends, and says why" shows 'tfctl: Traffic Flow '
ok "with an error" shows '^left 1'
screen kill-server
kill $stream
wait $stream 2>/dev/null
finish
