#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: debug
# Disabled, nothing runs: how often kernel workers have run, in virtual
# time, with nothing else going on.
. "$(dirname "$0")/lib.sh"

# How often workers that are bound to no CPU, ours among them, have run.
runs() {
	cat /proc/[0-9]*/status 2>/dev/null | awk '
		/^Name:/ { ours = $2 ~ /^kworker\/u/ }
		ours && /ctxt_switches:/ { n += $2 }
		END { print n + 0 }'
}

# How often they run in a hundred virtual seconds
in_100_seconds() {
	local before
	before=$(runs)
	pass 100
	echo $(($(runs) - before))
}

# Once a second would be a hundred; the rest of the kernel is not always the same.
at_most() { # NUMBER LIMIT
	echo "$1, and may be $2"
	[ "$1" -le "$2" ]
}

topology
pass 100
quiet=$(in_100_seconds)
load
ok "loaded, it does not run" at_most "$(in_100_seconds)" $((quiet + 20))
tfctl target add dst-address=10.9.0.2 port=9 version=9
tfctl set enabled=yes
udp client UDP4:10.2.0.2:5000,sourceport=4000 100
tfctl set enabled=no
pass 20
ok "disabled again, it does not run" at_most "$(in_100_seconds)" $((quiet + 20))
is "disabled, it has no memory" 0 "$(stat memory)"
tfctl set enabled=yes
pass 60
enabled=$(in_100_seconds)
ok "enabled, it does run: this counts what it should" test "$enabled" -ge $((quiet + 50))
finish
