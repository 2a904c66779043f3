"""An SDL program, as emulators are: it draws, plays, and logs the events that it receives.

    python sdl_program.py LOG [--size 320x200] [--play S16BE:44100:1,U8:11025:1] [--samples N]

It needs only the SDL 2 that Debian's emulators depend on. It writes events to LOG as JSON lines. Keys control
it: `a` draws a red block of 8x4 pixels at (16, 24); `b` draws the same again; `r` makes the window 400x300;
`f` switches full screen on and off, `g` also with a display mode of its own; `m` maximises;
`n` closes the sound and opens it with the next of the formats in --play; `q` ends it, `x` with status 3. The
picture is a gradient at first; with --bar it changes sixty times a second and contains the time, which
bench/bridge.py decodes. The sound is a ramp that counts samples.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import struct
import time
from collections.abc import Iterator
from ctypes import c_int, c_uint8, c_uint16, c_uint32, c_void_p
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np

FORMATS = {"U8": (0x0008, "u1"), "S16LE": (0x8010, "<i2"), "S16BE": (0x9010, ">i2"), "F32": (0x8120, "<f4")}
VIDEO_AND_AUDIO = 0x30
CENTRED = 0x2FFF0000
QUIT, KEY_DOWN, KEY_UP, MOTION, BUTTON_DOWN, BUTTON_UP = 0x100, 0x300, 0x301, 0x400, 0x401, 0x402
WHEEL = 0x403
CAPS_LOCKED = 0x2000
WINDOW_EVENT, SIZE_CHANGED = 0x200, 6
FRAME_SECONDS = 1 / 60
FULL_SCREEN_MODE, FULL_SCREEN_DESKTOP = 0x1, 0x1001


class Key(IntEnum):
    """SDL's scancodes."""

    A = 4
    B = 5
    F = 9
    G = 10
    M = 16
    N = 17
    Q = 20
    R = 21
    X = 27


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
        ("callback", c_void_p),
        ("userdata", c_void_p),
    )


class Surface(ctypes.Structure):
    """SDL_Surface's public part."""

    _fields_ = (
        ("flags", c_uint32),
        ("format", c_void_p),
        ("w", c_int),
        ("h", c_int),
        ("pitch", c_int),
        ("pixels", c_void_p),
    )


