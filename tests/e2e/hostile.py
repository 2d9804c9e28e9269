#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Requests that nobody would make, to the family's every command.

  hostile.py fuzz SEED COUNT  whatever is refused has changed nothing; what is
                              not is what <linux/traffic_flow.h> allows
  hostile.py deny             asked by somebody without CAP_NET_ADMIN
  hostile.py lurk             join whatever group may be joined, whether it is
                              anybody's or not; says "joined" and, when there is
                              nothing more to read, how many flows it heard of
  hostile.py fields           choose all fields of IPFIX, for another test

Says what is wrong, a line each, and last how many requests were made.
"""
import os
import random
import re
import socket
import struct
import sys

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../include/uapi/linux/traffic_flow.h")
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NESTED, BYTEORDER = 0x8000, 0x4000


def enum(prefix):
    """Numbers of a list in the header, by name; most begin with 0."""
    text = open(HEADER).read()
    names = re.findall(r"^\t(_?_?%s\w+)(?: = ([^,\n]+))?,?$" % prefix, text, re.M)
    numbers, at = {}, 0
    for name, value in names:
        if value and not value.isdigit():
            if value not in numbers:
                continue
            at = numbers[value]
        elif value:
            at = int(value)
        numbers[name] = at
        at += 1
    return {name[len(prefix):]: number for name, number in numbers.items()
            if not name.startswith("__")}


COMMANDS = enum("TRAFFIC_FLOW_CMD_")
SETTINGS = enum("TRAFFIC_FLOW_A_")
TARGET = enum("TRAFFIC_FLOW_TARGET_A_")
LIST = enum("TRAFFIC_FLOW_LIST_A_")
CHANGES = [name for name in COMMANDS
           if name == "SET" or name.endswith(("_ADD", "_SET", "_DEL"))]
ASKS = [name for name in COMMANDS if name.endswith("GET") and name != "FLOW_GET"]


class Refused(Exception):
    pass


def attr(kind, data, length=None):
    head = struct.pack("=HH", 4 + len(data) if length is None else length,
                       kind & 0xffff)
    return head + data + bytes(-len(data) % 4)


def attrs(data):
    """(type, value) of each attribute."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if any(data[length:(length + 3) & ~3]):
            raise ValueError("padding of %s" % data.hex())
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


