#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# cpus: 1
# Every IPFIX field, for IPv4 and IPv6, on traffic that makes it more than zero,
# as tshark reads it.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")

frames() { # PYTHON: sent by the client to the router
	echo "$1" >"$work/frames"
	client python3 "$here/frames.py" c0 "$(mac r1)" "$work/frames"
}

all_fields="srcaddr dstaddr srcaddrv6 dstaddrv6 protocol srcport dstport packets octets
	ip_total_length ip_header_length tos ip_ttl ipv6flowlabel tcpflags
	tcp_seq_num tcp_ack_num tcp_windows_size inputint outputint nexthop
	nexthopv6 srcmask dstmask srcmaskv6 dstmaskv6 srcmac dstmac post_srcmac
	post_dstmac icmp_ipv4_type icmp_ipv4_code icmp_ipv6_type icmp_ipv6_code
	igmp_type is_multicast udp_length post_natsource_ipv4_address
	post_natdestination_ipv4_address post_nat_source_ipv6_address
	post_nat_destination_ipv6_address post_naptsource_transport_port
	post_naptdestination_transport_port abstimestart abstimeend timestart
	timeend sys_init_time"

# begin; ...; end: tshark has one list for each field of a datagram, so that
# there is one family in each capture.
begin() {
	start_capture 9991
	tfctl set enabled=yes
}
end() {
	local field fields=()
	flush
	stop_capture
	for field in $all_fields; do
		fields+=(-e "cflow.$field")
	done
	tshark -r "$work/exports.pcap" -d udp.port==9991,cflow -T fields -t u \
		-E occurrence=a -E separator='|' -Y cflow.packets \
		"${fields[@]}" 2>/dev/null >"$work/records"
}

# The records that begin so, with these fields; times in milliseconds.
record() { # START FIELD...
	python3 - "$work/records" "$all_fields" "$@" <<'PYTHON'
import datetime, re, sys
names, start, wanted = sys.argv[2].split(), sys.argv[3], sys.argv[4:]

def shown(text):
    text = re.sub(r"(\.\d{6})\d*", r"\1", text.replace(" UTC", ""))
    try:
        when = datetime.datetime.strptime(text, "%b %d, %Y %H:%M:%S.%f")
    except ValueError:
        return text
    return str(round(when.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000))

def values(name, columns):
    """One for each record. ICMPv6's are there twice, 139 has them too."""
    got = re.split(r",(?! )", columns[name])
    records = columns["packets"].count(",") + 1
    if len(got) == 2 * records and got[::2] == got[1::2]:
        return got[::2]
    return got if len(got) == records else ["%d values" % len(got)] * records

found = set()
for line in open(sys.argv[1]):
    columns = dict(zip(names, line.rstrip("\n").split("|")))
    for row in zip(*(values(name, columns) for name in wanted)):
        found.add(" ".join(shown(text) for text in row))
rows = sorted(row for row in found if row.startswith(start))
print("\n".join(rows) or "none")
PYTHON
}

topology
ip link add net6 type dummy
ip link set net6 up
ip route add 10.6.0.0/16 via 10.2.0.2
ip route add fd06::/40 via fd02::2
server ip route add unreachable 10.6.0.0/16
server ip route add unreachable fd06::/40
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000-7000 drop; }; }'
nft 'table inet nat {
	chain pre {
		type nat hook prerouting priority dstnat
		ip daddr 10.1.0.1 udp dport 5053 dnat ip to 10.2.0.2:5000
		ip6 daddr fd01::1 udp dport 5053 dnat ip6 to [fd02::2]:5000
	}
	chain post {
		type nat hook postrouting priority srcnat
		ip daddr 10.2.0.2 udp sport 4002 snat ip to 10.2.0.1:6001
		ip6 daddr fd02::2 udp sport 4002 snat ip6 to [fd02::1]:6001
	}
}'
load
start_collector 9991
r1=$(cat /sys/class/net/r1/ifindex)
r2=$(cat /sys/class/net/r2/ifindex)
in_frame="$(mac c0 -n client) $(mac r1)"
out_frame="$(mac r2) $(mac s0 -n server)"
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl ipfix set nat-events=yes

# One flow of three TCP packets, whose first is told from the others; then what
# has no ports, what is not forwarded, and what is translated.
begin
before=$(date +%s%3N)
frames '
link.send(tcp("10.1.0.2", 4001, "10.6.0.9", 80, 0x02, 0x11223344, 0x55667788, 0xabcd, 0,
              tos=0xb9, ttl=61, options=b"\1\1\1\0"))
