#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast race
# cpus: 4
# A flow whose packets are sent by four CPUs, or that come over four, is one flow to
# collectors.
. "$(dirname "$0")/lib.sh"

# Through one socket, from each CPU in turn; it is the same CPU that the router then
# receives them on, as it would be with several queues or RPS.
from_each_cpu() { # SOURCE-PORT ADDRESS PACKETS-A-CPU [COMMAND...]
	"${@:4}" python3 - "${@:1:3}" <<-END
		import os, socket, sys
		port, to, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
		s = socket.socket(socket.AF_INET6 if ":" in to else socket.AF_INET,
		                  socket.SOCK_DGRAM)
		s.bind(("", port))
		for cpu in range(4):
		    os.sched_setaffinity(0, {cpu})
		    for i in range(count):
		        s.sendto(b"x" * 72, (to, 5000))
	END
}

# Packets that each CPU has taken in
taken_in() {
	local first rest
	while read -r first rest; do
		echo $((16#$first))
	done </proc/net/softnet_stat
}

topology
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000 drop; }; }'
load
start_collector 9991
tfctl set cache-entries=4k inactive-flow-timeout=2s enabled=yes
tfctl target add dst-address=10.9.0.2 port=9991 version=9

is "there are four CPUs" 4 "$(nproc)"
from_each_cpu 4000 10.2.0.2 50
from_each_cpu 4000 fd02::2 50
# One CPU has nothing to send for longer than the timeout, another has.
python3 - <<-END
	import os, socket, time
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(("", 4001))
	for cpu, count in (0, 1), (3, 20), (0, 1):
	    os.sched_setaffinity(0, {cpu})
	    for i in range(count):
	        s.sendto(b"x" * 72, ("10.2.0.2", 5000))
	        time.sleep(0.25)
END
taken_in >"$work/before"
from_each_cpu 4002 10.2.0.2 50 client
from_each_cpu 4002 fd02::2 50 client
taken_in >"$work/after"
is "four CPUs have received them" 4 \
	"$(paste "$work/before" "$work/after" | awk '$2 - $1 >= 100 { n++ } END { print n }')"
udp_gone() { [ "$(stat flows-active)" = 0 ]; }
ok "all flows end" wait_for 30 udp_gone
flush
stop_collectors
is "one flow for all CPUs, IPv4" "17 10.2.0.1 4000 10.2.0.2 5000 200 20000" \
	"$(flows 9991 'src port 4000 and inet and dst port 5000')"
is "one flow for all CPUs, IPv6" "17 fd02::1 4000 fd02::2 5000 200 24000" \
	"$(flows 9991 'src port 4000 and inet6 and dst port 5000')"
is "also when one has had nothing for a while" \
	"17 10.2.0.1 4001 10.2.0.2 5000 22 2200" \
	"$(flows 9991 'src port 4001')"
is "one flow that came over all CPUs, IPv4" "17 10.1.0.2 4002 10.2.0.2 5000 200 20000" \
	"$(flows 9991 'src port 4002 and inet and dst port 5000')"
is "one flow that came over all CPUs, IPv6" "17 fd01::2 4002 fd02::2 5000 200 24000" \
	"$(flows 9991 'src port 4002 and inet6 and dst port 5000')"
is "they are counted as one" "$(stat flows-exported)" "$(stat flows-created)"
finish
