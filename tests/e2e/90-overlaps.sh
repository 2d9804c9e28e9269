#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: fast debug
# Pieces of a datagram that lie over one another. A router that forwards them as they
# are counts each; where connection tracking puts datagrams together, it throws such
# away, and what comes in sound pieces is counted as the packet that it is.
. "$(dirname "$0")/lib.sh"

cat >"$work/pieces" <<'END'
def piece(packet, at, octets, more):
    """What lies from that octet of the payload on."""
    start = 20 if packet[0] >> 4 == 4 else 40
    head, part = packet[:start], packet[start + at:start + at + octets]
    assert len(part) == octets and at % 8 == 0
    ident = int.from_bytes(packet[start:start + 2], "big")
    if start == 20:
        head = (head[:2] + struct.pack(">HHH", 20 + octets, ident, more << 13 | at // 8) +
                head[8:10] + bytes(2) + head[12:])
        return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + part
    return (head[:4] + struct.pack(">HBB", 8 + octets, 44, 64) + head[8:] +
            struct.pack(">BBHI", 17, 0, at | more, ident) + part)


def send(port, *places):
    for src, dst in ("10.1.0.2", "10.2.0.2"), ("fd01::2", "fd02::2"):
        packet = udp(src, port, dst, 15000, 64)
        for place in places:
            link.send(piece(packet, *place))
END
pieces() { # CALL...
	printf '%s\n' "$@" | cat "$work/pieces" - >"$work/script"
	client python3 "$(dirname "$0")/frames.py" c0 "$(mac r1)" "$work/script"
}
there_are() { [ "$(stat packets)" = "$1" ]; }

topology
deaf
load
start_collector 9991
tfctl target add dst-address=10.9.0.2 port=9991 version=9
tfctl set enabled=yes
pieces 'send(4000, (0, 48, True), (24, 48, False))'
ok "pieces that overlap are forwarded, and counted" wait_for 10 there_are 4
is "the later ones as fragments" 2 "$(stat fragments)"

nft 'table inet filter { chain forward {
	type filter hook forward priority filter; ct state invalid counter; }; }'
pieces 'send(4001, (0, 48, True), (24, 48, False), (48, 24, False))' \
	'send(4002, (0, 48, True), (48, 24, False))'
ok "put together, those are no packet; sound ones are one" wait_for 10 there_are 6
is "which is no fragment" 2 "$(stat fragments)"
flush
stop_collectors
is "flows are of what was forwarded" "17 10.1.0.2 0 10.2.0.2 0 1 68
17 10.1.0.2 4000 10.2.0.2 15000 1 68
17 10.1.0.2 4002 10.2.0.2 15000 1 92
17 fd01::2 0 fd02::2 0 1 96
17 fd01::2 4000 fd02::2 15000 1 96
17 fd01::2 4002 fd02::2 15000 1 112" "$(flows 9991)"
is "the kernel has thrown away the others" 1 \
	"$(nstat -asz IpExtReasmOverlaps | awk '/Overlaps/ { print $2 }')"
finish
