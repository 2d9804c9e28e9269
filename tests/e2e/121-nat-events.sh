#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# leaks: yes
# seconds: 1800
# cpus: 2
# NAT events (RFC 8158): a record when a translated connection begins and one
# when it ends, for source and destination NAT and masquerading, of IPv4 and
# IPv6, in IPFIX and version 9; beside a listener of connection tracking's own
# events; none is lost.
. "$(dirname "$0")/lib.sh"

# event protocol src sport dst dport | as sent: src sport dst dport, of a family
events() { # PORT 4|6, as tshark reads them, in their order
	local family=$2 v6='' nat="post_natsource_ipv4_address post_natdestination_ipv4_address"
	if [ "$2" = 6 ]; then
		v6=v6
		nat="post_nat_source_ipv6_address post_nat_destination_ipv6_address"
	fi
	# shellcheck disable=SC2086
	set -- "$1" $nat
	decoded -T fields -E separator=' ' -Y "cflow.nat_event && udp.dstport == $1" \
		-e cflow.nat_event -e cflow.protocol \
		-e "cflow.srcaddr$v6" -e cflow.srcport -e "cflow.dstaddr$v6" -e cflow.dstport \
		-e "cflow.$2" -e cflow.post_naptsource_transport_port \
		-e "cflow.$3" -e cflow.post_naptdestination_transport_port |
		python3 -c '
import sys
family = int(sys.argv[1])
for line in sys.stdin:
    columns = [column.split(",") for column in line.rstrip("\n").split(" ")]
    # One list for each field of a datagram: those of IPv4 events come first.
    count = len(columns[2]) if columns[2] != [""] else 0
    for i, column in enumerate(columns):
        if len(column) > count:
            columns[i] = column[:count] if family == 4 else column[-count:] if count else []
    for row in zip(*columns):
        print(*row)' "$family"
}
# The same of nfdump
dumped() { # PORT
	nfdump -N -R "$work/$1" -o json 2>/dev/null | python3 -c '
import json, sys
for flow in json.load(sys.stdin):
    if not int(flow.get("nat_event_id", 0)):
        continue
    four = "src4_addr" in flow
    n = "4" if four else "6"
    print(flow["nat_event_id"], flow["proto"], flow["src%s_addr" % n], flow["src_port"], flow["dst%s_addr" % n], flow["dst_port"],
          flow.get("src%s_xlt_ip" % n), flow["src_xlt_port"], flow.get("dst%s_xlt_ip" % n), flow["dst_xlt_port"])' | sort
}
event_count() { stat nat-events; }
held() { [ "$(stat nat-connections)" = "$1" ]; }
told() { [ "$(event_count)" = "$1" ]; }

topology
sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600
server nft 'table inet deaf { chain in {
	type filter hook input priority 0; udp dport 5000-65535 drop; }; }'
nft 'table inet nat {
	chain pre {
		type nat hook prerouting priority dstnat
		ip daddr 10.1.0.1 udp dport 5053 dnat ip to 10.2.0.2:5000
		ip6 daddr fd01::1 udp dport 5053 dnat ip6 to [fd02::2]:5000
	}
	chain post {
		type nat hook postrouting priority srcnat
		meta nfproto ipv4 udp dport 5001 snat ip to 10.2.0.9:6001
		meta nfproto ipv6 udp dport 5001 snat ip6 to [fd02::9]:6001
		udp dport 5002 masquerade
		udp dport 5009 masquerade
		udp dport 10000-65000 masquerade
	}
	chain late {
		type filter hook postrouting priority 200
		udp dport 5009 drop
	}
}'
load
for port in 9991 9992 9993; do start_collector $port; done
start_capture 9991-9993
tfctl target add dst-address=10.9.0.2 port=9991 version=IPFIX
tfctl target add dst-address=10.9.0.2 port=9992 version=9
tfctl target add dst-address=10.9.0.2 port=9993 version=5
tfctl set enabled=yes

