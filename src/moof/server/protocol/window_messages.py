"""The signaling messages about the Mac's screen in the size of a window (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

MAX_WINDOW: Final = 0xFFFF
"""Mac pixels, as the extension socket's message has them."""

Pixels = Annotated[int, Field(ge=0, le=MAX_WINDOW, strict=True)]


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """The window that the Mac's screen follows, in Mac pixels; 0 x 0: not this one any more."""

    width: Pixels
    height: Pixels
    type: Literal["window"] = field(default="window", kw_only=True)


@dataclass(frozen=True, slots=True)
class WindowStatus:
    """Whether the emulator can follow a window; sent after hello, and when it changes."""

    followable: bool
    type: Literal["window-status"] = field(default="window-status", kw_only=True)
