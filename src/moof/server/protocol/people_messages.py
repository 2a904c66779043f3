"""The signaling messages about the people at the Mac and whose mouse it has (part of messages.py)."""

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

MAX_PERSON_NAME: Final = 40
_MAX_VIEWER: Final = 100

FloorAction = Literal["request", "release", "give"]
Line = Literal["", "good", "slow", "poor"]
"""How the line of a page is; "" while it has not been measured."""


@dataclass(frozen=True, slots=True)
class FloorRequest:
    """Requests mouse and keyboard, releases them or the request, or gives them to the viewer `to`.

    Only their holder and an owner give them; an owner may give them to itself.
    """

    action: FloorAction
    to: Annotated[str, Field(max_length=_MAX_VIEWER)] = ""
    type: Literal["floor"] = field(default="floor", kw_only=True)


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name under which others see this viewer; "" for that of its token."""

    name: Annotated[str, Field(max_length=MAX_PERSON_NAME)]
    type: Literal["name"] = field(default="name", kw_only=True)


@dataclass(frozen=True, slots=True)
class Person:
    """One viewer; `role` and `name` are what others see, `plays` says whether it may get mouse and keyboard.

    `present` is false while its page has lost the connection.
    """

    viewer: str
    name: str
    role: str
    plays: bool
    present: bool
    line: Line


@dataclass(frozen=True, slots=True)
class People:
    """Who is here, in the order of coming, and who has mouse and keyboard; sent at each change.

    `mode` is "free", "request" or "queue", which passes mouse and keyboard on after `minutes`. `holder` is
    the viewer who has them, "" for nobody, as always with "free"; `waiting` are those who have requested
    them. `left` are the seconds until they are passed on, null while nothing ends the holder's turn.
    """

    people: tuple[Person, ...]
    mode: str
    minutes: float
    holder: str
    waiting: tuple[str, ...]
    left: float | None
    type: Literal["people"] = field(default="people", kw_only=True)


@dataclass(frozen=True, slots=True)
class Pointing:
    """Where a viewer points without having the mouse, in Mac pixels."""

    viewer: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Pointers:
    """Where others point; sent at most ten times a second, each with what has moved since the last one."""

    pointers: tuple[Pointing, ...]
    type: Literal["pointers"] = field(default="pointers", kw_only=True)