# Nobody has asked for events.
udp client UDP4:10.1.0.1:5053,sourceport=3999 100
is "none without nat-events=yes" 0 "$(event_count)"
held 0
tfctl ipfix set nat-events=yes

conntrack -E -p udp >"$work/conntrack" 2>"$work/conntrack.err" &
conntrack=$!
listens_conntrack() { awk '$2 == 12 && $4 != "00000000"' /proc/net/netlink | grep -q .; }
wait_for 10 listens_conntrack
before=$(date +%s%3N)
send() { # the destination is translated, the source is, the port is, none is
	udp client UDP4:10.1.0.1:5053,sourceport=4001 100
	udp client UDP4:10.2.0.2:5001,sourceport=4002 100
	udp client UDP4:10.2.0.2:5002,sourceport=4003 100
	udp client UDP4:10.2.0.2:5003,sourceport=4004 100
	udp client 'UDP6:[fd01::1]:5053,sourceport=4001' 100
	udp client 'UDP6:[fd02::2]:5001,sourceport=4002' 100
	udp client 'UDP6:[fd02::2]:5002,sourceport=4003' 100
	udp client 'UDP6:[fd02::2]:5003,sourceport=4004' 100
	# Translated, and dropped behind that: it never begins.
	udp client UDP4:10.2.0.2:5009,sourceport=4005 100
}
send
ok "each beginning is told" wait_for 10 told 6
ok "and none of what was dropped, or is not translated" wait_for 10 held 6
after=$(date +%s%3N)
conntrack -D -p udp >/dev/null 2>&1
ok "each end is told" wait_for 10 told 12
is "and each of both only once" 12 "$(event_count)"
ok "nothing is held any more" held 0
is "nothing was lost" 0 "$(stat nat-events-lost)"
kill $conntrack
wait $conntrack
is "conntrack -E was told, too" "8 8" "$(grep -c 'NEW.*src=.*10.1.0.2\|NEW.*fd01::2' "$work/conntrack") \
$(grep -c 'DESTROY.* sport=400[1-4] dport=50' "$work/conntrack")"

flush
stop_capture
for port in 9991 9992 9993; do stop_collector $port; done

is "tshark has nothing to object" "" \
	"$(decoded -Y '_ws.expert || cflow.no_template_found || cflow.unexpected_sequence_number')"
expected4() { # EVENT
	cat <<END
$1 17 10.1.0.2 4001 10.1.0.1 5053 10.1.0.2 4001 10.2.0.2 5000
$1 17 10.1.0.2 4002 10.2.0.2 5001 10.2.0.9 6001 10.2.0.2 5001
$1 17 10.1.0.2 4003 10.2.0.2 5002 10.2.0.1 4003 10.2.0.2 5002
END
}
expected6() { # EVENT
	cat <<END
$1 17 fd01::2 4001 fd01::1 5053 fd01::2 4001 fd02::2 5000
$1 17 fd01::2 4002 fd02::2 5001 fd02::9 6001 fd02::2 5001
$1 17 fd01::2 4003 fd02::2 5002 fd02::1 4003 fd02::2 5002
END
}
for port in 9991 9992; do
	is "$port: NAT44 sessions begin and end (tshark)" \
		"$(expected4 4; expected4 5)" "$(events $port 4 | sort)"
	is "$port: IPv6 translations begin and end (tshark)" \
		"$(expected6 1; expected6 2)" "$(events $port 6 | sort)"
	dumped $port >"$work/dumped"
	is "$port: nfdump reads 12 events" 12 "$(wc -l <"$work/dumped")"
	is "$port: those of IPv4" "$(expected4 4; expected4 5)" "$(grep ' 17 10' "$work/dumped")"
	is "$port: sequence numbers and datagrams are right (nfcapd)" "0 0" "$(sequence_errors $port)"
