"""The table from the browser's `KeyboardEvent.code` to ADB key codes, which the page loads as `/keymap.json`.

Codes are those of the Apple Extended Keyboard (Apple Guide to the Macintosh Family Hardware, chapter 8;
Inside Macintosh V, page 192). `event.code` names a key by its place, not by what is printed on it, and so
does ADB: the guest's keyboard layout decides what a key means.
"""

from typing import Final

_LETTERS_AND_DIGITS: Final = {
    "KeyA": 0x00, "KeyS": 0x01, "KeyD": 0x02, "KeyF": 0x03, "KeyH": 0x04, "KeyG": 0x05, "KeyZ": 0x06,
    "KeyX": 0x07, "KeyC": 0x08, "KeyV": 0x09, "KeyB": 0x0B, "KeyQ": 0x0C, "KeyW": 0x0D, "KeyE": 0x0E,
    "KeyR": 0x0F, "KeyY": 0x10, "KeyT": 0x11, "KeyO": 0x1F, "KeyU": 0x20, "KeyI": 0x22, "KeyP": 0x23,
    "KeyL": 0x25, "KeyJ": 0x26, "KeyK": 0x28, "KeyN": 0x2D, "KeyM": 0x2E,
    "Digit1": 0x12, "Digit2": 0x13, "Digit3": 0x14, "Digit4": 0x15, "Digit5": 0x17,
    "Digit6": 0x16, "Digit7": 0x1A, "Digit8": 0x1C, "Digit9": 0x19, "Digit0": 0x1D,
}  # fmt: skip

_PUNCTUATION: Final = {
    "Backquote": 0x32, "Minus": 0x1B, "Equal": 0x18, "BracketLeft": 0x21, "BracketRight": 0x1E,
    "Backslash": 0x2A, "Semicolon": 0x29, "Quote": 0x27, "Comma": 0x2B, "Period": 0x2F, "Slash": 0x2C,
    "Space": 0x31, "IntlBackslash": 0x0A, "IntlYen": 0x5D, "IntlRo": 0x5E, "Lang1": 0x68,
    "Lang2": 0x66,
}  # fmt: skip

_EDITING: Final = {
    "Enter": 0x24, "Tab": 0x30, "Backspace": 0x33, "Escape": 0x35, "Delete": 0x75, "Home": 0x73, "End": 0x77,
    "PageUp": 0x74, "PageDown": 0x79, "Help": 0x72, "Insert": 0x72, "ContextMenu": 0x6E, "Power": 0x7F,
    "ArrowLeft": 0x3B, "ArrowRight": 0x3C, "ArrowDown": 0x3D, "ArrowUp": 0x3E,
}  # fmt: skip

# As delivered (handler ID 2) an Apple keyboard sends the left key's code for the right Shift, Option and
# Control, too; the separate codes 0x7B-0x7D appear only after a program asks for them, and many programs
# do not know them.
_MODIFIERS: Final = {
    "ControlLeft": 0x36, "ControlRight": 0x36, "MetaLeft": 0x37, "MetaRight": 0x37, "ShiftLeft": 0x38,
    "ShiftRight": 0x38, "CapsLock": 0x39, "AltLeft": 0x3A, "AltRight": 0x3A, "Fn": 0x3F,
}  # fmt: skip

_FUNCTION_KEYS: Final = {
    "F1": 0x7A, "F2": 0x78, "F3": 0x63, "F4": 0x76, "F5": 0x60, "F6": 0x61, "F7": 0x62, "F8": 0x64,
    "F9": 0x65, "F10": 0x6D, "F11": 0x67, "F12": 0x6F, "F13": 0x69, "F14": 0x6B, "F15": 0x71, "F16": 0x6A,
    "PrintScreen": 0x69, "ScrollLock": 0x6B, "Pause": 0x71,
}  # fmt: skip

_KEYPAD: Final = {
    "NumLock": 0x47, "NumpadClear": 0x47, "NumpadEqual": 0x51, "NumpadDivide": 0x4B,
    "NumpadMultiply": 0x43, "NumpadSubtract": 0x4E, "NumpadAdd": 0x45, "NumpadEnter": 0x4C,
    "NumpadDecimal": 0x41, "NumpadComma": 0x5F,
    "Numpad0": 0x52, "Numpad1": 0x53, "Numpad2": 0x54, "Numpad3": 0x55, "Numpad4": 0x56,
    "Numpad5": 0x57, "Numpad6": 0x58, "Numpad7": 0x59, "Numpad8": 0x5B, "Numpad9": 0x5C,
}  # fmt: skip

ADB_CODES: Final[dict[str, int]] = (
    _LETTERS_AND_DIGITS | _PUNCTUATION | _EDITING | _MODIFIERS | _FUNCTION_KEYS | _KEYPAD
)
"""`event.code` → ADB key code (0..127)."""

ARROW_LEFT, ARROW_RIGHT, ARROW_DOWN, ARROW_UP = 0x3B, 0x3C, 0x3D, 0x3E


def keymap_json() -> dict[str, dict[str, int]]:
    """Return the content of `/keymap.json`: `{"codes": {"KeyA": 0, …}}`."""
    return {"codes": dict(ADB_CODES)}
