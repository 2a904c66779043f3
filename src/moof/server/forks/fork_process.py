"""A visitor's Mac as a process: a further Moof, which ends with this one or when nobody watches it."""

import asyncio
import logging
import re
import sys
from collections import deque
from typing import Final

from moof.process import ChildProcess, ProcessEnvironment
from moof.server.config.settings import FILE_VARIABLE
from moof.server.forks.errors import ForkError
from moof.server.forks.saved_forks import SETTINGS, SavedFork

LOG: Final = logging.getLogger(__name__)

START_SECONDS: Final = 60.0
"""Longer than the slowest start; then the Mac counts as failed."""
END_SECONDS: Final = 10.0
"""In which it saves its state."""
_ADDRESS: Final = re.compile(r"Open https?://\S+:(\d+)/")
_LAST_LINES: Final = 5


class ForkProcess:
    """Runs a visitor's Moof. On the event loop."""

    def __init__(self, fork: SavedFork, port: int, network: str) -> None:
        """Start it for a visitor of this network, with its page at this port, 0 for any. Raises ForkError."""
        self.fork = fork
        self.network = network
        self.asked_port = port
        loop = asyncio.get_running_loop()
        self._port: asyncio.Future[int] = loop.create_future()
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        ports = ["--http-port", str(port), "--signaling-port", str(port)]
        variables = {FILE_VARIABLE: str(fork.folder / SETTINGS), "XDG_DATA_HOME": str(fork.folder / "data")}
        try:
            self._process = ChildProcess(
                [sys.executable, "-m", "moof", "run", *ports],
                self._take_line,
                ProcessEnvironment(environment=variables),
            )
        except OSError as error:
            LOG.warning("A visitor's Mac cannot be started: %s", error)
            raise ForkError("The Mac does not start.") from error
        self.ended = loop.create_task(self._wait())

    @property
    def is_starting(self) -> bool:
        """Whether its page cannot be opened yet."""
        return not self._port.done()

    async def port(self) -> int:
        """Return the port of its page once it serves there. Raises ForkError; then it has ended."""
        try:
            async with asyncio.timeout(START_SECONDS):
                return await asyncio.shield(self._port)
        except TimeoutError as error:
            await self.end()
            raise ForkError("The Mac does not start.") from error

    async def end(self) -> None:
        """End it; its Mac saves its state."""
        await self._process.end(END_SECONDS)

    def _take_line(self, line: str) -> None:
        found = _ADDRESS.match(line)
        if found is None:
            self._lines.append(line)
            LOG.debug("%s: %s", self.fork.identity[:8], line)
        elif not self._port.done():  # its line is not logged: it has the token of an owner
            self._port.set_result(int(found[1]))

    async def _wait(self) -> None:
        status = await self._process.wait()
        if not self._port.done():
            LOG.warning("A visitor's Mac does not start (status %d): %s", status, " / ".join(self._lines))
            self._port.set_exception(ForkError("The Mac does not start."))
            self._port.exception()  # also if nobody waits any more
        else:
            LOG.info("A visitor's Mac has ended (status %d).", status)
