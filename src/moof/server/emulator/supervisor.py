"""Keeps an emulator running: starts it, restarts it, and ends it with the server.

The command may be any that implements the contract IPC v4. If it prints `ready pid=… shm=… socket=…` when a
server may connect, as `moof emulator` does, the server connects at that moment; otherwise the supervisor
finds the emulator by its segment.
"""

import asyncio
import logging
import os
import re
import signal
import time
from collections import deque
from collections.abc import Sequence
from enum import Enum
from typing import Final, Protocol

from moof.ipc import EXIT_STATUS_RESTART, clean_up_dead, find_emulators
from moof.process import (
    DEFAULT_ENVIRONMENT,
    EXIT_STATUS_CANNOT_RUN,
    EnvironmentSource,
    NextCommand,
    ProcessGroup,
)
from moof.server.emulator.launcher import EmulatorLauncher
from moof.server.emulator.restart_policy import SHUT_DOWN, RestartPolicy
from moof.server.emulator.sandboxed_sockets import link_sockets

LOG: Final = logging.getLogger(__name__)
OUTPUT_LOG = logging.getLogger("moof.emulator")

OUTPUT_LINES: Final = 200
LOGGED_LINES: Final = 20
END_GRACE: Final = 4.0
"""Seconds from SIGTERM to SIGKILL, in which an emulator writes its XPRAM and removes its segment. A bridge
gives its program and its display a second each, and then removes their files."""
_READY: Final = re.compile(r"ready pid=(\d+) ")

STARTING: Final = "The Mac is starting…"
RESTARTING: Final = "The Mac is restarting…"
SWITCHED_OFF: Final = "The Mac is switched off."
GIVEN_UP: Final = "The Mac does not start: it is not tried again until you restart it"
CANNOT_START: Final = 126
"""Exit status of a command that cannot be run, as in shells."""
_SEARCH_SECONDS: Final = 0.1
_ENDED_BY_STOP: Final = "The emulator ended: the Mac was switched off."


class _SupervisorRequest(Enum):
    """What was requested last, and is not carried out yet."""

    NOTHING = "nothing"
    RESTART = "restart"
    STOP = "stop"


class SupervisorListener(Protocol):
    """Is notified by a Supervisor."""

    def supervisor_changed(self) -> None:
        """Take note that `note`, `off` or `ready_pid` has changed. Called on the event loop."""


