"""A kiosk: the Mac goes back to a state when nobody has used it for a while, and waits for the next visitor.

While it waits, pages show the attract screen, and the press that begins is not the Mac's. An owner uses the
Mac at any time.
"""

import asyncio
import logging
import time
from typing import Final, Protocol

from moof.extension import StateOperation
from moof.server.auth.roles import Role
from moof.server.config.kiosk_rules import KioskRules
from moof.server.emulator.emulator_states import EmulatorStateError, EmulatorStates
from moof.server.protocol.kiosk_messages import KioskStatus

LOG: Final = logging.getLogger(__name__)

_REVIEW_SECONDS: Final = 0.5
_FAILURES_LOGGED: Final = 20
"""Attempts in a row to load the state: a Mac that has just started takes none yet."""


class KioskPages(Protocol):
    """The sessions of all viewers, as a kiosk uses them."""

    def kiosk_changed(self, status: KioskStatus) -> None:
        """Tell the pages of visitors whether somebody uses the Mac."""

    def release_everything(self) -> None:
        """Release all keys, buttons, texts and the floor: whoever had them has gone."""


class Kiosk:
    """The kiosk of one Mac, on the event loop. `now` is CLOCK_MONOTONIC in seconds everywhere."""

    def __init__(self, rules: KioskRules, states: EmulatorStates) -> None:
        self._rules = rules
        self._states = states
        self._pages: KioskPages | None = None
        self._attract = True
        self._acted_at = float("-inf")
        self._emulator: int | None = None
        self._is_due = True
        """Whether the state is to be loaded."""
        self._failures = 0

    @property
    def status(self) -> KioskStatus:
        """What the pages of visitors are told."""
        return KioskStatus(self._attract)

    def set_pages(self, pages: KioskPages) -> None:
        """Tell these pages of each change."""
        self._pages = pages

    def concerns(self, role: Role) -> bool:
        """Return whether this is a visitor's role: owners have their whole page."""
        return role is not Role.OWNER

    def admits(self, role: Role, now: float, *, pressed: bool) -> bool:
        """Return whether input goes to the Mac, and note that somebody uses it.

        A press (`pressed`) begins while nobody uses it; of a visitor it goes no further.
        """
        waited = self._attract
        if waited and pressed:
            self.start(now)
        if not waited:
            self._acted_at = now
        return not waited or not self.concerns(role)

    def start(self, now: float) -> None:
        """Let a visitor begin."""
        self._acted_at = now
        self._set_attract(False)

    def emulator_changed(self, pid: int | None) -> None:
        """Load the state in another emulator's Mac, too; `pid` is None while none is connected."""
        if pid is not None and pid != self._emulator:
            self._emulator = pid
            self._go_back()

    async def review(self, now: float) -> None:
        """Go back when it is time, and load the state. Call it often."""
        if not self._attract and now - self._acted_at >= self._rules.idle_seconds:
            self._go_back()
        if self._is_due:
            await self._load()

    async def run(self) -> None:
        """Review until cancelled."""
        while True:
            await asyncio.sleep(_REVIEW_SECONDS)
            await self.review(time.monotonic())

    def _go_back(self) -> None:
        self._is_due = True
        if self._pages is not None:
            self._pages.release_everything()
        self._set_attract(True)

    async def _load(self) -> None:
        """Load the state. What cannot be done now, such as in a Mac that is off, is tried again."""
        self._is_due = False
        try:
            await self._states.change_state(StateOperation.LOAD, self._rules.state)
        except EmulatorStateError as error:
            self._is_due = True
            self._failures += 1
            if self._failures == _FAILURES_LOGGED:
                LOG.warning("The kiosk cannot go back to the state “%s”: %s", self._rules.state, error)
        else:
            self._failures = 0

    def _set_attract(self, attract: bool) -> None:
        if attract is not self._attract:
            self._attract = attract
            if self._pages is not None:
                self._pages.kiosk_changed(self.status)
