# SPDX-License-Identifier: GPL-2.0
"""From what `guest` prints to the tables of docs/performance.md: medians."""
import collections
import statistics
import sys

measured = collections.defaultdict(lambda: collections.defaultdict(list))
for line in sys.stdin:
    part, *what, value = line.split() or [""]
    if what and value.lstrip("-").isdigit():
        measured[part][tuple(what)].append(int(value))


def median(part, *what):
    return statistics.median(measured[part][what])


def table(head, rows):
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def packets(part):
    """Nanoseconds a packet above the empty hook; ratios to the others."""
    points = list(dict.fromkeys(what[1:] for what in measured[part]))
    names = [name for name in dict.fromkeys(what[0] for what in measured[part])
             if name != "empty"]
    above = {}
    for point in points:
        for name in names:
            if (name, *point) in measured[part]:
                above[name, point] = (median(part, name, *point) -
                                      median(part, "empty", *point)) / 10
    kinds = {"4": "IPv4", "6": "IPv6", "m": "IPv4, mixed", "t": "IPv4, translated"}
    rows = []
    for point in points:
        ours = above.get(("traffic_flow", point))
        rows.append(
            [point[0], kinds.get(point[1], point[1]), point[2].replace("0", "each new")
             if point[2] == "0" else point[2],
             f"{median(part, 'empty', *point) / 10:.0f}"] +
            [f"{above[name, point]:.0f}" if (name, point) in above else ""
             for name in names] +
            [f"{ours / above[name, point]:.2f}" if ours and (name, point) in above else ""
             for name in names if name != "traffic_flow"])
    table(["CPUs", "kind", "flows", "empty"] + names +
          [f"of {name}" for name in names if name != "traffic_flow"], rows)
    return above


def plot(above, folder):
    """Data for bench/plot: flows, floor, Traffic Flow, ipt_NETFLOW."""
    for threads in "1", "2":
        lines = []
        for flows in "64", "1024", "65536", "200000", "1000000":
            values = [above.get((name, (threads, "4", flows)))
                      for name in ("floor", "traffic_flow", "ipt_NETFLOW")]
            if None not in values:
                lines.append(f"{flows} " + " ".join(f"{value:.1f}" for value in values))
        if len(lines) > 2:
            with open(f"{folder}/cost-{threads}", "w", encoding="ascii") as file:
                file.write("\n".join(lines) + "\n")


def others():
    for part, results in measured.items():
        if part in ("packet", "wide"):
            continue
        rows = [[*what, "", ""][:2] +
                [f"{statistics.median(values):g}", f"{min(values)}–{max(values)}", len(values)]
                for what, values in results.items()]
        table([part, "", "median", "from–to", "turns"], rows)


if measured["packet"]:
    plot(packets("packet"), sys.argv[1])
if measured["wide"]:
    packets("wide")
others()
