#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 1
# The worked examples of the manual, word for word, and what they promise.
. "$(dirname "$0")/lib.sh"

send() { # NAMESPACE PORT
	udp "$1" "UDP4:10.2.0.2:$2,sourceport=4000" 100
}

# Whether a collector has these flows, and no other of theirs
got() { # PORT
	flows "$1" 'src port 4000' | cut -d' ' -f2,5-
}

manual_topology
load

# Sub-menu: /ip traffic-flow
ok "enable" typed <<'END'
/ip traffic-flow set enabled=yes
END
is "print shows what the manual shows" "enabled: yes
interfaces: all
cache-entries: 4k
active-flow-timeout: 30m
inactive-flow-timeout: 15s
packet-sampling: no" "$(typed <<'END' | squeezed | head -n 6
/ip traffic-flow print
END
)"
ok "limit monitoring to specific interfaces" typed <<'END'
/ip traffic-flow set enabled=yes interfaces=ether1,ether2
END
is "and they are" "interfaces: ether1,ether2" \
	"$(tfctl /ip traffic-flow print | squeezed | grep interfaces)"
tfctl reset

# Sub-menu: /ip traffic-flow target
ok "add a target" typed <<'END'
/ip traffic-flow target add dst-address=192.168.1.100 port=2055 version=9
END
is "print shows what the manual shows" "Flags: X - disabled
# SRC-ADDRESS DST-ADDRESS PORT VERSION
0 0.0.0.0 192.168.1.100 2055 9" "$(typed <<'END' | squeezed
/ip traffic-flow target print
END
)"
ok "an IPFIX collector on a non-standard port" typed <<'END'
/ip traffic-flow target add dst-address=10.0.0.50 port=4739 version=IPFIX
END
start_collector 4739 4 10.0.0.50
tfctl set enabled=yes
send client 5000
flush
stop_collector 4739
is "which gets flows" "10.1.0.2 5000 1 128" "$(got 4739)"
tfctl reset

start_collector 2055 4 192.168.1.100
start_collector 9995 4 10.10.0.5
ok "several collectors simultaneously" typed <<'END'
/ip traffic-flow target add dst-address=192.168.1.100 port=2055 version=9
/ip traffic-flow target add dst-address=10.10.0.5 port=9995 version=IPFIX
END
tfctl set enabled=yes
send client 5001
send guest 5002
flush
stop_collectors
is "all flows to the first" "10.1.0.2 5001 1 128
10.3.0.2 5002 1 128" "$(got 2055)"
is "and to the second" "$(got 2055)" "$(got 9995)"
tfctl reset

# Packet sampling
ok "sample 2222 packets, skip 1111" typed <<'END'
/ip traffic-flow set \
packet-sampling=yes \
sampling-interval=2222 \
sampling-space=1111
END
is "as it says" "packet-sampling: yes
sampling-interval: 2222
sampling-space: 1111" "$(tfctl print | squeezed | grep sampling)"
tfctl reset

# Basic NetFlow v9 export
rm -rf "$work/2055"
start_collector 2055 4 192.168.1.100
is "all interfaces, v9 to a local collector" "enabled: yes
interfaces: all
cache-entries: 4k
active-flow-timeout: 30m
inactive-flow-timeout: 15s
packet-sampling: no
Flags: X - disabled
# SRC-ADDRESS DST-ADDRESS PORT VERSION
0 0.0.0.0 192.168.1.100 2055 9" "$(typed <<'END' | squeezed | grep -vE '^(sampling|timestamps|meter)'
# Enable Traffic Flow
/ip traffic-flow set \
enabled=yes \
interfaces=all \
cache-entries=4k \
active-flow-timeout=30m \
inactive-flow-timeout=15s
# Add collector target
/ip traffic-flow target add \
dst-address=192.168.1.100 \
port=2055 \
version=9
# Verify
/ip traffic-flow print
/ip traffic-flow target print
END
)"
send client 5003
flush
stop_collector 2055
is "it exports" "10.1.0.2 5003 1 128" "$(got 2055)"
tfctl reset

# An interface list
rm -rf "$work/2055"
start_collector 2055 4 192.168.1.100
tfctl target add dst-address=192.168.1.100
ok "restrict to WAN-facing interfaces" typed <<'END'
/interface list add name=WAN-interfaces
/interface list member add interface=ether1 list=WAN-interfaces
/interface list member add interface=ether2 list=WAN-interfaces
/ip traffic-flow set enabled=yes interfaces=WAN-interfaces
END
send client 5004
udp guest UDP4:10.3.0.1:5005,sourceport=4000 100
send guest 5006
flush
stop_collector 2055
is "in or out by them, and no other" "10.1.0.2 5004 1 128
10.3.0.2 5006 1 128" "$(got 2055)"
tfctl reset

# NetFlow with Elasticsearch
rm -rf "$work/2055"
start_collector 2055 4 10.0.0.2
ok "the Elastic Agent's host" typed <<'END'
# Optional: restrict to specific interfaces
/interface list add name=NetFlow-interfaces
/interface list member add interface=ether1 list=NetFlow-interfaces
# Enable Traffic Flow
/ip traffic-flow set enabled=yes interfaces=NetFlow-interfaces
# Point to the Elastic Agent host
/ip traffic-flow target add \
dst-address=10.0.0.2 \
port=2055 \
version=9
END
send client 5007
send guest 5008
flush
stop_collector 2055
is "gets what passes ether1" "10.1.0.2 5007 1 128" "$(got 2055)"
finish
