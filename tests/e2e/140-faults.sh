#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# leaks: yes
# seconds: 1800
# No memory: allocations fail one at a time, in loading the module and in every
# command (144-allocations has each one that is the module's own); then many of those
# of the worker, and of who sends packets. An error that says so or a loss that is
# counted, nothing changed, nothing left behind, and it works again.
. "$(dirname "$0")/lib.sh"

# Every STEPth of the first 60 of a command, every STRIDEth of the rest, most of which
# are pages of the same things, and the last six. As arguments 1 and 1 take them all.
step=${1:-10}
stride=${2:-31}
chosen() { # COUNT
	{ seq 1 "$step" 60; seq 61 "$stride" "$1"; seq $(($1 - 5)) "$1"; } |
		awk -v all="$1" '$1 > 0 && $1 <= all' | sort -nu
}
. "$(dirname "$0")/faults.sh"

# The allocations of loading, the module's own being the last ones: says how many
# failed to fail loading, and how many times it did not load.
load_with_faults() {
	python3 - "$MODULE" "$step" <<-'END'
		import ctypes, os, sys
		libc = ctypes.CDLL(None, use_errno=True)
		nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
		# Not by its file: for that, the kernel itself warns of its own faults.
		image = open(sys.argv[1], "rb").read()
		buffer = ctypes.create_string_buffer(32)
		def load(n):
		    text = b"%d\n" % n
		    libc.pwrite(nth, text, len(text), ctypes.c_long(0))
		    ret = libc.syscall(175, image, ctypes.c_ulong(len(image)), b"")
		    libc.pread(nth, buffer, 31, ctypes.c_long(0))
		    libc.pwrite(nth, b"0\n", 2, ctypes.c_long(0))
		    if ret == 0:
		        assert libc.syscall(176, b"traffic_flow", os.O_NONBLOCK) == 0
		    return ret, int(buffer.value.split(b"\n")[0])
		all = 100000 - load(100000)[1]
		refused = 0
		own = range(max(1, all - 120), all + 1)
		for n in sorted({*range(1, all + 1, int(sys.argv[2])), *own}):
		    refused += load(n)[0] != 0
		ret, left = load(all + 50)
		print(refused > 4, ret, left > 0, file=sys.stdout)
		print(all, "allocations,", refused, "refused", file=sys.stderr)
	END
}
is "loading fails without memory, and is possible again" "True 0 True" \
	"$(load_with_faults 2>"$work/loading")"
sed 's/^/# /' "$work/loading"

topology
deaf
load
start_collector 9991
start_collector 9992
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set cache-entries=1k interfaces=r1 inactive-flow-timeout=1s
tfctl interface list add name=WAN
tfctl interface list member add list=WAN interface=r2

endure "set enabled=no" set enabled=yes
tfctl set enabled=yes
datagrams client 10.2.0.2 10000 50
endure "set cache-entries=1k interfaces=r1" set cache-entries=2k interfaces=r1,WAN
endure "set interfaces=r1" set interfaces=all
endure "ipfix set bytes=yes" ipfix set bytes=no
endure "target remove 1" target add dst-address=10.9.0.2 port=9992 version=5
# One that wants less of the flows, and one that wants more
tfctl target set 0 version=1
endure "target set 0 version=1" target set 0 version=9
tfctl target set 0 version=9
endure "target enable 0" target disable 0
endure "interface list remove LAN" interface list add name=LAN
endure "interface list member remove [find interface=r9]" \
	interface list member add list=WAN interface=r9
endure "" print
endure "" target print detail
endure "" stats
endure "" export
endure "" interface list member print
tfctl set inactive-flow-timeout=1h
datagrams client 10.2.0.2 20000 50
endure "" flow print
tfctl set inactive-flow-timeout=1s
endure "set enabled=yes" set enabled=no
# Several changes, of which none stays if one is refused
tfctl export >"$work/is"
{
	cat "$work/is"
	echo "/ip traffic-flow set enabled=no"
	echo "/ip traffic-flow target add dst-address=10.9.0.2 port=9999"
	echo "/interface list add name=DMZ"
} >"$work/other"
undone=yes endure "import replace $work/is" import replace "$work/other"
undone=yes endure "import replace $work/is" reset
# How many a command has is not always the same: its last may miss the answer.
ok "answers were lost ($all_lost), which tfctl has told" test $all_lost -ge 5
flush
is "all that had been counted is exported" "$(stat flows-created)" "$(stat flows-exported)"
rmmod traffic_flow

# The worker has memory for seven of ten things that it wants of ours. A program of
# the router's that sends over IPv6, with another source address, finds no page.
load
own_only
nft 'table inet nat { chain post {
	type nat hook postrouting priority srcnat; oifname r2 ip6 saddr fd02::/64 snat ip6 to fd02::77; }; }'
tfctl ipfix set nat-events=yes
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl target add dst-address=10.9.0.2 port=9992 version=IPFIX
tfctl set enabled=yes inactive-flow-timeout=1s
"$TFCTL" flow print follow >"$work/followed" 2>&1 &
follower=$!
ok "somebody follows the flows" wait_for 60 hears $follower
for pid in $(pgrep kworker); do
	echo 1 >"/proc/$pid/make-it-fail"
done
for kind in failslab fail_page_alloc; do
	echo Y >$faults/$kind/task-filter
	echo 30 >$faults/$kind/probability
done
datagrams client 10.2.0.2 10000 1000
echo 100 >$faults/fail_page_alloc/probability
python3 -c '
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
open("/proc/self/make-it-fail", "w").write("1")
for i in range(1000):
    try:
        s.sendto(b"x" * 72, ("fd02::2", 10000 + i))
    except OSError:
        pass
open("/proc/self/make-it-fail", "w").write("0")'
echo 30 >$faults/fail_page_alloc/probability
ended() { [ "$(stat flows-active)" -lt 20 ]; }
wait_for 60 ended
for kind in failslab fail_page_alloc; do
	echo 0 >$faults/$kind/probability
done
flush
json() { tfctl stats --json | python3 -c "
import json, sys
stats = json.load(sys.stdin)
targets = stats['targets']
print($1)"; }
ok "there was not enough memory to send all at once" \
	test "$(json "min(t['errors'] for t in targets)")" -ge 1
ok "nor for all that IPv6 flows know of themselves: $(stat flows-incomplete)" \
	test "$(stat flows-incomplete)" -ge 1
ok "nor to keep all connections in mind: $(stat nat-events-lost)" \
	test "$(stat nat-events-lost)" -ge 2
kill $follower
wait $follower
ok "who follows the flows is told that he missed some" \
	grep -q 'some flows were missed' "$work/followed"
all=$(($(stat flows-exported) + $(stat nat-events)))
is "each target has sent, or counts as lost, every flow and event" "$all $all" \
	"$(json "*[t['records'] + t['lost'] for t in targets]")"
is "and every flow that had begun has ended" "$(stat flows-created)" "$(stat flows-exported)"
tfctl set enabled=yes
datagrams client 10.2.0.2 30000 100
flush
stop_collectors
is "with memory all goes well again" "100 10000 100 10000" \
	"$(sum 9991 'dst port > 29999') $(sum 9992 'dst port > 29999')"
rmmod traffic_flow
finish
