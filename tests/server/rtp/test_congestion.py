"""Bandwidth estimation by a sender that follows its estimate over the link model, and pacing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from moof.server.rtp.congestion import (
    MIN_BITRATE,
    PACING_FACTOR,
    BandwidthEstimator,
    CongestionControl,
    LeakyBucket,
    Pacer,
)
from moof.server.rtp.twcc import Arrival
from moof.server.viewers import UNLIMITED_BITRATE
from support.link_model import Conditions, Link

PACKET = 1000
FRAME_SECONDS = 1 / 60


@dataclass
class Sender:
    """Sends frames as large as the estimate allows, up to `wanted` bits per second; feedback every 100 ms."""

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
        """Run for so long; yield the rate after each frame."""
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


def test_wide_link_does_not_limit_the_rate() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(10)
    assert sending.estimator.rate == UNLIMITED_BITRATE


@pytest.mark.parametrize("loss", [0.001, 0.01, 0.05])
def test_light_loss_does_not_limit_the_rate(loss: float) -> None:
    sending = sender(Conditions(delay=0.015, loss=loss))
    sending.run(20)
    assert sending.estimator.rate == UNLIMITED_BITRATE


@pytest.mark.parametrize("rate", [300e3, 1e6, 3e6])
def test_narrow_link_is_filled_without_a_queue(rate: float) -> None:
    sending = sender(Conditions(delay=0.015, rate=rate, queue=1.0))
    sending.run(5)
    sending.link.lost = sending.link.passed = 0
    rates, waits = [], []
    for estimate in sending.frames(20):
        rates.append(estimate)
        waits.append(sending.estimator.queuing)
    assert 0.7 * rate < sum(rates) / len(rates) < 1.1 * rate
    assert sorted(waits)[len(waits) // 2] < 0.05
    assert sending.link.lost < 0.02 * sending.link.passed


def test_rate_follows_a_link_that_narrows_and_widens() -> None:
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


def test_heavy_loss_lowers_the_rate() -> None:
    sending = sender(Conditions(delay=0.015, loss=0.3))
    sending.run(10)
    assert sending.estimator.rate < 2e6


def test_longer_route_does_not_lower_the_rate() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(5)
    sending.link.conditions = Conditions(delay=0.115)
    sending.run(20)
    assert sending.estimator.rate == UNLIMITED_BITRATE
    assert sending.estimator.queuing < 0.001


def test_silence_means_the_minimum_rate_and_keeps_the_estimate() -> None:
    sending = sender(Conditions(delay=0.015))
    sending.run(5)
    sending.link.conditions = Conditions(silent=True)
    sending.run(2)
    assert sending.estimator.rate == MIN_BITRATE
    sending.link.conditions = Conditions(delay=0.015)
    sending.run(1)
    assert sending.estimator.rate > 7e6


def test_short_delay_spikes_do_not_lower_the_rate() -> None:
    sending = sender(Conditions(delay=0.015), wanted=1e6)
    sending.run(5)
    for _ in range(10):
        sending.link.conditions = Conditions(delay=0.115)
        sending.run(0.1)
        sending.link.conditions = Conditions(delay=0.015)
        sending.run(1)
    assert sending.estimator.rate == UNLIMITED_BITRATE


def test_invalid_feedback_leaves_the_estimate_in_range() -> None:
    estimator = BandwidthEstimator(UNLIMITED_BITRATE)
    estimator.feedback([Arrival(5, 1.0), Arrival(5, None), Arrival(6, -1e9)], 0.0)
    assert estimator.rate == UNLIMITED_BITRATE
    estimator.sent(1, 1000, 0.0)
    estimator.feedback([Arrival(1, 1e12)], 0.1)
    assert estimator.rate >= MIN_BITRATE


def test_usual_frame_is_sent_at_once() -> None:
    pacer = Pacer()
    assert [pacer.pause(1200, 7e6, 1.0) for _ in range(4)] == [0.0] * 4


def test_key_frame_is_paced_to_a_multiple_of_the_bandwidth() -> None:
    pacer, now, size = Pacer(), 10.0, 1200
    for _ in range(50):
        now += pacer.pause(size, 1e6, now)
    assert now - 10.0 == pytest.approx(50 * size * 8 / (PACING_FACTOR * 1e6), abs=0.005)


def test_idle_time_is_not_credited() -> None:
    pacer = Pacer()
    pacer.pause(1200, 1e6, 0.0)
    pauses = [pacer.pause(1200, 1e6, 60.0) for _ in range(20)]
    assert pauses[0] == 0.0
    assert pauses[-1] == pytest.approx(20 * 1200 * 8 / (PACING_FACTOR * 1e6))


def test_leaky_bucket_drains_in_order_and_has_a_longest_queue() -> None:
    bucket = LeakyBucket(max_seconds=0.5)
    assert bucket.empty_at == float("-inf")
    bucket.add(1000, 80e3, 10.0)
    assert bucket.empty_at == pytest.approx(10.1)
    bucket.add(1000, 40e3, 10.05)
    assert bucket.empty_at == pytest.approx(10.3)
    bucket.add(100_000, 40e3, 10.2)
    assert bucket.empty_at == pytest.approx(10.7)


def test_bandwidth_is_the_ceiling_until_the_first_report() -> None:
    control = CongestionControl(5e6)
    control.sent(0, 1000, 1.0)
    control.handle_rtcp(b"no report", 1.1)
    assert (control.measured, control.bandwidth) == (False, 5e6)
    control.handle_rtcp(bytes.fromhex("8fcd00050000000100000002") + b"\0\0\0\1\0\0\1\0\x20\1\4\0", 1.2)
    assert control.measured


def test_a_viewers_limit_comes_before_what_the_network_takes() -> None:
    control = CongestionControl(UNLIMITED_BITRATE)
    control.limit = 1e6
    assert (control.bandwidth, control.measured) == (1e6, False)
    control.limit = UNLIMITED_BITRATE
    assert control.bandwidth == UNLIMITED_BITRATE
