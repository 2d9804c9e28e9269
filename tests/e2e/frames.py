# SPDX-License-Identifier: GPL-2.0
"""Frames with every header field as it is wanted, sent out of a device.

frames.py DEVICE TO-MAC FILE: FILE is Python that calls the functions below.
"""
import socket
import struct
import sys
import time


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(">%dH" % (len(octets) // 2), octets))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


class Link:
    def __init__(self, device, to):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind((device, 0))
        self.head = mac(to) + self.socket.getsockname()[4]

    def send(self, packet):
        kind = 0x0800 if packet[0] >> 4 == 4 else 0x86dd
        self.socket.send(self.head + struct.pack(">H", kind) + packet)


def sealed(pseudo, payload, at):
    """The payload with its checksum, which lies at that octet."""
    if at is None:
        return payload
    value = checksum(pseudo + payload)
    return payload[:at] + struct.pack(">H", value) + payload[at + 2:]


def ipv4(src, dst, proto, payload, at, tos=0, ttl=64, options=b""):
    src, dst = socket.inet_aton(src), socket.inet_aton(dst)
    pseudo = b"" if proto in (1, 2) else src + dst + struct.pack(">HH", proto, len(payload))
    payload = sealed(pseudo, payload, at)
    head = struct.pack(">BBHHHBBH", 0x45 + len(options) // 4, tos,
                       20 + len(options) + len(payload), 1, 0, ttl, proto, 0)
    head += src + dst + options
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, proto, payload, at, tos=0, ttl=64, label=0):
    src = socket.inet_pton(socket.AF_INET6, src)
    dst = socket.inet_pton(socket.AF_INET6, dst)
    payload = sealed(src + dst + struct.pack(">II", len(payload), proto), payload, at)
    return struct.pack(">IHBB", 6 << 28 | tos << 20 | label, len(payload), proto, ttl) + src + dst + payload


def ip(src, dst, proto, payload, at, **fields):
    make = ipv6 if ":" in src else ipv4
    return make(src, dst, proto, payload, at, **fields)


def tcp(src, sport, dst, dport, flags, seq, ack, window, octets, **fields):
    head = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, window, 0, 0)
    return ip(src, dst, 6, head + b"x" * octets, 16, **fields)


def udp(src, sport, dst, dport, octets, **fields):
    head = struct.pack(">HHHH", sport, dport, 8 + octets, 0)
    return ip(src, dst, 17, head + b"x" * octets, 6, **fields)


def icmp(src, dst, kind, code, octets, **fields):
    head = struct.pack(">BBHI", kind, code, 0, 0)
    return ip(src, dst, 58 if ":" in src else 1, head + b"x" * octets, 2, **fields)


def igmp(src, dst, kind, group, **fields):
    head = struct.pack(">BBH", kind, 0, 0) + socket.inet_aton(group)
    return ip(src, dst, 2, head, 2, **fields)


if __name__ == "__main__":
    link = Link(sys.argv[1], sys.argv[2])
    with open(sys.argv[3]) as script:
        exec(script.read())
