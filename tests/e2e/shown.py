#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""shown.py CAPTURE TOOL VERSION [RATIO] < OUTPUT: whether what a collector shows
is what was on the wire.

CAPTURE has the packets themselves. TOOL is one of those below, VERSION that of
the export (1, 5, 9 or 10; 0 for FastNetMon, which does not tell), OUTPUT what the
tool made of it. One packet of RATIO was metered, and the tool leaves it to the
reader to multiply. Prints how many flows were looked at, then what is wrong with
them. What a tool does not show is not compared.
"""
import calendar
import collections
import ipaddress
import json
import re
import struct
import sys

TUPLE = ("proto", "src", "sport", "dst", "dport")
HOSTS = {"10.1.0.2", "10.2.0.2", "fd01::2", "fd02::2"}
PROTOS = {"icmp": 1, "tcp": 6, "udp": 17, "ipv6-icmp": 58, "unknown": 58}
FLAGS = ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr")


def address(data):
    return str(ipaddress.ip_address(data))


def on_the_wire(capture):
    """Flows, with packets counted by IP's own lengths."""
    flows = {}
    data = open(capture, "rb").read()
    at = 24
    while at + 16 <= len(data):
        secs, micros, taken, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + taken]
        at += 16 + taken
        kind = struct.unpack_from(">H", frame, 12)[0]
        ip = frame[14:]
        if kind == 0x0800:
            src, dst, proto, tos = ip[12:16], ip[16:20], ip[9], ip[1]
            octets, head = struct.unpack_from(">H", ip, 2)[0], ip[0] % 16 * 4
        elif kind == 0x86dd:
            src, dst, proto, head = ip[8:24], ip[24:40], ip[6], 40
            octets = 40 + struct.unpack_from(">H", ip, 4)[0]
            tos = struct.unpack_from(">I", ip)[0] >> 20 & 255
        else:
            continue
        if address(src) not in HOSTS or address(dst) not in HOSTS:
            continue
        sport, dport = struct.unpack_from(">HH", ip, head)
        if proto in (1, 58):
            sport, dport = 0, sport
        key = proto, address(src), sport, address(dst), dport
        when = secs * 1000 + micros / 1000
        flow = flows.setdefault(key, {"packets": 0, "octets": 0, "flags": 0,
                                      "tos": tos, "first": when})
        flow["packets"] += 1
        flow["octets"] += octets
        flow["flags"] |= ip[head + 13] if proto == 6 else 0
        flow["last"] = when
    return flows


def number(text):
    return int(text, 0) if text else 0


def nfdump(text, version):
    for d in json.loads(text) if text.strip() else ():
        family = "4" if "src4_addr" in d else "6"
        proto = d["proto"]
        flow = {
            "proto": PROTOS.get(str(proto).lower(), proto),
            "src": address(d[f"src{family}_addr"]),
            "dst": address(d[f"dst{family}_addr"]),
            "sport": d.get("src_port", 0), "dport": d.get("dst_port", 0),
            "packets": d["in_packets"], "octets": d["in_bytes"],
            "tos": d["src_tos"], "first": moment(d["first"]),
            "last": moment(d["last"]),
        }
        if flow["proto"] in (1, 58):
            flow["dport"] = d["icmp_type"] * 256 + d["icmp_code"]
        if "tcp_flags" in d:
            flow["flags"] = sum(1 << i for i in range(8)
                                if d["tcp_flags"][7 - i] == "CEUAPRSF"[7 - i])
        if "src4_xlt_ip" in d:
            flow["nat"] = (d["src4_xlt_ip"], int(d["src_xlt_port"]),
                           d["dst4_xlt_ip"], int(d["dst_xlt_port"]))
        yield flow


def moment(text):
    """Milliseconds of 2026-11-24T17:46:40.123, in UTC."""
    date, time = text[:10].split("-"), text[11:19].split(":")
    secs = calendar.timegm((*map(int, date), *map(int, time)))
    return secs * 1000 + int((text[20:23] or "0").ljust(3, "0"))


def nfacctd(text, version):
    for d in map(json.loads, text.splitlines()):
        if d["export_proto_version"] != version:
            continue
        flow = {
            "proto": PROTOS[d["ip_proto"]], "src": d["ip_src"],
            "dst": d["ip_dst"], "sport": d["port_src"],
            "dport": d["port_dst"], "packets": d["packets"],
            "octets": d["bytes"], "tos": d["tos"],
            "flags": int(d["tcp_flags"]),
            "first": float(d["timestamp_start"]) * 1000,
            "last": float(d["timestamp_end"]) * 1000,
        }
        if d["post_nat_ip_src"]:
            flow["nat"] = (d["post_nat_ip_src"], d["post_nat_port_src"],
                           d["post_nat_ip_dst"], d["post_nat_port_dst"])
        yield flow


