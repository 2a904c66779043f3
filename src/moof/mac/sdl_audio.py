"""The "audio" thread of a Mac that plays through SDL: it opens and closes the output as the guest does."""

import ctypes
import importlib
import logging
import warnings
from collections.abc import Callable
from typing import Any, Final

from moof.mac.audio_device import FRAMES_MAX, SoundAnswer
from moof.mac.audio_thread import AudioRequestHandler
from moof.mac.board import Board
from moof.mac.errors import MacError
from moof.mac.threads import MacThread

LOG: Final = logging.getLogger(__name__)

_BLOCKS_PER_SECOND: Final = 80  # at least: a block is the power of two below, 8 to 12 ms
_WITHOUT_SIGNALS: Final = b"SDL_NO_SIGNAL_HANDLERS"


def load_sdl() -> Any:
    """Load SDL and start its sound; MacError, which says what to do, if that cannot be."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it brings its own library is no news
            sdl = importlib.import_module("sdl2")
    except ImportError as error:
        raise MacError(
            f"--audio sdl needs SDL and PySDL2 ({error}): pip install 'moof[sdl]', "
            "or leave --audio away and let the browser play."
        ) from error
    sdl.SDL_SetHint(_WITHOUT_SIGNALS, b"1")  # SIGTERM and SIGINT are the machine's own
    if sdl.SDL_InitSubSystem(sdl.SDL_INIT_AUDIO):
        raise MacError(
            f"SDL cannot play here: {sdl.SDL_GetError().decode()}. SDL_AUDIODRIVER names a driver."
        )
    return sdl


class SdlOutput:
    """One open output: signed 16-bit big-endian sound, as the Mac writes it.

    `fill(frames, rate, channels)` is called on SDL's thread and returns exactly those frames' bytes.
    """

    def __init__(self, sdl: Any, rate: int, channels: int, fill: Callable[[int, int, int], bytes]) -> None:
        """Open it and begin. Raises MacError if SDL will not."""
        self.rate, self.channels = rate, channels
        self._sdl = sdl
        self._fill = fill
        self._callback = sdl.SDL_AudioCallback(self._play)  # kept: C code has no reference to it
        block = 1 << (rate // _BLOCKS_PER_SECOND).bit_length() - 1
        wanted = sdl.SDL_AudioSpec(rate, sdl.AUDIO_S16MSB, channels, block, self._callback)
        self._device = sdl.SDL_OpenAudioDevice(None, 0, wanted, None, 0)
        if not self._device:
            raise MacError(f"SDL cannot play {rate} Hz: {sdl.SDL_GetError().decode()}.")
        sdl.SDL_PauseAudioDevice(self._device, 0)

    def close(self) -> None:
        """Stop; returns when SDL's thread has ended."""
        self._sdl.SDL_CloseAudioDevice(self._device)

    def _play(self, user: Any, stream: Any, length: int) -> None:
        try:
            frames = length // (2 * self.channels)
            ctypes.memmove(stream, self._fill(frames, self.rate, self.channels), length)
        except Exception:  # nothing may travel through C code
            LOG.exception("A block of sound was lost.")
            ctypes.memset(stream, 0, length)


PATIENCE: Final = 0.5
"""Seconds to wait for the guest: SDL waits for its callback, so nothing is lost by waiting."""


class SdlAudioThread(MacThread, AudioRequestHandler):
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
