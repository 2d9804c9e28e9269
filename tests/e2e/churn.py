#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Change everything that can be changed, at random, while packets flow.

    churn.py TFCTL SECONDS SEED [MODULE]

Several actors at once: senders over IPv4 and IPv6, one for each kind of change,
readers. What each of them does is a function of the seed; how they meet is not.
The first two targets are nobody's to change. With MODULE, that is unloaded and
loaded all the time, too. Prints how often each acted, and
what should not have failed but did.
"""
import os
import random
import socket
import subprocess
import sys
import threading
import time

TFCTL, SECONDS, SEED = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
# The module goes and comes meanwhile: then anything may be refused.
MODULE = sys.argv[4] if len(sys.argv) > 4 else None
RELOADED = MODULE is not None
END = time.monotonic() + SECONDS
# Not those that the books are read by. Some want hooks or arrays of their own.
FIELDS = """gateway ttl tos udp-length in-interface out-interface ip-header-length
    nat-src-address nat-dst-address nat-src-port nat-dst-port src-mac-address
    dst-mac-address src-address-mask dst-address-mask forwarding-status min-ttl
    vlan-id flow-id nat-events""".split()
counts, accepted, surprises = {}, {}, []


REFUSED = (0, 1, 2)


def run(*command, fine=REFUSED, given=None):
    """What a race may refuse ends with 1, and with 2 where it is ip that says so; and
    what goes on until it gets a signal, with 130."""
    done = subprocess.run(command, input=given, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode not in (REFUSED + fine if RELOADED else fine):
        surprises.append(f"{' '.join(command)}: {done.returncode} {done.stdout}")
    elif done.returncode not in (1, 2):
        me = threading.current_thread().name
        accepted[me] = accepted.get(me, 0) + 1
    return done.returncode == 0


def tfctl(*arguments, **options):
    return run(TFCTL, *arguments, **options)


# Lines of a file are many changes for one program that begins.
LINES = 20


def lines(*commands):
    run(TFCTL, "import", "-", fine=(0,),
        given="".join(" ".join(command) + "\n" for command in commands))
    counts["changes"] = counts.get("changes", 0) + len(commands)


def settings(rng):
    """Enabled, or not; another size; other times, interfaces, samples."""
    changes = [change for _ in range(LINES) for change in setting(rng)]
    lines(*(["set", *change] for change in changes))


def setting(rng):
    change = rng.choice((
        ["enabled=no"], ["enabled=yes"],
        ["cache-entries=" + rng.choice(("1k", "2k", "4k", "16k", "64k"))],
        ["active-flow-timeout=" + rng.choice(("1s", "5s", "30m", "7d"))],
        ["inactive-flow-timeout=" + rng.choice(("1s", "2s", "15s", "7d"))],
        ["interfaces=" + rng.choice(("all", "r1", "r2", "r1,LAN", "d*"))],
        ["timestamps=" + rng.choice(("absolute", "uptime"))],
        ["packet-sampling=" + rng.choice(("yes", "no")),
         f"sampling-interval={rng.randint(1, 50)}",
         f"sampling-space={rng.randint(0, 50)}"],
    ))
    return [change, ["enabled=yes"]] if change == ["enabled=no"] else [change]


def fields(rng):
    """The selection of IPFIX fields."""
    lines(*(["ipfix", "set"] + [f"{name}={rng.choice(('yes', 'no'))}"
                               for name in rng.sample(FIELDS, 5)]
            for _ in range(LINES)))


def targets(rng):
    """Collectors that are there, dead, out of reach, and that go again."""
    address = rng.choice(("10.9.0.2", "fd09::2", "10.1.0.2", "10.99.0.1"))
    number = rng.choice(("2", "3", "4"))
    rng.choice((
        lambda: tfctl("target", "add", f"dst-address={address}",
                      f"port={rng.randint(9993, 9999)}",
                      f"version={rng.choice(('1', '5', '9', 'IPFIX'))}",
                      "options=" + rng.choice(("sampling", "interfaces,statistics"))),
        lambda: tfctl("target", rng.choice(("disable", "enable")), number),
        lambda: tfctl("target", "set", number,
                      f"version={rng.choice(('1', '5', '9', 'IPFIX'))}",
                      f"mtu={rng.choice(('auto', '576'))}"),
        lambda: tfctl("target", "remove", number),
    ))()


def interfaces(rng):
    """Interfaces that come, are renamed and go; lists that name them."""
    name = f"d{rng.randint(0, 5)}"
    rng.choice((
        lambda: run("ip", "link", "add", name, "type", "dummy"),
        lambda: run("ip", "link", "set", name, "name", f"e{rng.randint(0, 5)}"),
        lambda: run("ip", "link", "del", name),
        lambda: run("ip", "link", "del", f"e{rng.randint(0, 5)}"),
        lambda: tfctl("interface", "list", "add", "name=LAN"),
        lambda: tfctl("interface", "list", "member", "add", "list=LAN",
                      f"interface={rng.choice((name, 'r2', 'e*'))}"),
        lambda: tfctl("interface", "list", "remove", "LAN"),
    ))()


def namespaces(rng):
    """One that comes, meters its own traffic, and goes while it does."""
    name = f"x{rng.randint(0, 1000000)}"
    inside = ("ip", "netns", "exec", name)
    run("ip", "netns", "add", name, fine=(0,))
    run("ip", "-n", name, "link", "set", "lo", "up", fine=(0,))
    run(*inside, TFCTL, "target", "add", "dst-address=127.0.0.1",
        f"version={rng.choice(('5', '9', 'IPFIX'))}", fine=(0,))
    run(*inside, TFCTL, "set", "enabled=yes", fine=(0,))
    run(*inside, "ping", "-q", "-c", "3", "-i", "0.01", "127.0.0.1")
    run("ip", "netns", "del", name, fine=(0,))


def readers(rng):
    """What there is to read."""
    tfctl(*rng.choice((("stats",), ("--json", "stats"), ("print",),
                       ("target", "print", "detail"), ("export", "verbose"),
                       ("interface", "list", "member", "print"))),
          fine=(0,))
    # What is shown may be another cache's before it was shown.
    tfctl(*rng.choice((("flow", "print"), ("--json", "flow", "print"),
                       ("flow", "print", "sort=bytes", "limit=10"))))


def watchers(rng):
    """Who listens for a while, and goes in the midst of it."""
    run("timeout", "--preserve-status", "-s", "INT", str(rng.randint(1, 3)), TFCTL,
        *rng.choice((("monitor",), ("flow", "print", "follow"))), fine=(0, 1, 130))


def movers(rng):
    """An interface that goes to another namespace, and connections that go."""
    name = f"m{rng.randint(0, 1)}"
    run("ip", "link", "add", name, "type", "dummy")
    run("ip", "link", "set", name, "netns", "client")
    run("ip", "-n", "client", "link", "del", name)
    run("conntrack", "-F")


def senders(rng, sockets={}):
    """Flows that are new and flows that go on, of both families."""
    family, to = rng.choice(((socket.AF_INET, "10.2.0.2"),
                             (socket.AF_INET6, "fd02::2")))
    me = threading.get_ident(), family
    if me not in sockets:
        sockets[me] = socket.socket(family, socket.SOCK_DGRAM)
    os.sched_setaffinity(0, {rng.randrange(os.cpu_count())})
    spread = rng.choice((1, 10, 5000))
    for _ in range(rng.randint(1, 200)):
        try:
            sockets[me].sendto(b"x" * rng.randint(0, 1400),
                               (to, 10000 + rng.randrange(spread)))
        except OSError:
            pass
    time.sleep(0.02)


def reloads(_rng):
    """Unloaded, and loaded again, with what has to go on."""
    # A dump that somebody reads holds it.
    if not run("rmmod", "traffic_flow"):
        time.sleep(0.05)
        return False
    for _ in range(100):
        done = subprocess.run(["insmod", MODULE], text=True, stderr=subprocess.PIPE)
        if not done.returncode:
            break
        time.sleep(0.05)
    else:
        surprises.append(done.stderr)
    tfctl("target", "add", "dst-address=10.9.0.2", "port=9991")
    tfctl("set", "enabled=yes")
    time.sleep(0.2)
    return True


def act(actor, number):
    rng = random.Random(f"{SEED} {actor.__name__} {number}")
    try:
        while time.monotonic() < END:
            if actor(rng) is not False:
                counts[actor.__name__] = counts.get(actor.__name__, 0) + 1
    except Exception as error:
        surprises.append(f"{actor.__name__}: {error!r}")


ACTORS = [settings, fields, targets, interfaces, namespaces, readers, readers,
          watchers, movers, senders, senders]
if RELOADED:
    ACTORS.append(reloads)
threads = [threading.Thread(target=act, args=(actor, number), name=actor.__name__)
           for number, actor in enumerate(ACTORS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"seed {SEED}:", ", ".join(f"{n} {name}" for name, n in counts.items()),
      file=sys.stderr)
surprises += [f"{actor.__name__} never got there" for actor in ACTORS
              if actor.__name__ not in counts]
if not RELOADED:
    surprises += [f"whatever {actor.__name__} asked for was refused" for actor in ACTORS
                  if actor is not senders and actor.__name__ not in accepted]
for surprise in surprises[:20]:
    print(surprise)
