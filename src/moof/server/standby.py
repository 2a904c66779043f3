"""One emulator that is loaded but not switched on, so that a Mac that crashes or restarts is back at once.

Most of the time that an emulator needs goes into loading Python's libraries. A command that has the
option `--standby` does that, and then waits for the end of its standard input before it does anything
that others can see.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from moof.process import USUAL, ChildProcess, Surroundings

OPTION: Final = "--standby"
LATER: Final = 5.0
"""Seconds after which a new emulator has settled and can spare the processor time."""
SOON: Final = 0.5
"""The same after a restart: what ended once may end again, and its viewers shall not wait for it."""
_END_GRACE: Final = 0.2


class Standby:
    """Starts emulators, and keeps a spare one if `enabled`. All methods belong to the event loop."""

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        surroundings: Surroundings = USUAL,
        *,
        enabled: bool,
    ) -> None:
        self._command = [*command, OPTION] if enabled else list(command)
        self._surroundings = surroundings
        self._on_line = on_line
        self._enabled = enabled
        self._spare: ChildProcess | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def prepared(self) -> bool:
        """True while a spare emulator waits."""
        return self._spare is not None and self._spare.running

    def take(self) -> ChildProcess:
        """Return an emulator that is switched on: the spare one if there is one, else a new one."""
        self._cancel_timer()
        spare, self._spare = self._spare, None
        child = spare if spare is not None and spare.running else self._start()
        child.release()
        return child

    def prepare(self) -> None:
        """Start a spare one, if that is wanted and there is none."""
        if self._enabled and not self.prepared:
            self._spare = self._start()

    def prepare_later(self, seconds: float = LATER) -> None:
        """Start a spare one when the running one has settled, after so many seconds."""
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, self.prepare)

    async def end(self) -> None:
        """End the spare one."""
        self._cancel_timer()
        spare, self._spare = self._spare, None
        if spare is not None:
            await spare.end(_END_GRACE)

    def _start(self) -> ChildProcess:
        return ChildProcess(self._command, self._on_line, self._surroundings, waiting=self._enabled)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
