# SPDX-License-Identifier: GPL-2.0
"""From the turns of `guest` to the table: medians, above the empty hook."""
import collections
import statistics
import sys

turns = collections.defaultdict(list)
memory = None
for line in sys.stdin:
    words = line.split()
    if len(words) == 4 and words[3].isdigit():
        turns[words[0], int(words[1]), int(words[2])].append(int(words[3]) / 10)
    elif words[:1] == ["memory"]:
        memory = float(words[1])

contenders = ["floor", "traffic_flow", "traffic_flow_v9", "ipt_NETFLOW"]
print("| CPUs | flows | empty | " + " | ".join(contenders) +
      " | of the floor | of ipt_NETFLOW |")
print("|" + " --- |" * (len(contenders) + 5))
for threads, flows in sorted({key[1:] for key in turns},
                             key=lambda key: (key[0], key[1] or 1 << 40)):
    empty = statistics.median(turns["empty", threads, flows])
    above = [statistics.median(turns[name, threads, flows]) - empty
             for name in contenders]
    print(f"| {threads} | {flows or 'each new'} | {empty:.0f} | " +
          " | ".join(f"{ns:.0f}" for ns in above) +
          f" | {above[1] / above[0]:.2f} | {above[1] / above[3]:.2f} |")
if memory:
    print(f"\nMemory: {memory:.1f} octets for each of 1,048,576 entries.")
