"""The signaling messages about the Mac's clipboard, in both directions (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from moof.extension import MAX_CLIPBOARD_BYTES

MAX_CLIPBOARD: Final = MAX_CLIPBOARD_BYTES
"""Bytes of UTF-8 of a text, as the extension socket's message has them."""


@dataclass(frozen=True, slots=True)
class ClipboardRequest:
    """Puts a text on the Mac's clipboard, at most 60,000 bytes of UTF-8."""

    text: Annotated[str, Field(max_length=MAX_CLIPBOARD)]
    type: Literal["clipboard"] = field(default="clipboard", kw_only=True)


@dataclass(frozen=True, slots=True)
class ClipboardCopied:
    """A text that was copied in the Mac; an empty one if what was copied is longer than 60,000 bytes."""

    text: str
    type: Literal["clipboard"] = field(default="clipboard", kw_only=True)


@dataclass(frozen=True, slots=True)
class ClipboardStatus:
    """Whether the emulator shares its Mac's clipboard; sent after hello, and when it changes."""

    shared: bool
    type: Literal["clipboard-status"] = field(default="clipboard-status", kw_only=True)
