"""A process that is loaded once and then forked, so that each further one is there at once.

Most of the time that a Python program needs to start goes into loading libraries. A command that calls
`serve_forks` (forking.py) once it has loaded them can be forked instead.
"""

import asyncio
import signal
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from .childprocess import DEFAULT_ENVIRONMENT, ChildProcess, ProcessEnvironment
from .forking import NEWS
from .processgroup import ProcessGroup

_WISH: Final = b"1"


class ForkedProcess(ProcessGroup):
    """One that was asked for; it has no pid while the fork server is still loading."""

    def __init__(self, server: ChildProcess) -> None:
        super().__init__()
        self._server = server
        self._pid: int | None = None

    @property
    def pid(self) -> int | None:
        """Its process id, None before it was forked."""
        return self._pid

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to it and its descendants; to what is still loading, if it was not forked yet."""
        if self._pid is None:
            self._server.signal_group(number)
        else:
            super().signal_group(number)


class ForkServer:
    """A running command that forks. Made on the event loop; everything in it happens there."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        surroundings: ProcessEnvironment = DEFAULT_ENVIRONMENT,
    ) -> None:
        """Start the command. `on_line` gets what all of its processes write. Raises OSError."""
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)
        try:
            self._process = ChildProcess(command, on_line, surroundings, stdin=theirs.fileno())
        except OSError:
            self._socket.close()
            raise
        finally:
            theirs.close()
        self._unborn: deque[ForkedProcess] = deque()
        self._living: dict[int, ForkedProcess] = {}
        asyncio.get_running_loop().add_reader(self._socket, self._take_news)
        self._watching = asyncio.create_task(self._watch())

    @property
    def running(self) -> bool:
        """False once it can fork no more."""
        return self._process.running

    def fork(self) -> ForkedProcess:
        """Return a process that begins as soon as everything is loaded.

        If the fork server ends first, its exit status is that of the process, too.
        """
        forked = ForkedProcess(self._process)
        if self._process.status is not None:
            forked._ended(self._process.status)
            return forked
        self._unborn.append(forked)
        try:
            self._socket.send(_WISH)
        except OSError:
            pass  # it has just ended, which `_watch` will hear
        return forked

    async def end(self, grace: float) -> None:
        """End it, and with it all that it forked."""
        await self._process.end(grace)
        await self._watching

    def _take_news(self) -> None:
        while True:
            try:
                news = self._socket.recv(NEWS.size)
            except OSError:  # no more for now; or it has ended
                return
            if not news:
                return
            ended, pid, status = NEWS.unpack(news)
            if ended:
                self._process.read_output()  # its last words come before its end
                self._living.pop(pid)._ended(status)
            else:
                forked = self._unborn.popleft()
                forked._pid = pid
                self._living[pid] = forked

    async def _watch(self) -> None:
        """Wait for the end of the fork server; those forked end with it (parent_death.py)."""
        status = await self._process.wait()
        self._take_news()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        for forked in (*self._unborn, *self._living.values()):
            forked._ended(status)
        self._unborn.clear()
        self._living.clear()
