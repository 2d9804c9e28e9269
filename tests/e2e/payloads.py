#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""payloads.py CAPTURE PORT: what the datagrams to a port carry, one after the
other: of IPFIX that is what its tools read as a file."""
import struct
import sys

data = open(sys.argv[1], "rb").read()
at = 24
while at + 16 <= len(data):
    taken = struct.unpack_from("<IIII", data, at)[2]
    ip = data[at + 30:at + 16 + taken]
    at += 16 + taken
    udp = ip[40:] if ip[0] >> 4 == 6 else ip[ip[0] % 16 * 4:]
    if struct.unpack_from(">H", udp, 2)[0] == int(sys.argv[2]):
        sys.stdout.buffer.write(udp[8:struct.unpack_from(">H", udp, 4)[0]])
