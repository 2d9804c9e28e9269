#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# cpus: 2
# Every IPFIX field beyond RouterOS's, for IPv4 and IPv6, on traffic that makes
# it more than zero, as tshark reads it; and by nfacctd what that can be taught.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")

frames() { # DEVICE-OF-CLIENT DEVICE-OF-ROUTER PYTHON
	echo "$3" >"$work/frames"
	client python3 "$here/frames.py" "$1" "$(mac "$2")" "$work/frames"
}

# What tshark reads of the records of one protocol and port. There is one
# record a capture: tshark has a list for each field.
value() { # FIELD...
	local field fields=()
	for field; do
		fields+=(-e "cflow.$field")
	done
	decoded -T fields -E separator=' ' -Y "cflow.packets" "${fields[@]}" |
		sort -u | head -n 5
}

sent() {
	tfctl stats --json | python3 -c '
import json, sys
print(sum(target["packets"] for target in json.load(sys.stdin)["targets"]))'
}
captured_all() { # since begin
	[ "$(tcpdump -nr "$work/exports.pcap" 2>/dev/null | wc -l)" = $(($(sent) - base)) ]
}
begin() {
	base=$(sent)
	start_capture 9991
	tfctl set enabled=yes
}
no_flow() { [ "$(stat flows-active)" = 0 ]; }
end() {
	flush
	stop_capture
}

only() { # FIELD...: beside what tells one flow from another
	tfctl ipfix set profile=routeros
	# shellcheck disable=SC2046
	tfctl ipfix set $(tfctl ipfix print | sed -n 's/^ *\(.*\): yes$/\1=no/p')
	# shellcheck disable=SC2046
	tfctl ipfix set packets=yes $(printf '%s=yes ' "$@")
}

topology
# A VLAN in a VLAN to the client, a VLAN in a VRF to the server.
ip link add v10 link r1 type vlan id 10 protocol 802.1ad
ip link add v11 link v10 type vlan id 11
ip -n client link add v10 link c0 type vlan id 10 protocol 802.1ad
ip -n client link add v11 link v10 type vlan id 11
ip link add v20 link r2 type vlan id 20
ip -n server link add v20 link s0 type vlan id 20
ip link add blue type vrf table 10
ip link set blue up
for dev in v10 v11 v20; do ip link set $dev up; done
ip -n client link set v10 up
ip -n client link set v11 up
ip -n server link set v20 up
addresses() {
	ip addr replace 10.11.0.1/24 dev v11
	ip addr replace fd11::1/64 dev v11 nodad
	ip addr replace 10.20.0.1/24 dev v20
	ip addr replace fd20::1/64 dev v20 nodad
	ip neigh replace 10.20.0.2 lladdr "$(mac s0 -n server)" dev v20 nud permanent
	ip neigh replace fd20::2 lladdr "$(mac s0 -n server)" dev v20 nud permanent
}
addresses
ip route add 10.6.0.0/16 via 10.2.0.2
ip route add fd06::/40 via fd02::2
server ip route add blackhole 10.6.0.0/16
server ip route add blackhole fd06::/40
# Devices that are new tell of the groups they are in.
wait_for 10 quiet
nft 'table inet filter {
	chain input {
		type filter hook input priority filter
		udp dport 7010-7019 drop
	}
	chain forward {
		type filter hook forward priority filter
		udp dport 7010-7019 drop
		meta nfproto ipv4 udp dport 7002 limit rate over 1/hour burst 1 packets drop
		meta nfproto ipv6 udp dport 7002 limit rate over 1/hour burst 1 packets drop
	}
	chain output {
		type filter hook output priority filter
		udp dport 7010-7019 drop
	}
}'
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX

# What each packet shows.
only min-length max-length min-ttl max-ttl tcp-options ipv4-options fragment-id flow-end-reason flow-direction
tcp4='
def packet(ttl, octets, options, ident, ip_options=b"", flags=2):
    head = struct.pack(">HHIIBBHHH", 4001, 80, 1, 1, (20 + len(options)) // 4 << 4, flags, 99, 0, 0)
    whole = ipv4("10.1.0.2", "10.6.0.9", 6, head + options + b"x" * octets, 16, ttl=ttl, options=ip_options)
    whole = whole[:4] + struct.pack(">H", ident) + whole[6:10] + b"\0\0" + whole[12:]
    length = 20 + len(ip_options)
    return whole[:10] + struct.pack(">H", checksum(whole[:length])) + whole[12:]
link.send(packet(61, 100, b"\2\4\5\xb4", 0xbeef))
link.send(packet(33, 900, b"\1\1\x08\x0a" + b"\0" * 8, 0x1111, b"\x94\4\0\0"))
link.send(packet(99, 0, b"\1\1\4\2", 0x2222, b"\1\1\1\0", 4))
'
begin
frames c0 r1 "$tcp4"
wait_for 10 no_flow
end
# Kinds 1, 2, 4 and 8; router alert, NOP and end of list.
bits=$((1 << 1 | 1 << 2 | 1 << 4 | 1 << 8))
is "min-length max-length min-ttl max-ttl of all packets, fragment-id of the first, tcp-options ipv4-options or-ed, flow-end-reason (reset), flow-direction (it came in)" \
	"3 48 956 32 98 $((0xbeef)) $(printf '%016x %08x' $bits $((1 << 11 | 1 << 25 | 1 << 24))) 3 0" \
	"$(value packets length_min length_max ttl_min ttl_max frag_ident \
		tcp_option_map option_map flow_end_reason direction | tr -d :)"

only min-length max-length min-ttl max-ttl tcp-options ipv6-extension-headers fragment-id flow-end-reason
begin
frames c0 r1 '
def packet(ttl, octets, options, before):
    head = struct.pack(">HHIIBBHHH", 4001, 80, 1, 1, (20 + len(options)) // 4 << 4, 2, 99, 0, 0)
    whole = ipv6("fd01::2", "fd06::9", 6, head + options + b"x" * octets, 16, ttl=ttl)
    if not before:
        return whole
    number, header = before
    return (whole[:4] + struct.pack(">HB", len(whole) - 40 + len(header), number) +
            whole[7:40] + b"\6" + header[1:] + whole[40:])
link.send(packet(61, 100, b"\2\4\5\xb4", (60, b"\0\0\1\4\0\0\0\0")))
link.send(packet(33, 900, b"\1\1\x08\x0a" + b"\0" * 8, None))
link.send(packet(99, 0, b"\1\1\4\2", None))
'
end
is "IPv6: the same, ipv6-extension-headers of one packet of three, none ended it" \
	"3 64 972 32 98 $(printf '%016x' $bits) 0x80000000 4" \
	"$(value packets length_min length_max ttl_min ttl_max tcp_option_map \
		ipv6_exthdr flow_end_reason | tr -d :)"

# Where there is no connection tracking, fragments come as they are.
begin
frames c0 r1 '
def fragment(ident, offset, more, octets):
    whole = ipv6("fd01::2", "fd06::9", 17, struct.pack(">HHHH", 4001, 5000, 8 + 16, 1)[:8] + b"x" * octets, None)
    return (whole[:4] + struct.pack(">HB", len(whole) - 40 + 8, 44) + whole[7:40] +
            struct.pack(">BBHI", 17, 0, offset | more, ident) + whole[40:])
link.send(fragment(0xa1a2a3a4, 0, 1, 16))
'
end
is "IPv6: fragment-id of the first fragment" "$((0xa1a2a3a4)) 0x08000000" \
	"$(value frag_ident ipv6_exthdr)"

# Where it came from and went.
only dst-port in-interface out-interface vlan-id post-vlan-id dot1q-vlan-id \
	dot1q-customer-vlan-id in-vrf out-vrf flow-id
blue=$(cat /sys/class/net/blue/ifindex)
through() { # 4|6: over the VLANs
	local ends
	case $1 in
	4) ends='"10.11.0.2", 4003, "10.20.0.2", 5003' ;;
	6) ends='"fd11::2", 4003, "fd20::2", 5003' ;;
	esac
	begin
	frames v11 v11 "link.send(udp($ends, 333))"
	end
}
for family in 4 6; do
	through $family
	is "IPv$family: vlan-id post-vlan-id dot1q-vlan-id dot1q-customer-vlan-id, no VRF" \
		"5003 10 20 10 11 0 0" \
		"$(records dstport vlanid post_vlanid dot1q_vlan_id dot1q_customer_vlan_id \
			ingress_vrfid egress_vrfid | grep ^5003)"
done
ip link set v20 master blue
ip link set v11 master blue
addresses
# It came in by the interface, not by the VRF that this belongs to.
index_of() { cat "/sys/class/net/$1/ifindex"; }
tfctl set interfaces=v11
for family in 4 6; do
	through $family
	is "IPv$family: in-vrf out-vrf in-interface out-interface vlan-id post-vlan-id" \
		"5003 $blue $blue $(index_of v11) $(index_of v20) 10 20" \
		"$(records dstport ingress_vrfid egress_vrfid inputint outputint vlanid post_vlanid |
			grep ^5003)"
done
tfctl set interfaces=all
only dst-port flow-id flow-end-reason
# The first ends within a second after its three; the second has begun later, and
# has seconds left when all end.
tfctl set active-flow-timeout=3s
begin
frames c0 r1 '
for i in range(6):
    time.sleep(0.9)
    link.send(udp("10.1.0.2", 4003, "10.6.0.9", 5003, 333))'