time.sleep(1.5)
link.send(tcp("10.1.0.2", 4001, "10.6.0.9", 80, 0x58, 0x11223345, 0x99999999, 0x1111, 1000,
              tos=0x10, ttl=33))
link.send(tcp("10.1.0.2", 4001, "10.6.0.9", 80, 0xa0, 0x11223500, 0x99999999, 0x1111, 1, ttl=99))
link.send(icmp("10.1.0.2", "10.6.0.9", 3, 13, 28, ttl=2))
link.send(igmp("10.1.0.2", "224.0.0.1", 0x11, "0.0.0.0", ttl=1, options=b"\x94\4\0\0"))
link.send(udp("10.1.0.2", 4003, "224.0.0.1", 5003, 333, ttl=1))
link.send(udp("10.1.0.2", 4002, "10.1.0.1", 5053, 300))
'
after=$(date +%s%3N)
end

tcp="10.1.0.2 10.6.0.9 6"
is "src-address dst-address protocol src-port dst-port" "$tcp 4001 80" \
	"$(record "$tcp" srcaddr dstaddr protocol srcport dstport)"
is "packets bytes ip-total-length ip-header-length" "$tcp 3 1125 44 24" \
	"$(record "$tcp" srcaddr dstaddr protocol packets octets ip_total_length ip_header_length)"
is "tos ttl, of the first packet (one hop is gone)" "$tcp 0xb9 60" \
	"$(record "$tcp" srcaddr dstaddr protocol tos ip_ttl)"
is "tcp-flags of all, or-ed" "$tcp 0xfa" "$(record "$tcp" srcaddr dstaddr protocol tcpflags)"
is "tcp-seq-num tcp-ack-num tcp-window-size, of the first packet" \
	"$tcp $((0x11223344)) $((0x55667788)) $((0xabcd))" \
	"$(record "$tcp" srcaddr dstaddr protocol tcp_seq_num tcp_ack_num tcp_windows_size)"
is "in-interface out-interface gateway src-address-mask dst-address-mask" \
	"$tcp $r1 $r2 10.2.0.2 24 16" \
	"$(record "$tcp" srcaddr dstaddr protocol inputint outputint nexthop srcmask dstmask)"
is "src-mac-address dst-mac-address, as it came and as it went" \
	"$tcp $in_frame $out_frame" \
	"$(record "$tcp" srcaddr dstaddr protocol srcmac dstmac post_srcmac post_dstmac)"
is "icmp-type icmp-code, dst-port as others have it" \
	"10.1.0.2 10.6.0.9 1 3 13 $((3 * 256 + 13))" \
	"$(record '10.1.0.2 10.6.0.9 1 ' srcaddr dstaddr protocol icmp_ipv4_type icmp_ipv4_code dstport)"
is "igmp-type, is-multicast, header with options" "10.1.0.2 224.0.0.1 2 17 0x01 24 $r1 0" \
	"$(record '10.1.0.2 224.0.0.1 2 ' srcaddr dstaddr protocol igmp_type is_multicast ip_header_length inputint outputint)"
is "udp-length, is-multicast" "10.1.0.2 224.0.0.1 17 341 0x01 361" \
	"$(record '10.1.0.2 224.0.0.1 17' srcaddr dstaddr protocol udp_length is_multicast ip_total_length)"
is "what is not multicast" "$tcp 0x00" "$(record "$tcp" srcaddr dstaddr protocol is_multicast)"
is "nat-src-address nat-src-port nat-dst-address nat-dst-port" \
	"10.1.0.2 10.1.0.1 4002 5053 10.2.0.1 6001 10.2.0.2 5000" \
	"$(record '10.1.0.2 10.1.0.1 4002' srcaddr dstaddr srcport dstport \
		post_natsource_ipv4_address post_naptsource_transport_port \
		post_natdestination_ipv4_address post_naptdestination_transport_port)"

