#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Packets that end in the middle of a header, at every octet of it, and other
# rare ones: each is counted, what was cut off is 0, and the router lives.
. "$(dirname "$0")/lib.sh"

# One packet from each address, and the line that flows() has to have for it; in
# the end, on standard error, how many were cut.
cat >"$work/send.py" <<'EOF_PY'
import socket
import struct
import sys

mine, router = (bytes.fromhex(mac.replace(":", "")) for mac in sys.argv[1:3])
link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind(("c0", 0))
SERVER4, SERVER6 = "10.2.0.2", "fd02::2"
count = cut = 0


def checksum(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def send(kind, packet):
    link.send(router + mine + struct.pack(">H", kind) + packet)


def flow(proto, src, sport, dst, dport, octets):
    print(proto, src, sport, dst, dport, 1, octets)


def ipv4(proto, payload, options=b"", fragment=0):
    global count
    count += 1
    src = f"10.1.{1 + count // 200}.{1 + count % 200}"
    head = struct.pack(">BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
                       20 + len(options) + len(payload), count, fragment, 64,
                       proto, 0, socket.inet_aton(src), socket.inet_aton(SERVER4))
    head = head[:10] + struct.pack(">H", checksum(head + options)) + head[12:]
    send(0x0800, head + options + payload)
    return src, 20 + len(options) + len(payload)


def ipv6(proto, payload):
    global count
    count += 1
    src = f"fd01::1:{count:x}"
    head = struct.pack(">IHBB", 6 << 28, len(payload), proto, 64)
    send(0x86dd, head + socket.inet_pton(socket.AF_INET6, src) +
         socket.inet_pton(socket.AF_INET6, SERVER6) + payload)
    return src, 40 + len(payload)


tcp = struct.pack(">HHIIBBHHH", 40000, 20443, 1, 2, 0x50, 0x10, 1000, 0, 0)
udp = struct.pack(">HHHH", 40001, 20053, 8, 0)
sctp = struct.pack(">HHII", 40002, 20036, 1, 0)
# Of TCP the flags are wanted too.
for proto, header, needs in (6, tcp, 14), (17, udp, 4), (132, sctp, 4):
    for octets in range(len(header) + 1):
        cut += 2 * (octets < needs)
        known = struct.unpack_from(">HH", header) if octets >= 4 else (0, 0)
        src, length = ipv4(proto, header[:octets])
        flow(proto, src, known[0], SERVER4, known[1], length)
        src, length = ipv6(proto, header[:octets])
        flow(proto, src, known[0], SERVER6, known[1], length)

# ICMP's type and code
for octets in range(3):
    src, length = ipv4(1, b"\x08\x07"[:octets])
    cut += octets < 2
    flow(1, src, 0, SERVER4, "8.7" if octets == 2 else "0.0", length)
    src, length = ipv6(58, b"\x80\x05"[:octets])
    cut += octets < 2
    flow(58, src, 0, SERVER6, "128.5" if octets == 2 else "0.0", length)

# Options in the IPv4 header (record route, no operation): ports are after them.
src, length = ipv4(17, udp, bytes([7, 11, 4]) + bytes(8) + b"\x01")
flow(17, src, 40001, SERVER4, 20053, length)

# IPv6 extension headers, cut at every octet; then whole, with ports after them.
extensions = {
    60: bytes([0, 0, 1, 4, 0, 0, 0, 0]),
    43: bytes([0, 0, 99, 0, 0, 0, 0, 0]),
    44: bytes([0, 0, 0, 1, 0, 0, 0, 9]),
    51: bytes([0, 4]) + bytes(22),
    135: bytes([59, 0, 1, 0, 0, 0, 0, 0]),
}
for kind, header in extensions.items():
    chain = bytes([17]) + header[1:] + udp
    for octets in range(len(header) + len(udp) + 1):
        src, length = ipv6(kind, chain[:octets])
        passed = octets >= len(header)
        known = octets >= len(header) + 4
        cut += not known
        flow(17 if passed else kind, src, 40001 if known else 0, SERVER6,
             20053 if known else 0, length)

# First fragments keep their ports, in either version; later ones have none.
src, length = ipv4(17, udp + bytes(8), fragment=0x2000)
flow(17, src, 40001, SERVER4, 20053, length)
src, length = ipv4(17, bytes(16), fragment=0x0002)
flow(17, src, 0, SERVER4, 0, length)
src, length = ipv6(44, bytes([17, 0, 0, 17, 0, 0, 0, 1]) + bytes(16))
flow(17, src, 0, SERVER6, 0, length)

print(cut, file=sys.stderr)
EOF_PY

topology
server nft 'table inet deaf { chain in { type filter hook input priority 0; drop; }; }'
load
# Not IPFIX: of that, nfdump 1.7.1 shows SCTP's destination ports as 0.
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes
before=$(counted r1 rx)
client python3 "$work/send.py" "$(mac c0 -n client)" "$(mac r1)" 2>"$work/cut" |
	sort >"$work/sent"
came=$(differ "$before" "$(counted r1 rx)")
has_seen() { [ "$(stat packets)" -ge "$(wc -l <"$work/sent")" ]; }
wait_for 10 has_seen
is "those that ended too early are counted as such" "$(<"$work/cut")" \
	"$(stat truncated)"
is "and later fragments as fragments" "2" "$(stat fragments)"
flush
stop_collector 9991
is "each is a flow of what there was of it" "$(<"$work/sent")" \
	"$(flows 9991 'src net 10.1.0.0/16 or src net fd01::/64')"
is "packets and octets as the interface counted" "$came" \
	"$(sum 9991 'src net 10.1.0.0/16 or src net fd01::/64')"
finish