class Family:
    """One socket; requests are answered one after the other."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.bind((0, 0))
        self.sock.settimeout(20)
        self.seq = 0
        self.made = 0
        found = self.ask(3, attr(2, b"traffic_flow\0"), family=16)[0]
        self.number = next(struct.unpack("=H", value)[0]
                           for kind, value in attrs(found) if kind == 1)
        self.groups = {}
        for kind, value in attrs(found):
            if kind == 7:
                for _, group in attrs(value):
                    group = dict(attrs(group))
                    self.groups[group[1].rstrip(b"\0").decode()] = \
                        struct.unpack("=I", group[2])[0]

    def ask(self, command, payload=b"", flags=NLM_F_ACK, family=None):
        self.seq += 1
        self.made += 1
        kind = self.number if family is None else family
        body = struct.pack("=BBH", command & 255, 1, 0) + payload
        self.sock.send(struct.pack("=IHHII", 16 + len(body), kind,
                                   NLM_F_REQUEST | flags, self.seq, 0) + body)
        return list(self.replies(flags & NLM_F_DUMP))

    def replies(self, dump):
        while True:
            data = self.sock.recv(1 << 20)
            while len(data) >= 16:
                length, kind, _, seq, _ = struct.unpack_from("=IHHII", data)
                body = data[16:length]
                data = data[(length + 3) & ~3:]
                if seq != self.seq:
                    continue
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    error = struct.unpack_from("=i", body)[0] if body else 0
                    if error:
                        raise Refused(os.strerror(-error))
                    return
                yield body[4:]

    def dump(self, name):
        return self.ask(COMMANDS[name], flags=NLM_F_DUMP)

    def state(self):
        """All settings; what is only counted does not belong to them."""
        counted = [TARGET[name] for name in (
            "STATE", "LAST_ERROR", "PACKETS", "RECORDS", "BYTES", "ERRORS", "LOST",
            "SKIPPED", "PAD", "REFUSED")]
        return (list(attrs(self.ask(COMMANDS["GET"])[0])),
                [[(kind, value) for kind, value in attrs(target)
                  if kind not in counted]
                 for target in self.dump("TARGET_GET")],
                self.dump("LIST_GET"), self.dump("LIST_MEMBER_GET"))


def number(value):
    return int.from_bytes(value, sys.byteorder)


def check_settings(settings, wrong):
    week = 604800
    for name, right in (
            ("ENABLED", lambda n: n <= 1), ("METER_EXPORTS", lambda n: n <= 1),
            ("CACHE_ENTRIES", lambda n: 1024 <= n <= 1 << 24 and not n & (n - 1)),
            ("ACTIVE_TIMEOUT", lambda n: 1 <= n <= week),
            ("INACTIVE_TIMEOUT", lambda n: 1 <= n <= week),
            ("TIMESTAMPS", lambda n: n <= 1),
            ("PACKET_SAMPLING", lambda n: n <= 1)):
        if not right(number(settings[SETTINGS[name]])):
            wrong.append("%s is %d" % (name, number(settings[SETTINGS[name]])))
    names = list(attrs(settings[SETTINGS["INTERFACES"]]))
    if len(set(names)) != len(names):
        wrong.append("interfaces are there twice: %s" % names)
    if len(names) > 64 or any(len(name) < 2 or name[-1] for _, name in names):
        wrong.append("interfaces are %s" % names)


def check_target(target, wrong):
    week = 604800
    for name, right in (
            ("PORT", lambda n: n >= 1), ("VERSION", lambda n: n in (1, 5, 9, 10)),
            ("TEMPLATE_REFRESH", lambda n: 1 <= n < 1 << 31),
            ("TEMPLATE_TIMEOUT", lambda n: 1 <= n <= week),
            ("DISABLED", lambda n: n <= 1), ("DSCP", lambda n: n < 64),
            ("MTU", lambda n: not n or 576 <= n <= 1500),
            ("OPTIONS", lambda n: n < 8)):
        if not right(number(target[TARGET[name]])):
            wrong.append("%s is %d" % (name, number(target[TARGET[name]])))
    four, six = (TARGET["DST_IPV4"] in target, TARGET["DST_IPV6"] in target)
    if four == six or (TARGET["SRC_IPV4"] in target) != four:
        wrong.append("a target has addresses of %s" % sorted(target))


def check_state(state, wrong):
    check_settings(dict(state[0]), wrong)
    if len(state[1]) > 64 or len(state[2]) > 64 or len(state[3]) > 1024:
        wrong.append("more than there may be")
    for target in state[1]:
        check_target(dict(target), wrong)


class Requests:
    """From a seed: requests that are almost right, or not at all."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def octets(self, size):
        fill = self.rnd.randrange(5)
        if fill == 0:
            return bytes(size)
        if fill == 1:
            return b"\xff" * size
        if fill == 2:
            return b"a" * size
        if fill == 3:
            return b"\1" + bytes(size - 1) if size else b""
        return self.rnd.randbytes(size)

    def text(self):
        word = self.rnd.choice(("eth0", "a", "wan*", "*", "lan", "all", "x" * 15,
                                "x" * 16, "x" * 31, "x" * 32, "", "a b", "a/b",
                                ".", "..", "c" * 127, "c" * 128, "\1", "\xe9"))
        return word.encode() + self.rnd.choice((b"\0",) * 6 + (b"", b"\0\0", b"\0x\0"))

    def value(self):
        kind = self.rnd.randrange(6)
        if kind == 0:
            return self.text()
        if kind == 1:
            return struct.pack("=B", self.rnd.choice((0, 1, 2, 63, 64, 255)))
        if kind == 2:
            return struct.pack("=H", self.rnd.choice((0, 1, 5, 9, 10, 575, 576, 1500,
                                                      2055, 65535)))
        if kind == 3:
            return struct.pack("=I", self.rnd.choice((0, 1, 2, 3, 7, 8, 1024, 1025,
                                                      4096, 604800, 604801,
                                                      0x7fffffff, 0xffffffff)))
        if kind == 4:
            return struct.pack("=Q", self.rnd.choice((0, 1, (1 << 36) - 1,
                                                      (1 << 64) - 1)))
        return self.octets(self.rnd.choice((0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17,
                                            31, 33, 128, 1000)))

    def interfaces(self):
        return b"".join(attr(self.rnd.choice((1,) * 12 + (0, 2, 300)), self.text())
                        for _ in range(self.rnd.choice((0, 1, 2, 3, 63, 64, 65))))

    def right(self, command):
        """Attributes such as the command wants, of the right size."""
        pick = self.rnd.choice
        if command in ("SET",):
            some = [(1, struct.pack("=B", pick((0, 0, 0, 1)))),
                    (2, struct.pack("=I", pick((1024, 4096)))),
                    (3, struct.pack("=I", pick((1, 60, 604800)))),
                    (4, struct.pack("=I", pick((1, 60, 604800)))),
                    (5, b"\1"), (6, b"\1"),
                    (7, struct.pack("=Q", self.rnd.getrandbits(self.rnd.randrange(65)))),
                    (8, struct.pack("=Q", self.rnd.getrandbits(self.rnd.randrange(65)))),
                    (SETTINGS["TIMESTAMPS"], struct.pack("=B", pick((0, 1, 2)))),
                    (9 | NESTED, self.interfaces()),
                    (10, b"\1"), (11, struct.pack("=I", pick((0, 1, 0xffffffff)))),
                    (12, struct.pack("=I", pick((0, 1, 0xffffffff))))]
        elif command.startswith("TARGET"):
            some = [(1, struct.pack("=I", pick((1, 2, 3, 4, 5, 0xffffffff)))),
                    (2, bytes([10, 0, 0, pick((1, 2, 0))])),
                    (3, bytes(15) + b"\1"), (4, struct.pack("=H", pick((0, 1, 9995)))),
                    (5, b"\x0a\0\0\1"), (6, bytes(15) + b"\2"),
                    (7, struct.pack("=H", pick((1, 5, 9, 10)))),
                    (8, struct.pack("=I", pick((1, 20)))), (9, struct.pack("=I", 60)),
                    (10, struct.pack("=B", pick((0, 1)))),
                    (TARGET["OPTIONS"], struct.pack("=I", pick((0, 7)))),
                    (TARGET["MTU"], struct.pack("=H", 600)),
                    (TARGET["MARK"], struct.pack("=I", pick((0, 1, 0xffffffff)))),
                    (TARGET["DOMAIN_ID"], struct.pack("=I", pick((0, 1, 0xffffffff)))),
                    (TARGET["DSCP"], b"\x20"), (TARGET["INTERFACE"], self.text())]
        else:
            some = [(1, self.text()), (2, self.text()), (3, self.text())]
        return self.rnd.sample(some, self.rnd.randrange(len(some) + 1))

    def broken(self, data):
        """As it is, or not even attributes any more."""
        kind = self.rnd.randrange(16)
        if kind == 0:
            return data[:self.rnd.randrange(len(data) + 1)]
        if kind == 1:
            return data + self.rnd.randbytes(self.rnd.randrange(1, 12))
        if kind == 2 and data:
            at = self.rnd.randrange(len(data))
            return data[:at] + bytes([data[at] ^ 1 << self.rnd.randrange(8)]) + \
                data[at + 1:]
        if kind == 3:
            return data + attr(self.rnd.randrange(64), self.octets(4),
                               self.rnd.choice((0, 1, 3, 5, 9, 200, 65535)))
        return data

    def request(self):
        command = self.rnd.choice([name for name in COMMANDS if name != "UNSPEC"])
        parts = self.right(command)
        for _ in range(self.rnd.choice((0, 0, 0, 1, 1, 2))):
            parts.append((self.rnd.randrange(40), self.value()))
        if self.rnd.randrange(8) == 0 and parts:
            parts.append(self.rnd.choice(parts))
        if self.rnd.randrange(8) == 0 and parts:
            at = self.rnd.randrange(len(parts))
            parts[at] = parts[at][0] ^ self.rnd.choice((NESTED, BYTEORDER)), \
                parts[at][1]
        number = COMMANDS[command]
        if self.rnd.randrange(50) == 0:
            number = self.rnd.randrange(256)
        data = self.broken(b"".join(attr(kind, value) for kind, value in parts))
        flags = NLM_F_DUMP if self.rnd.randrange(10) == 0 else NLM_F_ACK
        return number, data, flags


