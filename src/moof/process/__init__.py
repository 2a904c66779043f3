"""Child processes on the event loop that never outlive their parent, their sandbox, real-time scheduling.

The server runs its emulator in one (`ChildProcess`, or forked by a `ForkServer`), the bridge its X server and
its emulator. Both have threads that deliver sound and request real-time scheduling for them.
"""

from moof.process.childprocess import (
    DEFAULT_ENVIRONMENT,
    ChildProcess,
    EnvironmentSource,
    LineReader,
    NextCommand,
    ProcessEnvironment,
)
from moof.process.descriptors import raise_descriptor_limit
from moof.process.exit_status import EXIT_STATUS_CANNOT_RUN
from moof.process.forking import serve_forks
from moof.process.forkserver import ForkedProcess, ForkServer
from moof.process.orphans import OrphanReaper
from moof.process.processgroup import ProcessGroup
from moof.process.realtime import MonotonicClock, prepare_for_sound, request_realtime
from moof.process.sandbox import Sandbox, SandboxMode
from moof.process.sandbox_probe import why_no_sandbox
from moof.process.syscall_filter import compiled_filter

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "EXIT_STATUS_CANNOT_RUN",
    "ChildProcess",
    "EnvironmentSource",
    "ForkServer",
    "ForkedProcess",
    "LineReader",
    "MonotonicClock",
    "NextCommand",
    "OrphanReaper",
    "ProcessEnvironment",
    "ProcessGroup",
    "Sandbox",
    "SandboxMode",
    "compiled_filter",
    "prepare_for_sound",
    "raise_descriptor_limit",
    "request_realtime",
    "serve_forks",
    "why_no_sandbox",
]
