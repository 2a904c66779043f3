"""Types texts in the Mac, as a person would: one key after the other, no faster than the Mac reads them."""

import asyncio
import time
from typing import Final

from moof.ipc import Key
from moof.server.emulator.extension import UnreadKeysListener
from moof.server.emulator.link import MessageSink
from moof.server.emulator.power import MachineListener
from moof.server.protocol.keyboard_messages import TextState
from moof.server.session.keyboard_writer import KeyboardWriter
from moof.server.session.layout_change import LayoutChange
from moof.server.session.layout_control import LayoutControl
from moof.server.session.text_queue import TextOwner, TextQueue, TypedText, WaitingKeys
from moof.server.session.typing_pace import TypingPace

_REPORT_SECONDS: Final = 0.25
_MAX_CHARACTERS_AT_ONCE: Final = 64
NO_EMULATOR: Final = "There is no Mac to type in."
RESTARTED: Final = "The Mac has been switched off or started again."
SERVER_STOPPED: Final = "The server has been stopped."


class Typist(MachineListener, UnreadKeysListener):
    """One Mac's typist, for all viewers. Everything happens on the event loop."""

    def __init__(
        self, emulator: MessageSink, layouts: LayoutControl | None = None, pace: TypingPace | None = None
    ):
        self.layouts = layouts or LayoutControl()
        self.keyboard = KeyboardWriter(emulator, self.layouts)
        self._pace = pace or TypingPace()
        self._pace.extension.add_keys_listener(self)
        self._layout_change = LayoutChange(self.layouts, self._pace.extension)
        self._queue = TextQueue()
        self._paused = False
        self._pid: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stepping = False
        """Whether a step is being made: an owner that is told of it may add a text."""

    def type_text(self, viewer: str, text_id: str, text: str, owner: TextOwner) -> None:
        """Type a text behind those that wait. Raises TextQueueError."""
        job = self._queue.add_text(viewer, text_id, text, owner, self.keyboard.layout)
        self._report(job, time.monotonic())
        self._continue()

    def tap(self, viewer: str, text: str) -> str:
        """Type characters behind a text of the same viewer, else before texts; return those that are missing.

        Raises TextQueueError if too many wait.
        """
        missing = self._queue.add_tap(viewer, text, self.keyboard.layout)
        self._continue()
        return missing

    def has_taps(self, viewer: str) -> bool:
        """Return whether characters wait that a viewer has tapped."""
        return self._queue.has_taps(viewer)

    def press(self, viewer: str, keys: list[Key]) -> None:
        """Send keys of a viewer now, or behind the characters that it has tapped."""
        if keys and not self._queue.add_keys(viewer, keys):
            self.keyboard.send(keys)

    def set_layout(self, name: str) -> None:
        """Change the Mac's keyboard layout, but not within a text. Raises LayoutError."""
        self._layout_change.want(name)
        self._continue()

    def stop_text(self, viewer: str, text_id: str) -> None:
        """Stop a viewer's text; one that has ended is ignored."""
        job = self._queue.find(viewer, text_id)
        if job is not None:
            self._end(job, "stopped")

    def remove_viewer(self, viewer: str) -> None:
        """Stop what a viewer has queued, because it leaves; releases of keys are not lost."""
        for job in self._queue.of_viewer(viewer):
            self._queue.remove(job)
            if isinstance(job, WaitingKeys):
                self.keyboard.send(each for each in job.keys if not each.down)
            else:
                job.report("stopped")

    def emulator_changed(self, pid: int | None, *, paused: bool) -> None:
        """Take the emulator's process (None: none is connected) and state. Texts end with their emulator."""
        if pid != self._pid:
            self._pid = pid
            self.keyboard.forget()
            self._fail(RESTARTED)
        self._paused = paused
        self._continue()

    def machine_restarted(self) -> None:
        """End all texts: the Mac begins anew."""
        self._fail(RESTARTED)

    def keys_read(self) -> None:
        """Type what was held back until the Mac had read its keys (UnreadKeysListener)."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._continue()

    def close(self) -> None:
        """End all texts: the server stops."""
        self._fail(SERVER_STOPPED)
        self.layouts.close()
        if self._timer is not None:
            self._timer.cancel()

    def step(self, now: float) -> float | None:
        """Type what is due, `now` in seconds of CLOCK_MONOTONIC.

        Return the seconds until the next step, None if there is nothing to type.
        """
        for _ in range(_MAX_CHARACTERS_AT_ONCE):
            job = self._queue.first()
            if self._paused:
                return None
            is_between = not isinstance(job, TypedText) or not job.position
            if is_between and (wait := self._layout_change.wait(now)) > 0.0:
                return wait
            if job is None:
                return None
            if isinstance(job, WaitingKeys):
                self._queue.remove(job)
                self.keyboard.send(job.keys)
            elif (wait := self._type_next(job, now)) > 0.0:
                return wait
        return 0.0

    def _type_next(self, job: TypedText, now: float) -> float:
        """Type a text's next character, or return how long to wait before it."""
        strokes = job.strokes(self.keyboard.layout)
        if strokes:
            keys = self.keyboard.keys_for(strokes)
            if (wait := self._pace.wait(now, len(keys))) > 0.0:
                self._report(job, now)
                return wait
            if not self.keyboard.send(keys):
                self._fail(NO_EMULATOR)
                return 0.0
            self._pace.sent(now, len(keys))
            job.position += 1
        if job.finished:
            self._end(job, "done")
        return 0.0

    def _report(self, job: TypedText, now: float) -> None:
        if now - job.reported_at >= _REPORT_SECONDS:
            job.reported_at = now
            job.report("typing")

    def _end(self, job: TypedText, state: TextState) -> None:
        self._queue.remove(job)
        job.report(state)

    def _fail(self, message: str) -> None:
        for job in self._queue.clear():
            job.report("failed", message)

    def _continue(self) -> None:
        """Type what is due now, and set the timer for the rest."""
        if self._timer is None and not self._stepping:
            self._run()

    def _run(self) -> None:
        self._timer, self._stepping = None, True
        try:
            wait = self.step(time.monotonic())
        finally:
            self._stepping = False
        if wait is not None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._run)
