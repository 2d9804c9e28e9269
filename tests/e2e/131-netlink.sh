#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# leaks: yes
# Hostile requests over netlink (hostile.py): of every command, every attribute
# with any length, nested, unknown, missing, twice, cut short. What is refused
# has changed nothing. Without CAP_NET_ADMIN over the namespace nothing can be
# changed, and nobody hears of flows.
. "$(dirname "$0")/lib.sh"

hostile=$(dirname "$0")/hostile.py
load
ip link set lo up
seed=${SEED:-20261124}
echo "# seed $seed"
ok "what is refused changes nothing, what is taken is allowed" \
	"$hostile" fuzz "$seed" 1200
grep requests "$work/last" | sed 's/^/# /'

nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all "$@"; }
ok "nobody changes anything without CAP_NET_ADMIN, nor sees flows" \
	nobody "$hostile" deny
ok "nor does the root of another user namespace" unshare -U -r "$hostile" deny
ok "who may change his own namespace" unshare -U -r -n "$hostile" fuzz 7 150
ok "which is gone, and this one is still there" "$hostile" fuzz 8 150
finish
