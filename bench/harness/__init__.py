"""What the benches share: server, source and browser as processes, their resources, and printed tables.

Benches are started as `python bench/NAME.py`, with `bench` on the module path. Importing this package adds
`tests`, whose package `support` they share with the tests; so it is imported before anything of `support`.
"""

from __future__ import annotations

import sys
from pathlib import Path

BENCH = Path(__file__).parents[1]
PAGE = BENCH / "page"
"""JavaScript that runs inside the measured page."""

_TESTS = str(BENCH.parent / "tests")
if _TESTS not in sys.path:
    sys.path.insert(1, _TESTS)
