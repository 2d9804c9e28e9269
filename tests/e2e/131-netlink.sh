#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# leaks: yes
# seconds: 1800
# Hostile requests over netlink (hostile.py): of every command, every attribute
# with any length, nested, unknown, missing, twice, cut short, one by one and at
# random. What is refused has changed nothing, also no flow and no session. Without
# CAP_NET_ADMIN over the namespace nothing can be changed, and nobody hears of flows.
. "$(dirname "$0")/lib.sh"

hostile=$(dirname "$0")/hostile.py
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all "$@"; }

# Before there is a family whose groups these are, and afterwards
mkfifo "$work/early" "$work/late"
nobody "$hostile" lurk <"$work/early" >"$work/nobody" 2>&1 &
exec {early}>"$work/early"
ok "nobody joins what is nobody's" wait_for 10 grep -q joined "$work/nobody"
load
"$hostile" lurk <"$work/late" >"$work/root" 2>&1 &
exec {late}>"$work/late"
ok "and root what is ours" wait_for 10 grep -q joined "$work/root"
ip link set lo up
tfctl set enabled=yes
ping -q -c 1 127.0.0.1 >"$work/ping"
flush
exec {early}>&- {late}>&-
wait
is "root hears of a flow, nobody does not, who has joined before the family was there" \
	"heard 1 heard 0" "$(tail -qn 1 "$work/root" "$work/nobody" | paste -sd' ')"
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
echo "# seed $seed"
ok "each attribute, wrong in each way, is refused with a reason, and no flow notices" \
	"$hostile" each "$seed" 40
grep requests "$work/last" | sed 's/^/# /'
ok "what is refused changes nothing, what is taken is allowed" \
	"$hostile" fuzz "$seed" 400
grep requests "$work/last" | sed 's/^/# /'

ok "nobody changes anything without CAP_NET_ADMIN, nor sees flows" \
	nobody "$hostile" deny
ok "nor does the root of another user namespace" unshare -U -r "$hostile" deny
ok "who may change his own namespace" unshare -U -r -n "$hostile" fuzz $((seed + 1)) 150
ok "which is gone, and this one is still there" "$hostile" fuzz $((seed + 2)) 150
finish
