"""Child processes on the event loop that never outlive whoever started them, and the scheduling of our own.

The server keeps its emulator in one (`ChildProcess`, or forked by a `ForkServer`), the bridge its X server
and its emulator. Both have threads that deliver sound, and ask to be woken in time for it. It imports
nothing of Moof.
"""

from .childprocess import DEFAULT_ENVIRONMENT, ChildProcess, LineReader, ProcessEnvironment
from .forking import serve_forks
from .forkserver import ForkedProcess, ForkServer
from .processgroup import ProcessGroup
from .realtime import MonotonicClock, request_realtime

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "ChildProcess",
    "ForkServer",
    "ForkedProcess",
    "LineReader",
    "MonotonicClock",
    "ProcessEnvironment",
    "ProcessGroup",
    "request_realtime",
    "serve_forks",
]
