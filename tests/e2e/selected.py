#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""selected.py count STREAM | check STREAM SELECTIONS DOCUMENTATION

STREAM is of IPFIX messages. Each line of SELECTIONS is a kind of timestamps,
whether packets were sampled, and the fields that were chosen; the messages came
of the same traffic for each line. `check` holds the templates against what the
documentation says of those fields, and each record against that of the first
selection, which has all fields.
"""
import collections
import re
import struct
import sys

# Times, and what the kernel draws: ids of flows and of datagrams
UNSTABLE = {152, 153, 160, 21, 22, 54, 148}


def messages(path):
    data = open(path, "rb").read()
    at = 0
    while at < len(data):
        length = struct.unpack_from(">H", data, at + 2)[0]
        yield data[at + 16:at + length]
        at += length


def sets(path):
    for body in messages(path):
        at = 0
        while at < len(body):
            kind, length = struct.unpack_from(">HH", body, at)
            yield kind, body[at + 4:at + length]
            at += length


class Stream:
    def __init__(self, path):
        self.templates = {}
        self.options = set()
        self.records = collections.defaultdict(list)
        for kind, body in sets(path):
            if kind == 2:
                self.learn(body)
            elif kind == 3:
                number, fields, _ = struct.unpack_from(">HHH", body)
                self.templates[number] = self.fields(body, 6, fields)
                self.options.add(number)
            else:
                self.read(kind, body)

    @staticmethod
    def fields(body, at, count):
        return [struct.unpack_from(">HH", body, at + 4 * i) for i in range(count)]

    def learn(self, body):
        at = 0
        while at < len(body):
            number, count = struct.unpack_from(">HH", body, at)
            new = self.fields(body, at + 4, count)
            assert self.templates.get(number, new) == new, f"{number} means two things"
            self.templates[number] = new
            at += 4 + 4 * count

    def read(self, kind, body):
        size = sum(length for _, length in self.templates[kind])
        for at in range(0, len(body) - size + 1, size):
            record = {}
            for element, length in self.templates[kind]:
                record[element] = body[at:at + length]
                at += length
            self.records[kind].append(record)


def documented(path):
    """Of each property, its elements in the templates of IPv4 and of IPv6."""
    found = {}
    for line in open(path):
        if line.startswith("## NetFlow"):
            break
        row = re.match(r"\| ([a-z0-9-]+) \| ([^|]*) \|(.*)", line)
        if not row or row[1] == "property" or row[1].startswith("-"):
            continue
        either = []
        for family in (0, 1):
            text = re.sub(r", or 2[12]|\(IPv[46]\)", "", row[2])
            numbers = [int(n) for n in re.findall(r"\d+", text)]
            if "/" in text:
                numbers = [numbers[family]]
            if ("(IPv6)", "(IPv4)")[family] in row[2]:
                numbers = []
            also = re.search(r"also in (\d+) / (\d+)", row[3])
            if also:
                numbers.append(int(also[1 + family]))
            either.append(set(numbers))
        found[row[1]] = either
    return found


def expected(documents, timestamps, chosen, family):
    elements = {60}.union(*(documents[name][family] for name in chosen))
    if timestamps == "uptime":
        uptimes = {152: 22, 153: 21}
        if elements & set(uptimes):
            elements.add(160)
        elements = {uptimes.get(n, n) for n in elements}
    return elements


def check(path, selections, documentation):
    stream = Stream(path)
    documents = documented(documentation)
    flows = sorted(set(stream.templates) - stream.options)
    lines = [line.split() for line in open(selections)]
    used = [n for n in flows if stream.records[n]]
    assert len(used) == 2 * len(lines), f"{len(used)} templates have records"
    full = {}
    for i, (timestamps, _, *chosen) in enumerate(lines):
        for family in (0, 1):
            number = used[2 * i + family]
            elements = [element for element, _ in stream.templates[number]]
            wanted = expected(documents, timestamps, chosen, family)
            assert set(elements) == wanted, \
                f"{number}: {set(elements) ^ wanted} in one of both"
            all_elements = full.setdefault(family, elements)
            stable = [n for n in elements if n not in UNSTABLE]
            assert stable == [n for n in all_elements if n in stable], \
                f"{number}: another order"
            first = stream.records[used[family]]
            assert collections.Counter(project(stream.records[number], stable)) == \
                collections.Counter(project(first, stable)), \
                f"{number}: other values"
    print(f"{len(lines)} selections")


def project(records, elements):
    return [tuple(record[n] for n in elements) for record in records]


if sys.argv[1] == "count":
    print(sum(map(len, Stream(sys.argv[2]).records.values())))
else:
    check(*sys.argv[2:])
