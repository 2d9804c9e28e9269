# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How hostile packets get to the hooks; to be sourced behind tests/e2e/lib.sh.

fuzz_devices() {
	insmod "$(dirname "$MODULE")/fuzz/tf_fuzz.ko"
	for dev in fz0 fz1; do
		ip link add $dev type dummy
		sysctl -qw net.ipv6.conf.$dev.disable_ipv6=1
		ip link set $dev up
	done
	ip addr add 10.50.0.1/24 dev fz1
	ip route add 11.0.0.0/24 via 10.50.0.2
}

# The whole way, with connections tracked and translated, for kind "received"
fuzz_routers() {
	sysctl -qw net.ipv6.conf.fz0.disable_ipv6=0 net.ipv6.conf.fz1.disable_ipv6=0
	ip -6 address add fd03::1/64 dev fz1 nodad
	ip -6 route add fd02::/64 via fd03::2 metric 1
	# As many go out as are counted: no fragments
	ip link set fz1 mtu 65535
	ip link set fz0 arp off
	ip link set fz1 arp off
	nft 'table inet nat {
		chain pre {
			type nat hook prerouting priority dstnat
			ip daddr 11.0.0.1 dnat ip to 11.0.0.99
			ip6 daddr fd02::1 dnat ip6 to fd02::99
		}
		chain post {
			type nat hook postrouting priority srcnat
			oifname fz1 masquerade
		}
	}'
}

fuzz() { # SEED PACKETS KIND: sets sent, changed
	echo "# seed $1, $3"
	echo "$1 $2 $3" >/proc/tf_fuzz || return 1
	read -r _ sent _ changed </proc/tf_fuzz
}