# Each is when it was, to the 10 ms that the kernel counts in.
read -r _ first last boot <<<"$(record 6 protocol abstimestart abstimeend sys_init_time)"
ok "first-forwarded: after it was sent" test "$first" -ge $((before - 20))
ok "and 1.5 s before the last packet" test $((last - first)) -ge 1480
ok "which is last-forwarded" test "$last" -le $((after + 20))
booted=$(python3 -c 'import time
apart = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
print(apart // 1000000)')
ok "sys-init-time: when the host booted ($boot, $booted)" \
	test "$boot" -ge $((booted - 10)) -a "$boot" -le $((booted + 10))

ip route add 10.6.0.0/20 via 10.2.0.2 table 200
ip rule add from 10.1.0.3 table 200
begin
frames '
for source, to in ("2", "10.6.0.9"), ("3", "10.6.0.9"), ("2", "10.2.0.2"), ("3", "10.2.0.2"):
    link.send(udp("10.1.0." + source, 4001, to, 5003, 100))
'
end
is "dst-address-mask is that of the route which rules choose for the source" \
	"10.1.0.2 10.2.0.2 24 24
10.1.0.2 10.6.0.9 24 16
10.1.0.3 10.2.0.2 24 24
10.1.0.3 10.6.0.9 24 20" \
	"$(record 10.1 srcaddr dstaddr srcmask dstmask)"
ip rule del from 10.1.0.3 table 200

begin
frames '
link.send(tcp("fd01::2", 4001, "fd06::9", 80, 0x02, 0x11223344, 0x55667788, 0xabcd, 0,
              tos=0xb9, ttl=61, label=0xabcde))
link.send(tcp("fd01::2", 4001, "fd06::9", 80, 0x58, 0x11223345, 0x99999999, 0x1111, 1000,
              tos=0x10, ttl=33))
link.send(tcp("fd01::2", 4001, "fd06::9", 80, 0xa0, 0x11223500, 0x99999999, 0x1111, 1, ttl=99))
link.send(icmp("fd01::2", "fd06::9", 1, 4, 48, ttl=2))
link.send(udp("fd01::2", 4003, "ff02::1", 5003, 333, ttl=1))
link.send(udp("fd01::2", 4002, "fd01::1", 5053, 300))
'
end

tcp="fd01::2 fd06::9 6"
is "IPv6: src-address dst-address protocol src-port dst-port" "$tcp 4001 80" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol srcport dstport)"
is "IPv6: packets bytes ip-total-length ip-header-length" "$tcp 3 1181 60 40" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol packets octets ip_total_length ip_header_length)"
is "IPv6: tos ttl ipv6-flow-label, of the first packet" "$tcp 0xb9 60 $((0xabcde))" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol tos ip_ttl ipv6flowlabel)"
is "IPv6: tcp-flags of all, or-ed" "$tcp 0xfa" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol tcpflags)"
is "IPv6: tcp-seq-num tcp-ack-num tcp-window-size" \
	"$tcp $((0x11223344)) $((0x55667788)) $((0xabcd))" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol tcp_seq_num tcp_ack_num tcp_windows_size)"
is "IPv6: in-interface out-interface gateway masks" "$tcp $r1 $r2 fd02::2 64 40" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol inputint outputint nexthopv6 srcmaskv6 dstmaskv6)"
is "IPv6: src-mac-address dst-mac-address" "$tcp $in_frame $out_frame" \
	"$(record "$tcp" srcaddrv6 dstaddrv6 protocol srcmac dstmac post_srcmac post_dstmac)"
is "IPv6: icmp-type icmp-code" "fd01::2 fd06::9 58 1 4 $((256 + 4))" \
	"$(record 'fd01::2 fd06::9 58' srcaddrv6 dstaddrv6 protocol icmp_ipv6_type icmp_ipv6_code dstport)"
is "IPv6: udp-length, is-multicast (link-local)" "fd01::2 ff02::1 17 341 0x20 $r1 0" \
	"$(record 'fd01::2 ff02::1 17' srcaddrv6 dstaddrv6 protocol udp_length is_multicast inputint outputint)"
is "IPv6: nat-src-address nat-src-port nat-dst-address nat-dst-port" \
	"fd01::2 fd01::1 4002 5053 fd02::1 6001 fd02::2 5000" \
	"$(record 'fd01::2 fd01::1 4002' srcaddrv6 dstaddrv6 srcport dstport \
		post_nat_source_ipv6_address post_naptsource_transport_port \
		post_nat_destination_ipv6_address post_naptdestination_transport_port)"

milliseconds() { awk -v seconds="$1" 'BEGIN { printf "%.0f", seconds * 1000 }'; }

