#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# A scan: ten times more flows than the cache holds, of one packet each, as fast
# as they can be sent. The books agree to the packet, and memory does not grow.
. "$(dirname "$0")/lib.sh"

entries=1024
flows=$((10 * entries))

# One datagram to each of COUNT ports, with 72 octets of payload
scan() { # COUNT
	client python3 -c '
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 4000))
for port in range(10000, 10000 + int(sys.argv[1])):
    s.sendto(b"x" * 72, ("10.2.0.2", port))' "$1"
}

exported_all() { # all that does not lie in the cache has been sent
	tfctl stats --json >"$work/now"
	[ $(($(counter flows-exported) + $(counter flows-active))) = \
		"$(counter flows-created)" ]
}
counter() { jq ".\"$1\"" "$work/now"; } # as it was when it was looked at last

topology
deaf
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes cache-entries=1k active-flow-timeout=1h inactive-flow-timeout=1h
# A client's packet that is no part of it would spoil the count.
memory=$(stat memory)
received=$(counted r1 rx)
seen=$(stat packets)

scan $flows
is "the interface and the hook saw each packet" "$flows $flows" \
	"$(differ "$received" "$(counted r1 rx)" | cut -d' ' -f1) $(($(stat packets) - seen))"
is "memory is what it was" "$memory" "$(stat memory)"
ok "what the cache has no room for has ended early" \
	test "$(stat flows-ended-early)" -ge $((flows - 4 * entries))
ok "what is not in the cache was exported" wait_for 20 exported_all
is "no packet was without a flow" 0 "$(stat unattributed)"
active=$(counter flows-active)
ok "the cache is not larger than it may be" test "$active" -le $((entries + 2 * 32 + 2048))
wait_for 10 has_read 9991
is "exported and cached is what was seen" "$(counter packets)" \
	"$(($(counter flows-exported) + active))"

flush
stop_collector 9991
is "in the end each is exported, with its octets" "$flows $((100 * flows))" \
	"$(sum 9991 'src host 10.1.0.2 and dst host 10.2.0.2')"
is "as a flow of its own" "$flows" \
	"$(flows 9991 'src host 10.1.0.2 and dst host 10.2.0.2' | cut -d' ' -f5 | sort -u | wc -l)"
is "and nothing but what was seen" "$(stat packets)" "$(sum 9991 | cut -d' ' -f1)"
is "memory: nothing while disabled" 0 "$(stat memory)"
finish
