#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Inputs to begin with: seeds.py FOLDER

Packets of tests/pcap, once each length, protocol and TCP flags, whole and cut,
and some with what a capture has not: segments, extension headers, connections.
"""
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
IPV6, ENCAPSULATED, GSO, CONNECTION = 1, 2, 4, 8


def packets(path):
    """IP packets of an Ethernet capture."""
    with open(path, "rb") as capture:
        head = capture.read(24)
        order = "<" if head[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
        while len(record := capture.read(16)) == 16:
            length = struct.unpack(order + "8xI4x", record)[0]
            frame = capture.read(length)
            if frame[12:14] in (b"\x08\x00", b"\x86\xdd"):
                yield frame[14:]


def made(packet, kind=0, linear=0xffff, size=0, segments=0, of=0, inner=0, how=0):
    """As packet.c reads it."""
    kind |= IPV6 if packet[0] >> 4 == 6 else 0
    return struct.pack(">BHHHBHB", kind, linear, size, segments, of, inner,
                       how) + packet


def extended(proto, headers, payload):
    """An IPv6 packet with extension headers: (number, octets) each."""
    numbers = [number for number, _ in headers] + [proto]
    chain = b"".join(bytes([numbers[i + 1]]) + body[1:]
                     for i, (_, body) in enumerate(headers))
    return (struct.pack(">IHBB", 0x60012345, len(chain + payload), numbers[0], 64)
            + bytes(range(32)) + chain + payload)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    inputs = {}
    for packet in packets(os.path.join(HERE, "../pcap/mixed.pcap")):
        where = 9 if packet[0] >> 4 == 4 else 6
        kind = packet[0], packet[where], packet[33:34], len(packet) // 200
        if kind in inputs:
            continue
        short = packet[:120]
        inputs[kind] = made(short)
        inputs[kind + (1,)] = made(short, linear=21)
        inputs[kind + (2,)] = made(short[:30])
        inputs[kind + (3,)] = made(packet, GSO, size=20, of=len(inputs) & 3)
        inputs[kind + (4,)] = made(short, CONNECTION, how=0x58)
    tcp = bytes(12) + b"\x50\x02" + bytes(6)
    eight = bytes(8)
    for i, headers in enumerate((
            [(0, eight), (60, eight), (43, eight)], [(44, eight)],
            [(44, b"\0\0\0\xff" + bytes(4))], [(51, b"\0\1" + bytes(10))],
            [(135, eight), (139, eight), (140, eight)], [(60, eight)] * 20,
            [(0, b"\0\xff" + bytes(6))])):
        inputs["chain", i] = made(extended(6, headers, tcp))
        inputs["chain", i, "cut"] = made(extended(6, headers, tcp)[:50], linear=41)
    for i, data in enumerate(inputs.values()):
        with open(os.path.join(folder, "seed-%03d" % i), "wb") as seed:
            seed.write(data)


main(sys.argv[1])
