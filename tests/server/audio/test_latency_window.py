"""Quantiles of response times."""

from moof.server.audio.latency_window import LatencyWindow


def test_none_yet() -> None:
    assert LatencyWindow().quantile(0.5) == 0


def test_quantiles() -> None:
    times = LatencyWindow()
    for milliseconds in range(100):
        times.note(milliseconds / 1000)
    assert times.quantile(0.5) == 0.05
    assert times.quantile(0.99) == 0.099
    assert times.quantile(1.0) == 0.099


def test_only_the_newest_count() -> None:
    times = LatencyWindow()
    times.note(9.0)
    for _ in range(500):
        times.note(0.001)
    assert times.quantile(1.0) == 0.001