def node(text, version):
    for d in map(json.loads, text.splitlines()):
        header = d["header"]
        if header["version"] != version or d.get("isOption"):
            continue
        # IPv6 addresses as hexadecimal digits
        ends = [d.get(f"ipv4_{end}_addr") or address(bytes.fromhex(
            d[f"ipv6_{end}_addr"].replace(":", ""))) for end in ("src", "dst")]
        now = header["seconds"] * 1000 + header.get("nseconds", 0) / 1e6
        flow = {
            "proto": d["protocol"], "src": ends[0], "dst": ends[1],
            "sport": d.get("l4_src_port", d.get("ipv4_src_port")),
            "dport": d.get("l4_dst_port", d.get("ipv4_dst_port")),
            "packets": d["in_pkts"], "octets": d["in_bytes"],
            "tos": d["src_tos"], "flags": d["tcp_flags"],
            "first": now - header["uptime"] + d["first_switched"],
            "last": now - header["uptime"] + d["last_switched"],
        }
        if "postNATSourceIPv4Address" in d:
            flow["nat"] = (d["postNATSourceIPv4Address"],
                           d["postNAPTSourceTransportPort"],
                           d["postNATDestinationIPv4Address"],
                           d["postNAPTDestinationTransportPort"])
        yield flow


def ipfixdump(text, version):
    for record in re.split(r"(?m)^--- data record", text)[1:]:
        d = {int(n): value.strip() for n, value in re.findall(
            r"(?m)^\s*\(\s*(\d+)\)\s+\w+(?:\s*<[^>]*>)? : (.*)$",
            record.split("--- ")[0])}
        if 2 not in d:
            continue
        flow = {
            "proto": number(d[4]), "src": address(d.get(8) or d[27]),
            "dst": address(d.get(12) or d[28]), "sport": number(d[7]),
            "dport": number(d[11]), "packets": number(d[2]),
            "octets": number(d[1]), "tos": number(d[5]),
            "flags": number(d[6]), "first": moment(d[152]),
            "last": moment(d[153]),
        }
        if 225 in d:
            flow["nat"] = (d[225], number(d[227]), d[226], number(d[228]))
        yield flow


def fastnetmon(text, version):
    for src, dst, proto, rest in re.findall(
            r"Dump: \S+ \S+ (\S+) > (\S+) protocol: (\w+)(.*)", text):
        (src, sport), (dst, dport) = src.rsplit(":", 1), dst.rsplit(":", 1)
        flow = {
            "proto": PROTOS[proto], "src": address(plain(src)),
            "dst": address(plain(dst)), "sport": int(sport),
            "dport": int(dport),
            "packets": int(re.search(r"packets: (\d+)", rest)[1]),
            "octets": int(re.search(r"size: (\d+)", rest)[1]),
        }
        flags = re.search(r"flags: (\S+)", rest)
        if flags:
            flow["flags"] = sum(1 << FLAGS.index(f) for f in flags[1].split(","))
        yield flow


def plain(text):
    return re.sub(r"(?<=:)0+(?=[0-9a-f])", "", text)


TOOLS = {f.__name__: f for f in (nfdump, nfacctd, node, ipfixdump, fastnetmon)}


def slack(tool, version):
    """Milliseconds that a time may be off: ticks, and what the tool cuts.

    A busy host gives a test kernel its ticks late, some at once. Version 9's
    header has whole seconds; nfacctd has them for 5 as well.
    """
    if tool == "nfacctd" and version in (5, 9):
        return 2100
    return 1100 if version == 9 else 100


def times(version, key):
    """FastNetMon has versions 5, 9 and 10 in one log; IPv6 is in two of them."""
    if version:
        return 1
    return 2 if ":" in key[1] else 3


def identity(version, key):
    """FastNetMon shows ICMP's type in some versions only."""
    return (*key[:4], 0) if not version and key[0] in (1, 58) else key


def main():
    capture, tool, version = sys.argv[1], sys.argv[2], int(sys.argv[3])
    ratio = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    truth = on_the_wire(capture)
    if version in (1, 5):
        truth = {k: v for k, v in truth.items() if ":" not in k[1]}
    truth = {identity(version, key): flow for key, flow in truth.items()}
    shown = collections.defaultdict(list)
    wrong = []
    for flow in TOOLS[tool](sys.stdin.read(), version):
        key = identity(version, tuple(flow[name] for name in TUPLE))
        flow["packets"] *= ratio
        flow["octets"] *= ratio
        shown[key].append(flow)
    for key in sorted(set(shown) - set(truth)):
        if {key[1], key[3]} <= HOSTS:
            wrong.append(f"{key} was not on the wire")
    for key, flow in sorted(truth.items()):
        if len(shown[key]) != times(version, key):
            wrong.append(f"{key} is there {len(shown[key])} times")
        for got in shown[key]:
            wrong += differences(tool, version, key, flow, got)
    print(f"{len(truth)} flows")
    print("\n".join(wrong[:20]))


def differences(tool, version, key, flow, got):
    for name, value in flow.items():
        most = slack(tool, version) if name in ("first", "last") else 0
        if name in got and abs(got[name] - value) > most:
            yield f"{key}: {name} {got[name]}, not {value}"
    # FastNetMon shows none, and versions 1 and 5 have none.
    if key[4] == 15100 and version > 5 and got.get("nat") != NAT:
        yield f"{key}: translated to {got.get('nat')}"


# What the router makes of the flow to port 15100
NAT = "10.2.0.1", 16100, "10.2.0.2", 15200

main()
