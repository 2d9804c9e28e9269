#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Requests that nobody would make, to the family's every command.

  hostile.py fuzz SEED COUNT  whatever is refused has changed nothing; what is
                              not is what <linux/traffic_flow.h> allows
  hostile.py each SEED COUNT  every attribute of every command that changes
                              something, wrong in every way: flows and targets go
                              on as if nothing had been asked, and the kernel says
                              what is wrong, and where. What is right does what
                              <linux/traffic_flow.h> says. Then COUNT at random
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
NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS = 1, 2


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
INTERFACE = enum("TRAFFIC_FLOW_INTERFACE_A_")
STATS = enum("TRAFFIC_FLOW_STATS_A_")
FLOW = enum("TRAFFIC_FLOW_FLOW_A_")
CHANGES = [name for name in COMMANDS
           if name == "SET" or name.endswith(("_ADD", "_SET", "_DEL"))]
ASKS = [name for name in COMMANDS if name.endswith("GET") and name != "FLOW_GET"]


class Refused(Exception):
    """As errno says; what the kernel says, and of which octet of the request."""

    def __init__(self, error, said):
        super().__init__(os.strerror(error))
        self.text = said.get(NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode()
        self.offset = number(said[NLMSGERR_ATTR_OFFS]) \
            if NLMSGERR_ATTR_OFFS in said else None


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
        # Errors say what was wrong, and need not repeat the request.
        self.sock.setsockopt(270, 10, 1)
        self.sock.setsockopt(270, 11, 1)
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
                        raise Refused(-error, dict(attrs(
                            body[20 if kind == NLMSG_ERROR else 4:])))
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

    def everything(self):
        """Settings, lists, targets and all that is counted, octet by octet."""
        return (self.ask(COMMANDS["GET"]), self.dump("TARGET_GET"),
                self.dump("LIST_GET"), self.dump("LIST_MEMBER_GET"),
                self.ask(COMMANDS["STATS_GET"]))

    def counted(self, name):
        return number(dict(attrs(self.ask(COMMANDS["STATS_GET"])[0]))[STATS[name]])

    def flows(self):
        """What is in the cache; not when, which is told to the millisecond only."""
        return sorted([(kind, value) for kind, value in attrs(flow)
                       if kind not in (FLOW["FIRST"], FLOW["LAST"])]
                      for flow in self.dump("FLOW_GET"))


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
        self.ids = 1, 2, 3, 4, 5

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
            some = [(1, struct.pack("=I", pick((*self.ids, 0xffffffff)))),
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


# Stands, in a request, for the id of a target that is there.
ID = b"\xfa\xce\x1d\x7e"
WEEK, U32 = 604800, (1 << 32) - 1
FIELDS = (2 << max(enum("TRAFFIC_FLOW_FIELD_").values())) - 1
SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "__be32": 4, "struct in6_addr": 16}


def sizes(prefix):
    """Octets of each attribute that the header gives so many, and no others."""
    return {name: SIZES[kind] for name, kind in re.findall(
        r"@%s(\w+): (%s)\b" % (prefix, "|".join(SIZES)), open(HEADER).read())}


def text(word):
    return word.encode() + b"\0"


# Of each attribute: a value unlike what there is; others that are right, with the
# limits that the header states; and wrong ones, with those just beyond. Not the most
# cache entries: there may be no memory for them.
FLAG = 1, (0, 1), (2, 255)
OF_SETTINGS = {
    "ENABLED": FLAG,
    "CACHE_ENTRIES": (4096, (1024,), (0, 1023, 1025, (1 << 24) + 1, 1 << 25, U32)),
    "ACTIVE_TIMEOUT": (60, (1, WEEK), (0, WEEK + 1, U32)),
    "INACTIVE_TIMEOUT": (70, (1, WEEK), (0, WEEK + 1, U32)),
    "METER_EXPORTS": FLAG,
    "TIMESTAMPS": FLAG,
    "IPFIX_FIELDS": (5, (0, FIELDS), (FIELDS + 1, 1 << 63)),
    "IPFIX_FIELDS_MASK": (0xff, (0, FIELDS), (FIELDS + 1, 1 << 63)),
    "PACKET_SAMPLING": FLAG,
    "SAMPLING_INTERVAL": (2, (0, U32), ()),
    "SAMPLING_SPACE": (3, (0, U32), ()),
}
OF_TARGETS = {
    "PORT": (2057, (1, 65535), (0,)),
    "SRC_IPV4": (bytes([127, 0, 0, 2]), (0,), ()),
    "VERSION": (10, (1, 5, 9), (0, 2, 4, 6, 8, 11, 65535)),
    "TEMPLATE_REFRESH": (7, (1, (1 << 31) - 1), (0, 1 << 31, U32)),
    "TEMPLATE_TIMEOUT": (80, (1, WEEK), (0, WEEK + 1, U32)),
    "DISABLED": FLAG,
    "OPTIONS": (6, (0, 7), (8, U32)),
    "MTU": (600, (0, 576, 1500), (1, 575, 1501, 65535)),
    "DOMAIN_ID": (77, (0, U32), ()),
    "DSCP": (32, (0, 63), (64, 255)),
    "MARK": (5, (0, U32), ()),
    "INTERFACE": ("lo", ("", "x" * 15), ("x" * 16, ".", "..", "a/b", "a:b", "a b")),
}
ONE_INTERFACE = ("", "x" * 16, "a*b", "a/b", "a:b", "a b", "a\tb")
LISTED = "lo", ("x", "x" * 15, "wan*", "*", "a-list-with-a-long-name"), (
    "", "a*b", "a b", "a\tb", "y" * 32)
# Of settings' interfaces: those that may only be a list's names.
NO_LIST = "x" * 16, "y" * 31


def of_targets(command):
    # Who adds one need not name it; who removes one need not know where it sent to.
    ids = ((0, U32), ()) if command == "TARGET_ADD" else ((), (0, U32))
    any_address = ((0,), ()) if command == "TARGET_DEL" else ((), (0,))
    return dict(OF_TARGETS, ID=(ID, *ids),
                DST_IPV4=(bytes([127, 0, 0, 1]), *any_address),
                DST_IPV6=(bytes(15) + b"\1", *any_address),
                SRC_IPV6=(bytes(15) + b"\1", (0,), ()))


def of_lists(command):
    adds = command == "LIST_ADD"
    there = {"LIST_DEL": ("metered", "none"), "LIST_ADD": ("some", "metered")}
    return {
        "NAME": ("fresh" if adds else "some", ("x", "x" * 31) if adds else (),
                 ("", "x" * 32, "all", "a*", "a,b", "a/b", "a:b", "a b", "\1", "\x7f") +
                 there.get(command, ("none",))),
        "COMMENT": ("another", ("", "x" * 127), ("x" * 128, "a\nb", "\x7f")),
        "INTERFACE": ("eth5" if adds or command == "LIST_MEMBER_ADD" else "eth0",
                      () if command == "LIST_MEMBER_DEL" else
                      ("x", "x" * 15, "wan*", "*"),
                      ONE_INTERFACE + ({"LIST_MEMBER_ADD": ("eth0",),
                                        "LIST_MEMBER_DEL": ("eth9",)}.get(command, ()))),
    }


def subject(command):
    """Its attributes' numbers, octets and values."""
    if command == "SET":
        return SETTINGS, sizes("TRAFFIC_FLOW_A_"), OF_SETTINGS
    if command.startswith("TARGET"):
        return TARGET, sizes("TRAFFIC_FLOW_TARGET_A_"), of_targets(command)
    return LIST, {}, of_lists(command)


def octets(value, size):
    if isinstance(value, bytes):
        return value
    return text(value) if isinstance(value, str) else value.to_bytes(size, sys.byteorder)


def unknown(kind):
    for value in (b"", bytes(1), bytes(4), bytes(8)):
        yield "unknown", attr(kind, value), None, 0
    yield "unknown", attr(kind | NESTED, attr(1, b"lo\0")), None, 0
    yield "unknown", attr(kind | BYTEORDER, bytes(4)), None, 0


def torn(kind, good):
    """The last attribute's header lies, or the message ends within it."""
    whole = attr(kind, good)
    for length in (0, 1, 2, 3, len(whole) + 1, 65535):
        yield "header", attr(kind, good, length), None, None
    for end in (1, 3, 4, 3 + len(good)):
        yield "torn", whole[:end], None, None
    if len(whole) > 4 + len(good):
        yield "torn", whole[:4 + len(good)], [(kind, good)], None


def plain(kind, good, right, wrong, is_text):
    """
    An attribute in every form: what it tries, its octets, and, if it is to be taken,
    as what; else which of the octets the kernel shall point at, if any.
    """
    size, whole, taken = len(good), attr(kind, good), [(kind, good)]
    for length in range(size + 3):
        # What comes after a text's end is not part of it.
        fits = length == size or (is_text and length > size)
        yield "length", attr(kind, (good + b"\0\0")[:length]), taken if fits else None, 0
    for flag in (NESTED, NESTED | BYTEORDER):
        yield "nested", attr(kind | flag, good), None, 0
        yield "deep", attr(kind | flag, whole), None, 0
    # The kernel does not look at it.
    yield "byteorder", attr(kind | BYTEORDER, good), taken, None
    short = attr(kind, good[:-1])
    yield "twice", short + whole, None, 0
    yield "twice", whole + short, None, len(whole)
    yield "twice", whole + whole, taken * 2, None
    for value in right:
        yield "twice", attr(kind, value) + whole, [(kind, value), (kind, good)], None
        yield "right", attr(kind, value), [(kind, value)], None
    for value in wrong:
        yield "wrong", attr(kind, value), None, 0
        yield "twice", whole + attr(kind, value), None, len(whole)
    yield from torn(kind, good)


def nest(kind):
    """The same of an attribute with others in it, and of these."""
    name, right, wrong = LISTED
    good = attr(INTERFACE["NAME"], text(name)) + attr(INTERFACE["NAME"], b"wan*\0")
    whole = attr(kind | NESTED, good)
    for length in range(1, 4):
        yield "length", attr(kind | NESTED, good[:length]), None, 0
        yield "length", attr(kind | NESTED, good + bytes(length)), None, None
    yield "length", attr(kind | NESTED, b""), [(kind, b"")], None
    yield "nested", attr(kind, good), None, 0
    yield "nested", attr(kind | BYTEORDER, good), None, 0
    yield "byteorder", attr(kind | NESTED | BYTEORDER, good), [(kind, good)], None
    yield "deep", attr(kind | NESTED, whole), None, 4
    yield "twice", whole + whole, [(kind, good)] * 2, None
    yield "twice", whole + attr(kind | NESTED, b""), [(kind, good), (kind, b"")], None
    yield "twice", attr(kind, good) + whole, None, 0
    for value in NO_LIST:
        yield "wrong", attr(kind | NESTED, attr(INTERFACE["NAME"], text(value))), None, 0
    yield from torn(kind | NESTED, good)
    for inner in range(max(INTERFACE.values()) + 3):
        for what, raw, taken, at in (
                plain(inner, text(name), [text(word) for word in right],
                      [text(word) for word in wrong], True)
                if inner == INTERFACE["NAME"] else unknown(inner)):
            yield ("inside, " + what, attr(kind | NESTED, raw),
                   [(kind, b"".join(attr(*one) for one in taken))] if taken else None,
                   # What is too short for any attribute is the nest's own mistake.
                   0 if len(raw) < 4 else None if at is None else 4 + at)


class Case:
    """A request; what it tries; if it is to be taken, as what; else what is wrong."""

    def __init__(self, what, command, before, raw, taken, at):
        head = b"".join(attr(*one) for one in before)
        self.what, self.command, self.payload = what, command, head + raw
        self.taken = None if taken is None else [
            (kind & 0x3fff, value) for kind, value in before + taken]
        # The headers of netlink and of the family come first.
        self.at = None if at is None else 20 + len(head) + at

    def __str__(self):
        return "%s: %s of %s" % (self.what, self.command, self.payload.hex())


def base(command, without=()):
    """A request that is right, with all that there may be in it."""
    numbers, size, values = subject(command)
    request = [(numbers[name], octets(values[name][0], size.get(name)))
               for name in values if name not in without]
    if command == "SET" and "INTERFACES" not in without:
        request.append((numbers["INTERFACES"] | NESTED, attr(INTERFACE["NAME"], b"lo\0")))
    return request


def left_out(command, name, before):
    """Nothing is asked of an attribute; but some have to be there."""
    needed = {"SET": (), "TARGET_ADD": ("DST_IPV4", "DST_IPV6"),
              "LIST_MEMBER_ADD": ("NAME", "INTERFACE"),
              "LIST_MEMBER_DEL": ("NAME", "INTERFACE")}
    if name == "IPFIX_FIELDS":
        mask = SETTINGS["IPFIX_FIELDS_MASK"]
        before = [one for one in before if one[0] != mask]
        return Case("left out", command, before, attr(mask, bytes(8)), None, 0)
    if name == "DST_IPV6" and command == "TARGET_SET":
        # The target's own is of the other family than the source.
        source = TARGET["SRC_IPV6"]
        before = [one for one in before if one[0] != source]
        return Case("left out", command, before, attr(source, bytes(15) + b"\1"), None, 0)
    if name in needed.get(command, ("ID", "NAME")):
        return Case("left out", command, before, b"", None, None)
    return Case("left out", command, before, b"", [], None)


def families(command):
    """Addresses of IPv4 and of IPv6 in one request."""
    of4, of6 = {"DST_IPV4", "SRC_IPV4"}, {"DST_IPV6", "SRC_IPV6"}
    for end in ("DST_IPV", "SRC_IPV"):
        four, six = TARGET[end + "4"], TARGET[end + "6"]
        both = [(four, bytes([127, 0, 0, 1])), (six, bytes(15) + b"\1")]
        raw = b"".join(attr(*one) for one in both)
        without = base(command, of6 | {end + "4"})
        if command == "TARGET_DEL":
            yield Case("families", command, without, raw, both, None)
            continue
        yield Case("families", command, without, raw, None, 0)
        other = six if end == "SRC_IPV" else TARGET["SRC_IPV4"]
        without = base(command, {"DST_IPV6", "SRC_IPV6", "SRC_IPV4"}
                       if end == "SRC_IPV" else {"DST_IPV4", "SRC_IPV4", "SRC_IPV6"})
        yield Case("families", command, without, attr(other, b"\1" * (
            16 if other == six else 4)), None, 0)
        none = other, bytes(16 if other == six else 4)
        yield Case("families", command, without, attr(*none), [none], None)


def around(command, kind):
    """A request that is right but for the attribute of a number, which comes last."""
    numbers, size, values = subject(command)
    name = next((name for name in numbers if numbers[name] == kind), None)
    six = name in ("DST_IPV6", "SRC_IPV6")
    without = {"DST_IPV4", "SRC_IPV4"} if six else {"DST_IPV6", "SRC_IPV6"}
    before = base(command, without | {name})
    if name == "INTERFACES":
        forms = nest(kind)
    elif name in values:
        good, right, wrong = values[name]
        forms = plain(kind, octets(good, size.get(name)),
                      [octets(value, size.get(name)) for value in right],
                      [octets(value, size.get(name)) for value in wrong],
                      isinstance(good, str))
    else:
        forms = unknown(kind)
    if name in values or name == "INTERFACES":
        yield left_out(command, name, before)
    for form in forms:
        yield Case(form[0], command, before, *form[1:])


def each_case():
    for command in CHANGES:
        for kind in range(max(subject(command)[0].values()) + 3):
            yield from around(command, kind)
        if command.startswith("TARGET"):
            yield from families(command)


def renamed(target, named):
    """A target with what a request names; it has addresses of one family."""
    target = {**target, **named}
    of, other, size = ("6", "4", 16) if TARGET["DST_IPV6"] in named else ("4", "6", 4)
    target.pop(TARGET["DST_IPV" + other], None)
    if target.pop(TARGET["SRC_IPV" + other], None) is not None:
        target.setdefault(TARGET["SRC_IPV" + of], bytes(size))
    return target


def becomes(state, command, request, last):
    """
    What a request that is taken makes of a state. Of two attributes the last one
    counts; no target gets an id up to the last one.
    """
    settings, targets, lists, members = dict(state[0]), dict(state[1]), *state[2:]
    named = dict(request)
    name = named.get(LIST["NAME"])
    if command == "SET":
        fields = SETTINGS["IPFIX_FIELDS"]
        mask = number(named.pop(SETTINGS["IPFIX_FIELDS_MASK"], b"\xff" * 8))
        if fields in named:
            named[fields] = ((number(settings[fields]) & ~mask) |
                             (number(named[fields]) & mask)).to_bytes(8, sys.byteorder)
        interfaces = SETTINGS["INTERFACES"]
        if interfaces in named:
            named[interfaces] = b"".join(attr(*one) for one in dict.fromkeys(
                attrs(named[interfaces])))
        settings.update(named)
    elif command.startswith("TARGET"):
        target = named.pop(TARGET["ID"], None)
        if command == "TARGET_ADD":
            targets[last + 1] = renamed(DEFAULTS, named)
        elif command == "TARGET_SET":
            targets[number(target)] = renamed(targets[number(target)], named)
        else:
            del targets[number(target)]
    elif command.startswith("LIST_MEMBER"):
        one = name, named[LIST["INTERFACE"]]
        members = [two for two in members if two != one]
        if command == "LIST_MEMBER_ADD":
            members.append(one)
    else:
        comment = named.get(LIST["COMMENT"])
        if command == "LIST_DEL":
            lists = [one for one in lists if one[0] != name]
            members = [one for one in members if one[0] != name]
        elif command == "LIST_ADD":
            lists = lists + [(name, comment or b"\0")]
        else:
            lists = [(name, comment) if comment and one[0] == name else one
                     for one in lists]
    return settings, targets, lists, members


def integers(size, **values):
    return {TARGET[name]: value.to_bytes(size, sys.byteorder)
            for name, value in values.items()}


DEFAULTS = {
    **integers(1, DISABLED=0, DSCP=0),
    **integers(2, PORT=2055, VERSION=9, MTU=0),
    **integers(4, TEMPLATE_REFRESH=20, TEMPLATE_TIMEOUT=1800, OPTIONS=1, DOMAIN_ID=0,
               MARK=0, SRC_IPV4=0),
    TARGET["INTERFACE"]: b"\0",
}


class Router:
    """The namespace with flows, and targets that have sent something, at hand."""

    FLOWS = 50

    def __init__(self):
        self.family = Family()
        self.hosts = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.hosts.bind(("", 4000))
        self.collectors = {}
        for version in (9, 10):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            self.collectors[version] = sock
        self.restore()

    def change(self, command, *parts):
        return self.family.ask(COMMANDS[command], b"".join(attr(*one) for one in parts))

    def set(self, *interfaces, **values):
        size = sizes("TRAFFIC_FLOW_A_")
        parts = [(SETTINGS[name], octets(value, size[name]))
                 for name, value in values.items()]
        if interfaces:
            parts.append((SETTINGS["INTERFACES"] | NESTED, b"".join(
                attr(INTERFACE["NAME"], text(name)) for name in interfaces if name)))
        self.change("SET", *parts)

    def settings(self):
        self.set("lo", "metered", ENABLED=1, CACHE_ENTRIES=2048, ACTIVE_TIMEOUT=WEEK,
                 INACTIVE_TIMEOUT=WEEK, METER_EXPORTS=0, TIMESTAMPS=0,
                 IPFIX_FIELDS=FIELDS & 0xfff, PACKET_SAMPLING=0, SAMPLING_INTERVAL=0,
                 SAMPLING_SPACE=0)

    def target(self, version, command="TARGET_ADD", *more):
        port = self.collectors[version].getsockname()[1]
        values = {**DEFAULTS, TARGET["DST_IPV4"]: bytes([127, 0, 0, 1]),
                  **integers(2, PORT=port, VERSION=version),
                  **integers(4, TEMPLATE_TIMEOUT=WEEK)}
        made = self.change(command, *values.items(), *more)
        if command == "TARGET_ADD":
            self.id = dict(attrs(made[0]))[TARGET["ID"]]

    def list(self, name, *members):
        self.change("LIST_ADD", (LIST["NAME"], text(name)), (LIST["COMMENT"], b"one\0"))
        for member in members:
            self.change("LIST_MEMBER_ADD", (LIST["NAME"], text(name)),
                        (LIST["INTERFACE"], text(member)))

    def clear(self):
        self.set("", ENABLED=0)
        for target in self.family.dump("TARGET_GET"):
            self.change("TARGET_DEL", (1, dict(attrs(target))[1]))
        for one in self.family.dump("LIST_GET"):
            self.change("LIST_DEL", (LIST["NAME"], dict(attrs(one))[LIST["NAME"]]))

    def restore(self):
        """As it always is before a request."""
        self.clear()
        # What is taken away and put back is the last one again.
        for one in (("metered",), ("a-list-with-a-long-name",), ("some", "eth1", "eth0")):
            self.list(*one)
        for version in self.collectors:
            self.target(version)
            self.received(version)
        self.settings()
        self.meter()

    def undo(self, command, request):
        """What was taken, from a state that was restored."""
        named = dict(request)
        if command == "SET":
            self.settings()
        elif command == "TARGET_ADD":
            last = dict(attrs(self.family.dump("TARGET_GET")[-1]))
            self.change("TARGET_DEL", (TARGET["ID"], last[TARGET["ID"]]))
        elif command == "TARGET_SET":
            self.target(10, command, (TARGET["ID"], self.id))
        elif command == "TARGET_DEL":
            self.target(10)
        elif command == "LIST_ADD":
            self.change("LIST_DEL", (LIST["NAME"], named[LIST["NAME"]]))
        elif command == "LIST_SET":
            self.change(command, (LIST["NAME"], b"some\0"), (LIST["COMMENT"], b"one\0"))
        elif command == "LIST_DEL":
            self.list("some", "eth1", "eth0")
        else:
            back = {"ADD": "LIST_MEMBER_DEL", "DEL": "LIST_MEMBER_ADD"}[command[-3:]]
            self.change(back, *((kind, value) for kind, value in named.items()
                                if kind != LIST["COMMENT"]))

    def meter(self):
        """Flows that do not end by themselves."""
        self.set(ENABLED=1)
        for host in range(self.FLOWS):
            self.hosts.sendto(b"x", ("127.0.1.%d" % (host + 1), 4000))
            self.hosts.recv(1)
        assert self.family.counted("ACTIVE") == self.FLOWS

    def received(self, version):
        """Sequence numbers of the datagrams that a target has sent."""
        numbers = []
        try:
            while True:
                data = self.collectors[version].recv(2048)
                numbers.append(struct.unpack_from(">I", data, 12 if version == 9 else 8)[0])
        except BlockingIOError:
            return numbers

    def state(self):
        settings, targets, lists, members = self.family.state()
        return (dict(settings),
                {number(dict(target)[TARGET["ID"]]):
                 {kind: value for kind, value in target if kind != TARGET["ID"]}
                 for target in targets},
                [tuple(value for _, value in attrs(one)) for one in lists],
                [tuple(value for _, value in attrs(one)) for one in members])

    def ask(self, case):
        self.family.ask(COMMANDS[case.command], case.payload.replace(ID, self.id))


def told(case, error):
    """
    Whether a refusal says what is wrong, and points at the attribute. What is missing,
    or is no attribute any more, cannot be pointed at: then there is only text.
    """
    return error.text and error.offset == case.at


def begin(router):
    """Targets have sent flows before, and there are others."""
    router.restore()
    router.set(ENABLED=0)
    router.meter()
    return router.family.flows(), router.family.everything()


def refuse(router, cases, wrong, at_once=8):
    """All the time the same flows and sessions; some requests between two looks."""
    flows, before = begin(router)
    for first in range(0, len(cases), at_once):
        some = cases[first:first + at_once]
        for case in some:
            try:
                router.ask(case)
                wrong.append("taken, %s" % case)
            except Refused as error:
                if not told(case, error):
                    wrong.append("%s: %s, of %s instead of %s, '%s'" % (
                        case, error, error.offset, case.at, error.text))
        after = router.family.everything()
        if after == before:
            continue
        wrong.append("%s, and %d after it: something has changed: %s" % (
            some[0], len(some) - 1, after))
        if at_once > 1:
            refuse(router, some, wrong, 1)
        flows, before = begin(router)
    if router.family.flows() != flows or len(flows) != router.FLOWS:
        wrong.append("flows are others: %s" % (router.family.flows(),))
    router.set(ENABLED=0)
    # Each target has had one session. Datagrams count in version 9, flows in IPFIX.
    for version, target in zip(router.collectors, router.family.dump("TARGET_GET")):
        numbers = router.received(version)
        target = dict(attrs(target))
        counted = [number(target[TARGET[name]]) for name in ("PACKETS", "RECORDS")]
        if counted != [len(numbers), 2 * router.FLOWS] or \
           numbers != (list(range(len(numbers))) if version == 9 else sorted(numbers)) \
           or numbers[-1] < (3 if version == 9 else router.FLOWS):
            wrong.append("version %d has gone on as %s, counted %s" % (
                version, numbers, counted))


def take(router, cases, wrong):
    """Each from the same state, which is there again afterwards."""
    router.restore()
    before, last = router.state(), number(router.id)
    for case in cases:
        request = [(kind, value.replace(ID, router.id)) for kind, value in case.taken]
        try:
            router.ask(case)
        except Refused as error:
            wrong.append("%s: %s, '%s'" % (case, error, error.text))
            continue
        after, right = router.state(), becomes(before, case.command, request, last)
        if after == right:
            router.undo(case.command, request)
        else:
            wrong.append("%s: %s, and not %s" % (case, after, right))
            router.restore()
            before, last = router.state(), number(router.id)
            continue
        last += case.command in ("TARGET_ADD", "TARGET_DEL")
        if case.command == "TARGET_DEL":
            # It has come back, with another id.
            before[1][last] = before[1].pop(max(before[1]))
    if router.state() != before:
        wrong.append("not all has come back: %s" % (router.state(),))


def anything(router, seed, count, wrong):
    """At random: what changes something was taken."""
    requests, refused = Requests(seed), 0
    router.restore()
    before = router.family.everything()
    for _ in range(count):
        requests.ids = number(router.id) - 1, number(router.id)
        command, data, flags = requests.request()
        try:
            router.family.ask(command, data, flags)
            no = False
        except Refused:
            no = True
        refused += no
        after = router.family.everything()
        if after == before:
            continue
        if no:
            wrong.append("command %d (%s) was refused, but: %s" % (
                command, data.hex(), after))
        router.restore()
        before = router.family.everything()
    if not refused > count // 20:
        wrong.append("refused %d" % refused)


WAYS = ("unknown", "header", "torn", "length", "nested", "deep", "byteorder", "twice",
        "right", "wrong", "left out", "families")


def each(seed, count):
    cases, wrong, router = list(each_case()), [], Router()
    for way in WAYS + tuple("inside, " + way for way in WAYS[:-2]):
        made = [case for case in cases if case.what == way]
        taken = sum(case.taken is not None for case in made)
        print("requests, %s: %d to be refused, %d to be taken" % (
            way, len(made) - taken, taken))
        if not made:
            wrong.append("%s: nothing was tried" % way)
    if {case.what.removeprefix("inside, ") for case in cases} != set(WAYS):
        wrong.append("some ways are not counted")
    refuse(router, [case for case in cases if case.taken is None], wrong)
    take(router, [case for case in cases if case.taken is not None], wrong)
    anything(router, seed, count, wrong)
    router.clear()
    return wrong, router.family.made


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
    for case in each_case():
        try:
            family.ask(COMMANDS[case.command], case.payload)
            wrong.append("%s was done" % case)
        except Refused as error:
            if str(error) != os.strerror(1):
                wrong.append("%s: %s" % (case, error))
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
    wrong, made = {"fuzz": fuzz, "each": each, "deny": deny}[what](*map(int, args))
    for line in wrong[:20]:
        print(line)
    print("%d requests, %d wrong" % (made, len(wrong)))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
