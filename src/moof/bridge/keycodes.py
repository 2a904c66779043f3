"""Maps ADB key codes to X key codes, by the key's position, not by what is printed on it.

An X server with evdev rules, such as Xvfb, numbers keys as Linux does (input-event-codes.h), plus 8.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

_EVDEV_TO_X: Final = 8

EVDEV_KEYS: Final[dict[str, int]] = {
    "esc": 1, "1": 2, "2": 3, "3": 4, "4": 5, "5": 6, "6": 7, "7": 8, "8": 9, "9": 10, "0": 11, "minus": 12,
    "equal": 13, "backspace": 14, "tab": 15, "q": 16, "w": 17, "e": 18, "r": 19, "t": 20, "y": 21, "u": 22,
    "i": 23, "o": 24, "p": 25, "leftbrace": 26, "rightbrace": 27, "enter": 28, "leftctrl": 29, "a": 30,
    "s": 31, "d": 32, "f": 33, "g": 34, "h": 35, "j": 36, "k": 37, "l": 38, "semicolon": 39, "apostrophe": 40,
    "grave": 41, "leftshift": 42, "backslash": 43, "z": 44, "x": 45, "c": 46, "v": 47, "b": 48, "n": 49,
    "m": 50, "comma": 51, "dot": 52, "slash": 53, "rightshift": 54, "kpasterisk": 55, "leftalt": 56,
    "space": 57, "capslock": 58, "f1": 59, "f2": 60, "f3": 61, "f4": 62, "f5": 63, "f6": 64, "f7": 65,
    "f8": 66, "f9": 67, "f10": 68, "numlock": 69, "scrolllock": 70, "kp7": 71, "kp8": 72, "kp9": 73,
    "kpminus": 74, "kp4": 75, "kp5": 76, "kp6": 77, "kpplus": 78, "kp1": 79, "kp2": 80, "kp3": 81, "kp0": 82,
    "kpdot": 83, "102nd": 86, "f11": 87, "f12": 88, "ro": 89, "henkan": 92, "muhenkan": 94, "kpenter": 96,
    "rightctrl": 97, "kpslash": 98, "sysrq": 99, "rightalt": 100, "home": 102, "up": 103, "pageup": 104,
    "left": 105, "right": 106, "end": 107, "down": 108, "pagedown": 109, "insert": 110, "delete": 111,
    "power": 116, "kpequal": 117, "pause": 119, "kpcomma": 121, "yen": 124, "leftmeta": 125,
    "rightmeta": 126, "compose": 127, "help": 138, "f13": 183, "f14": 184, "f15": 185, "f16": 186,
}  # fmt: skip
"""Linux's name of a key, in lower case, and its number."""

CAPS_LOCK: Final = EVDEV_KEYS["capslock"] + _EVDEV_TO_X
"""The X key code of Caps Lock."""


class CapsLock(Enum):
    """What a program expects of Caps Lock, which is a state on an ADB keyboard: down while it is on."""

    TAP = "tap"
    """A press and a release for each change, as from a PC's keyboard."""
    HOLD = "hold"
    """The key is held while it is on: the program passes it on to its guest as it is."""


ADB_KEYS: Final[dict[str, int]] = {
    "command": 0x37, "shift": 0x38, "capslock": 0x39, "option": 0x3A, "control": 0x36, "clear": 0x47,
    "enter": 0x24, "power": 0x7F, "help": 0x72, "f13": 0x69, "f14": 0x6B, "f15": 0x71, "rightshift": 0x7B,
    "rightoption": 0x7C, "rightcontrol": 0x7D,
}  # fmt: skip
"""Names, for recipes, of keys of a Mac's keyboard that programs map differently."""

_EVDEV_OF_ADB: Final[dict[int, str]] = {
    0x00: "a", 0x01: "s", 0x02: "d", 0x03: "f", 0x04: "h", 0x05: "g", 0x06: "z", 0x07: "x", 0x08: "c",
    0x09: "v", 0x0A: "102nd", 0x0B: "b", 0x0C: "q", 0x0D: "w", 0x0E: "e", 0x0F: "r", 0x10: "y", 0x11: "t",
    0x12: "1", 0x13: "2", 0x14: "3", 0x15: "4", 0x16: "6", 0x17: "5", 0x18: "equal", 0x19: "9", 0x1A: "7",
    0x1B: "minus", 0x1C: "8", 0x1D: "0", 0x1E: "rightbrace", 0x1F: "o", 0x20: "u", 0x21: "leftbrace",
    0x22: "i", 0x23: "p", 0x24: "enter", 0x25: "l", 0x26: "j", 0x27: "apostrophe", 0x28: "k",
    0x29: "semicolon", 0x2A: "backslash", 0x2B: "comma", 0x2C: "slash", 0x2D: "n", 0x2E: "m", 0x2F: "dot",
    0x30: "tab", 0x31: "space", 0x32: "grave", 0x33: "backspace", 0x35: "esc", 0x36: "leftctrl",
    0x37: "leftmeta", 0x38: "leftshift", 0x39: "capslock", 0x3A: "leftalt", 0x3B: "left", 0x3C: "right",
    0x3D: "down", 0x3E: "up", 0x41: "kpdot", 0x43: "kpasterisk", 0x45: "kpplus", 0x47: "numlock",
    0x4B: "kpslash", 0x4C: "kpenter", 0x4E: "kpminus", 0x51: "kpequal", 0x52: "kp0", 0x53: "kp1",
    0x54: "kp2", 0x55: "kp3", 0x56: "kp4", 0x57: "kp5", 0x58: "kp6", 0x59: "kp7", 0x5B: "kp8", 0x5C: "kp9",
    0x5D: "yen", 0x5E: "ro", 0x5F: "kpcomma", 0x60: "f5", 0x61: "f6", 0x62: "f7", 0x63: "f3", 0x64: "f8",
    0x65: "f9", 0x66: "muhenkan", 0x67: "f11", 0x68: "henkan", 0x69: "f13", 0x6A: "f16", 0x6B: "f14",
    0x6D: "f10", 0x6E: "compose", 0x6F: "f12", 0x71: "f15", 0x72: "insert", 0x73: "home", 0x74: "pageup",
    0x75: "delete", 0x76: "f4", 0x77: "end", 0x78: "f2", 0x79: "pagedown", 0x7A: "f1", 0x7B: "rightshift",
    0x7C: "rightalt", 0x7D: "rightctrl", 0x7F: "power",
}  # fmt: skip


def x_keycode(name: str) -> int:
    """Return the X key code of a key by Linux's name. Raises ValueError for an unknown name."""
    if name not in EVDEV_KEYS:
        raise ValueError(f"there is no key {name!r}")
    return EVDEV_KEYS[name] + _EVDEV_TO_X


def x_keycodes(quirks: Mapping[str, str] | None = None) -> dict[int, int]:
    """Return the table ADB key code → X key code.

    `quirks` remaps keys: the name of a Mac's key (ADB_KEYS) → Linux's name of the key that the program uses
    for it (EVDEV_KEYS). Raises ValueError for an unknown name.
    """
    names = dict(_EVDEV_OF_ADB)
    for mac_key, evdev_key in (quirks or {}).items():
        if mac_key not in ADB_KEYS or evdev_key not in EVDEV_KEYS:
            raise ValueError(f"key {mac_key} = {evdev_key}: there is no such key")
        names[ADB_KEYS[mac_key]] = evdev_key
    return {adb: x_keycode(name) for adb, name in names.items()}
