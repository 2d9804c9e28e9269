# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What "make install" has installed, where no package is.
modprobe traffic_flow && echo "ok - modprobe finds the module and loads it" ||
	echo "not ok - modprobe finds the module and loads it"
tfctl set enabled=yes && tfctl print | grep -q 'enabled: yes' &&
	echo "ok - tfctl, found as a command, uses it" ||
	echo "not ok - tfctl, found as a command, uses it"
systemctl start traffic-flow-save && grep -q enabled=yes /etc/traffic-flow.conf &&
	echo "ok - systemd finds the units" || echo "not ok - systemd finds the units"
echo "the end"
systemctl --no-block poweroff