class Window:
    """The program's window; `pixels` is uint32 (height, width), shown by `show`."""

    def __init__(self, sdl: Any, title: str, width: int, height: int) -> None:
        self.sdl = sdl
        sdl.SDL_CreateWindow.restype = c_void_p
        sdl.SDL_GetWindowSurface.restype = ctypes.POINTER(Surface)
        self.handle = c_void_p(sdl.SDL_CreateWindow(title.encode(), CENTRED, CENTRED, width, height, 0))
        self.full_screen = False
        self.paint()

    @property
    def pixels(self) -> Any:
        """The window's surface, shown by the next `show`."""
        surface = self.sdl.SDL_GetWindowSurface(self.handle).contents
        size = surface.pitch * surface.h
        raw = (ctypes.c_uint8 * size).from_address(surface.pixels)
        return np.frombuffer(raw, np.uint32).reshape(surface.h, surface.pitch // 4)[:, : surface.w]

    def show(self) -> None:
        """Show the surface."""
        self.sdl.SDL_UpdateWindowSurface(self.handle)

    def paint(self) -> None:
        """Draw and show the gradient."""
        pixels = self.pixels
        rows, columns = np.indices(pixels.shape)
        pixels[:] = (rows % 256 << 8 | columns % 256).astype(np.uint32)
        self.show()

    def resize(self, width: int, height: int) -> None:
        """Change the window's size."""
        self.sdl.SDL_SetWindowSize(self.handle, width, height)

    def toggle_full_screen(self, kind: int) -> None:
        """Switch full screen on or off."""
        self.full_screen = not self.full_screen
        self.sdl.SDL_SetWindowFullscreen(self.handle, kind if self.full_screen else 0)

    def maximise(self) -> None:
        """Let the window manager give the window all of the screen."""
        self.sdl.SDL_SetWindowResizable(self.handle, 1)
        self.sdl.SDL_MaximizeWindow(self.handle)


class Ramps:
    """Plays a ramp of `count` steps, the same in each channel, in several formats."""

    def __init__(self, sdl: Any, formats: str, count: int, buffer: int) -> None:
        """Set the formats: name:rate:channels, separated by commas."""
        self.sdl = sdl
        self.formats = [each.split(":") for each in formats.split(",") if each]
        self.count, self.buffer = count, buffer
        self.device = 0

    def play_next(self) -> None:
        """Close the device, and play in the next format, if there is one."""
        if self.device:
            self.sdl.SDL_CloseAudioDevice(self.device)
            self.device = 0
        if self.formats:
            name, rate, channels = self.formats.pop(0)
            self.device = self.open(name, int(rate), int(channels))

    def open(self, name: str, rate: int, channels: int) -> int:
        """Open a device and start it; return its SDL_AudioDeviceID."""
        code, dtype = FORMATS[name]
        wanted = AudioSpec(rate, code, channels, 0, self.buffer, 0, 0, None, None)
        got = AudioSpec()
        device = self.sdl.SDL_OpenAudioDevice(None, 0, ctypes.byref(wanted), ctypes.byref(got), 0)
        if not device:
            raise SystemExit(ctypes.string_at(self.sdl.SDL_GetError()).decode())
        data = np.repeat(ramp(dtype, self.count), channels).tobytes()
        self.sdl.SDL_QueueAudio(device, data, len(data))
        self.sdl.SDL_PauseAudioDevice(device, 0)
        return int(device)


def ramp(dtype: str, count: int) -> Any:
    """Return one sample a step, from 1 on, in that dtype."""
    counter = np.arange(1, count + 1)
    if dtype == "<f4":
        return (counter % 30000 / 32768).astype(dtype)
    return counter.astype(np.uint8 if dtype == "u1" else np.uint16).astype(dtype)


def decode_event(event: bytes) -> dict[str, object] | None:
    """Return the fields of an SDL_Event that the tests compare, or None for other events."""
    (kind,) = struct.unpack_from("=I", event)
    if kind in (KEY_DOWN, KEY_UP):
        scancode, _, modifiers = struct.unpack_from("=iiH", event, 16)
        return {"key": scancode, "down": kind == KEY_DOWN, "caps_lock": bool(modifiers & CAPS_LOCKED)}
    if kind == MOTION:
        x, y, dx, dy = struct.unpack_from("=4i", event, 20)
        return {"x": x, "y": y, "dx": dx, "dy": dy}
    if kind == WHEEL:
        right, up = struct.unpack_from("=2i", event, 16)
        return {"wheel_right": right, "wheel_up": up}
    if kind in (BUTTON_DOWN, BUTTON_UP):
        return {"button": event[16], "down": kind == BUTTON_DOWN}
    return None


def draw_bar(pixels: Any) -> None:
    """Draw the time in µs as 32 black and white blocks of 8x8, and a moving block below."""
    now = time.time_ns() // 1000 & 0xFFFFFFFF
    bits = np.array([now >> bit & 1 for bit in range(32)], np.uint32) * np.uint32(0xFFFFFF)
    pixels[0:8, 0:256] = np.repeat(bits, 8)
    at = now // 16667 * 4 % (pixels.shape[1] - 64)
    pixels[16:80] = 0x204060
    pixels[16:80, at : at + 64] = 0xE0E0E0


def main() -> int:
    """Run the program and return its exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--size", default="320x200")
    parser.add_argument("--title", default="A program")
    parser.add_argument("--bar", action="store_true")
    parser.add_argument("--relative", action="store_true")
    parser.add_argument("--play", default="")
    parser.add_argument("--samples", type=int, default=60 * 44100)
    parser.add_argument("--buffer", type=int, default=512)
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    sdl: Any = ctypes.CDLL("libSDL2-2.0.so.0")
    if sdl.SDL_Init(VIDEO_AND_AUDIO):
        raise SystemExit(ctypes.string_at(sdl.SDL_GetError()).decode())
    window = Window(sdl, options.title, width, height)
    if options.relative:
        sdl.SDL_SetRelativeMouseMode(1)
    ramps = Ramps(sdl, options.play, options.samples, options.buffer)
    ramps.play_next()
    with options.log.open("w", buffering=1) as log:
        log.write(json.dumps({"window": [width, height]}) + "\n")
        status = run(sdl, window, ramps, log, options.bar)
    sdl.SDL_Quit()
    return status


def run(sdl: Any, window: Window, ramps: Ramps, log: Any, bar: bool) -> int:
    """Handle events until one ends the program; return the exit status."""
    while True:
        started = time.monotonic()
        for event in events(sdl):
            if (status := handle(window, ramps, log, event)) is not None:
                return status
        if bar:
            draw_bar(window.pixels)
            window.show()
        sdl.SDL_Delay(max(1, round((started + FRAME_SECONDS - time.monotonic()) * 1000)))


def events(sdl: Any) -> Iterator[bytes]:
    """Yield the pending events."""
    raw = (ctypes.c_uint8 * 64)()
    while sdl.SDL_PollEvent(raw):
        yield bytes(raw)


def handle(window: Window, ramps: Ramps, log: Any, raw: bytes) -> int | None:
    """Handle one event; return the exit status if it ends the program."""
    kind = struct.unpack_from("=I", raw)[0]
    if kind == QUIT:
        return 0
    if kind == WINDOW_EVENT and raw[12] == SIZE_CHANGED:
        window.paint()
    event = decode_event(raw)
    if event is None:
        return None
    log.write(json.dumps(event) + "\n")
    return handle_key(window, ramps, event["key"]) if event.get("down") and "key" in event else None


def handle_key(window: Window, ramps: Ramps, key: object) -> int | None:
    """Carry out what a key is for; return the exit status if it ends the program."""
    match key:
        case Key.A | Key.B:
            window.pixels[24:28, 16:24] = 0xFF0000
            window.show()
        case Key.R:
            window.resize(400, 300)
        case Key.F | Key.G:
            window.toggle_full_screen(FULL_SCREEN_DESKTOP if key == Key.F else FULL_SCREEN_MODE)
        case Key.M:
            window.maximise()
        case Key.N:
            ramps.play_next()
        case Key.Q | Key.X:
            return 0 if key == Key.Q else 3
    return None


if __name__ == "__main__":
    raise SystemExit(main())
