"""The "audio" thread of a Mac that plays through SDL 2 (PySDL2, the extra `sdl`) instead of IPC v4.

SDL pulls samples, as a sound card does: its own thread calls for each block and waits for it. The audio
thread opens and closes the output when the guest opens and closes its source.
"""

import ctypes
import importlib
import logging
import warnings
from typing import Any, Final, Protocol

from moof.ipc import State
from moof.mac.audio_device import MAX_AUDIO_FRAMES, SoundAnswer
from moof.mac.audio_thread import AudioRequestHandler
from moof.mac.board import Board
from moof.mac.cpu_thread import CpuThread
from moof.mac.errors import MacError
from moof.mac.threads import MacThread, ThreadListener

LOG: Final = logging.getLogger(__name__)

_BLOCKS_PER_SECOND: Final = 80  # at least: a block is the power of two below, 8 to 12 ms
_WITHOUT_SIGNALS: Final = b"SDL_NO_SIGNAL_HANDLERS"


def load_sdl() -> Any:
    """Load SDL and start its audio subsystem. Raises MacError, which says what to do."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PySDL2 warns that it uses its own library
            sdl = importlib.import_module("sdl2")
    except ImportError as error:
        raise MacError(
            f"Audio output by SDL needs SDL and PySDL2 ({error}): pip install 'moof[sdl]'. "
            "Without it the browser can play."
        ) from error
    sdl.SDL_SetHint(_WITHOUT_SIGNALS, b"1")  # the machine handles SIGTERM and SIGINT itself
    if sdl.SDL_InitSubSystem(sdl.SDL_INIT_AUDIO):
        raise MacError(
            f"SDL cannot play here: {sdl.SDL_GetError().decode()}. SDL_AUDIODRIVER names a driver."
        )
    return sdl


class SampleSource(Protocol):
    """Produces the samples that SDL plays."""

    def next_block(self, frames: int, rate: int, channels: int) -> bytes:
        """Return exactly `frames` frames of signed 16-bit big-endian samples; called on SDL's thread."""
        ...


class SdlOutput:
    """One open output of signed 16-bit big-endian samples, the format of SoundAnswer."""

    def __init__(self, sdl: Any, rate: int, channels: int, source: SampleSource) -> None:
        """Open the output and start it. Raises MacError if SDL cannot."""
        self.rate, self.channels = rate, channels
        self._sdl = sdl
        self._source = source
        self._callback = sdl.SDL_AudioCallback(self._play)  # keeps it alive: C code has no reference to it
        block = 1 << (rate // _BLOCKS_PER_SECOND).bit_length() - 1
        wanted = sdl.SDL_AudioSpec(rate, sdl.AUDIO_S16MSB, channels, block, self._callback)
        self._device = sdl.SDL_OpenAudioDevice(None, 0, wanted, None, 0)
        if not self._device:
            raise MacError(f"SDL cannot play {rate} Hz: {sdl.SDL_GetError().decode()}.")
        sdl.SDL_PauseAudioDevice(self._device, 0)

    def close(self) -> None:
        """Stop the output; return when SDL's thread has ended."""
        self._sdl.SDL_CloseAudioDevice(self._device)

    def _play(self, user: Any, stream: Any, length: int) -> None:
        try:
            frames = length // (2 * self.channels)
            block = self._source.next_block(frames, self.rate, self.channels)
            ctypes.memmove(stream, block, length)
        except Exception:  # an exception must not pass through C code
            LOG.exception("A block of sound was lost.")
            ctypes.memset(stream, 0, length)


ANSWER_TIMEOUT: Final = 0.5
"""Seconds to wait for the guest: SDL waits for its callback, so waiting loses no samples."""


class SdlAudioThread(MacThread, AudioRequestHandler, SampleSource):
    """Requests samples from the guest when SDL calls for a block.

    SDL gets the bytes of the guest's answers unchanged: when the format changes, the first answer in the new
    format waits until an output of that format is open. A block is filled up with silence if the guest has no
    source or is too slow. Requests of a server are not answered.
    """

    def __init__(self, board: Board, cpu_thread: CpuThread, listener: ThreadListener) -> None:
        """Load SDL. Raises MacError."""
        super().__init__("audio", listener)
        self._sdl = load_sdl()
        self._board = board
        self._cpu_thread = cpu_thread
        self._output: SdlOutput | None = None
        self._next: SoundAnswer | None = None
        """An answer that SDL has not received yet."""

    def request(self, samples: int) -> None:
        """Ignore a request of the server."""

    def run(self) -> None:
        """Open and close outputs after AUDIO_OPEN and after changes of the answers' format."""
        while not self.ending:
            self._update_output()
            self._board.audio.source_changed.wait()
        self._close()
        self._sdl.SDL_QuitSubSystem(self._sdl.SDL_INIT_AUDIO)

    def interrupt_wait(self) -> None:
        """Wake the thread, which waits for changes of the guest's source."""
        self._board.audio.source_changed.set()

    def next_block(self, frames: int, rate: int, channels: int) -> bytes:
        """Return exactly `frames` frames; runs on SDL's thread (SampleSource)."""
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
                self.interrupt_wait()
                break
            block += answer.data
        return bytes(block[:size].ljust(size, b"\0"))

    def _update_output(self) -> None:
        wanted = self._wanted_format()
        output = self._output
        if output is not None and wanted == (output.rate, output.channels):
            return
        self._close()
        if wanted is None:
            return
        try:
            self._output = SdlOutput(self._sdl, *wanted, self)
        except MacError as error:
            LOG.warning("%s", error)

    def _wanted_format(self) -> tuple[int, int] | None:
        """Return the rate and channels of the next samples; None if no source is open."""
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

    def _ask(self, frames: int) -> SoundAnswer | None:
        board = self._board
        board.audio_done.wait(0)  # drop the signal of an answer that came after its request was given up
        if self._cpu_thread.state is not State.RUNNING:
            return None
        if not board.request_audio_frames(min(frames, MAX_AUDIO_FRAMES)):
            return None
        if not board.audio_done.wait(ANSWER_TIMEOUT):
            board.audio.abandon()
            return None
        return board.audio.take_answer()
