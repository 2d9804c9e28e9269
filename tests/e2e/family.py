# SPDX-License-Identifier: GPL-2.0
"""The generic netlink family, asked as its header says, attribute by attribute."""
import os
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