def tidy(family):
    """Make room again: half of what there is goes."""
    for target in family.dump("TARGET_GET")[::2]:
        family.ask(COMMANDS["TARGET_DEL"], attr(1, dict(attrs(target))[1]))
    family.ask(COMMANDS["SET"], attr(SETTINGS["INTERFACES"] | NESTED, b""))
    for one in family.dump("LIST_GET")[::2]:
        family.ask(COMMANDS["LIST_DEL"], attr(1, dict(attrs(one))[1]))


def fuzz(seed, count):
    family, requests, wrong = Family(), Requests(seed), []
    taken = refused = 0
    before = family.state()
    for i in range(count):
        command, data, flags = requests.request()
        try:
            family.ask(command, data, flags)
            taken += 1
        except Refused:
            refused += 1
            after = family.state()
            if after != before:
                wrong.append("request %d (command %d, %s) was refused, but: %s" % (
                    i, command, data.hex(), after))
            continue
        before = family.state()
        check_state(before, wrong)
        if len(before[1]) > 60 or len(before[2]) > 60:
            tidy(family)
            before = family.state()
    if not taken > count // 50 or not refused > count // 20:
        wrong.append("taken %d, refused %d" % (taken, refused))
    return wrong, family.made


def deny():
    """Everybody may ask, but not of flows; nobody may change a thing."""
    family, requests, wrong = Family(), Requests(1), []
    before = family.state()
    for name in ASKS:
        family.ask(COMMANDS[name], flags=NLM_F_ACK if name in ("GET", "STATS_GET")
                   else NLM_F_DUMP)
    for name in CHANGES + ["FLOW_GET"]:
        for _ in range(20):
            data = b"".join(attr(kind, value) for kind, value in
                            requests.right(name))
            flags = NLM_F_DUMP if name == "FLOW_GET" else NLM_F_ACK
            try:
                family.ask(COMMANDS[name], data, flags)
                wrong.append("%s was done" % name)
            except Refused as error:
                # A module without the command does not know it.
                if str(error) != os.strerror(1) and \
                   (name, str(error)) != ("FLOW_GET", os.strerror(95)):
                    wrong.append("%s: %s" % (name, error))
    for _ in range(300):
        command, data, flags = requests.request()
        try:
            family.ask(command, data, flags)
        except Refused:
            continue
        if command not in [COMMANDS[name] for name in ASKS]:
            wrong.append("command %d (%s) was done" % (command, data.hex()))
    # What happens to targets anybody may hear, as he may ask for it.
    if "flows" in family.groups:
        try:
            family.sock.setsockopt(270, 1, family.groups["flows"])
            wrong.append("joined the group of flows")
        except PermissionError:
            pass
    if family.state() != before:
        wrong.append("something has changed: %s" % (family.state(),))
    return wrong, family.made


def lurk():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    sock.bind((0, 0))
    for group in range(1, 257):
        try:
            sock.setsockopt(270, 1, group)
        except OSError:
            pass
    print("joined", flush=True)
    sys.stdin.read()
    sock.setblocking(False)
    family, heard = Family().number, 0
    try:
        while True:
            data = sock.recv(1 << 20)
            heard += struct.unpack_from("=HHIIB", data, 4)[::4] == (
                family, COMMANDS["FLOW_GET"])
    except BlockingIOError:
        pass
    print("heard", heard)


def main(what, *args):
    if what == "lurk":
        return lurk()
    if what == "fields":
        last = max(enum("TRAFFIC_FLOW_FIELD_").values())
        Family().ask(COMMANDS["SET"], attr(SETTINGS["IPFIX_FIELDS"],
                                           struct.pack("=Q", (2 << last) - 1)))
        return 0
    wrong, made = fuzz(*map(int, args)) if what == "fuzz" else deny()
    for line in wrong[:20]:
        print(line)
    print("%d requests, %d wrong" % (made, len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
