# SPDX-License-Identifier: GPL-2.0
"""
Every attribute of every command that changes something, wrong in every way and right;
and what becomes of the settings when it is right.
"""
import re
import sys

from family import (BYTEORDER, CHANGES, HEADER, INTERFACE, LIST, NESTED, SETTINGS, TARGET,
                    attr, attrs, enum, number)

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
