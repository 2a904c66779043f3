"""Ends a server that nobody has watched, or used, for a while; pages are told a minute before."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final, Protocol

from moof.server.config.idle_rules import IdleRules
from moof.server.protocol.idle_messages import Unused

LOG: Final = logging.getLogger(__name__)

NOTICE_SECONDS: Final = 60.0
"""How long before the end pages are told, at most half of the time (WCAG 2.2, 2.2.1: at least 20 s)."""
_REVIEW_SECONDS: Final = 1.0


class IdlePages(Protocol):
    """The sessions of all viewers, as the watch uses them."""

    @property
    def sessions(self) -> Sequence[object]:
        """Those that have not ended."""

    @property
    def acted_at(self) -> float:
        """When somebody came, or used the Mac last, CLOCK_MONOTONIC in seconds; at first -infinity."""

    def unused_changed(self, message: Unused) -> None:
        """Tell all viewers."""


class IdleWatch:
    """Notes when somebody watched last. Times are CLOCK_MONOTONIC in seconds."""

    def __init__(self, rules: IdleRules, pages: IdlePages, now: float) -> None:
        self._unwatched = _seconds(rules.unwatched)
        self._unused = _seconds(rules.unused)
        self._notice = min(NOTICE_SECONDS, self._unused / 2)
        self._pages = pages
        self._began = self._watched_at = now
        self._told = False

    def review(self, now: float) -> bool:
        """Return whether it is time to end; tell the pages before, or that somebody uses the Mac again."""
        if self._pages.sessions:
            self._watched_at = now
        left = max(self._began, self._pages.acted_at) + self._unused - now
        ends = left <= self._notice
        if ends is not self._told:
            self._told = ends
            self._pages.unused_changed(Unused(max(0, round(left)) if ends else None))
        return left <= 0 or now - self._watched_at >= self._unwatched


def _seconds(minutes: float | None) -> float:
    return float("inf") if minutes is None else 60.0 * minutes


async def wait_until_idle(rules: IdleRules, pages: IdlePages) -> None:
    """Return when nobody has watched, or used the Mac, for as long as the rules say."""
    watch = IdleWatch(rules, pages, time.monotonic())
    while True:
        if watch.review(time.monotonic()):
            break
        await asyncio.sleep(_REVIEW_SECONDS)
    LOG.info("Nobody has used the Mac for a while: it saves its state and ends.")
