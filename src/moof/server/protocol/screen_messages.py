"""The signaling messages about what the Mac's screen says (part of messages.py)."""

from dataclasses import field
from typing import Literal

from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenTextRequest:
    """Send the screen's texts to this viewer now and after each change, or not any more."""

    wanted: bool
    type: Literal["screen-text"] = field(default="screen-text", kw_only=True)


@dataclass(frozen=True, slots=True)
class ScreenTextPart:
    """One text of the screen.

    `kind` is "menu", "item", "dialog", "window", "desktop", "text", "option", "button", "radio" or "field":
    an item belongs to the menu before it, the last five to the window, dialog or desktop before them.
    `active` is an open menu, the front window or dialog, a field with the focus, a selected option, or the
    button that Return presses. The key of an item stands behind a tab.
    """

    kind: str
    text: str
    disabled: bool = False
    checked: bool = False
    active: bool = False


@dataclass(frozen=True, slots=True)
class ScreenTextChanged:
    """What the screen says now: the menus, then the windows from front to back."""

    parts: tuple[ScreenTextPart, ...]
    type: Literal["screen-text"] = field(default="screen-text", kw_only=True)


@dataclass(frozen=True, slots=True)
class ScreenTextStatus:
    """Whether the emulator can say what its screen says; sent after hello, and when it changes."""

    readable: bool
    type: Literal["screen-text-status"] = field(default="screen-text-status", kw_only=True)