end
tfctl set active-flow-timeout=30m
records dstport flow_id | grep ^5003 >"$work/ids"
is "flow-id: one for all records of a flow" 1 "$(wc -l <"$work/ids")"
ok "and it is not 0" grep -qE '^5003 [1-9]' "$work/ids"
ok "of which there were several" test \
	"$(decoded -T fields -e cflow.flow_id -Y cflow.flow_id | wc -l)" -ge 2
is "flow-end-reason: the active timeout, and forced at the end" "5003 2
5003 4" "$(records dstport flow_end_reason | grep ^5003)"

only dst-port flow-end-reason
tfctl set active-flow-timeout=30m inactive-flow-timeout=1s
begin
frames c0 r1 'link.send(udp("10.1.0.2", 4003, "10.6.0.9", 5003, 333))'
wait_for 10 no_flow
end
is "the inactive timeout" "5003 1" "$(records dstport flow_end_reason | grep ^5003)"
tfctl set inactive-flow-timeout=15s cache-entries=1k
early=$(stat flows-ended-early)
begin
datagrams client 10.6.0.9 10000 3000
end
early=$(($(stat flows-ended-early) - early))
records dstport flow_end_reason | grep '^1[0-3]...' >"$work/reasons"
is "the cache was full, of as many as were ended early; the others were forced" \
	"$early 3000" "$(grep -c ' 5$' "$work/reasons") $(grep -c ' [45]$' "$work/reasons")"
ok "which some were" test "$early" -ge 1900

# What became of it: dropped, let through, some of both, for us, from us. tshark
# shows 1 for forwarded, 2 for dropped, 3 for consumed.
only dst-port forwarding-status flow-direction
for family in 4 6; do
	case $family in
	4) from=10.1.0.2 to=10.6.0.9 router=10.1.0.1 group=224.0.0.1 peer=UDP4:10.2.0.2 ;;
	6) from=fd01::2 to=fd06::9 router=fd01::1 group=ff02::1 peer='UDP6:[fd02::2]' ;;
	esac
	begin
	frames c0 r1 "
link.send(udp('$from', 4003, '$to', 7010, 333))
link.send(udp('$from', 4003, '$router', 7011, 333))
link.send(udp('$from', 4003, '$to', 7000, 333))
link.send(udp('$from', 4003, '$to', 7000, 333))
link.send(udp('$from', 4003, '$group', 7001, 333, ttl=1))
for i in range(4):
    link.send(udp('$from', 4003, '$to', 7002, 333))"
	echo x | socat -u - "$peer:7012" 2>/dev/null
	echo x | socat -u - "$peer:7003" 2>/dev/null
	end
	is "IPv$family: forwarding-status: forwarded, for us, unknown (some were dropped), from us, dropped in all three chains" "\
7000 1 0
7001 3 0
7002 0 0
7003 1 1
7010 2 0
7011 2 0
7012 2 1" "$(records dstport forwarding_status direction | grep ^70)"
done
tfctl ipfix set forwarding-status=no
begin
frames c0 r1 'link.send(udp("10.1.0.2", 4003, "10.6.0.9", 7001, 333))'
end
is "no forwarding-status where it is not wanted" "1 " "$(value packets forwarding_status)"

# All fields at once: the templates still fit a datagram, and nfacctd agrees.
tfctl ipfix set profile=all nat-events=no
begin
frames c0 r1 "$tcp4"
wait_for 10 no_flow
end
is "profile=all: nothing is wrong with any datagram" "" \
	"$(decoded -Y '_ws.expert || cflow.no_template_found')"
cat >"$work/primitives" <<'END'
name=len_min field_type=25 len=8 semantics=u_int
name=len_max field_type=26 len=8 semantics=u_int
name=ttl_min field_type=52 len=1 semantics=u_int
name=ttl_max field_type=53 len=1 semantics=u_int
name=frag_id field_type=54 len=4 semantics=u_int
name=fate field_type=89 len=1 semantics=u_int
name=end_reason field_type=136 len=1 semantics=u_int
END
cat >"$work/nfacctd.conf" <<END
pcap_savefile: $work/exports.pcap
pcap_savefile_delay: 2
plugins: print
print_output: json
print_refresh_time: 1
nfacctd_time_new: true
aggregate: src_host, dst_host, proto, len_min, len_max, ttl_min, ttl_max, frag_id, fate, end_reason
aggregate_primitives: $work/primitives
END
# Its plugins do not always get to run where time is not real.
if [ "$flavour" = fast ]; then
account 1 '"ip_dst": "10.6.0.9".*"packets": 3'
is "nfacctd reads the same" "48 956 32 98 48879 64 3" "$(python3 -c '
import json, sys
for line in open(sys.argv[1]):
    if line.startswith("{") and "10.6.0.9" in line:
        flow = json.loads(line)
        if flow["packets"] == 3:
            print(*(int(flow[name]) for name in
                    "len_min len_max ttl_min ttl_max frag_id fate end_reason".split()))
' "$work/nfacctd" | sort -u)"
fi
finish
