"""Observes the emulator, reports when it stops answering, and starts it again if the owner says so."""

import logging
import time
from pathlib import Path
from typing import Final

from moof.ipc import EmulatorConnection, Ping, Segment, SegmentError, State
from moof.server.emulator.link import EmulatorLink
from moof.server.emulator.response_watch import ResponseWatch, SignsOfLife
from moof.server.emulator.supervisor import Supervisor

LOG: Final = logging.getLogger(__name__)

QUESTION_SEQUENCE: Final = 0xFFFFFFFF
"""Pages use lower sequence numbers. The question's number is in t1."""
_STOPPED_STATES: Final = "Tt"
"""proc(5): stopped by a signal, or by a debugger."""


class ResponseMonitor:
    """For the event loop, which calls `observe` every two seconds.

    An emulator that does not read its socket loses its connection when that is full, and accepts no other
    one. It is observed further by its segment.
    """

    def __init__(
        self, link: EmulatorLink, supervisor: Supervisor | None, restart_after: float | None
    ) -> None:
        """With `restart_after` seconds of silence, the emulator that `supervisor` keeps is started again."""
        self._link = link
        self._supervisor = supervisor
        self._restart_after = restart_after
        self._watch = ResponseWatch()
        self._asked = False
        self.unresponsive_pid: int | None = None
        """The emulator that has been reported."""

    @property
    def awaits_answer(self) -> bool:
        """Whether the emulator was asked at the last observation."""
        return self._asked

    def observe(self, now: float) -> None:
        """Observe the emulator, and ask it if it shows nothing. `now`: CLOCK_MONOTONIC in seconds."""
        with self._link.lease() as connection:
            pid = connection.pid if connection is not None else self._lost_pid()
            if pid is None:
                self._watch.reset()
            else:
                self._observe(pid, connection, now)
        question = self._watch.next_question()
        self._asked = question is not None
        if question is not None:
            self._link.send(Ping(QUESTION_SEQUENCE, question, time.time_ns() // 1000))
        self._report(now)

    def _lost_pid(self) -> int | None:
        """Return the emulator that was observed, if it is ready but accepts no connection any more."""
        ready = self._supervisor.ready_pid if self._supervisor is not None else None
        return ready if ready == self._watch.pid else None

    def _observe(self, pid: int, connection: EmulatorConnection | None, now: float) -> None:
        try:
            if connection is not None:
                signs = _signs(connection.segment, connection.unread)
                watched = connection.segment.state is State.RUNNING and not connection.paused
            else:
                with Segment.open(pid) as segment:
                    signs, watched = _signs(segment, None), segment.state is State.RUNNING
        except (SegmentError, OSError):
            return  # the link deals with it
        if watched and not _is_stopped(pid):
            self._watch.observe(pid, signs, now)
        else:
            self._watch.pause()

    def _report(self, now: float) -> None:
        pid = self._watch.pid if not self._watch.is_responding(now) else None
        if pid != self.unresponsive_pid:
            self.unresponsive_pid = pid
            self._link.set_unresponsive(pid)
            if pid is not None:
                LOG.warning("Emulator %d has stopped answering.", pid)
            elif self._watch.pid is not None:
                LOG.info("Emulator %d answers.", self._watch.pid)
        if pid is not None:
            self._restart(pid, self._watch.silent_seconds(now))

    def _restart(self, pid: int, silent: float) -> None:
        supervisor = self._supervisor
        if supervisor is None or self._restart_after is None or supervisor.ready_pid != pid:
            return
        if silent >= self._restart_after:
            LOG.warning("Emulator %d has not answered for %.0f s: it is started again.", pid, silent)
            self._watch.reset()
            supervisor.restart()


def _signs(segment: Segment, unread: int | None) -> SignsOfLife:
    echo = segment.read_ping()
    answer = echo.t1_browser_ms if echo is not None and echo.sequence == QUESTION_SEQUENCE else 0
    sound = segment.read("audio_frame_count"), segment.read("audio_frame_write_idx")
    return SignsOfLife(segment.read("frame_count"), sound, answer, unread)


def _is_stopped(pid: int) -> bool:
    """Return whether a signal or a debugger has stopped the process."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] in _STOPPED_STATES
