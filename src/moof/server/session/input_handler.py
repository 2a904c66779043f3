"""Handles one viewer's input channel: keys, mouse, pings, playback reports."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final

from moof.ipc import Key, Message, Mouse
from moof.server.audio.pipeline import AudioStats
from moof.server.auth.roles import Role
from moof.server.protocol.arrow_keys import WheelArrows
from moof.server.protocol.audio_report import REPORT_TYPE, PlaybackReport, PlaybackReportError
from moof.server.protocol.input_decoder import (
    InputDecoder,
    InputError,
    TypedCharacter,
    WheelScroll,
    is_ping,
    is_press,
    pointed_at,
)
from moof.server.protocol.keyboard_messages import Untypable
from moof.server.protocol.messages import AudioStatus
from moof.server.session.context import PageLink, SessionContext
from moof.server.session.text_queue import TextQueueError
from moof.server.transport.peer_listener import InputReceiver
from moof.token_bucket import TokenBucket

LOG: Final = logging.getLogger(__name__)

_INPUTS_PER_SECOND: Final = 400.0  # a page sends the mouse 125 times, a wheel about as often
_INPUT_BURST: Final = 600.0
_REPORTS_PER_SECOND: Final = 2.0
_REPORT_BURST: Final = 4.0
_UNTYPABLE_PER_SECOND: Final = 10.0
_LATE_SECONDS: Final = 0.05
"""A timer that is this late says that the event loop stalled: the page's messages may still wait in it."""


