"""Starts emulators: runs their command, or forks a process of that command which is loaded already.

The built-in Mac needs most of its start to load Python's libraries. A command with the option `--standby`
loads them once, and is forked for each start, so that a Mac that crashed or restarts is back at once.
"""

from collections.abc import Callable, Sequence
from typing import Final

from moof.process import DEFAULT_ENVIRONMENT, ChildProcess, EnvironmentSource, ForkServer, ProcessGroup

STANDBY_OPTION: Final = "--standby"
_END_GRACE: Final = 0.2


class EmulatorLauncher:
    """Starts emulators; with `standby` the command has the option and is forked. On the event loop."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        environment: EnvironmentSource = DEFAULT_ENVIRONMENT,
        *,
        standby: bool,
    ) -> None:
        self._command = list(command)
        self._environment = environment
        self._on_line = on_line
        self._standby = standby
        self._fork_server: ForkServer | None = None

    def start(self) -> ProcessGroup:
        """Start an emulator. Raises OSError."""
        if not self._standby:
            return ChildProcess(self._command, self._on_line, self._environment.at_start())
        if self._fork_server is None or not self._fork_server.running:
            environment = self._environment.at_start()
            self._fork_server = ForkServer(with_standby(self._command), self._on_line, environment)
        return self._fork_server.fork()

    async def use(self, command: Sequence[str]) -> None:
        """Start emulators with this command from now on."""
        if list(command) == self._command:
            return
        await self.end()
        self._command, self._fork_server = list(command), None

    async def end(self) -> None:
        """End the process that is forked."""
        if self._fork_server is not None:
            await self._fork_server.end(_END_GRACE)


def with_standby(command: Sequence[str]) -> list[str]:
    """Return the command with the option, before the "--" after which the words are another program's."""
    end = command.index("--") if "--" in command else len(command)
    return [*command[:end], STANDBY_OPTION, *command[end:]]
