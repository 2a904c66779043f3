"""The signaling messages about the keyboard and typed text, in both directions (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

MAX_TEXT: Final = 20_000
MAX_TEXT_ID: Final = 100
MAX_MISSING: Final = 100
"""Characters that `missing` lists at most."""

TextState = Literal["typing", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class TextRequest:
    """Types a text in the Mac. `id` is the page's name for it, which the progress repeats."""

    id: Annotated[str, Field(max_length=MAX_TEXT_ID)]
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    type: Literal["text"] = field(default="text", kw_only=True)


@dataclass(frozen=True, slots=True)
class TextStop:
    """Stops a text of this viewer; what has been typed stays."""

    id: Annotated[str, Field(max_length=MAX_TEXT_ID)]
    type: Literal["text-stop"] = field(default="text-stop", kw_only=True)


@dataclass(frozen=True, slots=True)
class KeyboardRequest:
    """Sets the Mac's keyboard layout, or what the server assumes of it."""

    layout: Annotated[str, Field(max_length=MAX_TEXT_ID)]
    type: Literal["keyboard"] = field(default="keyboard", kw_only=True)


@dataclass(frozen=True, slots=True)
class TextProgress:
    """How much of a text has been typed.

    `total` counts the characters that can be typed, a line end as one, and `typed` those that have been;
    `missing` has those that cannot, each once. `message` is a sentence for people if `state` is "failed".
    """

    id: str
    typed: int
    total: int
    missing: str
    state: TextState
    message: str = ""
    type: Literal["text-progress"] = field(default="text-progress", kw_only=True)


@dataclass(frozen=True, slots=True)
class Untypable:
    """Characters of a character message that the Mac's keyboard layout cannot type; they were dropped."""

    characters: str
    layout: str
    type: Literal["untypable"] = field(default="untypable", kw_only=True)


@dataclass(frozen=True, slots=True)
class LayoutEntry:
    """A keyboard layout: its name in `/layouts.json`, and its title for people."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class KeyboardStatus:
    """The Mac's keyboard layout; sent after hello, and when it changes.

    With `settable` the emulator changes its Mac's layout; else the server only assumes this one.
    """

    layout: str
    layouts: tuple[LayoutEntry, ...]
    settable: bool
    type: Literal["keyboard"] = field(default="keyboard", kw_only=True)