# As RouterOS sends times: milliseconds since 160.
tfctl set timestamps=uptime
begin
before=$(date +%s%3N)
frames '
link.send(tcp("10.1.0.2", 4001, "10.6.0.9", 80, 2, 1, 1, 1, 0))
time.sleep(0.5)
link.send(tcp("10.1.0.2", 4001, "10.6.0.9", 80, 2, 1, 1, 1, 0))
'
after=$(date +%s%3N)
end
read -r _ first last boot <<<"$(record 6 protocol timestart timeend sys_init_time)"
# tshark shows uptimes in seconds.
first=$(milliseconds "$first")
last=$(milliseconds "$last")
ok "timestamps=uptime: first-forwarded counts from sys-init-time" \
	test $((boot + first)) -ge $((before - 20))
ok "and last-forwarded, half a second later" \
	test $((boot + last)) -le $((after + 20)) -a $((last - first)) -ge 480
tfctl set timestamps=absolute

# The templates are docs/fields.md's, to the element.
elements() { # of IPv4's or IPv6's last template in the capture, sorted
	tshark -r "$work/exports.pcap" -d udp.port==9991,cflow -V \
		-Y "cflow.template_id" 2>/dev/null | python3 -c '
import re, sys
templates = {}
for line in sys.stdin:
    found = re.search(r"Template Id: (\d+)", line)
    if found:
        current = templates[int(found[1])] = []
    found = re.search(r"Type: .* \((\d+)\)", line)
    if found:
        current.append(int(found[1]))
# From 65264 on they are of NAT events.
ids = sorted(id for id in templates if id < 65264)[-2:]
print(*sorted(templates[ids[int(sys.argv[1]) == 6]]))' "$1"
}
documented() { # 4|6
	python3 -c '
import re, sys
family = int(sys.argv[1])
elements = {60}
rows = 0
for line in open(sys.argv[2]):
    if line.startswith("## Beyond"):
        break
    row = re.match(r"\| ([a-z0-9-]+) \| ([^|]*) \|(.*)", line)
    if not row or row[1] == "property" or row[1].startswith("-"):
        continue
    rows += 1
    text = row[2].replace(", or 22", "").replace(", or 21", "")
    if "(IPv6)" in text and family == 4:
        continue
    numbers = [int(n) for n in re.findall(r"\d+", text.replace("(IPv6)", ""))]
    if "/" in text:
        numbers = [numbers[family == 6]]
    elements |= set(numbers)
    also = re.search(r"also in (\d+) / (\d+)", row[3])
    if also:
        elements.add(int(also[1 + (family == 6)]))
assert rows == 36, rows
print(*sorted(elements))' "$1" "$here/../../docs/fields.md"
}
begin
frames 'link.send(udp("10.1.0.2", 4003, "10.6.0.9", 5003, 333))'
end
for family in 4 6; do
	is "IPv$family: the template has what the documentation says" \
		"$(documented $family)" "$(elements $family)"
done

# Fewer fields: another template, whose id has never been another's.
ids() {
	tshark -r "$work/exports.pcap" -d udp.port==9991,cflow -T fields \
		-E separator=' ' -e cflow.template_id -Y cflow.template_id 2>/dev/null |
		tr ',' '\n' | awk '$1 < 65264' | sort -un | paste -sd' '
}
all=$(ids)
names=$(tfctl ipfix print | sed 's/^ *//; s/: .*//')
is "there are 36 fields, and 18 beyond RouterOS" 54 "$(wc -l <<<"$names")"
begin
# shellcheck disable=SC2046,SC2086
tfctl ipfix set $(printf '%s=no ' $names)
tfctl ipfix set tcp-flags=yes gateway=yes packets=yes
frames 'link.send(udp("10.1.0.2", 4003, "10.6.0.9", 5003, 333))'
end
for family in 4 6; do
	case $family in
	4) expected="2 6 15 60" ;;
	6) expected="2 6 60 62" ;;
	esac
	is "IPv$family: a selection of three" "$expected" "$(elements $family)"
done
is "its record is whole" "10.2.0.2 1 0x00" "$(record 10 nexthop packets tcpflags)"
is "its ids are new ones" "" \
	"$(comm -12 <(tr ' ' '\n' <<<"$all" | sort) <(ids | tr ' ' '\n' | tail -n 2 | sort))"
finish
