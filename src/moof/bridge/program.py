"""The emulator's process: started, paused, resumed and ended, its output copied to stderr."""

import logging
import shutil
import signal
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from moof.bridge.errors import BridgeError
from moof.bridge.limits import Limits
from moof.process import ChildProcess, ProcessEnvironment, Sandbox
from moof.process.visible_files import with_settings

LOG: Final = logging.getLogger(__name__)

_END_GRACE: Final = 1.0
_LAST_LINES: Final = 10
_MAX_LINES_PER_SECOND: Final = 2_000
"""Less than the server reads of the bridge, which would wait in the middle of its work for a full pipe."""


class OutputListener(Protocol):
    """Is informed of a program's output."""

    def line_written(self, line: str) -> None:
        """Handle a line, without its end. Called on the event loop."""


class Program:
    """A running program in its own process group, on the event loop. It is killed when this process ends."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        limits: Limits,
        sandbox: Sandbox | None = None,
        listener: OutputListener | None = None,
    ) -> None:
        """Start the program, in its sandbox if it has one. Raises BridgeError if that fails."""
        self._listener = listener
        self.name = Path(command[0]).name
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        process_env = ProcessEnvironment(environment=environment)
        if shutil.which(command[0], path=process_env.variables().get("PATH")) is None:
            raise BridgeError(f"there is no program {command[0]}")
        if sandbox is not None:
            sandbox = with_settings(sandbox, Path.cwd(), Path.home())
            LOG.info("%s runs in a sandbox: %s.", self.name, sandbox.shown())
            process_env = replace(process_env, sandbox=sandbox)
        try:
            self._process = ChildProcess(
                command,
                self._take_line,
                process_env,
                when_orphaned=signal.SIGKILL,
                max_lines_per_second=_MAX_LINES_PER_SECOND,
            )
        except OSError as error:  # a home in which nothing can be created, say
            place = f"{error.filename}: " if error.filename else ""
            raise BridgeError(f"{self.name} cannot be started: {place}{error.strerror}.") from error
        limits.apply(self._process.pid)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Return the exit status (negative for a signal) once the program has ended."""
        return await self._process.wait()

    def pause(self) -> None:
        """Stop the process group (SIGSTOP)."""
        self._process.signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        """Continue the process group."""
        self._process.signal_group(signal.SIGCONT)

    async def end(self) -> int:
        """End the process group, with SIGTERM first; return the program's exit status."""
        self.resume()
        status = await self._process.end(_END_GRACE)
        self._process.signal_group(signal.SIGKILL)
        return status

    def _take_line(self, line: str) -> None:
        if line.strip():
            self.last_lines.append(line.strip())
            print(f"{self.name}: {line}", file=sys.stderr, flush=True)
        if self._listener is not None:
            self._listener.line_written(line)
