"""`moof` with the names of its Python threads known to the system.

`python bench/harness/named_moof.py serve …` takes the place of `moof serve …`. A bench reads the names in
/proc/PID/task, beside each thread's CPU time. Threads of libraries that a named thread starts later, such as
an encoder's, have its name, too.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from moof.cli import main

NAMING_SECONDS = 0.2
NAMING_ROUNDS = 25
MAX_NAME = 15
"""Bytes of a thread's name on Linux."""


def name_threads() -> None:
    """Name all threads, also those that start within the first five seconds."""
    for _ in range(NAMING_ROUNDS):
        for thread in threading.enumerate():
            with contextlib.suppress(OSError):  # it has ended
                Path(f"/proc/self/task/{thread.native_id}/comm").write_text(thread.name[:MAX_NAME])
        time.sleep(NAMING_SECONDS)


if __name__ == "__main__":
    threading.Thread(target=name_threads, name="thread-names", daemon=True).start()
    main()