class Supervisor:
    """One supervised emulator. All methods belong to the event loop.

    With `standby` the command has that option (launcher.py) and restarts in a fraction of the time. `run()`
    lasts until it is cancelled; no process is left then.
    """

    def __init__(
        self,
        command: Sequence[str],
        policy: RestartPolicy | None = None,
        *,
        standby: bool = False,
        environment: EnvironmentSource = DEFAULT_ENVIRONMENT,
        next_command: NextCommand | None = None,
    ) -> None:
        self.note = ""
        """The sentence for people while there is no Mac."""
        self.off = False
        """Whether the emulator stays off until a restart is requested."""
        self.ready_pid: int | None = None
        """The process id that the server can connect to, from the ready line or the segment."""
        self.output: deque[str] = deque(maxlen=OUTPUT_LINES)
        self._child: ProcessGroup | None = None
        self._listeners: tuple[SupervisorListener, ...] = ()
        sandbox = environment.at_start().sandbox
        self._tmp = sandbox.tmp if sandbox is not None else None
        self._launcher = EmulatorLauncher(command, self._take_line, environment, standby=standby)
        self._next_command = next_command
        self._anew = False
        self._policy = policy or RestartPolicy()
        self._request = _SupervisorRequest.NOTHING
        self._requested = asyncio.Event()
        self._alive = False
        """Whether an emulator starts or runs, and neither has ended nor is being ended."""
        self._starts = 0
        self._lines = 0
        """Lines of output since the last start."""
        self._ready_at: float | None = None
        """CLOCK_MONOTONIC, in seconds."""
        self._failed = False
        """Whether the note says why the last emulator failed."""

    def add_listener(self, listener: SupervisorListener) -> None:
        """Notify `listener` of every change from now on."""
        self._listeners = (*self._listeners, listener)

    def start(self) -> None:
        """Start the emulator unless it runs; one that is ending starts again."""
        if self._request is _SupervisorRequest.STOP or not self._alive:
            self.restart()

    def restart(self) -> None:
        """Start the emulator now: instead of the running one, without the delay, or after a shutdown."""
        self._policy.reset()
        self._failed = False
        self._anew = True
        self._take(_SupervisorRequest.RESTART)

    def stop(self) -> None:
        """End the emulator until a start is requested; one that is not started yet stays off."""
        self._take(_SupervisorRequest.STOP)

    def _take(self, request: _SupervisorRequest) -> None:
        """Replace what was requested before: the last request counts, whatever the emulator does now."""
        self._request = request
        self._requested.set()

    def _request_done(self) -> None:
        self._request = _SupervisorRequest.NOTHING
        self._requested.clear()

    @property
    def running(self) -> bool:
        """Whether there is a process, ready or not."""
        return self._child is not None

    @property
    def pid(self) -> int | None:
        """The process id of the running emulator, None also before it was forked."""
        return self._child.pid if self._child is not None else None

    @property
    def restarts(self) -> int:
        """The number of restarts."""
        return max(self._starts - 1, 0)

    async def run(self) -> None:
        """Keep the emulator running until cancelled."""
        try:
            while True:
                await self._pause(await self._run_once())
        finally:
            await self._launcher.end()

    async def _run_once(self) -> float | None:
        """Run one emulator to its end; return the seconds until the next start, None for never."""
        self._prepare_start()
        anew, self._anew = self._anew, False
        started = time.monotonic()
        try:
            if self._next_command is not None and self._starts > 1:
                await self._launcher.use(self._next_command.words(anew))
            status = await self._run_until_end()
        except OSError as error:  # its folder cannot be entered, or there is no memory for another process
            self._take_line(str(error))
            status = CANNOT_START
            self._alive = False
        if self._request is _SupervisorRequest.RESTART:
            return 0.0
        if self._request is _SupervisorRequest.STOP:
            self._stay_off()
            return None
        now = time.monotonic()
        delay = self._policy.after_exit(status, started, now, ready=self._ready_at)
        self.off = delay is None
        self._explain(status, now)
        if self._policy.given_up:
            self._set_note(f"{GIVEN_UP}: {self._ending(status, now).removesuffix('.')}.")
        return delay

    def _prepare_start(self) -> None:
        self.off = False
        if not self._failed:  # why it failed stays to be read until it is ready
            self._set_note(STARTING if self._starts == 0 else RESTARTING)
        self._request_done()
        self._alive = True
        self._starts += 1
        self._lines = 0
        self._ready_at = None

    async def _run_until_end(self) -> int:
        """Run until the emulator ends or a request ends it; return its exit status.

        If this is cancelled, it ends the emulator first.
        """
        child = self._child = self._launcher.start()
        exited = asyncio.ensure_future(child.wait())
        requested = asyncio.ensure_future(self._requested.wait())
        searching = asyncio.ensure_future(self._search_segment(child))
        try:
            await asyncio.wait({exited, requested}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._alive = False
            for waiting in (requested, searching):
                waiting.cancel()
            status = await child.end(END_GRACE)
            child.signal_group(signal.SIGKILL)  # the processes that it started
            self._child = self.ready_pid = None
            clean_up_dead()
        return status

    async def _pause(self, delay: float | None) -> None:
        """Wait for `delay` seconds (None, or after a stop: for ever), or until a restart is requested."""
        while self._request is not _SupervisorRequest.RESTART:
            if self._request is _SupervisorRequest.STOP:
                self._stay_off()
                delay = None
            try:
                async with asyncio.timeout(delay):
                    await self._requested.wait()
            except TimeoutError:
                if self._request is _SupervisorRequest.NOTHING:
                    return

    def _stay_off(self) -> None:
        """Carry out a stop after the end of the emulator, or before its next start."""
        self._request_done()
        self._policy.reset()
        self._failed = False
        self.off = True
        LOG.info(_ENDED_BY_STOP)
        self._set_note(SWITCHED_OFF)

    def _explain(self, status: int, now: float) -> None:
        """Log why the emulator ended, with its last lines, and set the note."""
        self._failed = False
        if status == SHUT_DOWN:
            LOG.info(_ENDED_BY_STOP)
            self._set_note(SWITCHED_OFF + self._reason_of_shutdown(now))
        elif status == EXIT_STATUS_RESTART and self._ready_at is not None:
            LOG.info("The emulator ended: the Mac restarts.")
            self._set_note(RESTARTING)
        else:
            self._failed = True
            lines = ["", *self._last_lines(LOGGED_LINES)] if self._lines else ["none"]
            LOG.warning("The emulator ended: %s. Its last lines: %s", _reason(status), "\n".join(lines))
            self._set_note(f"The Mac stopped unexpectedly, {self._ending(status, now)}. Starting it again…")

    def _last_lines(self, count: int) -> list[str]:
        """Return the last lines of output since the start, the ready line among them."""
        return list(self.output)[-self._lines :][-count:] if self._lines else []

    def _reason_of_shutdown(self, now: float) -> str:
        """Return the last line of an emulator that ended as soon as it was started: that may be the reason.

        Basilisk II, for example, ends with status 0 after it has printed that the ROM is not a Mac's.
        """
        lines = self._lines_of_failed_start(now)
        if not lines:
            return ""
        LOG.warning(
            "The emulator ended as soon as it was started. Its last lines: %s", "\n".join(["", *lines])
        )
        return f" It ended as soon as it was started: {lines[-1]}"

    def _lines_of_failed_start(self, now: float) -> list[str]:
        """Return the last lines of an emulator that could not start, none of one that was running."""
        if self._policy.was_running(self._ready_at, now):
            return []
        return [line for line in self._last_lines(LOGGED_LINES) if not _READY.match(line)]

    def _ending(self, status: int, now: float) -> str:
        """Return how it ended, with its last line of output if it could not start: that may be the reason."""
        if status == EXIT_STATUS_CANNOT_RUN and self._lines:
            return self.output[-1]
        lines = self._lines_of_failed_start(now)
        return _reason(status) + (f" ({lines[-1]})" if lines else "")

    def _take_line(self, line: str) -> None:
        OUTPUT_LOG.debug("%s", line)
        if line.strip():
            self.output.append(line.strip())
            self._lines += 1
        if ready := _READY.match(line):
            self._ready(int(ready[1]))

    def _ready(self, pid: int) -> None:
        """Note that the server may connect; the segment may be found before the ready line comes."""
        if self.ready_pid is not None:
            return
        self._ready_at = time.monotonic()
        self._failed = False
        if self._tmp is not None:
            link_sockets(pid, self._tmp)
        LOG.info("Emulator %d is ready.", pid)
        self.ready_pid = pid
        self._set_note("")

    async def _search_segment(self, child: ProcessGroup) -> None:
        """Find the segment of an emulator that prints no ready line."""
        while self.ready_pid is None:
            await asyncio.sleep(_SEARCH_SECONDS)
            for emulator in find_emulators():
                if _group_of(emulator.pid) == child.pid:
                    self._ready(emulator.pid)

    def _set_note(self, note: str) -> None:
        self.note = note
        for listener in self._listeners:
            listener.supervisor_changed()


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _reason(status: int) -> str:
    """Return how a process ended, in words."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
