"""Keeps an emulator running: starts it, watches it, starts it again, and ends it with the server.

Any command will do that prints `ready pid=… shm=… socket=…` when a server may connect; `moof emulator`
is one.
"""

import asyncio
import logging
import re
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from moof.ipc import EXIT_STATUS_RESTART, clean_up_dead

from .childprocess import ChildProcess
from .restartpolicy import SHUT_DOWN, RestartPolicy

_log = logging.getLogger(__name__)
_output_log = logging.getLogger("moof.emulator")

OUTPUT_LINES: Final = 200
END_GRACE: Final = 1.0
"""Seconds that an emulator gets for writing its XPRAM and taking its segment away."""
_READY: Final = re.compile(r"ready pid=(\d+) ")

STARTING: Final = "The Mac is starting…"
RESTARTING: Final = "The Mac is restarting…"
SWITCHED_OFF: Final = "The Mac is switched off. Restart it to go on."


class Supervisor:
    """One supervised emulator. All methods belong to the event loop.

    `on_ready` gets the pid of each emulator that can be connected to; `on_note` a sentence for people at
    each change. `run()` lasts until it is cancelled, and leaves no process behind.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_ready: Callable[[int], None],
        on_note: Callable[[str], None],
        policy: RestartPolicy | None = None,
    ) -> None:
        self._command = list(command)
        self._on_ready = on_ready
        self._on_note = on_note
        self._policy = policy or RestartPolicy()
        self._restart_asked = asyncio.Event()
        self._child: ChildProcess | None = None
        self._starts = 0
        self.note = ""
        self.output: deque[str] = deque(maxlen=OUTPUT_LINES)

    @property
    def pid(self) -> int | None:
        """Process id of the running emulator."""
        return self._child.pid if self._child else None

    def restart(self) -> None:
        """Start the emulator anew: in place of the running one, without more delay, or after a shutdown."""
        self._restart_asked.set()

    async def run(self) -> None:
        """Keep the emulator running until cancelled."""
        while True:
            self._restart_asked.clear()
            self._say(STARTING if self._starts == 0 else RESTARTING)
            started = time.monotonic()
            status = await self._run_once()
            delay: float | None = 0.0
            if not self._restart_asked.is_set():
                now = time.monotonic()
                delay = self._after_exit(status, self._policy.after_exit(status, started, now))
            await self._pause(delay)

    async def _run_once(self) -> int:
        """Run the emulator until it ends or a restart is asked for. Cancelled, it ends the emulator first."""
        self._starts += 1
        child = self._child = ChildProcess(self._command, self._take_line)
        _log.info("Emulator %d started.", child.pid)
        exited = asyncio.ensure_future(child.wait())
        asked = asyncio.ensure_future(self._restart_asked.wait())
        try:
            await asyncio.wait({exited, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            status = await child.end(END_GRACE)
            child.signal_group(signal.SIGKILL)  # what it started and left behind
            self._child = None
            clean_up_dead()
        return status

    async def _pause(self, delay: float | None) -> None:
        """Wait for `delay` seconds (None: for ever), or until a restart is asked for."""
        try:
            async with asyncio.timeout(delay):
                await self._restart_asked.wait()
        except TimeoutError:
            pass

    def _after_exit(self, status: int, delay: float | None) -> float | None:
        _log.info("Emulator ended with status %d.", status)
        if status == SHUT_DOWN:
            self._say(SWITCHED_OFF)
        elif status == EXIT_STATUS_RESTART:
            self._say(RESTARTING)
        else:
            last_words = f" ({self.output[-1]})" if self.output and not _READY.match(self.output[-1]) else ""
            _log.warning("The emulator ended by %s%s.", _reason(status), last_words)
            self._say(f"The Mac stopped unexpectedly, {_reason(status)}{last_words}. Starting it again…")
        return delay

    def _take_line(self, line: str) -> None:
        self.output.append(line)
        _output_log.debug("%s", line)
        if ready := _READY.match(line):
            self._say("")
            self._on_ready(int(ready[1]))

    def _say(self, note: str) -> None:
        self.note = note
        self._on_note(note)


def _reason(status: int) -> str:
    """Say how a process ended, as people say it."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
