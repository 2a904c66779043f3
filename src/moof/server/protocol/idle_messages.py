"""The signaling messages about a Mac that nobody uses (part of messages.py)."""

from dataclasses import field
from typing import Literal

from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unused:
    """Nobody uses the Mac: in so many seconds the server saves it and ends.

    None: somebody uses it again. Sent when it changes.
    """

    seconds: int | None
    type: Literal["unused"] = field(default="unused", kw_only=True)


@dataclass(frozen=True, slots=True)
class StillHere:
    """Somebody is here, and needs the Mac: it counts as use."""

    type: Literal["still-here"] = field(default="still-here", kw_only=True)
