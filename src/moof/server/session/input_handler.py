"""One viewer's hand, and its ear: what it types and points at, its pings, and how its sound plays."""

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from moof.ipc import Key, Mouse
from moof.server.auth.tokens import Role
from moof.server.protocol.audio_report import REPORT_TYPE, PlaybackReport, PlaybackReportError
from moof.server.protocol.input_decoder import InputDecoder, InputError, is_ping
from moof.server.protocol.messages import AudioStatus
from moof.server.token_bucket import TokenBucket

from .context import SessionContext

if TYPE_CHECKING:
    from moof.server.audio.pipeline import AudioStats

_log = logging.getLogger(__name__)

_INPUTS_A_SECOND: Final = 400.0  # a page sends the mouse 125 times, a wheel about as often
_INPUT_BURST: Final = 600.0
_REPORTS_A_SECOND: Final = 2.0
_REPORT_BURST: Final = 4.0


class InputHandler:
    """Takes the messages of one viewer's "input" channel. Everything happens on the event loop."""

    def __init__(
        self, viewer: str, role: Role, context: SessionContext, send: Callable[[AudioStatus], None]
    ) -> None:
        self._viewer = viewer
        self._role = role
        self._context = context
        self._send = send
        self._input = InputDecoder()
        self._allowance = TokenBucket(_INPUTS_A_SECOND, _INPUT_BURST)
        self._report_allowance = TokenBucket(_REPORTS_A_SECOND, _REPORT_BURST)
        self.pinged_at = float("inf")
        """When the last ping came, CLOCK_MONOTONIC in seconds; before the first, never too long ago."""
        self.ignored = 0
        """Messages of a viewer that may only watch."""

    def take(self, data: bytes, now: float) -> bool:
        """Follow one message; False if it is one too many, which no hand sends."""
        if not self._allowance.take(now):
            return False
        if data[:1] == bytes([REPORT_TYPE]):
            self._take_report(data, now)
        elif is_ping(data):
            self.pinged_at = now
            self._follow(data)
        elif self._role is Role.PLAYER:
            self._follow(data)
        else:
            self.ignored += 1
        return True

    def release(self) -> None:
        """Let go of all keys and buttons."""
        for message in self._input.release_all():
            self._context.send(message)

    def _follow(self, data: bytes) -> None:
        try:
            messages = self._input.feed(data, time.time_ns() // 1000)
        except InputError as error:
            _log.debug("Viewer %s: %s", self._viewer, error)
            return
        for message in messages:
            self._context.send(message)
        if self._context.sound is not None and any(isinstance(message, Key | Mouse) for message in messages):
            self._context.sound.has_input(self._viewer)

    def _take_report(self, data: bytes, now: float) -> None:
        """Hand on what the page says of its sound, and tell it what we know; more than two a second drop."""
        sound = self._context.sound
        if sound is None or not self._report_allowance.take(now):
            return
        try:
            sound.report(self._viewer, PlaybackReport.unpack(data))
        except PlaybackReportError as error:
            _log.debug("Viewer %s: %s", self._viewer, error)
            return
        self._send(audio_status(sound.stats(), self._viewer))


def audio_status(stats: "AudioStats", viewer: str) -> AudioStatus:
    """Return what a viewer's page is told of the sound."""
    return AudioStatus(
        state=stats.pace.state.value,
        yours=stats.pace.listener == viewer,
        ppm=round(stats.pace.ppm, 1),
        answer=round(stats.response_ms_p50, 2),
        wait=round(stats.wait_ms, 2),
        encode=round(stats.encode_ms, 2),
        send=round(stats.send_ms, 2),
    )
