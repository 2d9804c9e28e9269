#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Change everything that can be changed, at random, while packets flow.

    churn.py TFCTL SECONDS SEED SLOWER [MODULE]

Several actors at once, each a process of its own: one for each kind of change,
readers, and traffic of all kinds over IPv4 and IPv6. What each of them does is a
function of the seed; how they meet is not. The first two targets are nobody's to
change. With MODULE, that is unloaded and loaded all the time, too.

Prints how often each kind of thing was done, and what should not have failed but
did, or was done less than LEAST says of a machine that is SLOWER times as slow.
"""
import collections
import ctypes
import errno
import fcntl
import json
import os
import random
import socket
import struct
import subprocess
import sys
import time
import traceback

from family import (COMMANDS, LIST, NLM_F_ACK, NLM_F_DUMP, SETTINGS, TARGET, Family,
                    Refused, attr, attrs, enum, number)

TFCTL, SECONDS, SEED = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
SLOWER = float(sys.argv[4])
# The module goes and comes meanwhile: then anything it is asked may be refused.
MODULE = sys.argv[5] if len(sys.argv) > 5 else None
RELOADED = MODULE is not None
END = time.monotonic() + SECONDS

# How often at least in ten seconds: a fifth of what it was on two cores that had as
# much else to do.
LEAST = {
    "enabled": 10, "disabled": 5, "resized": 4, "set": 15, "fields chosen": 40,
    "target added": 20, "target changed": 8, "target disabled": 8, "target enabled": 8,
    "target removed": 8, "interface added": 8, "interface renamed": 8,
    "interface removed": 6, "interface moved": 4, "list added": 2, "list removed": 2,
    "member added": 5, "member removed": 3, "namespace created": 10,
    "namespace gone": 2, "connections forgotten": 1}
LEAST_CHANGES = 200
LEAST_READ = {
    "dump read": 10, "statistics read": 20, "flows read": 1, "read by tfctl": 4,
    "flows read by tfctl": 3, "watched": 1}
LEAST_TRAFFIC = {
    "datagram sent": 1000, "fragments sent": 80, "super-packet sent": 80,
    "connection served": 12}
# So few that there may be none in the shorter time while the module comes and goes.
LEAST_ECHOES = {"large pings answered": 1}
# What does not need the module, or is the module itself, goes on meanwhile.
LEAST_RELOADED = {
    "module loaded": 1, "module unloaded": 1, "interface added": 3,
    "interface renamed": 3, "interface removed": 2, "namespace created": 4}

# Not those that the books are read by. Some want hooks or arrays of their own.
FIELDS = """gateway ttl tos udp-length in-interface out-interface ip-header-length
    nat-src-address nat-dst-address nat-src-port nat-dst-port src-mac-address
    dst-mac-address src-address-mask dst-address-mask forwarding-status min-ttl
    vlan-id flow-id nat-events""".split()
STATS = enum("TRAFFIC_FLOW_STATS_A_")
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SYS_INIT_MODULE, SYS_DELETE_MODULE = 175, 176
UDP_SEGMENT = 103
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
# How many namespaces there may be at once, with those that are still going: few where
# few come, for that more than these did is what shows that some have gone.
NAMESPACES = 12 if SLOWER == 1 else 6
# Lines of a file are many changes for one program that begins: fewer where one change
# takes seconds.
LINES = min(20, max(2, int(200 / SLOWER)))

done, surprises = collections.Counter(), []


def run(*command, good=(0,), fine=(), given=None):
    """Says whether it ended well; how else it may end is FINE."""
    ended = subprocess.run(command, input=given, text=True, timeout=300,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if ended.returncode not in (*good, *fine):
        surprises.append(f"{' '.join(command)}: {ended.returncode} {ended.stdout}")
    return ended.returncode in good


def tfctl(*arguments, fine=(), **options):
    return run(TFCTL, *arguments, fine=(1, 2) if RELOADED else fine, **options)


def all_of(changes, program):
    """Changes are (KIND, LINE): all of them are made, or something is wrong."""
    if program(given="".join(line + "\n" for _, line in changes)):
        done.update(kind for kind, _ in changes if kind)


def imported(changes):
    all_of(changes, lambda **given: tfctl("import", "-", **given))


def links(changes, *where):
    all_of(changes, lambda **given: run("ip", *where, "-batch", "-", **given))


def ask(kind, command, payload=b"", may=0, flags=NLM_F_ACK):
    """A request without a program; MAY is the error that a race may bring. The
    answer, or None."""
    try:
        # Loaded anew the family has another number.
        answer = Family().ask(COMMANDS[command], payload, flags)
    except Refused as refused:
        if not RELOADED and str(refused) != os.strerror(may):
            surprises.append(f"{command} {payload!r}: {refused}")
        return None
    done[kind] += 1
    return answer


def text(kind, value):
    return attr(kind, value.encode() + b"\0")


def collector(address, port):
    return (attr(TARGET["DST_IPV4"], socket.inet_aton(address)) +
            attr(TARGET["PORT"], struct.pack("=H", port)))


ENABLED = attr(SETTINGS["ENABLED"], b"\1")


def checked(result, what):
    if result:
        raise OSError(ctypes.get_errno(), what)


def enter(namespace):
    with open(f"/run/netns/{namespace}") as there:
        checked(LIBC.setns(there.fileno(), CLONE_NEWNET), namespace)


def forever(step):
    """An actor that has nothing to prepare."""
    def actor(rng):
        while time.monotonic() < END:
            step(rng)
    actor.__name__ = step.__name__
    return actor


def settings(rng):
    """Enabled, or not; another size; other times, interfaces, samples."""
    size = None
    while time.monotonic() < END:
        changes = []
        kinds = ["enabled", "resized", "set"]
        kinds += rng.choices(kinds + ["set", "set"], k=LINES - 2)
        for kind in rng.sample(kinds, len(kinds)):
            if kind == "enabled":
                changes += [("disabled", "set enabled=no"),
                            ("enabled", "set enabled=yes")]
            elif kind == "resized":
                size = rng.choice([other for other in ("1k", "2k", "4k", "16k", "64k")
                                   if other != size])
                changes.append((kind, f"set cache-entries={size}"))
            else:
                changes.append((kind, "set " + setting(rng)))
        imported(changes)


def setting(rng):
    return rng.choice((
        "active-flow-timeout=" + rng.choice(("1s", "5s", "30m", "7d")),
        "inactive-flow-timeout=" + rng.choice(("1s", "2s", "15s", "7d")),
        "interfaces=" + rng.choice(("all", "r1", "r2", "r1,LAN", "d*")),
        "timestamps=" + rng.choice(("absolute", "uptime")),
        f"packet-sampling={rng.choice(('yes', 'no'))} "
        f"sampling-interval={rng.randint(1, 50)} sampling-space={rng.randint(0, 50)}"))


def fields(rng):
    """The selection of IPFIX fields: what was chosen is not, what was not is."""
    chosen = set()
    while time.monotonic() < END:
        changes = []
        for _ in range(LINES):
            others = rng.sample(FIELDS, 5)
            chosen ^= set(others)
            changes.append(("fields chosen", "ipfix set " + " ".join(
                f"{name}={'yes' if name in chosen else 'no'}" for name in others)))
        imported(changes)


@forever
def targets(rng):
    """Collectors that are there, dead, out of reach, and that go again."""
    changes, here = [], 0

    def target(kind, action):
        changes.append((f"target {kind}", f"target {action}"))

    while here or len(changes) < LINES:
        if not here or here < 4 and rng.random() < 0.2 and len(changes) < LINES:
            address = rng.choice(("10.9.0.2", "fd09::2", "10.1.0.2", "10.99.0.1"))
            target("added", f"add dst-address={address} port={rng.randint(9993, 9999)} "
                   f"version={rng.choice(('1', '5', '9', 'IPFIX'))} "
                   f"options={rng.choice(('sampling', 'interfaces,statistics'))}")
            here += 1
            continue
        which = rng.randint(2, 1 + here)
        kind = rng.choice(("disabled", "changed", "removed"))
        if kind == "disabled":
            target(kind, f"disable {which}")
            target("enabled", f"enable {which}")
        elif kind == "changed":
            target(kind, f"set {which} version={rng.choice(('1', '5', '9', 'IPFIX'))} "
                   f"mtu={rng.choice(('auto', '576'))}")
        else:
            target(kind, f"remove {which}")
            here -= 1
    imported(changes)


@forever
def interfaces(rng):
    """Interfaces that come, are renamed and go."""
    before, after = (rng.sample([letter + str(i) for i in range(6)], 6)
                     for letter in "de")
    links([("interface added", f"link add {name} group 7 type dummy")
           for name in before] +
          [("interface renamed", f"link set {old} name {new}")
           for old, new in zip(before, after)] +
          [("interface removed", f"link del {name}") for name in after[2:]] +
          # At once, what is left of them.
          [("interface removed", "link del group 7")])


def lists(rng):
    """Interface lists, one of which is metered at times, and what is in them."""
    there = {}
    while time.monotonic() < END:
        time.sleep(rng.uniform(0, 0.02))
        name = rng.choice(("LAN", "WAN"))
        member = rng.choice(("r2", "d1", "d*", "e3", "e*"))
        its = text(LIST["NAME"], name)
        both = its + text(LIST["INTERFACE"], member)
        if name not in there:
            if ask("list added", "LIST_ADD", its) is not None:
                there[name] = set()
        elif rng.random() < 0.2:
            # None goes that is metered.
            if ask("list removed", "LIST_DEL", its, may=errno.EBUSY) is not None:
                del there[name]
        else:
            kind, command = (("member removed", "LIST_MEMBER_DEL")
                             if member in there[name] else
                             ("member added", "LIST_MEMBER_ADD"))
            if ask(kind, command, both) is not None:
                there[name] ^= {member}
            elif RELOADED:
                # All that there was may be gone.
                del there[name]


def namespaces(rng):
    """Those that come, meter their own traffic, and go while there is some."""
    with open("/proc/sys/user/max_net_namespaces", "w") as limit:
        limit.write(str(NAMESPACES))
    others = len(os.listdir("/run/netns"))
    while time.monotonic() < END:
        if LIBC.unshare(CLONE_NEWNET):
            if ctypes.get_errno() != errno.ENOSPC:
                checked(True, "unshare")
            time.sleep(0.01)
            continue
        done["namespace created"] += 1
        # As many as were more than there can be had gone.
        done["namespace gone"] = max(
            0, done["namespace created"] - (NAMESPACES - others))
        count = rng.randint(1, 20)
        with (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
              socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver):
            fcntl.ioctl(sender, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
            # What nobody took were packets, too: of who refuses it.
            receiver.bind(("127.0.0.1", 2055))
            ask("target added", "TARGET_ADD", collector("127.0.0.1", 2055) +
                attr(TARGET["VERSION"], struct.pack("=H", rng.choice((5, 9, 10)))))
            ask("enabled", "SET", ENABLED)
            for _ in range(count):
                sender.sendto(b"x" * rng.randint(0, 1400), receiver.getsockname())
            seen = ask("statistics read", "STATS_GET")
        if seen:
            seen = number(dict(attrs(seen[0]))[STATS["PACKETS"]])
            if seen != count and not RELOADED:
                surprises.append(f"a namespace has counted {seen} packets of {count}")


@forever
def readers(rng):
    """What there is to read."""
    if tfctl(*rng.choice((("stats",), ("--json", "stats"), ("print",),
                          ("target", "print", "detail"), ("export", "verbose"),
                          ("interface", "list", "member", "print")))):
        done["read by tfctl"] += 1
    # What is shown may be another cache's before it was shown.
    if tfctl(*rng.choice((("flow", "print"), ("--json", "flow", "print"),
                          ("flow", "print", "sort=bytes", "limit=10"))), fine=(1,)):
        done["flows read by tfctl"] += 1


@forever
def dumps(rng):
    """The same, much faster."""
    for _ in range(10):
        ask("statistics read", "STATS_GET")
        ask("dump read", rng.choice(("TARGET_GET", "LIST_GET", "LIST_MEMBER_GET")),
            flags=NLM_F_DUMP)
    ask("flows read", "FLOW_GET", flags=NLM_F_DUMP)
    time.sleep(rng.uniform(0, 0.1))


@forever
def watchers(rng):
    """Who listens for a while, and goes in the midst of it."""
    if run("timeout", "--preserve-status", "-s", "INT", f"{rng.uniform(0.3, 2):.2f}",
           TFCTL, *rng.choice((("monitor",), ("flow", "print", "follow"))),
           good=(0, 130), fine=(1, 2) if RELOADED else (1,)):
        done["watched"] += 1


@forever
def movers(rng):
    """Interfaces that go to another namespace, and connections that go."""
    names = [f"m{i}" for i in range(rng.randint(1, 5))]
    links([line for name in names for line in (
        (None, f"link add {name} type dummy"),
        ("interface moved", f"link set {name} netns client"))])
    links([(None, f"link del {name}") for name in names], "-n", "client")
    if run("conntrack", "-F"):
        done["connections forgotten"] += 1


def datagrams(rng, to, shape):
    """Flows that are new and flows that go on, of both families."""
    ways = {family: socket.socket(family, socket.SOCK_DGRAM) for family in to}
    while time.monotonic() < END:
        family = rng.choice(list(to))
        os.sched_setaffinity(0, {rng.randrange(os.cpu_count())})
        spread = rng.choice((1, 10, 5000))
        for _ in range(rng.randint(1, 100)):
            segment, octets = shape(rng)
            try:
                ways[family].setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, segment)
                ways[family].sendto(bytes(octets),
                                    (to[family], 10000 + rng.randrange(spread)))
            except OSError:
                continue
            done["super-packet sent" if segment else
                 "fragments sent" if octets > 1472 else "datagram sent"] += 1
        time.sleep(rng.uniform(0, 0.2))


SERVER = {socket.AF_INET: "10.2.0.2", socket.AF_INET6: "fd02::2"}


def senders(rng):
    """What the router sends itself."""
    datagrams(rng, SERVER, lambda rng: (0, rng.randint(0, 1400)))


def clients(rng):
    """What it forwards: also what is too large for it in one piece, in as many as
    the sender or the device makes of it."""
    def shape(rng):
        kind = rng.random()
        if kind < 0.1:
            return 0, rng.randint(1473, 9000)
        if kind < 0.2:
            segment = rng.randint(100, 1400)
            return segment, segment * rng.randint(2, 40)
        return 0, rng.randint(0, 1400)
    enter("client")
    datagrams(rng, SERVER, shape)


def pings(rng):
    """Large ones, in fragments there and back."""
    enter("client")
    while time.monotonic() < END:
        # Whoever has forgotten the connection knows no way for the answer.
        if run("ping", "-q", "-c", "20", "-i", "0.01", "-W", "1",
               "-s", str(rng.randint(1473, 9000)), rng.choice(list(SERVER.values())),
               fine=(1,)):
            done["large pings answered"] += 1


def connections(rng):
    """TCP, whose octets come through whole, or not at all."""
    enter("client")
    while time.monotonic() < END:
        octets = bytes(rng.randint(1, 300000))
        try:
            with socket.create_connection(
                    (rng.choice(list(SERVER.values())), 8000), timeout=3) as way:
                way.sendall(octets)
                way.shutdown(socket.SHUT_WR)
                got = way.recv(100)
        # So it ends when it is forgotten.
        except OSError:
            continue
        if got == str(len(octets)).encode():
            done["connection served"] += 1
        elif got:
            surprises.append(f"of {len(octets)} octets {got} came")
        time.sleep(rng.uniform(0, 0.1))


def servers(_rng):
    """Who says how much has come, and no more than that."""
    enter("server")
    listener = socket.create_server(("::", 8000), family=socket.AF_INET6,
                                    dualstack_ipv6=True)
    listener.settimeout(0.2)
    while time.monotonic() < END:
        try:
            way, _ = listener.accept()
            with way:
                way.settimeout(3)
                count = 0
                while octets := way.recv(1 << 16):
                    count += len(octets)
                way.sendall(str(count).encode())
        except OSError:
            pass


def reloads(rng):
    """Unloaded, and loaded again, with what has to go on."""
    with open(MODULE, "rb") as file:
        image = file.read()
    while time.monotonic() < END:
        if LIBC.syscall(SYS_DELETE_MODULE, b"traffic_flow", os.O_NONBLOCK):
            # A dump that somebody reads holds it.
            if ctypes.get_errno() != errno.EWOULDBLOCK:
                checked(True, "delete_module")
            time.sleep(0.002)
            continue
        done["module unloaded"] += 1
        checked(LIBC.syscall(SYS_INIT_MODULE, image, ctypes.c_ulong(len(image)), b""),
                "init_module")
        done["module loaded"] += 1
        ask("target added", "TARGET_ADD", collector("10.9.0.2", 9991))
        ask("enabled", "SET", ENABLED)
        time.sleep(rng.uniform(0, 0.1))


def act(actor, place):
    """An actor in a process of its own: says, to whom has started it, what it did."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return open(reader)
    try:
        actor(random.Random(f"{SEED} {actor.__name__} {place}"))
    except Exception:
        surprises.append(traceback.format_exc())
    with open(writer, "w") as told:
        json.dump([done, surprises], told)
    os._exit(0)


