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
import socket
import struct
import sys

from cases import (DEFAULTS, FIELDS, ID, WEEK, becomes, each_case, integers, octets,
                   sizes, text)
from family import (ASKS, BYTEORDER, CHANGES, COMMANDS, INTERFACE, LIST, NESTED, NLM_F_ACK,
                    NLM_F_DUMP, SETTINGS, TARGET, Family, Refused, attr, attrs, enum,
                    number)


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
    right = [case for case in each_case() if case.taken is not None]
    taken = refused = 0
    before = family.state()
    for i in range(count):
        command, data, flags = requests.request()
        if i % 4 == 0:
            # Few at random are taken; then nothing would change between refusals.
            case = requests.rnd.choice(right)
            command, flags = COMMANDS[case.command], NLM_F_ACK
            data = case.payload.replace(ID, struct.pack("=I", requests.rnd.choice(
                requests.ids)))
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
