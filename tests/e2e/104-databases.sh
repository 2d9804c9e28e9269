#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# long: debug
# collectors: postgresql kcat zabbix-agent
# What collectors hand on to: our flows, by way of nfacctd's plugins, in PostgreSQL
# and in a Kafka topic, as they were on the wire, to the millisecond; the queries
# of docs/collectors for Grafana and Zabbix find them. The broker is the one that
# librdkafka has for tests; it speaks Kafka's protocol.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
docs=$here/../../docs/collectors
pids=

at_collector() {
	from kcat usr/bin/kcat "$@"
	collector timeout 200 "${loaded[@]}"
}

# PostgreSQL wants to be nobody special, and to be where it was made for. It has
# no network; its socket is in /tmp.
root=$COLLECTORS/postgresql
in_root() { # PROGRAM...
	local program=$1
	shift
	TZ=UTC LC_ALL=C chroot --userspec=65534:65534 "$root" \
		"$(cd "$root" && echo usr/lib/postgresql/*/bin)/$program" "$@"
}
database() { in_root psql -h /tmp -U postgres -qAt -v ON_ERROR_STOP=1 "$@"; }
postgresql() {
	mount -t tmpfs -o mode=1777 none "$root/tmp"
	mount -t tmpfs none "$root/etc"
	mount --bind /dev "$root/dev"
	[ -d /dev/shm ] || mkdir -m 1777 /dev/shm
	echo 'postgres:x:65534:65534::/tmp:/bin/sh' >"$root/etc/passwd"
	in_root initdb -D /tmp/data -A trust -U postgres --no-sync >"$work/initdb" 2>&1
	in_root postgres -D /tmp/data -k /tmp -c listen_addresses= -c fsync=off \
		>"$work/postgres" 2>&1 &
	pids="$pids $!"
	wait_for 30 database -c 'SELECT 1'
	database -c 'CREATE DATABASE pmacct' -c 'CREATE USER pmacct'
	# As the package has it, and the page with it
	sed '/^DROP/d' /usr/share/pmacct/sql/pmacct-create-table_v9.pgsql |
		database -d pmacct
	of_page pmacct 'ALTER TABLE' | database -d pmacct
}

