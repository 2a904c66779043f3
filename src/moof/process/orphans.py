"""Processes that a child has started and left: they become this process's children, and end with it.

A signal to a process group does not reach a program that has left it (setsid), and what its parent leaves
behind becomes a child of init. As a subreaper (prctl(2)) this process gets it instead.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
from pathlib import Path
from typing import Final

from moof.process.childprocess import ChildProcess

_PR_SET_CHILD_SUBREAPER: Final = 36
_ROUND_SECONDS: Final = 0.005
_END_SECONDS: Final = 1.0
"""A process that waits for a disk, say, ends later: nobody can wait for it."""


class OrphanReaper:
    """Reaps and ends children of this process that are no `ChildProcess`. Belongs to the event loop."""

    def __init__(self) -> None:
        """Become the parent of what descendants leave behind, from now on."""
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._loop = asyncio.get_running_loop()
        self._loop.add_signal_handler(signal.SIGCHLD, self._reap)

    async def end(self) -> None:
        """Kill them, and what they have started in turn, which gets to this process at their end."""
        deadline = self._loop.time() + _END_SECONDS
        while (found := self._reap()) and self._loop.time() < deadline:
            for pid in found:
                os.kill(pid, signal.SIGKILL)  # it is not reaped yet, so the number is still its own
            await asyncio.sleep(_ROUND_SECONDS)
        self._loop.remove_signal_handler(signal.SIGCHLD)

    def _reap(self) -> list[int]:
        """Reap those that have ended; return those that run."""
        running = []
        for pid in _children():
            if pid not in ChildProcess.running_pids:
                with contextlib.suppress(ChildProcessError):
                    if os.waitpid(pid, os.WNOHANG) == (0, 0):
                        running.append(pid)
        return running


def _children() -> list[int]:
    """Return the children of all threads of this process."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # the thread has ended
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found
