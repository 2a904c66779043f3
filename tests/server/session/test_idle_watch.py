"""When a server that nobody uses ends, and what pages are told before. The clock is an argument."""

import asyncio

import pytest

from moof.server.config.idle_rules import IdleRules
from moof.server.protocol.idle_messages import Unused
from moof.server.session.idle_watch import IdlePages, IdleWatch, wait_until_idle


class Pages(IdlePages):
    """Keeps what they are told."""

    def __init__(self, viewers: int = 0) -> None:
        self.viewers = viewers
        self.used = float("-inf")
        self.told: list[int | None] = []

    @property
    def sessions(self) -> range:
        return range(self.viewers)

    @property
    def acted_at(self) -> float:
        return self.used

    def unused_changed(self, message: Unused) -> None:
        self.told.append(message.seconds)


def test_time_without_viewers_counts() -> None:
    pages = Pages()
    watch = IdleWatch(IdleRules(unwatched=1.0), pages, now=100.0)
    assert not watch.review(159.0)
    pages.viewers = 1
    assert not watch.review(170.0)
    pages.viewers = 0
    assert not watch.review(229.0)
    assert watch.review(230.0)
    assert pages.told == []


def test_pages_are_told_a_minute_before_the_end_and_that_somebody_goes_on() -> None:
    pages = Pages(1)
    watch = IdleWatch(IdleRules(unwatched=1.0, unused=10.0), pages, now=0.0)
    assert not watch.review(539.0)
    assert pages.told == []
    for now in (540.5, 541.5):
        assert not watch.review(now)
    assert pages.told == [60]
    pages.used = 542.0
    assert not watch.review(542.5)
    assert pages.told == [60, None]
    assert not watch.review(1141.0)
    assert watch.review(1142.0)
    assert pages.told == [60, None, 1]


def test_of_a_short_time_half_is_left_at_the_notice() -> None:
    pages = Pages(1)
    watch = IdleWatch(IdleRules(unused=1.0), pages, now=0.0)
    assert not watch.review(29.0)
    assert not watch.review(30.0)
    assert pages.told == [30]


def test_without_rules_it_never_ends() -> None:
    pages = Pages()
    assert not IdleWatch(IdleRules(), pages, now=0.0).review(1e9)
    assert pages.told == []


async def test_the_wait_ends_once_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moof.server.session.idle_watch._REVIEW_SECONDS", 0.0)
    pages = Pages(1)
    waiting = asyncio.create_task(wait_until_idle(IdleRules(unwatched=0.0), pages))
    pages.viewers = 0
    await waiting
