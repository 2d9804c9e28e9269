#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# cpus: 1
# leaks: yes
# flow print: the cache while it is in use, conditions, order; flows as they end.
. "$(dirname "$0")/lib.sh"

# What JSON says: EXPRESSION of the list `flows`
of() { # EXPRESSION FLOW-PRINT-WORD...
	local expression=$1
	shift
	tfctl flow print "$@" --json | python3 -c '
import json, sys
flows = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$expression"
}

count() { tfctl flow print count-only where "$@"; }

# Who is followed: the program that a process has become
followed() { # FILE WORD...
	local file=$1
	shift
	"$TFCTL" flow print follow "$@" >"$work/$file" 2>"$work/$file.err" &
	follower=$!
	wait_for 60 hears $follower
}

# Enough to need several messages; the kernel that finds mistakes takes its time.
n=3000 many=20000 rounds=16
[ "$flavour" = fast ] || n=500 many=3000
[ "$flavour" != debug ] || rounds=6

topology
deaf
load
ok "nothing is there before anything is metered" test "$(tfctl flow print --json)" = "[
]"
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl set enabled=yes cache-entries=8k inactive-flow-timeout=10m
followed ended --json
heard=$follower
client ping -q -c 3 -i 0.2 10.2.0.2 >/dev/null
udp client UDP4:10.2.0.2:10001,sourceport=4000 100
udp client UDP4:10.2.0.2:10001,sourceport=4000 200
udp client "UDP6:[fd02::2]:10001,sourceport=4000" 100
tcp 4 100000

is "a flow's values" "udp 10.1.0.2 4000 10.2.0.2 10001 r1 r2 2 356 63 None" "$(of \
	'" ".join(str(flows[0][k]) for k in ("protocol", "src-address", "src-port",
	"dst-address", "dst-port", "in-interface", "out-interface", "packets", "bytes",
	"ttl", "end-reason"))' where src-address=10.1.0.2 dst-port=10001)"
is "and of IPv6" "fd01::2 fd02::2 1 148" "$(of \
	'" ".join(str(flows[0][k]) for k in ("src-address", "dst-address", "packets",
	"bytes"))' where ip-version=6 and dst-port=10001)"
is "its times are of this minute" True "$(of \
	'(0 <= flows[0]["first"] <= flows[0]["last"] and
	abs(flows[0]["last"] / 1000 - __import__("time").time()) < 60)' where dst-port=10001)"
is "echo request and reply, by ICMP's type" "2048 3 0 3" "$(of \
	'" ".join("%d %d" % (f["dst-port"], f["packets"]) for f in flows)' \
	sort=src-address where protocol=icmp)"
ok "the table has the flow in one line" test "$(tfctl flow print where \
	protocol=udp and ip-version=4 and src-port=4000 | sed 1d | awk '{ print $1, $2, $3, $4, $5, $6, $7 }')" = \
	"udp 10.1.0.2:4000 10.2.0.2:10001 r1 r2 2 356"
ok "detail has all of it" eval "tfctl flow print detail where ip-version=4 src-port=4000 |
	tr -s ' \n' ' ' | grep -q 'protocol=udp src-address=10.1.0.2 src-port=4000 dst-address=10.2.0.2 dst-port=10001'"

no_tcp() { [ "$(count protocol=tcp)" = 0 ]; }
ok "the connection's flows are there no more when it is closed" wait_for 20 no_tcp
is "the two largest, the first of them first" "356 252" "$(of \
	'"%d %d" % tuple(f["bytes"] for f in flows)' sort=bytes limit=2 where ip-version=4 and tos=0)"
datagrams client 10.2.0.2 20000 $n
last=$((20000 + n - 1))
is "many flows more" $n "$(count "dst-port >= 20000 and dst-port <= $last")"
is "conditions: in" "$(($(count src-address=10.1.0.2) + $(count src-address=10.2.0.2)))" \
	"$(count src-address in 10.0.0.0/8 and ip-version=4)"
is "conditions: or, !, parentheses, no word between" 4 \
	"$(count '(dst-port=20000 or dst-port=20001 || dst-port = 20300 || dst-port=10001 ip-version=4) and !(protocol=tcp)')"
is "conditions: a regular expression" 11 "$(count 'dst-port~"^2010.$|^20110$"')"
is "conditions: names of interfaces" $n "$(count "in-interface=r1 out-interface=r2 dst-port>=20000 dst-port<=$last")"
# A flow may begin or end between the two.
agree() { [ "$(stat flows-active)" = "$(tfctl flow print count-only)" ]; }
ok "as many as the statistics say" wait_for 10 agree
is "each of them once" "$(tfctl flow print count-only)" "$(of \
	'len({(f["protocol"], f["src-address"], f["src-port"], f["dst-address"],
	f["dst-port"]) for f in flows})')"
is "the last ports first" "$last $((last - 1))" "$(of \
	'"%d %d" % tuple(f["dst-port"] for f in flows)' sort=-dst-port limit=2 where dst-port\>=20000 dst-port\<30000)"
ok "refused: a condition on what flows have not" not tfctl flow print where colour=red
ok "refused: a parenthesis too few" not tfctl flow print where '(dst-port=1'
ok "refused: a prefix that is none" not tfctl flow print where src-address in 10.0.0.0/33

