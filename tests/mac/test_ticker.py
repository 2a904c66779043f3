import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.activity import REST_STEPS, Activity
from moof.mac.cpu import Interrupts
from moof.mac.ticker import TICKS_PER_SECOND, TickClock, Ticker
from support.recording_listener import RecordingListener

PAUSES = st.lists(st.floats(0, 0.5), min_size=1, max_size=50)


def test_each_deadline_gives_exactly_one_tick() -> None:
    clock = TickClock(1000.0)
    for _ in range(1000):
        assert clock.advance(clock.deadline())[0] == 1


def test_no_tick_before_the_deadline() -> None:
    clock = TickClock(0.0)
    assert clock.advance(clock.deadline() - 0.001) == (0, 0)


def test_a_minute_has_3609_ticks_and_60_seconds() -> None:
    assert TickClock(5.0).advance(65.0) == (3609, 60)


@given(PAUSES)
def test_late_calls_lose_no_tick(pauses: list[float]) -> None:
    clock, now = TickClock(100.0), 100.0
    ticks = seconds = 0
    for pause in pauses:
        now += pause
        new = clock.advance(now)
        ticks, seconds = ticks + new[0], seconds + new[1]
    elapsed = now - 100.0
    assert abs(ticks - elapsed * TICKS_PER_SECOND) < 1.001
    assert abs(seconds - elapsed) < 1.001
    assert clock.deadline() > now - 1e-6


@given(st.floats(0, 10), st.floats(0, 1e6), st.floats(0, 10))
def test_halted_time_does_not_count(before: float, halted: float, after: float) -> None:
    clock = TickClock(0.0)
    ticks = clock.advance(before)[0]
    clock.halt(before)
    clock.halt(before + halted / 2)
    assert clock.advance(before + halted) == (0, 0)
    clock.resume(before + halted)
    clock.resume(before + halted)
    ticks += clock.advance(before + halted + after)[0]
    assert abs(ticks - (before + after) * TICKS_PER_SECOND) < 1.01


def test_no_tick_while_the_clock_is_behind() -> None:
    clock = TickClock(10.0)
    assert clock.advance(11.0) == (60, 1)
    assert clock.advance(10.5) == (0, 0)
    assert clock.advance(9.0) == (0, 0)
    assert clock.advance(12.0) == (60, 1)


class Guest(Interrupts):
    """Takes interrupts without a CPU; `ticked` is set after a tick."""

    def __init__(self) -> None:
        self.ticked = threading.Event()

    def tick(self, ticks: int, seconds: int = 0) -> None:
        if ticks:
            self.ticked.set()


@pytest.fixture
def guest() -> Guest:
    return Guest()


@pytest.fixture
def ticker(guest: Guest) -> Iterator[Ticker]:
    made = Ticker(guest, Activity(), RecordingListener())
    made.start()
    yield made
    made.stop()


def test_ticker_ticks_only_while_running(guest: Guest, ticker: Ticker) -> None:
    assert not guest.ticked.wait(0.05)
    ticker.set_running(True)
    assert guest.ticked.wait(30)


def test_ticker_stops_again(guest: Guest, ticker: Ticker) -> None:
    ticker.set_running(True)
    assert guest.ticked.wait(30)
    ticker.set_running(False)
    # A tick that was already due may still be posted; after that there are none.
    while guest.ticked.wait(0.1):
        guest.ticked.clear()
    assert not guest.ticked.is_set()


def test_a_wake_up_at_rest_serves_several_ticks() -> None:
    clock = TickClock(1000.0)
    for _ in range(1000):
        assert clock.advance(clock.deadline(REST_STEPS))[0] == REST_STEPS
