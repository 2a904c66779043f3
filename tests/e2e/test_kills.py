"""A whole Mac that is killed while it writes. A hundred times in bench/kills.py, here once of each kind."""

import random
from pathlib import Path

from support.killed_mac import INTERVAL, KINDS, KilledMac


def test_kill_at_any_moment_leaves_what_was_confirmed(tmp_path: Path) -> None:
    mac = KilledMac(tmp_path)
    for kind in KINDS:
        mac.kill(kind, random.uniform(INTERVAL, 2 * INTERVAL))
    assert mac.findings.faults == []
    assert mac.findings.written > 0
