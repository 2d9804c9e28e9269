#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# leaks: yes
# tfctl's commands against the loaded module, and its unit tests, under valgrind:
# nothing is read that was not written, nothing is left behind.
. "$(dirname "$0")/lib.sh"

load
clean() { # STATUS COMMAND...: valgrind has nothing to say
	local want=$1 got
	shift
	valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect,possible "$@"
	got=$?
	[ "$got" = "$want" ] || { echo "exit status $got, not $want"; return 1; }
}
check() { ok "tfctl ${*:2}" clean "$1" "$TFCTL" "${@:2}"; }

cat >"$work/good" <<'EOT'
/interface list
add name=wan comment="the \"far\" side"
member add list=wan interface=eth*
/ip traffic-flow
set enabled=yes interfaces=wan,r1 cache-entries=8k
target
add dst-address=10.9.0.2 port=9995 version=9
add dst-address=fd09::2 version=IPFIX \
    disabled=yes
EOT
printf '/ip traffic-flow\nset enabled=yes\nset nothing=7\n' >"$work/bad"
printf 'set enabled="\n' >"$work/open"

check 0 import "$work/good"
check 0 print
check 0 print --json
check 0 export verbose
check 0 target print detail
check 0 target print --json
check 0 ipfix print
check 0 ipfix set nat-events=no
check 0 stats
check 0 stats --json
check 0 interface list print
check 0 interface list member print
check 0 target set 0 port=9996 interface=r1
check 0 target disable 0,1
check 0 target enable "[find version=9]"
tfctl set interfaces=all
ping -q -c 2 127.0.0.1 >"$work/ping"
check 0 flow print
check 0 flow print detail
check 0 flow print --json
check 0 flow print count-only sort=bytes limit=3 where protocol=icmp
check 0 stats --prometheus
check 1 check
check 1 check --json
check 0 top --once
check 2 import "$work/bad"
check 2 import "$work/open"
check 1 import "$work/none"
check 1 target set 7 port=1
check 2 target add
check 2 set cache-entries=3
check 2 nonsense
check 0 --complete target add ""
check 0 target remove 1
check 0 import replace "$work/good"
check 0 interface list add name=lan
check 0 interface list set lan comment=near
check 0 interface list member add list=lan interface=eth0
check 0 interface list member remove "[find interface=eth0]"
check 0 interface list remove lan
check 0 import replace - <"$work/good"
check 0 export file="$work/exported"
check 0 stats --prometheus file="$work/metrics"
check 0 ipfix print --json
check 0 set enabled=yes interfaces=all
# What goes on until it is told, while something happens
watched() { # COMMAND...
	local pid
	valgrind -q --leak-check=full --errors-for-leak-kinds=definite,indirect,possible \
		--log-file="$work/valgrind" "$TFCTL" "$@" >"$work/told" 2>&1 &
	pid=$!
	wait_for 60 hears $pid
	tfctl set cache-entries=2k
	ping -q -c 2 127.0.0.1 >"$work/ping"
	tfctl set cache-entries=8k
	ok "tfctl $* tells" wait_for 30 test -s "$work/told"
	kill $pid
	wait $pid
	is "and valgrind has nothing to say of it" "" "$(<"$work/valgrind")"
}
watched monitor
watched flow print follow
check 0 reset
check 0 --help
ok "the unit tests" clean 0 "$(dirname "$TFCTL")/tests/unit"
finish
