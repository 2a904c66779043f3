"""Who is at the Mac: tells all pages who is here, who has mouse and keyboard, and where the others point."""

import asyncio
import re
import time
from dataclasses import dataclass, replace
from typing import Final, Protocol

from moof.plain_text import plain_text
from moof.server.auth.principal import Principal
from moof.server.auth.roles import NotAllowedError, Permission, Role, RolePolicy
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.protocol.latency_messages import Latency
from moof.server.protocol.messages import ServerMessage
from moof.server.protocol.people_messages import (
    FloorRequest,
    Line,
    People,
    Person,
    PersonName,
    Pointers,
    Pointing,
)
from moof.server.session.floor import Floor, FloorListener

_PEOPLE_DELAY: Final = 0.25
_POINTERS_DELAY: Final = 0.1
_DIRECTION_MARKS: Final = re.compile("[\u061c\u200e\u200f]")
"""Keyboards for Arabic and Hebrew type them; nobody sees them, nor misses them in a name."""
_GOOD_MS: Final = 100.0
_SLOW_MS: Final = 250.0

NOT_THE_HOLDER: Final = "Somebody else has the mouse and the keyboard. Ask for them first."
ONLY_THE_HOLDER_GIVES: Final = "Only who has the mouse, or an owner, gives it to somebody."


class Participant(Protocol):
    """A session, as the others see it."""

    viewer: str
    principal: Principal
    latency: Latency | None

    @property
    def awaits_resumption(self) -> bool:
        """Whether its page has lost the connection and may come back."""

    def send(self, message: ServerMessage) -> None:
        """Queue a message to the page."""

    def lose_floor(self) -> None:
        """Release the keys and buttons that it holds, and stop its texts."""


@dataclass(slots=True)
class _Present:
    participant: Participant
    plays: bool
    name: str = ""