def main():
    actors = [settings, fields, targets, interfaces, lists, namespaces, readers, dumps,
              watchers, movers, senders, clients, clients, pings, servers, connections]
    if RELOADED:
        actors.append(reloads)
    told = [act(actor, place) for place, actor in enumerate(actors)]
    for actor, its in zip(actors, told):
        said = its.read()
        counts, wrong = json.loads(said) if said else ({}, ["has said nothing"])
        done.update(counts)
        surprises.extend(f"{actor.__name__}: {what}" for what in wrong)
    least = LEAST_RELOADED if RELOADED else {**LEAST, **LEAST_READ, **LEAST_ECHOES}
    changes = sum(done[kind] for kind in {**LEAST, **LEAST_RELOADED})
    print(f"seed {SEED}: {changes} changes;",
          ", ".join(f"{count} {kind}" for kind, count in sorted(done.items())),
          file=sys.stderr)
    done["change"] = changes
    for kind, rate in {**least, **LEAST_TRAFFIC, "change": LEAST_CHANGES}.items():
        wanted = max(1, int(rate * SECONDS / 10 / SLOWER))
        if done[kind] < wanted:
            surprises.append(f"{kind}: {done[kind]} times, and not {wanted}")
    for surprise in surprises[:20]:
        print(surprise)


main()
