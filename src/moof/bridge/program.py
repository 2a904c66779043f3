"""The emulator: a program like any other, started, paused, ended, and listened to when it complains."""

import logging
import shutil
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from moof.bridge.errors import BridgeError
from moof.bridge.limits import Limits
from moof.process import ChildProcess, ProcessEnvironment

LOG = logging.getLogger(__name__)

_END_GRACE: Final = 1.0
_LAST_LINES: Final = 10


class Program:
    """A running program in a process group of its own; made on the event loop. It is killed if we are."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], limits: Limits) -> None:
        """Start it. Raises BridgeError if there is no such program."""
        self.name = Path(command[0]).name
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        surroundings = ProcessEnvironment(environment=environment)
        if shutil.which(command[0], path=surroundings.variables().get("PATH")) is None:
            raise BridgeError(f"there is no program {command[0]}")
        self._process = ChildProcess(command, self._take_line, surroundings, when_orphaned=signal.SIGKILL)
        limits.apply(self._process.pid)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Return its exit status (negative for a signal) once it has ended."""
        return await self._process.wait()

    def pause(self) -> None:
        """Stop it and all it started, as they are."""
        self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._process.signal_group(signal.SIGCONT)

    async def end(self) -> int:
        """End it, politely first, and whatever it started; return its exit status."""
        self.resume()
        status = await self._process.end(_END_GRACE)
        self._process.signal_group(signal.SIGKILL)
        return status

    def _take_line(self, line: str) -> None:
        if line.strip():
            self.last_lines.append(line.strip())
            print(f"{self.name}: {line}", file=sys.stderr, flush=True)
