"""A whole Mac, server and emulator, that is killed while it saves states, takes files, saves by itself.

`python bench/kills.py` kills it a hundred times at random moments, and prints what was lost. Its own states
come every two seconds in place of every minute, so that kills meet them.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from harness.tables import table
from support.killed_mac import INTERVAL, KINDS, KilledMac


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    moments = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        mac = KilledMac(Path(folder))
        counts = dict.fromkeys(KINDS, 0)
        for number in range(options.kills):
            kind = KINDS[number % len(KINDS)]
            counts[kind] += 1
            mac.kill(kind, moments.uniform(0.0, 2 * INTERVAL))
    print(table(["killed during", "times"], [[kind, str(times)] for kind, times in counts.items()]))
    found = mac.findings
    print(f"{found.written} states and files had been confirmed; {len(found.faults)} faults.")
    for fault in found.faults:
        print(f"  {fault}")
    if found.ages:
        oldest = f"{max(found.ages):.1f} s, of {len(found.ages)} kills"
        print(f"Age of the newest own state at the kill, one each {INTERVAL:g} s: at most {oldest}.")


if __name__ == "__main__":
    main()
