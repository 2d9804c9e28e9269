#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""wire.py CAPTURE PORT [SECONDS]: what the datagrams to a port are made of, read
with nothing but the formats' definitions at hand. They were sent within SECONDS
(0.5) of the time that they tell, longer if they had to wait.

One line of sums, then one for each thing that is wrong:
  version N: D datagrams, R records, T template datagrams, P packets, B octets
"""
import struct
import sys

U32 = 1 << 32


class Wrong(Exception):
    pass


def check(right, what):
    if not right:
        raise Wrong(what)


def datagrams(capture, port):
    """Each UDP payload with the time at which it was captured, in seconds."""
    data = open(capture, "rb").read()
    magic = struct.unpack_from("<I", data)[0]
    unit = {0xa1b2c3d4: 1e-6, 0xa1b23c4d: 1e-9}[magic]
    at = 24
    while at + 16 <= len(data):
        secs, fraction, taken, _ = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + taken]
        at += 16 + taken
        kind = struct.unpack_from(">H", frame, 12)[0]
        ip = frame[14:]
        udp = ip[40:] if kind == 0x86dd else ip[(ip[0] & 15) * 4:]
        if struct.unpack_from(">H", udp, 2)[0] == port:
            yield secs + fraction * unit, udp[8:struct.unpack_from(">H", udp, 4)[0]]


class Reader:
    def __init__(self, late):
        self.late = late
        self.version = self.sequence = self.previous = None
        self.datagrams = self.records = self.with_templates = 0
        self.packets = self.octets = 0
        self.templates = {}
        self.options = set()

    def read(self, when, data):
        version = struct.unpack_from(">H", data)[0]
        check(self.version in (None, version), "another version")
        self.version = version
        self.datagrams += 1
        reader = {1: self.v1, 5: self.v5, 9: self.v9, 10: self.ipfix}[version]
        reader(when, data)

    def in_order(self, sequence, step):
        expected = self.sequence
        self.sequence = (sequence + step) % U32
        check(expected in (None, sequence),
              f"sequence {sequence}, expected {expected}")

    def clock(self, when, secs, nsecs):
        check(nsecs < 10**9, f"{nsecs} residual nanoseconds")
        late = when - secs - nsecs / 1e9
        check(-0.002 < late < self.late, f"sent {late} s after its time")

    # v1 and v5 differ in the header's end and in the order of three octets.
    def fixed(self, when, data, header, most, proto_at, zero):
        _, count, uptime, secs, nsecs = struct.unpack_from(">HHIII", data)
        self.clock(when, secs, nsecs)
        check(1 <= count <= most, f"{count} records")
        check(len(data) == header + 48 * count, f"{len(data)} octets")
        if self.previous is not None:
            apart = when - self.previous[0] - (uptime - self.previous[1]) / 1e3
            check(abs(apart) < self.late, f"uptime went {apart} s wrong")
        self.previous = when, uptime
        for at in range(header, len(data), 48):
            packets, octets, first, last = struct.unpack_from(">IIII", data, at + 16)
            check(first <= last <= uptime, f"{first} to {last} at {uptime}")
            check(data[at + proto_at] in (1, 6, 17), "protocol")
            check(not any(data[at + i] for i in zero), "pads")
            self.count(packets, octets)
        return count

    def v1(self, when, data):
        self.fixed(when, data, 16, 24, 38, (36, 37, *range(41, 48)))

    def v5(self, when, data):
        sequence, _, _, sampling = struct.unpack_from(">IBBH", data, 16)
        count = self.fixed(when, data, 24, 30, 38, (36, 40, 41, 42, 43, 46, 47))
        self.in_order(sequence, count)
        check(not sampling or sampling >> 14 == 1 and sampling & 0x3fff, "sampling")

    def count(self, packets, octets):
        check(packets > 0 and octets >= 20 * packets,
              f"{packets} packets of {octets} octets")
        self.packets += packets
        self.octets += octets
        self.records += 1

    def sets(self, data, at, template_set, options_set):
        """Records of each kind: flows and options, and templates of both."""
        records = templates = 0
        seen = set()
        while at < len(data):
            check(at + 4 <= len(data), "octets after the last set")
            kind, length = struct.unpack_from(">HH", data, at)
            check(length > 4 and at + length <= len(data), f"a set of {length}")
            # To where the next one begins; options templates of IPFIX are better
            # not padded.
            check((at + length) % 4 == 0 or kind == 3, f"a set of {length} octets")
            check(kind < 256 or kind not in seen, f"two sets {kind}")
            seen.add(kind)
            body = data[at + 4:at + length]
            if kind == template_set:
                templates += self.template_records(body)
            elif kind == options_set:
                self.options_template(body)
                templates += 1
            else:
                records += self.data_records(kind, body)
            at += length
        return records, templates

    def template_records(self, body):
        at = count = 0
        while at < len(body):
            number, fields = struct.unpack_from(">HH", body, at)
            check(number >= 256 and fields, f"template {number}")
            pairs = [struct.unpack_from(">HH", body, at + 4 + 4 * i)
                     for i in range(fields)]
            check(len({kind for kind, _ in pairs}) == fields, "an element twice")
            self.learn(number, pairs)
            at += 4 + 4 * fields
            count += 1
        self.with_templates += 1
        return count

    def options_template(self, body):
        number, first, second = struct.unpack_from(">HHH", body)
        # Version 9 has octets of scopes and of options, IPFIX fields and scopes.
        fields = (first + second) // 4 if self.version == 9 else first
        check(number >= 256 and (first >= 4 if self.version == 9 else
                                 1 <= second <= first), "options template")
        rest = body[6 + 4 * fields:]
        check(len(rest) == (2 if self.version == 9 else 0) and not any(rest),
              "padding of an options template")
        self.learn(number, [struct.unpack_from(">HH", body, 6 + 4 * i)
                            for i in range(fields)])
        self.options.add(number)

    def learn(self, number, pairs):
        check(self.templates.get(number, pairs) == pairs,
              f"template {number} is another one than before")
        self.templates[number] = pairs

    def data_records(self, kind, body):
        check(kind in self.templates, f"data before its template {kind}")
        pairs = self.templates[kind]
        size = sum(length for _, length in pairs)
        rest = len(body) % size
        check(rest < 4 and body[len(body) - rest:] == bytes(rest), "padding")
        for at in range(0, len(body) - rest, size):
            values = {}
            for element, length in pairs:
                values[element] = int.from_bytes(body[at:at + length], "big")
                at += length
            if kind not in self.options:
                # Of what was chosen: of IPFIX any part may be missing.
                if 1 in values and 2 in values:
                    self.count(values[2], values[1])
                else:
                    self.records += 1
                self.check_times(values)
        return len(body) // size

    def check_times(self, values):
        begin, end = (22, 21) if 22 in values else (152, 153)
        if begin not in values or end not in values:
            return
        check(values[begin] <= values[end], "last before first")
        if self.version == 9:
            check(values[end] <= self.uptime, "last after now")
        elif begin == 152:
            check(values[end] <= (self.secs + 1) * 1000, "last after now")
            check(values.get(160, 0) <= values[begin], "first before boot")
        else:
            check(values[160] + values[end] <= (self.secs + 1) * 1000,
                  "last after now")

    def v9(self, when, data):
        _, count, self.uptime, secs, sequence, _ = struct.unpack_from(">HHIIII", data)
        # Seconds only: those that the moment of sending has, or had.
        check(-0.002 < when - secs < 1 + self.late, "time")
        records, templates = self.sets(data, 20, 0, 1)
        check(count == records + templates, f"count {count}, not {records + templates}")
        self.in_order(sequence, 1)

    def ipfix(self, when, data):
        _, length, self.secs, sequence, _ = struct.unpack_from(">HHIII", data)
        check(-0.002 < when - self.secs < 1 + self.late, "time")
        check(length == len(data), f"length {length} of {len(data)}")
        records, _ = self.sets(data, 16, 2, 3)
        self.in_order(sequence, records)


def main():
    reader = Reader(float(sys.argv[3]) if len(sys.argv) > 3 else 0.5)
    wrong = []
    for number, (when, data) in enumerate(datagrams(sys.argv[1], int(sys.argv[2]))):
        try:
            reader.read(when, data)
        except Wrong as why:
            wrong.append(f"datagram {number}: {why}")
    print(f"version {reader.version}: {reader.datagrams} datagrams, "
          f"{reader.records} records, {reader.with_templates} template datagrams, "
          f"{reader.packets} packets, {reader.octets} octets")
    print("\n".join(wrong[:20]))


main()