not setpriv --reuid 65534 --clear-groups "$TFCTL" flow print >"$work/nobody"
is "only those who may configure see flows" "tfctl: not permitted: run it as root (CAP_NET_ADMIN)" "$(cat "$work/nobody")"
not setpriv --reuid 65534 --clear-groups "$TFCTL" flow print follow >"$work/nobody"
is "nor hear of them" "tfctl: not permitted: run it as root (CAP_NET_ADMIN)" "$(cat "$work/nobody")"
if [ -e /proc/self/ns/user ]; then
	is "another namespace's are not there" 0 \
		"$(unshare -n "$TFCTL" flow print count-only)"
fi

# What is heard as flows end is what a collector gets.
followed two limit=2
two=$follower
flush
stop_collector 9991
wait $two
is "limit= ends it" "0 3" "$? $(wc -l <"$work/two")"
flows 9991 | awk '{ if ($1 != 6 && $1 != 17) $5 = "-"; print }' | sort >"$work/collected"
all_heard() { [ "$(wc -l <"$work/ended")" -ge "$(wc -l <"$work/collected")" ]; }
wait_for 20 all_heard
kill $heard
wait $heard 2>/dev/null
python3 -c '
import json, socket, sys
for line in open(sys.argv[1]):
    flow = json.loads(line)
    print(socket.getprotobyname(flow["protocol"]), flow["src-address"], flow["src-port"],
          flow["dst-address"], flow["dst-port"] if flow["protocol"] in ("tcp", "udp") else "-",
          flow["packets"], flow["bytes"])' "$work/ended" | sort >"$work/heard"
ok "flows that are followed are those that nfcapd got" cmp "$work/heard" "$work/collected"
is "why they have ended, and TCP's flags of both directions" '"FSA" "end"
"FSPA" "end"
null "forced"' \
	"$(sed 's/.*"tcp-flags":\([^,]*\),.*"end-reason":\([^,]*\),.*/\1 \2/' "$work/ended" |
		LC_ALL=C sort -u)"
is "and none was missed" "" "$(cat "$work/ended.err")"

# Settings that change in the middle: nobody reads on until they have.
tfctl set enabled=yes cache-entries=8k inactive-flow-timeout=10m
datagrams client 10.2.0.2 20000 3000
mkfifo "$work/slow"
print_cut() { # WORD...
	local printer
	"$TFCTL" flow print "$@" >"$work/slow" 2>"$work/cut.err" &
	printer=$!
	exec 3<"$work/slow"
	head -c 1 <&3 >"$work/cut"
	tfctl set cache-entries=$((cache = cache == 8 ? 16 : 8))k
	cat <&3 >>"$work/cut"
	exec 3<&-
	wait $printer
}
cache=8
print_cut --json
is "printed while settings change: it says so" \
	"1 tfctl: settings were changed meanwhile: flows are missing above, try again" \
	"$? $(cat "$work/cut.err")"
is "and is JSON as far as it goes" True "$(python3 -c '
import json, sys
print(0 < len(json.load(sys.stdin)) < 3000)' <"$work/cut")"
datagrams client 10.2.0.2 20000 3000
print_cut
is "so does the table" \
	"1 tfctl: settings were changed meanwhile: flows are missing above, try again" \
	"$? $(cat "$work/cut.err")"
ok "which has titles and whole rows" awk '
	NR == 1 && NF != 11 { exit bad = 1 }
	# What the router itself receives has no interface that it leaves by.
	NR > 1 && (NF != (/^ udp +10\.1\./ ? 10 : 9) || $NF !~ /^[0-9]+s$/) { exit bad = 1 }
	END { exit bad || NR < 2 || NR > 3000 }' "$work/cut"

# Under traffic, with settings that change and a cache that is full.
tfctl set enabled=yes cache-entries=1k inactive-flow-timeout=1s
datagrams client 10.2.0.2 10000 $many &
traffic=$!
datagrams client fd02::2 10000 $many &
more=$!
followed flood --json
codes=
for ((round = 1; round <= rounds; round++)); do
	[ $((round % 4)) != 0 ] || tfctl set cache-entries=$((1 << round / 4 % 2))k &
	tfctl flow print --json >"$work/dump" 2>"$work/dump.err"
	code=$?
	codes="$codes $code"
	[ $code = 0 ] || grep -q "settings were changed meanwhile" "$work/dump.err" || break
	python3 -c 'import json, sys; json.load(sys.stdin)' <"$work/dump" || break
	wait $!
done
is "printed again and again under traffic, whole JSON each time" $((rounds + 1)) "$round"
ok "most of them to the end" test "$(tr ' ' '\n' <<<"$codes" | grep -c 0)" -ge $((rounds / 2))
wait $traffic $more
tfctl set enabled=no
ok "many were heard of" test "$(grep -c end-reason "$work/flood")" -ge 1000

# Listeners do not keep the module.
rmmod traffic_flow
wait $follower
is "who follows is told that the module is gone" "1 tfctl: Traffic Flow was unloaded" \
	"$? $(tail -n 1 "$work/flood.err")"
load
tfctl set enabled=yes
followed again
kill $follower
wait $follower 2>/dev/null
rmmod traffic_flow
finish
