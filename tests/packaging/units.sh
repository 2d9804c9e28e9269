# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The units, as systemd itself runs them: what one boot leaves, the next one has.
# Run by root, after each of the two boots, where the packages are installed.
ok() { # DESCRIPTION COMMAND...
	local what=$1
	shift
	if "$@" >/run/last 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/#   /' /run/last
	fi
}
is() { # DESCRIPTION EXPECTED GOT
	ok "$1" diff <(echo "$2") <(echo "$3")
}
wait_for() { # SECONDS COMMAND...
	local tries=$(($1 * 5)) pause=0.2
	shift
	until "$@"; do
		[ $((tries -= 1)) -gt 0 ] || return 1
		sleep $pause
	done
}
shown() { systemctl show -P "$2" "$1"; }
before() { # UNIT UNIT: the one was there before the other
	[ "$(shown "$1" ActiveEnterTimestampMonotonic)" -le \
		"$(shown "$2" ActiveEnterTimestampMonotonic)" ]
}

metrics=/var/lib/prometheus/node-exporter/traffic_flow.prom
units=$(cd /lib/systemd/system && ls traffic-flow*)

first_boot() {
	# shellcheck disable=SC2086
	is "systemd-analyze has nothing to say of any unit" "" "$(systemd-analyze verify $units 2>&1)"
	is "without a configuration nothing is started" "inactive no" \
		"$(shown traffic-flow ActiveState) $(shown traffic-flow ConditionResult)"
	ok "not even the module is loaded" test ! -e /sys/module/traffic_flow
	ok "the module that DKMS has built loads" modprobe traffic_flow
	tfctl interface list add name=WAN 'comment=both "uplinks"'
	tfctl interface list member add list=WAN interface='ppp*'
	tfctl target add dst-address=127.0.0.1 port=9 version=IPFIX
	tfctl ipfix set nat-events=yes ttl=no
	tfctl set enabled=yes interfaces=WAN,lo cache-entries=16k inactive-flow-timeout=1s
	ok "the configuration is saved on request" systemctl start traffic-flow-save
	tfctl export verbose >/verbose
	is "the file is what export says" "$(tfctl export)" "$(cat /etc/traffic-flow.conf)"
	mkdir -p "${metrics%/*}"
	ok "the timer of the metrics is started" systemctl enable --now traffic-flow-metrics.timer
	ok "and writes them" wait_for 30 test -s $metrics
	rm -f $metrics
	touch /booted
	sync
	systemctl --no-block reboot
}

second_boot() {
	is "at the next boot it is started by itself" "active success" \
		"$(shown traffic-flow ActiveState) $(shown traffic-flow Result)"
	is "and all is as it was" "$(cat /verbose)" "$(tfctl export verbose)"
	ok "before the network" before traffic-flow network-pre.target
	ip link set lo up
	for ((i = 0; i < 3; i++)); do
		echo x >/dev/udp/127.0.0.1/$((5000 + i))
	done
	sent() { [ "$(tfctl stats | sed -n 's/^ *flows-exported: *//p')" -ge 3 ]; }
	ok "it meters, and exports" wait_for 30 sent
	ok "the metrics are written again" wait_for 30 test -s $metrics
	is "with no failure" success "$(shown traffic-flow-metrics.service Result)"
	tfctl set interfaces=all
	ok "reloaded" systemctl reload traffic-flow
	is "it is what was saved" "$(cat /verbose)" "$(tfctl export verbose)"
	printf '/ip traffic-flow\nset enabled=perhaps\n' >>/etc/traffic-flow.conf
	ok "a wrong file is refused" eval '! systemctl reload traffic-flow'
	ok "which the journal tells, with the line" eval \
		"journalctl -u traffic-flow | grep -q 'traffic-flow.conf:[0-9]*: enabled must be yes or no'"
	is "and nothing has changed" "$(cat /verbose)" "$(tfctl export verbose)"
	ok "stopped" systemctl stop traffic-flow
	is "nothing is configured then" "" "$(tfctl export)"
	ok "the module can be taken out" modprobe -r traffic_flow
	echo "the end"
	systemctl --no-block poweroff
}

if [ -e /booted ]; then
	second_boot
else
	first_boot
fi
