"""The estimate against a link of the benches' kind: what a sender that follows it would see."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from link import Conditions, Link
from moof.server.rtp.bandwidth_estimator import LEAST, BandwidthEstimator
from moof.server.rtp.twcc import Arrival
from moof.server.viewers import UNLIMITED_BITRATE

PACKET = 1000
FRAME_SECONDS = 1 / 60


@dataclass
class Sender:
    """Sends pictures as large as the estimate allows, up to `wanted` bits a second; feedback every 100 ms."""

    link: Link
    wanted: float = 7e6
    estimator: BandwidthEstimator = field(default_factory=lambda: BandwidthEstimator(UNLIMITED_BITRATE))
    clock_offset: float = -1e6
    now: float = 100.0

    def __post_init__(self) -> None:
        self.number = 0
        self.owed = 0.0
        self.under_way: list[tuple[float, Arrival]] = []
        self.reported_at = self.now

    def run(self, seconds: float) -> None:
        for _ in self.frames(seconds):
            pass

    def frames(self, seconds: float) -> Iterator[float]:
        """Go on for so long; yields the rate after each picture."""
        until = self.now + seconds
        while self.now < until:
            self.owed += min(self.wanted, self.estimator.rate) * FRAME_SECONDS / 8
            while self.owed >= PACKET:
                self.owed -= PACKET
                self.send()
            self.now += FRAME_SECONDS
            if self.now - self.reported_at >= 0.1:
                self.report()
            yield self.estimator.rate

    def send(self) -> None:
        self.estimator.sent(self.number, PACKET, self.now)
        at = self.link.arrival(self.now, PACKET)
        due = self.now + 0.1 if at is None else at
        self.under_way.append((due, Arrival(self.number, None if at is None else at + self.clock_offset)))
        self.number = (self.number + 1) & 0xFFFF

    def report(self) -> None:
        self.reported_at = self.now
        if self.link.conditions.silent:
            return
        ready = [arrival for due, arrival in self.under_way if due <= self.now]
        self.under_way = [(due, arrival) for due, arrival in self.under_way if due > self.now]
        self.estimator.feedback(ready, self.now)


def sender(conditions: Conditions, wanted: float = 7e6) -> Sender:
    return Sender(Link(conditions), wanted)


def test_a_wide_link_is_no_limit() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(10)
    assert sending.estimator.rate == UNLIMITED_BITRATE


@pytest.mark.parametrize("loss", [0.001, 0.01, 0.05])
def test_a_few_losses_are_no_limit(loss: float) -> None:
    sending = sender(Conditions(delay=0.015, loss=loss))
    sending.run(20)
    assert sending.estimator.rate == UNLIMITED_BITRATE


@pytest.mark.parametrize("rate", [300e3, 1e6, 3e6])
def test_a_narrow_link_is_filled_without_a_queue(rate: float) -> None:
    sending = sender(Conditions(delay=0.015, rate=rate, queue=1.0))
    sending.run(5)
    sending.link.lost = sending.link.passed = 0
    rates, waits = [], []
    for estimate in sending.frames(20):
        rates.append(estimate)
        waits.append(sending.estimator.waiting)
    assert 0.7 * rate < sum(rates) / len(rates) < 1.1 * rate
    assert sorted(waits)[len(waits) // 2] < 0.05
    assert sending.link.lost < 0.02 * sending.link.passed


def test_a_link_that_narrows_and_widens_is_followed_both_ways() -> None:
    sending = sender(Conditions(delay=0.015, rate=20e6))
    sending.run(5)
    sending.link.conditions = Conditions(delay=0.015, rate=1e6)
    sending.run(2)
    assert sending.estimator.rate < 1.1e6
    sending.run(8)
    assert sending.estimator.rate < 1.3e6
    sending.link.conditions = Conditions(delay=0.015, rate=20e6)
    sending.run(5)
    assert sending.estimator.rate > 7e6


def test_heavy_loss_is_a_full_link() -> None:
    sending = sender(Conditions(delay=0.015, loss=0.3))
    sending.run(10)
    assert sending.estimator.rate < 2e6


def test_another_longer_route_is_forgiven() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(5)
    sending.link.conditions = Conditions(delay=0.115)
    sending.run(20)
    assert sending.estimator.rate == UNLIMITED_BITRATE
    assert sending.estimator.waiting < 0.001


def test_silence_is_no_full_link_and_is_not_talked_into() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(5)
    sending.link.conditions = Conditions(silent=True)
    sending.run(2)
    assert sending.estimator.rate == LEAST
    sending.link.conditions = Conditions(delay=0.015)
    sending.run(1)
    assert sending.estimator.rate > 7e6


def test_one_late_moment_is_not_a_full_link() -> None:
    sending = sender(Conditions(delay=0.015), wanted=1e6)
    sending.run(5)
    for _ in range(10):
        sending.link.conditions = Conditions(delay=0.115)
        sending.run(0.1)
        sending.link.conditions = Conditions(delay=0.015)
        sending.run(1)
    assert sending.estimator.rate == UNLIMITED_BITRATE


def test_nonsense_in_feedback_changes_nothing() -> None:
    estimator = BandwidthEstimator(UNLIMITED_BITRATE)
    estimator.feedback([Arrival(5, 1.0), Arrival(5, None), Arrival(6, -1e9)], 0.0)
    assert estimator.rate == UNLIMITED_BITRATE
    estimator.sent(1, 1000, 0.0)
    estimator.feedback([Arrival(1, 1e12)], 0.1)
    assert estimator.rate >= LEAST
