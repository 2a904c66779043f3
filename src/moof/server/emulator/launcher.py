"""Where emulators come from: their command, or a copy of it that is loaded already.

Most of the time that an emulator of ours needs to start goes into loading Python's libraries. A command that
has the option `--standby` loads them once, and is forked for each start, so that a Mac that crashes or
restarts is back at once, however often.
"""

from collections.abc import Callable, Sequence
from typing import Final

from moof.process import DEFAULT_ENVIRONMENT, ChildProcess, ForkServer, ProcessEnvironment, ProcessGroup

OPTION: Final = "--standby"
_END_GRACE: Final = 0.2


class EmulatorLauncher:
    """Starts emulators, by forking if the command knows how (`enabled`). On the event loop."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        environment: ProcessEnvironment = DEFAULT_ENVIRONMENT,
        *,
        enabled: bool,
    ) -> None:
        self._command = list(command)
        self._environment = environment
        self._on_line = on_line
        self._enabled = enabled
        self._loaded: ForkServer | None = None

    def take(self) -> ProcessGroup:
        """Start an emulator. Raises OSError."""
        if not self._enabled:
            return ChildProcess(self._command, self._on_line, self._environment)
        if self._loaded is None or not self._loaded.running:
            self._loaded = ForkServer([*self._command, OPTION], self._on_line, self._environment)
        return self._loaded.fork()

    async def end(self) -> None:
        """End what is loaded."""
        if self._loaded is not None:
            await self._loaded.end(_END_GRACE)