class InputHandler(InputReceiver):
    """Processes the messages of one viewer's "input" channel. Everything happens on the event loop."""

    def __init__(self, viewer: str, role: Role, context: SessionContext, session: PageLink) -> None:
        self._viewer = viewer
        self._role = role
        self._context = context
        self._session = session
        self._decoder = InputDecoder()
        self._arrows = WheelArrows()
        self._messages = TokenBucket(_INPUTS_PER_SECOND, _INPUT_BURST)
        self._reports = TokenBucket(_REPORTS_PER_SECOND, _REPORT_BURST)
        self._untypable = TokenBucket(_UNTYPABLE_PER_SECOND, _UNTYPABLE_PER_SECOND)
        self._timer: asyncio.TimerHandle | None = None
        """Runs while keys are held that may have to be released."""
        self._timer_due = float("inf")
        self.pinged_at = float("inf")
        """When the last ping arrived, CLOCK_MONOTONIC in seconds; infinity before the first."""
        self.acted_at = float("-inf")
        """When a key, the mouse or a text was used last, CLOCK_MONOTONIC in seconds."""
        self.ignored = 0
        """Input messages dropped because the role is viewer."""

    def input_received(self, message: bytes) -> None:
        """Process one message of the "input" channel."""
        self.receive(message, time.monotonic())

    def receive(self, data: bytes, now: float) -> None:
        """Process one message, `now` in seconds of CLOCK_MONOTONIC; too many of them end the session."""
        if not self._messages.take(now):
            self._session.disconnect("You send more input than any keyboard and mouse.")
            return
        if data[:1] == bytes([REPORT_TYPE]):
            self._process_report(data, now)
        elif is_ping(data):
            self.pinged_at = now
            self._forward(data, now)
        elif self._role.includes(Role.PLAYER):
            self.acted_at = now
            self._use(data, now)
        else:
            self.ignored += 1

    def _use(self, data: bytes, now: float) -> None:
        """Process mouse and keys of a viewer who has them; of others, show where they point."""
        presence, kiosk = self._context.presence, self._context.kiosk
        if kiosk is not None and not kiosk.admits(self._role, now, pressed=is_press(data)):
            return
        if presence.floor.admits(self._viewer, now, moves_only=not is_press(data)):
            self._forward(data, now)
            self._watch_keys(now)
        elif (position := pointed_at(data)) is not None:
            presence.point(self._viewer, *position)

    def release(self) -> None:
        """Release all held keys and buttons, and the pointer."""
        self._send(self._decoder.release_all())
        self._context.pointer.release(self._viewer)

    def release_aged(self, now: float) -> None:
        """Release keys whose page has sent nothing for too long, `now` in seconds of CLOCK_MONOTONIC."""
        self._send(self._decoder.keys.age(now))

    def _watch_keys(self, now: float) -> None:
        """Set the timer if a key is held that is to be released when the page falls silent."""
        deadline = self._decoder.keys.deadline
        if deadline is None or deadline >= self._timer_due:
            return  # a timer that expires too early sets the next one
        self._set_timer(now, max(now, deadline))

    def _set_timer(self, now: float, due: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_due = due
        self._timer = asyncio.get_running_loop().call_later(due - now, self._timer_expired, due)

    def _timer_expired(self, due: float) -> None:
        self._timer, self._timer_due = None, float("inf")
        now = time.monotonic()
        if now - due > _LATE_SECONDS:
            self._set_timer(now, now + _LATE_SECONDS)
            return
        self.release_aged(now)
        self._watch_keys(now)

    def _forward(self, data: bytes, now: float) -> None:
        try:
            decoded = self._decoder.feed(data, time.time_ns() // 1000, now)
        except InputError as error:
            LOG.debug("Viewer %s: %s", self._viewer, error)
            return
        messages: list[Message] = []
        used = False
        for each in decoded:
            match each:
                case TypedCharacter():
                    used = self._type(each, now)
                case WheelScroll():
                    used = self._scroll(each)
                case _:
                    messages.append(each)
        if self._send(messages) or used:
            self._context.viewers.last_input = self._viewer

    def _scroll(self, wheel: WheelScroll) -> bool:
        """Turn the emulator's wheel; without one, send arrow keys if the page asks for them."""
        if self._context.extension.send_wheel(wheel.dx, wheel.dy):
            return True
        return wheel.arrow_keys and self._send(self._arrows.turn(wheel.dx, wheel.dy))

    def _send(self, messages: Sequence[Message]) -> bool:
        """Send the messages; return whether they have keys, or a mouse that owns the pointer."""
        keys = [each for each in messages if isinstance(each, Key)]
        self._context.typist.press(self._viewer, keys)
        others = [each for each in messages if not isinstance(each, Key)]
        pointer, viewer = self._context.pointer, self._viewer
        sent = [each for each in others if not isinstance(each, Mouse) or pointer.admits(viewer, each)]
        for message in sent:
            self._context.emulator.send(message)
        return bool(keys) or any(isinstance(each, Mouse) for each in sent)

    def _type(self, character: TypedCharacter, now: float) -> bool:
        """Type a character, unless its key is down already; tell the page what is not possible."""
        typist, held, place = self._context.typist, self._decoder.keys, character.place
        if place is not None and held.is_down(place):
            return False
        try:
            if held.has_shortcut_modifier or (place is not None and not typist.has_taps(self._viewer)):
                missing = typist.keyboard.type_character(held, place, character.text)
            else:
                missing = typist.tap(self._viewer, character.text)
        except TextQueueError as error:
            LOG.debug("Viewer %s: %s", self._viewer, error)
            return False
        if missing and self._untypable.take(now):
            self._session.send(Untypable(missing, typist.keyboard.layout.name))
        return True

    def _process_report(self, data: bytes, now: float) -> None:
        """Pass a playback report to the audio pipeline and answer it; drop those beyond the rate limit."""
        audio = self._context.audio
        if audio is None or not self._reports.take(now):
            return
        try:
            audio.report(self._viewer, PlaybackReport.unpack(data))
        except PlaybackReportError as error:
            LOG.debug("Viewer %s: %s", self._viewer, error)
            return
        self._session.send(audio_status(audio.stats(), self._viewer))


def audio_status(stats: AudioStats, viewer: str) -> AudioStatus:
    """Return the answer to a viewer's playback report."""
    return AudioStatus(
        state=stats.pace.state.value,
        yours=stats.pace.listener == viewer,
        ppm=round(stats.pace.ppm, 1),
        answer=round(stats.response_ms_p50, 2),
        wait=round(stats.wait_ms, 2),
        encode=round(stats.encode_ms, 2),
        send=round(stats.send_ms, 2),
    )
