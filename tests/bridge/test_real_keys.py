"""Keys in real programs behind the bridge: SDL and xterm get all of them, in order; Caps Lock is a state."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moof.bridge.keycodes import EVDEV_KEYS, x_keycodes
from moof.ipc import Key, Mouse
from support.bridge_process import BridgeProcess, running_bridge, wait_until

ADB_CAPS_LOCK = 0x39
ADB_SHIFT = 0x38
ADB_RETURN = 0x24
LETTERS = {
    name: adb for adb, code in x_keycodes().items() for name in "abcdef" if EVDEV_KEYS[name] + 8 == code
}
SDL_A, SDL_B = 4, 5


def keys(running: BridgeProcess, start: int = 0) -> list[tuple[int, int]]:
    """Return the program's key events from number `start` on: scancode and whether it was a press."""
    return [(event["key"], event["down"]) for event in running.events()[start:] if "key" in event]


def test_the_first_movement_may_go_to_the_corner(tmp_path: Path) -> None:
    with running_bridge(tmp_path) as running:
        running.wait_for_size(320, 200)
        running.send(Mouse(0, 0, 0, absolute=True))
        running.wait_for_event(x=0, y=0)


def test_sdl_gets_each_key_of_a_burst_with_the_mouse_in_between(sdl: BridgeProcess) -> None:
    start = len(sdl.events())
    for _ in range(8):
        sdl.press(LETTERS["a"])
    sdl.send(Mouse(40, 50, 0, absolute=True))
    sdl.press(LETTERS["b"])
    wait_until(lambda: (SDL_B, False) in keys(sdl, start), "the last key")
    assert keys(sdl, start) == [(SDL_A, True), (SDL_A, False)] * 8 + [(SDL_B, True), (SDL_B, False)]
    events = sdl.events()[start:]
    moved = next(n for n, event in enumerate(events) if "x" in event and (event["x"], event["y"]) == (40, 50))
    assert [event["key"] for event in events[moved:] if "key" in event] == [SDL_B, SDL_B]


def test_caps_lock_is_a_state_for_sdl(sdl: BridgeProcess) -> None:
    start = len(sdl.events())
    for _ in range(2):
        sdl.send(Key(ADB_CAPS_LOCK, down=True))
        sdl.press(LETTERS["a"])
        sdl.send(Key(ADB_CAPS_LOCK, down=False))
        sdl.press(LETTERS["b"])
    wait_until(lambda: keys(sdl, start).count((SDL_B, False)) == 2, "the last key")
    presses = [
        event for event in sdl.events()[start:] if event.get("down") and event["key"] in (SDL_A, SDL_B)
    ]
    assert [(event["key"], event["caps_lock"]) for event in presses] == [(SDL_A, True), (SDL_B, False)] * 2


def test_xterm_reads_caps_lock_shift_and_a_long_burst(tmp_path: Path) -> None:
    if shutil.which("xterm") is None:
        pytest.fail("The bridge's tests need xterm: apt install xterm", pytrace=False)
    typed = tmp_path / "typed"
    command = f"touch {tmp_path}/ready; head -n 2 > {typed}.part; mv {typed}.part {typed}; sleep 1000"
    # As root xterm gives its terminal to the group tty, which no sandbox has.
    program = ("xterm", "-e", "sh", "-c", command)
    with running_bridge(tmp_path, options=("--no-sandbox",), program=program) as running:
        wait_until((tmp_path / "ready").exists, "the shell")
        wait_until(running.latest, "a picture")
        for number, letter in enumerate("abcdef"):
            running.send(Key(ADB_CAPS_LOCK, down=number % 2 == 0))
            running.press(LETTERS[letter])
        running.press(ADB_RETURN)
        for letter in "aabbbb":
            running.press(LETTERS[letter])
        running.send(Key(ADB_SHIFT, down=True))
        running.press(LETTERS["a"])
        running.send(Key(ADB_SHIFT, down=False))
        running.press(LETTERS["a"])
        running.press(ADB_RETURN)
        wait_until(typed.exists, "two lines")
    assert typed.read_text() == "AbCdEf\naabbbbAa\n"
