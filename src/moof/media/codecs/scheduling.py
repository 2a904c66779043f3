"""Encoders that take real-time priority for themselves give it back.

SVT-AV1, run by root, puts the thread that opens it and its own threads into SCHED_FIFO at top priority
(sched(7)), and whatever that thread starts later inherits it: one busy encoder then stops the whole machine.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TASKS = Path("/proc/self/task")


@contextmanager
def ordinary_scheduling() -> Iterator[None]:
    """Keep this thread's scheduling as it is; threads that turn SCHED_FIFO in the block become ordinary."""
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    before = _first_in_first_out()
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)
        for thread in _first_in_first_out() - before:
            with suppress(ProcessLookupError):
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _first_in_first_out() -> set[int]:
    """The ids of this process's threads in SCHED_FIFO."""
    found = set()
    for task in _TASKS.iterdir():
        with suppress(ProcessLookupError):
            if os.sched_getscheduler(int(task.name)) & ~os.SCHED_RESET_ON_FORK == os.SCHED_FIFO:
                found.add(int(task.name))
    return found