done
# Of IPFIX nfdump 1.7.1 does not know 281 and 282.
is "9992: those of IPv6" "$(expected6 1; expected6 2)" "$(grep ' 17 fd' "$work/dumped")"
is "version 5 has none" "" "$(dumped 9993)"

# When: milliseconds, of the first packet, or when the end was seen.
decoded -T fields -t e -Y 'cflow.nat_event && udp.dstport == 9991' \
	-e cflow.observation_time_milliseconds -e cflow.nat_event >"$work/times"
ok "each has its time" python3 -c '
import datetime, re, sys
first, last = int(sys.argv[2]) - 20, int(sys.argv[3]) + 20
seen = 0
for line in open(sys.argv[1]):
    times, kinds = line.rstrip("\n").split("\t")
    times = re.findall(r"\w{3} +\d+, \d{4} \d\d:\d\d:\d\d\.\d{6}", times)
    kinds = kinds.split(",")
    assert len(times) == len(kinds), line
    for time, kind in zip(times, kinds):
        when = datetime.datetime.strptime(time, "%b %d, %Y %H:%M:%S.%f")
        ms = when.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000
        seen += 1
        if kind in "14":
            assert first <= ms <= last, (first, ms, last)
        else:
            assert ms >= first + 1000, (first, ms)
assert seen == 12, seen
' "$work/times" "$before" "$after"

# nfacctd logs them as events.
cat >"$work/nfacctd.conf" <<END
pcap_savefile: $work/exports.pcap
pcap_savefile_delay: 2
plugins: print
print_output: json
print_refresh_time: 1
nfacctd_time_new: true
aggregate: src_host, dst_host, src_port, dst_port, proto, nat_event, post_nat_src_host, post_nat_dst_host, post_nat_src_port, post_nat_dst_port
END
# In virtual time its plugin does not always come to say what it has.
if [ "$flavour" = fast ]; then
account "$({ expected4 4; expected4 5; } | wc -l)" '"nat_event": [45]'
python3 -c '
import json, sys
for line in open(sys.argv[1]):
    if not line.startswith("{"):
        continue
    flow = json.loads(line)
    if flow.get("nat_event") in (4, 5) :
        print(flow["nat_event"], 17, flow["ip_src"], flow["port_src"], flow["ip_dst"], flow["port_dst"],
              flow["post_nat_ip_src"], flow["post_nat_port_src"], flow["post_nat_ip_dst"], flow["post_nat_port_dst"])
' "$work/nfacctd" | sort -u >"$work/accounted"
is "nfacctd reads the same" "$(expected4 4; expected4 5)" "$(cat "$work/accounted")"
fi

# Many at once: none is lost, and those that end by themselves are seen to.
count=20000
[ "$flavour" = fast ] || count=2000
sysctl -qw net.netfilter.nf_conntrack_udp_timeout=2
tfctl target remove 0,1,2
start_collector 9994
tfctl target add dst-address=10.9.0.2 port=9994 version=IPFIX
tfctl set enabled=yes
base=$(event_count)
datagrams client 10.2.0.2 10000 $count
ok "$count connections at once: each beginning and end is told" \
	wait_for 40 told $((base + 2 * count))
is "none was lost" 0 "$(stat nat-events-lost)"
ok "none is held" held 0
flush
stop_collector 9994
is "nfdump has them all" $((2 * count)) "$(dumped 9994 | wc -l)"
sysctl -qw net.netfilter.nf_conntrack_udp_timeout=600

# Switched off, or unloaded, while connections live: nothing is kept from going.
tfctl set enabled=yes
datagrams client 10.2.0.2 20000 100
ok "100 are held" wait_for 10 held 100
tfctl ipfix set nat-events=no
is "and let go when nobody wants events" 0 "$(stat nat-connections)"
tfctl ipfix set nat-events=yes
datagrams client 10.2.0.2 30000 100
ok "100 are held again" wait_for 10 held 100
ok "and the module goes all the same" rmmod traffic_flow
ok "and they, too" conntrack -D -p udp
finish