# The part of a page's examples that begins with a line, up to an empty one
of_page() { # PAGE BEGIN
	awk -v begin="$2" 'index($0, begin) == 1 { on = 1 }
		on && (/^```/ || !NF) { exit }
		on' "$docs/$1.md"
}

broker() {
	mkfifo "$work/stdin"
	# Open for writing, too, so that it never ends.
	exec 8<>"$work/stdin"
	at_collector -P -b none -t none -X test.mock.num.brokers=1 \
		<&8 >"$work/broker" 2>&1 &
	pids="$pids $!"
	wait_for 10 grep -q 'replaced with' "$work/broker"
	broker=$(sed -n 's/.*replaced with \([0-9.:]*\).*/\1/p' "$work/broker")
}

nfacctd_conf() {
	cat <<-CONF
		nfacctd_ip: 10.9.0.2
		nfacctd_port: 9992
		nfacctd_time_new: true
		timestamps_utc: true
		aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags, timestamp_start, timestamp_end
		plugins: pgsql[a], kafka[b]
		sql_host[a]: $root/tmp
		sql_refresh_time[a]: 1
		kafka_broker_host[b]: ${broker%:*}
		kafka_broker_port[b]: ${broker#*:}
		kafka_refresh_time[b]: 1
	CONF
	# What the page says of both, but for where they are
	{ of_page pmacct 'plugins: pgsql'; of_page pmacct 'plugins: kafka'; } |
		sed -n 's/^\(sql_[a-z_]*\): /\1[a]: /p; s/^\(kafka_[a-z_]*\): /\1[b]: /p' |
		grep -vE '^(sql_host|sql_refresh_time|kafka_broker_(host|port)|kafka_refresh_time)'
}

stored() { # COUNT
	[ "$(database -d pmacct -c 'SELECT count(*) FROM acct_v9')" = "$1" ]
}
# Rows with the names that nfacctd's own output has
rows() {
	database -d pmacct -c "SELECT json_build_object('export_proto_version', 10,
		'ip_proto', trim(proto.description), 'ip_src', host(ip_src), 'ip_dst', host(ip_dst),
		'port_src', port_src, 'port_dst', port_dst, 'packets', packets, 'bytes', bytes,
		'tos', tos, 'tcp_flags', tcp_flags, 'post_nat_ip_src', '',
		'timestamp_start', extract(epoch FROM timestamp_start) + timestamp_start_residual / 1e6,
		'timestamp_end', extract(epoch FROM timestamp_end) + timestamp_end_residual / 1e6)
		FROM acct_v9 JOIN proto ON num = ip_proto"
}
topic() {
	at_collector -C -q -b "$broker" -t flows -e 2>/dev/null
}
messages() { # as nfacctd's print plugin would have them
	topic | python3 -c '
import calendar, json, sys, time
for line in sys.stdin:
    flow = json.loads(line)
    for which in ("timestamp_start", "timestamp_end"):
        secs, _, part = flow[which].partition(".")
        flow[which] = calendar.timegm(time.strptime(secs, "%Y-%m-%d %H:%M:%S")) + float("0." + part)
    print(json.dumps({**flow, "export_proto_version": 10, "post_nat_ip_src": ""}))'
}
published() { [ "$(topic | wc -l)" = "$1" ]; }

topology
offload off
deaf
load
postgresql
ok "PostgreSQL has pmacct's table" stored 0
broker
start_collector 9991
nfacctd_conf >"$work/nfacctd.conf"
ip netns exec collector nfacctd -f "$work/nfacctd.conf" >"$work/nfacctd" 2>&1 &
nfacctd=$!
wait_for 20 listens collector 9992
"${dump[@]}" -i r1 -w "$work/sent.pcap" 2>"$work/tcpdump-sent" &
pids="$pids $!"
wait_for 10 grep -q listening "$work/tcpdump-sent"
for port in 9991 9992; do
	tfctl target add dst-address=10.9.0.2 port=$port version=IPFIX
done
tfctl set enabled=yes interfaces=r1
known_traffic
flush
ok "ten flows are in PostgreSQL" wait_for 20 stored 10
is "all as on the wire" "10 flows" \
	"$(rows | "$here/shown.py" "$work/sent.pcap" nfacctd 10)"
ok "and in the topic" wait_for 10 published 10
is "all as on the wire" "10 flows" \
	"$(messages | "$here/shown.py" "$work/sent.pcap" nfacctd 10)"

# What Grafana makes of its macro
query=$(of_page grafana SELECT)
query=${query/\$__timeFilter(stamp_inserted)/"stamp_inserted BETWEEN now() - interval '1 hour' AND now()"}
is "Grafana's query finds the four hosts that sent" "10.1.0.2 10.2.0.2 fd01::2 fd02::2" \
	"$(database -d pmacct -c "$query" | cut -d '|' -f 2 | sort | xargs)"
stop_collector 9991
of_page zabbix UserParameter | sed "s,/var/cache/nfdump,$work/9991," >"$work/items"
printf '%s\n' "LogFile=$work/zabbix" Server=127.0.0.1 >"$work/zabbix.conf"
head -n 1 "$work/items" >>"$work/zabbix.conf"
from zabbix-agent usr/sbin/zabbix_agentd -c "$work/zabbix.conf" -t 'flow.octets["host 10.1.0.2"]'
is "Zabbix's agent finds the octets of a host" \
	"[t|$(sum 9991 'host 10.1.0.2' | cut -d ' ' -f 2)]" \
	"$("${loaded[@]}" 2>&1 | awk '{ print $NF }')"
kill -INT $nfacctd
wait $nfacctd
# shellcheck disable=SC2086
kill $pids
# shellcheck disable=SC2086
wait $pids
finish
