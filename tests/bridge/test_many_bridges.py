"""Ten bridges of five kinds start at once beside the user's own X server, and end at once, twice.

`python bench/many_bridges.py` does it twenty times.
"""

from __future__ import annotations

from pathlib import Path

from support.many_bridges import start_and_end_ten, users_display

ROUNDS = 2


def test_ten_bridges_leave_nothing_and_harm_no_other_display(tmp_path: Path) -> None:
    with users_display() as display:
        for _ in range(ROUNDS):
            start_and_end_ten(tmp_path, display)
