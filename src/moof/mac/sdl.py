"""SDL 2's sound output through PySDL2: the extra `sdl`, an output of this machine instead of the contract.

SDL pulls, as a sound card does: its own thread calls for each block and waits for it.
"""

import ctypes
import importlib
import logging
import warnings
from collections.abc import Callable
from typing import Any, Final

from moof.mac.errors import MacError

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
