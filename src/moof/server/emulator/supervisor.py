"""Keeps an emulator running: starts it, watches it, starts it again, and ends it with the server.

Any command will do that speaks the contract. One that prints `ready pid=… shm=… socket=…` when a server may
connect, as `moof emulator` does, is connected at that moment; others are looked for by their segment.
"""

import asyncio
import logging
import os
import re
import signal
import time
from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol

from moof.ipc import EXIT_STATUS_RESTART, clean_up_dead, find_emulators
from moof.process import DEFAULT_ENVIRONMENT, ProcessEnvironment, ProcessGroup

from .launcher import EmulatorLauncher
from .restart_policy import SHUT_DOWN, RestartPolicy

_log = logging.getLogger(__name__)
_output_log = logging.getLogger("moof.emulator")

OUTPUT_LINES: Final = 200
LOGGED_LINES: Final = 20
END_GRACE: Final = 1.0
"""Seconds that an emulator gets for writing its XPRAM and taking its segment away."""
_READY: Final = re.compile(r"ready pid=(\d+) ")

STARTING: Final = "The Mac is starting…"
RESTARTING: Final = "The Mac is restarting…"
SWITCHED_OFF: Final = "The Mac is switched off."
GIVEN_UP: Final = "The Mac does not start, and is not tried again until you restart it"
CANNOT_START: Final = 126
"""Exit status of a command that cannot be run, as shells have it."""
_LOOK_SECONDS: Final = 0.1


class SupervisorListener(Protocol):
    """Is notified by a Supervisor."""

    def supervisor_changed(self) -> None:
        """Take note that `note`, `off` or `ready_pid` has changed. Called on the event loop."""


class Supervisor:
    """One supervised emulator. All methods belong to the event loop.

    With `standby` the command knows that option (standby.py), and starts again in a fraction of the time.
    `run()` lasts until it is cancelled, and leaves no process behind.
    """

    def __init__(
        self,
        command: Sequence[str],
        policy: RestartPolicy | None = None,
        *,
        standby: bool = False,
        environment: ProcessEnvironment = DEFAULT_ENVIRONMENT,
    ) -> None:
        self.note = ""
        """A sentence for people while there is no Mac."""
        self.off = False
        """Nothing happens until somebody asks for a restart."""
        self.ready_pid: int | None = None
        """The process that can be connected to, as its ready line names it."""
        self.output: deque[str] = deque(maxlen=OUTPUT_LINES)
        self._child: ProcessGroup | None = None
        self._listeners: tuple[SupervisorListener, ...] = ()
        self._standby = EmulatorLauncher(command, self._take_line, environment, enabled=standby)
        self._policy = policy or RestartPolicy()
        self._restart_asked = asyncio.Event()
        self._stop_asked = asyncio.Event()
        self._starts = 0
        self._lines = 0  # since the last start
        self._was_ready = False

    def add_listener(self, listener: SupervisorListener) -> None:
        """Notify `listener` of every change from now on."""
        self._listeners = (*self._listeners, listener)

    def restart(self) -> None:
        """Start the emulator anew: in place of the running one, without more delay, or after a shutdown."""
        self._policy.forget()
        self._restart_asked.set()

    def stop(self) -> None:
        """End the emulator, until a restart is asked for."""
        self._restart_asked.clear()
        self._stop_asked.set()

    @property
    def running(self) -> bool:
        """True from a start to the end."""
        return self._child is not None

    @property
    def pid(self) -> int | None:
        """Process id of the running emulator, None also while it is still loading."""
        return self._child.pid if self._child is not None else None

    @property
    def restarts(self) -> int:
        """How often the emulator was started again."""
        return max(self._starts - 1, 0)

    async def run(self) -> None:
        """Keep the emulator running until cancelled."""
        try:
            while True:
                await self._pause(await self._run_once())
        finally:
            await self._standby.end()

    async def _run_once(self) -> float | None:
        """Run one emulator to its end; return the seconds to wait before the next one, None for ever."""
        self.off = False
        self._say(STARTING if self._starts == 0 else RESTARTING)
        self._restart_asked.clear()
        self._stop_asked.clear()
        self._starts += 1
        self._lines = 0
        self._was_ready = False
        started = time.monotonic()
        try:
            status = await self._run_until_end()
        except OSError as error:  # its folder cannot be entered, or there is no memory for one more process
            self._take_line(str(error))
            status = CANNOT_START
        if self._restart_asked.is_set():
            return 0.0
        if self._stop_asked.is_set():
            status = SHUT_DOWN
        delay = self._policy.after_exit(status, started, time.monotonic(), came_up=self._was_ready)
        self.off = delay is None
        self._explain(status)
        if self._policy.given_up:
            self._say(f"{GIVEN_UP}: {self._last_words(status)}.")
        return delay

    async def _run_until_end(self) -> int:
        """Run until the emulator ends or a restart is asked for. Cancelled, it ends the emulator first."""
        child = self._child = self._standby.take()
        exited = asyncio.ensure_future(child.wait())
        asked = [asyncio.ensure_future(each.wait()) for each in (self._restart_asked, self._stop_asked)]
        looking = asyncio.ensure_future(self._look_for(child))
        try:
            await asyncio.wait({exited, *asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in (*asked, looking):
                waiting.cancel()
            status = await child.end(END_GRACE)
            child.signal_group(signal.SIGKILL)  # what it started and left behind
            self._child = self.ready_pid = None
            clean_up_dead()
        return status

    async def _pause(self, delay: float | None) -> None:
        """Wait for `delay` seconds (None: for ever), or until a restart is asked for."""
        try:
            async with asyncio.timeout(delay):
                await self._restart_asked.wait()
        except TimeoutError:
            pass

    def _explain(self, status: int) -> None:
        """Say why the emulator ended; one that never came up has usually said it itself."""
        if status == SHUT_DOWN:
            _log.info("The emulator ended: the Mac was switched off.")
            self._say(SWITCHED_OFF)
        elif status == EXIT_STATUS_RESTART:
            _log.info("The emulator ended: the Mac restarts.")
            self._say(RESTARTING)
        else:
            lines = ["", *list(self.output)[-self._lines :][-LOGGED_LINES:]] if self._lines else ["none"]
            _log.warning("The emulator ended: %s. Its last lines: %s", _reason(status), "\n".join(lines))
            self._say(f"The Mac stopped unexpectedly, {self._last_words(status)}. Starting it again…")

    def _last_words(self, status: int) -> str:
        """Say how it ended, and what it said last if that may be why it did not come up."""
        return _reason(status) + (f" ({self.output[-1]})" if self.output and not self._was_ready else "")

    def _take_line(self, line: str) -> None:
        _output_log.debug("%s", line)
        if line.strip():
            self.output.append(line.strip())
            self._lines += 1
        if ready := _READY.match(line):
            self._ready(int(ready[1]))

    def _ready(self, pid: int) -> None:
        """Note that a server may connect to this process; it may be found before it says so."""
        if self.ready_pid is not None:
            return
        self._was_ready = True
        _log.info("Emulator %d is ready.", pid)
        self.ready_pid = pid
        self._say("")

    async def _look_for(self, child: ProcessGroup) -> None:
        """Find the segment of an emulator that does not say when it is ready."""
        while self.ready_pid is None:
            await asyncio.sleep(_LOOK_SECONDS)
            for emulator in find_emulators():
                if _group_of(emulator.pid) == child.pid:
                    self._ready(emulator.pid)

    def _say(self, note: str) -> None:
        self.note = note
        for listener in self._listeners:
            listener.supervisor_changed()


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _reason(status: int) -> str:
    """Say how a process ended, as people say it."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
