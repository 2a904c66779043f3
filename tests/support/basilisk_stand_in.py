"""Stands in for Basilisk II in its sandbox: reads its settings as prefs.cpp does, and shows a window.

It needs Python's library and SDL 2 alone. A ROM of another size or version ends it with the original's
message. What it has read it writes as JSON to the beginning of its disk, and its XPRAM beside its settings.
"""

import ctypes
import json
import sys
import time
from pathlib import Path

OPTIONS = ("screen", "frameskip", "init_grab", "swap_opt_cmd", "keycodes", "sound_buffer", "nogui", "hotkey")
SIZES = (64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20)
VERSION_32, VERSION_CLASSIC = 0x067C, 0x0276
LINE_BYTES = 254
XPRAM_BYTES = 256
CENTRED = 0x2FFF0000
VIDEO = 0x20
GREY = 0xFF777799


def fail(message: str) -> None:
    print(f"ERROR: {message}", flush=True)
    sys.exit(0)


def read_settings(path: Path) -> dict[str, list[str]]:
    """Read lines "name value"; the same name may come again, and # and ; begin a comment."""
    found: dict[str, list[str]] = {}
    for line in path.read_bytes().split(b"\n"):
        text = line[:LINE_BYTES].decode().strip()
        if text and text[0] not in "#;":
            name, _, value = text.partition(" ")
            found.setdefault(name, []).append(value.strip())
    return found


def check_rom(path: str) -> None:
    rom = Path(path).read_bytes()
    if len(rom) not in SIZES:
        fail("Invalid ROM file size. ROM size must be 64, 128, 256, 512 or 1024KB.")
    if int.from_bytes(rom[8:10], "big") not in (VERSION_32, VERSION_CLASSIC):
        fail("Unsupported ROM type.")


def write_what_was_read(prefs: Path, settings: dict[str, list[str]]) -> None:
    disk = settings["disk"][0]
    with Path(disk).open("r+b") as file:
        file.write(json.dumps(settings).encode().ljust(4096, b"\0"))
    for each in settings.get("cdrom", []):
        Path(each).read_bytes()
    (prefs.parent / ".basilisk_ii_xpram").write_bytes(b"NuMc".ljust(XPRAM_BYTES, b"\0"))


def show_window(width: int, height: int) -> None:
    sdl = ctypes.CDLL("libSDL2-2.0.so.0")
    sdl.SDL_CreateWindow.restype = sdl.SDL_GetWindowSurface.restype = ctypes.c_void_p
    if sdl.SDL_Init(VIDEO):
        fail("Could not initialize SDL.")
    window = ctypes.c_void_p(sdl.SDL_CreateWindow(b"Basilisk II", CENTRED, CENTRED, width, height, 0))
    event = ctypes.create_string_buffer(64)
    while True:
        surface = ctypes.c_void_p(sdl.SDL_GetWindowSurface(window))
        sdl.SDL_FillRect(surface, None, GREY)
        sdl.SDL_UpdateWindowSurface(window)
        while sdl.SDL_PollEvent(event):
            pass
        time.sleep(0.1)


def main() -> None:
    words = sys.argv[1:]
    print("Basilisk II V1.1 by Christian Bauer et al.", flush=True)
    if "--help" in words:
        print("\n".join(f"  --{name} VALUE\n    something [default=none]" for name in OPTIONS))
        return
    given = dict(zip(words[::2], words[1::2], strict=True))
    prefs = Path(given.pop("--config", "~/.basilisk_ii_prefs")).expanduser()
    settings = read_settings(prefs)
    settings |= {name.removeprefix("--"): [value] for name, value in given.items()}
    check_rom(settings["rom"][0])
    write_what_was_read(prefs, settings)
    kind, width, height = settings["screen"][0].split("/")
    assert kind == "win"
    show_window(int(width), int(height))


main()
