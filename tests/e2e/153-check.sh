#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# check: all is fine, and what is said of each thing that is not.
. "$(dirname "$0")/lib.sh"

# What is wrong and what is a note, one a line; the exit status
wrong() {
	"$TFCTL" check --json >"$work/check"
	local status=$?
	python3 -c '
import json, sys
report = json.load(sys.stdin)
for finding in report["findings"]:
    if finding["finding"] == "wrong":
        assert finding["advice"], finding
        print(finding["check"] + ": " + finding["text"])
print("fine" if report["fine"] else "not fine")' <"$work/check"
	echo $status
}
lines() { printf '%s\n' "$@"; }
notes() { python3 -c '
import json, sys
for finding in json.load(sys.stdin)["findings"]:
    if finding["finding"] == "note":
        print(finding["text"])' <"$work/check"; }
goes_well() { [ "$(wrong)" = "$(lines fine 0)" ]; }

topology
is "the module is not loaded" "$(lines "module: not loaded" "not fine" 1)" "$(wrong)"
load
is "nothing is set" "$(lines "enabled: no" "target: there is none: records go to nobody" "not fine" 1)" "$(wrong)"
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes inactive-flow-timeout=1s
client ping -q -c 1 10.2.0.2 >/dev/null
ok "all is fine" wait_for 20 goes_well
ok "and said so" eval "tfctl check | grep -q 'ok .* 10.9.0.2:9991 is up: .* with the templates'"
tfctl check | tail -n 1 >"$work/end"
is "at the end" " All is fine." "$(cat "$work/end")"

tfctl set interfaces=r1,ppp*
is "an interface that is not there, beside one that is" "fine" "$(wrong | head -n 1)"
is "is a note" "there is no interface 'ppp*'" "$(notes | grep ppp)"
tfctl set interfaces=nonesuch
is "no interface at all" "$(lines "interfaces: none of those to be metered exists" "not fine" 1)" "$(wrong)"
tfctl interface list add name=WAN
tfctl set interfaces=WAN
is "an empty list" "$(lines "interfaces: none of those to be metered exists" "not fine" 1)" "$(wrong)"
tfctl interface list member add list=WAN interface=r2
is "a list with a member" fine "$(wrong | head -n 1)"
tfctl set interfaces=all

tfctl target disable 0
is "the only target is disabled" "$(lines "target: all targets are disabled" "not fine" 1)" "$(wrong)"
tfctl target enable 0
tfctl target add dst-address=10.9.0.2 port=9992 version=5
# A flow each time, which can end while others begin.
next_port=5100
refused_to() { udp client UDP4:10.2.0.2:$((next_port += 1)) 10; wrong | grep -qF "$1"; }
ok "nothing listens at a collector" wait_for 60 refused_to "target: 10.9.0.2:9992 is down: Connection refused"
ok "and what to do is said" eval "tfctl check | grep -q -- '-> nothing listens at that port: start the collector'"
tfctl target set 1 port=9991 dst-address=192.0.2.1
ok "no route to a collector" wait_for 60 refused_to "route: 192.0.2.1:9991: Network is unreachable"
tfctl target set 1 dst-address=10.9.0.2 src-address=10.9.0.77
ok "an address that no interface has" wait_for 60 refused_to "route: 10.9.0.2:9991: Cannot assign requested address"
tfctl target set 1 src-address=0.0.0.0 interface=nonesuch
ok "an interface that is not there" wait_for 60 refused_to "route: 10.9.0.2:9991: No such device"
tfctl target remove 1

nft 'table inet fast { flowtable ft { hook ingress priority 0; devices = { r1, r2 }; }
	chain forward { type filter hook forward priority 10; meta l4proto { tcp, udp } flow add @ft; }; }'
is "a flowtable that takes packets off the way" \
	"$(lines "offload: flowtable 'ft' of table 'fast' forwards packets past the hooks: they are not metered" "not fine" 1)" \
	"$(wrong)"
nft flush chain inet fast forward
is "one that no rule fills" "fine" "$(wrong | head -n 1)"
is "is a note" "flowtable 'ft' of table 'fast' is there" "$(notes | grep flowtable)"
nft delete table inet fast

ok "connection tracking is there, for what was translated" eval \
	"tfctl check | grep -q 'ok .* connection tracking is there'"
# This kernel always has it: it is hidden.
unshare -m sh -c 'mount -t tmpfs none /proc/sys/net/netfilter && exec "$0" check --json' \
	"$TFCTL" >"$work/check"
is "without it: a note, for version 9" "no connection tracking: addresses are exported as received" \
	"$(notes | grep connection)"
tfctl target set 0 version=5
unshare -m sh -c 'mount -t tmpfs none /proc/sys/net/netfilter && exec "$0" check --json' \
	"$TFCTL" >"$work/check"
is "nothing of it where no target can tell translations" "" "$(notes | grep connection)"

is "an ordinary user gets notes where he may not look" fine \
	"$(setpriv --reuid 65534 --clear-groups "$TFCTL" check --json | python3 -c '
import json, sys
print("fine" if json.load(sys.stdin)["fine"] else "not fine")')"
finish
