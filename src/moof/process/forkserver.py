"""The requesting side of a fork server: a process that has loaded its libraries is forked instead of started.

A Python program spends most of its start in loading libraries. A command that calls `serve_forks`
(forking.py) once it has loaded them can be forked, which takes milliseconds.

Why not multiprocessing's own fork server: what is forked here is a command (`moof emulator`, `moof bridge`)
that also runs by itself and that the server knows by its command line only; multiprocessing forks functions
that are importable and pickled in the parent. It has one fork server a process, with the parent's
environment, which may hold secrets; here each one has its own command, folder and cleaned environment. It can
preload modules but run no preparation, such as compiling the pixel kernels. Its children stay in the parent's
process group and session, are not killed when the server is, and write to the server's own stdout; here each
forked process leads a group that can be signaled as a whole, gets SIGTERM with the fork server, and its
output is read line by line.
"""

import asyncio
import signal
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from moof.process.childprocess import DEFAULT_ENVIRONMENT, ChildProcess, ProcessEnvironment
from moof.process.forking import REPORT
from moof.process.processgroup import ProcessGroup

_REQUEST: Final = b"1"


class ForkedProcess(ProcessGroup):
    """A requested process; it has no pid while the fork server is still loading."""

    def __init__(self, server: ChildProcess) -> None:
        super().__init__()
        self._server = server
        self._pid: int | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None before it was forked."""
        return self._pid

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and its group; to the fork server's group if it was not forked yet."""
        if self._pid is None:
            self._server.signal_group(number)
        else:
            super().signal_group(number)


class ForkServer:
    """A running command that forks. All methods belong to the event loop."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        environment: ProcessEnvironment = DEFAULT_ENVIRONMENT,
    ) -> None:
        """Start the command. `on_line` gets the output of all of its processes. Raises OSError."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        try:
            self._process = ChildProcess(command, on_line, environment, stdin=theirs.fileno())
        except OSError:
            self._socket.close()
            raise
        finally:
            theirs.close()
        self._requested: deque[ForkedProcess] = deque()
        self._living: dict[int, ForkedProcess] = {}
        asyncio.get_running_loop().add_reader(self._socket, self._read_reports)
        self._watching = asyncio.create_task(self._watch())

    @property
    def running(self) -> bool:
        """False once it has ended and cannot fork any more."""
        return self._process.running

    def fork(self) -> ForkedProcess:
        """Request a process, which starts as soon as everything is loaded.

        If the fork server ends first, its exit status becomes that of the process, too.
        """
        forked = ForkedProcess(self._process)
        if self._process.status is not None:
            forked._ended(self._process.status)
            return forked
        self._requested.append(forked)
        try:
            self._socket.send(_REQUEST)
        except OSError:
            pass  # it has just ended, which `_watch` handles
        return forked

    async def end(self, grace: float) -> None:
        """End the fork server, and with it all processes that it forked."""
        await self._process.end(grace)
        await self._watching

    def _read_reports(self) -> None:
        while True:
            try:
                report = self._socket.recv(REPORT.size)
            except OSError:  # no more for now, or it has ended
                return
            if not report:
                return
            ended, pid, status = REPORT.unpack(report)
            if ended:
                self._process.read_output()  # its output is passed on before its end
                self._living.pop(pid)._ended(status)
            else:
                forked = self._requested.popleft()
                forked._pid = pid
                self._living[pid] = forked

    async def _watch(self) -> None:
        """Wait for the end of the fork server; the forked processes end with it (parent_death.py)."""
        status = await self._process.wait()
        self._read_reports()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        for forked in (*self._requested, *self._living.values()):
            forked._ended(status)
        self._requested.clear()
        self._living.clear()
