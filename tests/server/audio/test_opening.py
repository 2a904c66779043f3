"""Who is in the first seconds of their sound, with times passed in."""

from itertools import pairwise

import pytest

from moof.server.audio.opening import (
    OPENING_SECONDS,
    SILENCE_INTERVAL,
    ListenerOpenings,
    is_silence_due,
)


def test_a_new_listener_is_in_its_first_second() -> None:
    openings = ListenerOpenings()
    openings.update(["v1"], 100.0)
    assert openings.is_open("v1", 100.5)
    assert not openings.is_open("v1", 100.0 + OPENING_SECONDS)
    assert not openings.is_open("v2", 100.5)


def test_each_listener_has_its_own_second() -> None:
    openings = ListenerOpenings()
    openings.update(["v1"], 100.0)
    openings.update(["v1", "v2"], 101.5)
    assert not openings.is_open("v1", 101.6)
    assert openings.is_open("v2", 101.6)
    assert openings.any_open(101.6)
    assert not openings.any_open(101.6 + OPENING_SECONDS)


def test_a_listener_that_comes_back_begins_again() -> None:
    openings = ListenerOpenings()
    openings.update(["v1"], 100.0)
    openings.update([], 105.0)
    openings.update(["v1"], 106.0)
    assert openings.is_open("v1", 106.5)


@pytest.mark.parametrize("packet_samples", [240, 480, 960])
def test_packets_of_silence_have_gaps_between_them(packet_samples: int) -> None:
    timestamps = range(2**32 - 480, 2**32 - 480 + 10 * SILENCE_INTERVAL, packet_samples)
    due = [each for each in timestamps if is_silence_due(each, packet_samples)]
    assert {b - a for a, b in pairwise(due)} == {SILENCE_INTERVAL}
