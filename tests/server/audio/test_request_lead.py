"""The request lead over ten minutes of virtual time, with emulators that respond as real ones do."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moof.server.audio.puller import PacketClock
from moof.server.audio.request_lead import (
    ABSORBED_SECONDS,
    INITIAL_SHARE,
    LEARNING_RESPONSES,
    MAX_SHARE,
    MIN_SHARE,
    LatencyWindow,
    RequestLead,
)

PACKET = 0.020
MINUTES = 10
Responses = Callable[[random.Random, float], float]
"""Returns the response time to a request at a time, in seconds."""


def constant(chance: random.Random, now: float) -> float:
    return 0.001


def existing_emulator(chance: random.Random, now: float) -> float:
    """Half of the responses take 1.3 ms, one in a hundred more than 6, the longest 15."""
    rank = chance.random()
    if rank < 0.99:
        return min(chance.lognormvariate(-6.65, 0.6), 0.006)
    return chance.uniform(0.006, 0.010 if rank < 0.9995 else 0.015)


def tick_bound(chance: random.Random, now: float) -> float:
    """The Mac polls at its 60.15 Hz tick."""
    tick = 1 / 60.15
    return tick - now % tick


@dataclass
class Browser:
    """A jitter buffer: what is late is concealed until it arrives, and what follows waits longer."""

    depth: float = 0.020
    """Between a packet's arrival and its time, were it sent at its deadline."""
    concealed: float = 0.0
    deepest: float = field(init=False)

    def __post_init__(self) -> None:
        self.deepest = self.depth

    def receive(self, lateness: float, moved: float) -> None:
        """Take a packet that was sent so long after its deadline, which was moved by `moved` afterwards."""
        missing = max(0.0, lateness - self.depth)
        self.concealed += missing
        self.depth += missing - moved
        self.deepest = max(self.deepest, self.depth)


@dataclass
class Played:
    browser: Browser
    holes: int
    moved: int
    lead: float
    late: int


def play(responses: Responses, seed: int, packet: float = PACKET, minutes: float = MINUTES) -> Played:
    """Play ten minutes: request, response, packet, as the sound thread does, in virtual time."""
    chance, lead, browser = random.Random(seed), RequestLead(packet), Browser()
    clock = PacketClock.starting(1000.0, 0, round(packet * 48_000), lead.seconds)
    now, holes, late, moved = 1000.0, 0, 0, 0
    in_gap, owed = False, None
    for _ in range(round(minutes * 60 / packet)):
        clock.request_lead = lead.seconds
        now = max(now, clock.request_at)
        if owed is None:
            until = clock.response_deadline(now, may_move=not in_gap)
            owed = now + responses(chance, now)
        else:
            until = max(owed, clock.deadline)
        in_gap = owed > until
        if in_gap:
            now, holes = until, holes + 1
        else:
            now = owed + 0.0005
            lead.record(owed - clock.request_at, owed)
            owed = None
        deadline = clock.deadline
        sent = max(now, deadline)
        late += sent > deadline
        moved += clock.move(sent)
        browser.receive(sent - deadline, clock.deadline - deadline)
        now = sent
        clock.advance(now)
    return Played(browser, holes, moved, lead.seconds, late)


@pytest.mark.parametrize("responses", [constant, existing_emulator, tick_bound])
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_ten_minutes_have_no_gap_and_nothing_is_concealed(responses: Responses, seed: int) -> None:
    played = play(responses, seed)
    assert (played.holes, played.browser.concealed, played.moved) == (0, 0.0, 0)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_short_packets_have_no_gap_either(seed: int) -> None:
    played = play(existing_emulator, seed, packet=0.010, minutes=5)
    assert (played.holes, played.browser.concealed, played.moved) == (0, 0.0, 0)


def test_the_lead_of_a_quick_emulator_is_the_least() -> None:
    played = play(constant, 1, minutes=1)
    assert played.lead == pytest.approx(MIN_SHARE * PACKET)
    assert played.late == 0


def test_responses_that_are_slow_once_in_a_thousand_cost_eight_milliseconds() -> None:
    played = play(existing_emulator, 1)
    assert played.lead < 0.0095
    assert played.late < 300  # of 30,000, and within what a browser's buffer absorbs


@settings(max_examples=5, deadline=None)
@given(stall=st.floats(0.020, 0.045), seed=st.integers(0, 2**32))
def test_a_stall_moves_the_deadlines_once_and_leaves_no_gap(stall: float, seed: int) -> None:
    def stalls_once(chance: random.Random, now: float) -> float:
        return stall if 1030 < now < 1030 + PACKET else existing_emulator(chance, now)

    played = play(stalls_once, seed, minutes=2)
    assert played.holes <= (stall > 0.038)
    assert played.moved <= 1
    assert played.browser.concealed <= 0.016  # a packet late, less what the buffer holds
    assert played.browser.deepest <= 0.0255  # so the browser removes nothing


@settings(max_examples=5, deadline=None)
@given(seconds=st.floats(0.021, 0.035))
def test_an_emulator_that_is_too_slow_does_not_delay_the_sound_more_and_more(seconds: float) -> None:
    played = play(lambda chance, now: seconds, 1, minutes=1)
    assert played.moved <= 61
    assert played.browser.deepest < 0.200


def test_a_long_response_counts_at_once_and_for_minutes() -> None:
    lead = RequestLead(PACKET)
    for count in range(LEARNING_RESPONSES):
        lead.record(0.001, count * PACKET)
    assert lead.seconds == pytest.approx(MIN_SHARE * PACKET)
    now = LEARNING_RESPONSES * PACKET
    lead.record(0.020, now)
    at_once = lead.seconds
    assert at_once >= 0.020 - ABSORBED_SECONDS
    leads = [at_once]
    for count in range(1, 5 * 60 * 50):
        lead.record(0.001, now + count * PACKET)
        leads.append(lead.seconds)
    assert leads == sorted(leads, reverse=True)
    assert leads[60 * 50] > 0.009
    assert leads[-1] == pytest.approx(MIN_SHARE * PACKET)


def test_the_first_packets_have_a_long_lead() -> None:
    assert RequestLead(PACKET).seconds == INITIAL_SHARE * PACKET


@given(st.lists(st.floats(0, 0.5), max_size=50))
def test_a_request_is_between_its_packets_deadline_and_the_previous_one(responses: list[float]) -> None:
    lead = RequestLead(PACKET)
    for count, seconds in enumerate(responses):
        lead.record(seconds, count * PACKET)
        assert MIN_SHARE * PACKET <= lead.seconds <= MAX_SHARE * PACKET


def test_an_empty_window_has_a_quantile_of_0() -> None:
    assert LatencyWindow().quantile(0.5) == 0


def test_quantiles_of_a_window() -> None:
    times = LatencyWindow()
    for milliseconds in range(100):
        times.record(milliseconds / 1000)
    assert times.quantile(0.5) == 0.05
    assert times.quantile(0.99) == 0.099
    assert times.quantile(1.0) == 0.099


def test_a_window_keeps_the_newest_500_times() -> None:
    times = LatencyWindow()
    times.record(9.0)
    for _ in range(500):
        times.record(0.001)
    assert times.quantile(1.0) == 0.001
