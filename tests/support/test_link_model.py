"""The model of a bad network that tests and benches use does what its conditions say."""

from __future__ import annotations

import itertools

import pytest

from support.link_model import Conditions, Link

PACKETS = 10_000


def arrivals(link: Link, interval: float = 0.001, size: int = 1000) -> list[float | None]:
    return [link.arrival(number * interval, size) for number in range(PACKETS)]


def test_a_link_without_conditions_delivers_at_once() -> None:
    assert arrivals(Link()) == [number * 0.001 for number in range(PACKETS)]


def test_loss_has_its_share_and_is_reproducible() -> None:
    first, second = (arrivals(Link(Conditions(loss=0.05), seed=7)) for _ in range(2))
    assert first == second
    assert first.count(None) / PACKETS == pytest.approx(0.05, abs=0.01)


def test_delay_is_added_without_reordering() -> None:
    link = Link(Conditions(delay=0.5))
    assert link.arrival(1.0, 100) == 1.5
    link.conditions = Conditions(delay=0.1)
    assert link.arrival(1.1, 100) == 1.5


def test_a_rate_spaces_packets_and_drops_those_beyond_the_queue() -> None:
    link = Link(Conditions(rate=80_000, queue=0.2))
    came = [link.arrival(0.0, 1000) for _ in range(10)]
    assert came[:3] == pytest.approx([0.1, 0.2, 0.3])
    assert came[3:] == [None] * 7


def test_reordering_lets_packets_overtake_others() -> None:
    came = [arrival for arrival in arrivals(Link(Conditions(reorder=0.1))) if arrival is not None]
    overtaken = sum(earlier > later for earlier, later in itertools.pairwise(came))
    assert len(came) == PACKETS
    assert overtaken / PACKETS == pytest.approx(0.09, abs=0.02)


def test_silence_loses_every_packet() -> None:
    assert set(arrivals(Link(Conditions(silent=True)))) == {None}
