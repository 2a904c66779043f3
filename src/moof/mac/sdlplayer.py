"""The "audio" thread of a Mac that plays through SDL: it opens and closes the output as the guest does."""

import logging
from collections.abc import Callable
from typing import Final

from moof.mac.audio import FRAMES_MAX, SoundAnswer
from moof.mac.board import Board
from moof.mac.errors import MacError
from moof.mac.sdl import SdlOutput, load_sdl
from moof.mac.thread import MacThread

LOG: Final = logging.getLogger(__name__)

PATIENCE: Final = 0.5
"""Seconds to wait for the guest: SDL waits for its callback, so nothing is lost by waiting."""


class SdlPlayer(MacThread):
    """From SDL's callback to the guest and back.

    Samples go to SDL as the guest's answers have them, byte for byte: when the format changes, the answer
    that showed it waits until an output of its format is open. Silence stands where the guest has nothing or
    is too slow. A server's requests are not answered: this Mac plays somewhere else.
    """

    def __init__(self, board: Board, is_running: Callable[[], bool], on_failure: Callable[[], None]) -> None:
        """Load SDL. Raises MacError."""
        super().__init__("audio", on_failure)
        self._sdl = load_sdl()
        self._board = board
        self._is_running = is_running
        self._output: SdlOutput | None = None
        self._next: SoundAnswer | None = None
        """What the guest has answered and SDL has not yet got."""
        board.audio.on_open = self.wakeup.set

    def request(self, samples: int) -> None:
        """Ignore a server."""

    def run(self) -> None:
        """Follow the guest's AUDIO_OPEN, and the formats of its answers."""
        while not self.ending:
            self._follow()
            self.wakeup.wait()
        self._close()
        self._sdl.SDL_QuitSubSystem(self._sdl.SDL_INIT_AUDIO)

    def _follow(self) -> None:
        wanted = self._wanted_format()
        output = self._output
        if output is not None and wanted == (output.rate, output.channels):
            return
        self._close()
        if wanted is None:
            return
        try:
            self._output = SdlOutput(self._sdl, *wanted, self._fill)
        except MacError as error:
            LOG.warning("%s", error)

    def _wanted_format(self) -> tuple[int, int] | None:
        """Rate and channels of what plays next; None when nothing does."""
        source = self._board.audio.source()
        if source is None:
            self._next = None
            return None
        following = self._next or source
        return following.rate, following.channels

    def _close(self) -> None:
        if self._output is not None:
            self._output.close()
            self._output = None

    def _fill(self, frames: int, rate: int, channels: int) -> bytes:
        """Return that many frames, on SDL's thread."""
        frame_bytes = 2 * channels
        size = frames * frame_bytes
        block = bytearray()
        while len(block) < size:
            answer = self._next or self._ask((size - len(block)) // frame_bytes)
            self._next = None
            if answer is None:
                break
            if (answer.rate, answer.channels) != (rate, channels):
                self._next = answer
                self.wakeup.set()
                break
            block += answer.data
        return bytes(block[:size].ljust(size, b"\0"))

    def _ask(self, frames: int) -> SoundAnswer | None:
        board = self._board
        board.audio_done.wait(0)  # forget an answer that came after its request was given up
        if not self._is_running() or not board.request_audio_frames(min(frames, FRAMES_MAX)):
            return None
        if not board.audio_done.wait(PATIENCE):
            board.audio.abandon()
            return None
        return board.audio.take_answer()
