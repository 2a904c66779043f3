"""Child processes on the event loop that never outlive whoever started them, and the scheduling of our own.

The server keeps its emulator in one (`ChildProcess`, or forked by a `ForkServer`), the bridge its X server
and its emulator. Both have threads that deliver sound, and ask to be woken in time for it. It imports
nothing of Moof.
"""

from .childprocess import USUAL, ChildProcess, LineReader, Surroundings
from .forking import fork_when_told
from .forkserver import ForkedProcess, ForkServer
from .processgroup import ProcessGroup
from .scheduling import be_woken_in_time

__all__ = [
    "USUAL",
    "ChildProcess",
    "ForkServer",
    "ForkedProcess",
    "LineReader",
    "ProcessGroup",
    "Surroundings",
    "be_woken_in_time",
    "fork_when_told",
]
