"""Finds processes by an argument of their command line."""

from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")


def is_argument_of_a_process(argument: str) -> bool:
    """Return whether a process has this argument, as a whole. Of other users' some systems show none."""
    wanted = argument.encode("utf-8", "surrogateescape")
    for process in _PROCESSES.glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:  # it has ended
            continue
        if wanted in command.split(b"\0"):
            return True
    return False
