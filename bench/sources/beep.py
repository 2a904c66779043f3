"""An SDL program that beeps at each key, as a program behind the bridge would: 100 ms of 1 kHz.

    python bench/sources/beep.py [--buffer 256]

Its sound device is open from the start and plays silence, in a callback, as games and emulators do.
"""

from __future__ import annotations

import argparse
import ctypes
import sys
from ctypes import c_int, c_uint8, c_uint16, c_uint32, c_void_p
from typing import Any

import numpy as np

RATE = 48_000
BEEP_SAMPLES = RATE // 10
VIDEO_AND_AUDIO, CENTRED, SIGNED_16_BIT = 0x30, 0x2FFF0000, 0x8010
QUIT, KEY_DOWN = 0x100, 0x300
CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_int)


class AudioSpec(ctypes.Structure):
    """SDL_AudioSpec."""

    _fields_ = (
        ("freq", c_int),
        ("format", c_uint16),
        ("channels", c_uint8),
        ("silence", c_uint8),
        ("samples", c_uint16),
        ("padding", c_uint16),
        ("size", c_uint32),
        ("callback", CALLBACK),
        ("userdata", c_void_p),
    )


class Beeper:
    """Fills SDL's buffers: with the rest of a beep, then with silence."""

    def __init__(self) -> None:
        self.left = 0
        beep = np.sin(2 * np.pi * 1000 * np.arange(BEEP_SAMPLES) / RATE) * 16000
        self._samples = beep.astype("<i2").tobytes()

    def fill(self, user: Any, buffer: int, size: int) -> None:
        """Write `size` bytes (SDL_AudioCallback)."""
        ctypes.memset(buffer, 0, size)
        count = min(size // 2, self.left)
        start = 2 * (BEEP_SAMPLES - self.left)
        ctypes.memmove(buffer, self._samples[start : start + 2 * count], 2 * count)
        self.left -= count


def main() -> None:
    """Run until the window is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--buffer", type=int, default=256, help="SDL's buffer, in samples")
    sdl: Any = ctypes.CDLL("libSDL2-2.0.so.0")
    if sdl.SDL_Init(VIDEO_AND_AUDIO):
        sys.exit(ctypes.string_at(c_void_p(sdl.SDL_GetError())).decode())
    sdl.SDL_CreateWindow.restype = c_void_p
    sdl.SDL_CreateWindow(b"Beep", CENTRED, CENTRED, 640, 480, 0)
    beeper = Beeper()
    callback = CALLBACK(beeper.fill)
    spec = AudioSpec(RATE, SIGNED_16_BIT, 1, 0, parser.parse_args().buffer, 0, 0, callback, None)
    device = sdl.SDL_OpenAudioDevice(None, 0, ctypes.byref(spec), None, 0)
    sdl.SDL_PauseAudioDevice(device, 0)
    event = (c_uint8 * 64)()
    while True:
        sdl.SDL_WaitEvent(event)
        kind, repeated = int.from_bytes(event[:4], "little"), event[13]
        if kind == QUIT:
            break
        if kind == KEY_DOWN and not repeated:
            beeper.left = BEEP_SAMPLES
    sdl.SDL_Quit()


if __name__ == "__main__":
    main()
