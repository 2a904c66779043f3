"""Waiting for, signaling and ending a process that leads its own group."""

import asyncio
import os
import signal


class ProcessGroup:
    """A process on the event loop, and its descendants that stayed in its group.

    Subclasses call `_ended` when it has ended.
    """

    def __init__(self) -> None:
        self._exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def pid(self) -> int | None:
        """The process id, which is also the group's id; None before there is one."""
        raise NotImplementedError

    @property
    def running(self) -> bool:
        """False once the process has ended."""
        return not self._exited.done()

    @property
    def status(self) -> int | None:
        """The exit status (negative for a signal), None while it runs."""
        return self._exited.result() if self._exited.done() else None

    async def wait(self) -> int:
        """Return the exit status once the process has ended; it is reaped then."""
        return await asyncio.shield(self._exited)

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and its descendants that stayed in the group."""
        if self.pid is None:
            return
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    async def end(self, grace: float) -> int:
        """Send SIGTERM to the group, SIGKILL if it runs after `grace` seconds; return the exit status."""
        self.signal_group(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                return await self.wait()
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """Send SIGKILL to the group; return the exit status."""
        self.signal_group(signal.SIGKILL)
        return await self.wait()

    def _ended(self, status: int) -> None:
        if not self._exited.done():
            self._exited.set_result(status)
