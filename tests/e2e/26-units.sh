#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# The configuration over a reboot: the lines of the systemd units, as they are
# installed, are run as systemd runs them.
. "$(dirname "$0")/lib.sh"

# What is written there is not for the machine that the test runs on.
private() { # FOLDER
	cp -a "$1/." "$work/private" 2>/dev/null
	mount -t tmpfs tmpfs "$1"
	cp -a "$work/private/." "$1"
	rm -rf "$work/private"
}

# Each command of the unit; a '-' before it: its failure does not matter.
unit() { # UNIT KEY
	local line status
	while read -r line; do
		# shellcheck disable=SC2086
		${line#-}
		status=$?
		[ "$status" = 0 ] || [ "${line#-}" != "$line" ] || return "$status"
	done < <(sed -n "s/^$2=//p" "$units/$1.service")
}

# As at boot, and as at shutdown
start() {
	local file
	file=$(sed -n 's/^ConditionPathExists=//p' "$units/traffic-flow.service")
	[ -e "$file" ] || return 0
	unit traffic-flow ExecStartPre && unit traffic-flow ExecStart
}
stop() { unit traffic-flow ExecStop; }

mkdir "$work/private"
private /etc
# Not every machine has it; but what is in it from here on is this guest's.
mkdir -p /lib/modules
mount -t tmpfs tmpfs /lib/modules || exit 1
mkdir -p "/lib/modules/$(uname -r)"
cp "$MODULE" "/lib/modules/$(uname -r)"
touch "/lib/modules/$(uname -r)/modules.order" "/lib/modules/$(uname -r)/modules.builtin"
depmod
units=$work/usr/lib/systemd/system
ok "installed" make -s -C "$(dirname "$TFCTL")" install PREFIX="$work/usr"

conf=/etc/traffic-flow.conf
ok "without a file nothing is done at boot" start
ok "not even the module is loaded" test ! -e /sys/module/traffic_flow
ok "the module can be loaded by name" modprobe traffic_flow
tfctl interface list add name=WAN-interfaces 'comment=both "uplinks"'
tfctl interface list member add list=WAN-interfaces interface=r1
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl target add dst-address=fd09::9 disabled=yes v9-template-refresh=5
tfctl ipfix set nat-events=yes ttl=no
tfctl set enabled=yes interfaces='WAN-interfaces,ppp*' cache-entries=16k \
	packet-sampling=no sampling-space=7
saved=$(tfctl export verbose)
ok "saved on request" unit traffic-flow-save ExecStart
is "the file is what export says" "$(tfctl export)" "$(<$conf)"
is "and can be read by everybody" 644 "$(command stat -c %a $conf)"

ok "stopped" stop
is "nothing is configured then" "" "$(tfctl export)"
rmmod traffic_flow
ok "at the next boot it is started, before there is a network" start
is "all is as it was" "$saved" "$(tfctl export verbose)"
is "the file is as it was" "$(tfctl export)" "$(<$conf)"

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000 drop; }; }'
start_collector 9991
udp client UDP4:10.2.0.2:5000,sourceport=4000 100
ok "at shutdown it is stopped" stop
rmmod traffic_flow
stop_collector 9991
is "the network that came later was metered, and all is exported" \
	"17 10.1.0.2 4000 10.2.0.2 5000 1 128" "$(flows 9991 'src port 4000')"

start
tfctl target remove 0
tfctl interface list member add list=WAN-interfaces interface=r2
tfctl set interfaces=all active-flow-timeout=1m
ok "reloaded" unit traffic-flow ExecReload
is "what was not saved is gone" "$saved" "$(tfctl export verbose)"
printf '/ip traffic-flow\nset enabled=yes\nset cache-entries=3k\n' >$conf
not unit traffic-flow ExecReload
is "a wrong file is refused, with its line" \
	"tfctl: $conf:3: cache-entries must be a power of two from 1k to 16M, not '3k'" \
	"$(<"$work/why")"
is "and nothing has changed" "$saved" "$(tfctl export verbose)"
finish