class Presence(FloorListener):
    """The people at one Mac. Everything happens on the event loop.

    Changes are collected for a moment and sent once: a class that joins costs one message a page, not one for
    each pair.
    """

    def __init__(self, rules: FloorRules | None = None, policy: RolePolicy | None = None) -> None:
        self._policy = policy or RolePolicy()
        self.floor = Floor(rules or FloorRules())
        self.floor.add_listener(self)
        self._entries: dict[str, _Present] = {}
        self._sent: People | None = None
        self._people_timer: asyncio.TimerHandle | None = None
        self._pointers_timer: asyncio.TimerHandle | None = None
        self._moved: dict[str, Pointing] = {}

    def join(self, participant: Participant) -> None:
        """Add a viewer. Its page is told who is here, and the others of it, a moment later."""
        plays = self._policy.allows(participant.principal.role, Permission.PLAY)
        self._entries[participant.viewer] = _Present(participant, plays)
        if plays:
            self.floor.join(participant.viewer)
        self.announce()

    def leave(self, viewer: str) -> None:
        """Remove a viewer; what it holds goes to whoever waits."""
        self._entries.pop(viewer, None)
        self._moved.pop(viewer, None)
        self.floor.leave(viewer, time.monotonic())
        self.announce()

    def announce(self) -> None:
        """Send all pages who is here, soon: somebody has come, or has lost what was sent."""
        self._sent = None
        self._schedule_people()

    def review(self, now: float) -> None:
        """Pass the floor on when it is time, and send what has changed of the lines.

        Call it every other second; `now` is CLOCK_MONOTONIC in seconds.
        """
        self.floor.review(now)
        if self._sent is not None and self.people() != self._sent:
            self._schedule_people()

    def process(self, viewer: str, message: FloorRequest | PersonName) -> None:
        """Carry out a page's message. Raises NotAllowedError."""
        entry, now = self._entries[viewer], time.monotonic()
        match message:
            case PersonName():
                entry.name = " ".join(plain_text(_DIRECTION_MARKS.sub("", message.name)).split())
                self._schedule_people()
            case FloorRequest(action="request"):
                self.floor.request(viewer, now)
            case FloorRequest(action="release"):
                self.floor.release(viewer, now)
            case FloorRequest():
                manages = self._policy.allows(entry.participant.principal.role, Permission.MANAGE)
                if not manages and self.floor.holder != viewer:
                    raise NotAllowedError(ONLY_THE_HOLDER_GIVES)
                self.floor.give(message.to, now)

    def check_floor(self, viewer: str) -> None:
        """Raise NotAllowedError if somebody else has mouse and keyboard."""
        if not self.floor.admits(viewer, time.monotonic(), moves_only=False):
            raise NotAllowedError(NOT_THE_HOLDER)

    def check_switch(self, viewer: str, role: Role) -> None:
        """Raise NotAllowedError if a player may not switch the Mac: somebody else has the floor."""
        if not self._policy.allows(role, Permission.MANAGE):
            self.check_floor(viewer)

    def check_request(self, principal: Principal) -> None:
        """Raise NotAllowedError if a request without a page may not use the Mac: somebody else has it.

        A player's requests may while the player's own page has it, an owner's at any time.
        """
        if self.floor.rules.mode is FloorMode.FREE or self._policy.allows(principal.role, Permission.MANAGE):
            return
        holder = self._entries.get(self.floor.holder)
        if holder is None or holder.participant.principal != principal:
            raise NotAllowedError(NOT_THE_HOLDER)

    def point(self, viewer: str, x: int, y: int) -> None:
        """Show the others where a viewer without the mouse points, in Mac pixels."""
        if viewer not in self._entries:
            return
        self._moved[viewer] = Pointing(viewer, x, y)
        if self._pointers_timer is None:
            loop = asyncio.get_running_loop()
            self._pointers_timer = loop.call_later(_POINTERS_DELAY, self._send_pointers)

    def people(self) -> People:
        """Return who is here; without the seconds that are left, which change by themselves."""
        floor = self.floor
        people = tuple(_person(viewer, entry) for viewer, entry in self._entries.items())
        rules = floor.rules
        return People(people, rules.mode.value, rules.turn_minutes, floor.holder, floor.waiting, None)

    def floor_changed(self, previous: str) -> None:
        """Let the one who lost the floor release everything (FloorListener)."""
        if previous in self._entries:
            self._entries[previous].participant.lose_floor()
        self.announce()

    def close(self) -> None:
        """Stop the timers: the server ends."""
        for timer in (self._people_timer, self._pointers_timer):
            if timer is not None:
                timer.cancel()

    def _schedule_people(self) -> None:
        if self._people_timer is None and self._entries:
            loop = asyncio.get_running_loop()
            self._people_timer = loop.call_later(_PEOPLE_DELAY, self._send_people)

    def _send_people(self) -> None:
        self._people_timer = None
        people = self.people()
        if people == self._sent:
            return
        self._sent = people
        left = self.floor.seconds_left(time.monotonic())
        message = replace(people, left=None if left is None else round(left, 1))
        for entry in self._entries.values():
            entry.participant.send(message)

    def _send_pointers(self) -> None:
        self._pointers_timer = None
        moved, self._moved = tuple(self._moved.values()), {}
        for viewer, entry in self._entries.items():
            others = tuple(each for each in moved if each.viewer != viewer)
            if others:
                entry.participant.send(Pointers(others))


def _person(viewer: str, entry: _Present) -> Person:
    principal = entry.participant.principal
    return Person(
        viewer,
        entry.name or principal.name,
        principal.role.value,
        entry.plays,
        not entry.participant.awaits_resumption,
        _line(entry.participant.latency),
    )


def _line(latency: Latency | None) -> Line:
    """Return how good a line is, by the time from a ping to its picture: a word, as it changes seldom."""
    if latency is None:
        return ""
    if latency.late.total <= _GOOD_MS:
        return "good"
    return "slow" if latency.late.total <= _SLOW_MS else "poor"
