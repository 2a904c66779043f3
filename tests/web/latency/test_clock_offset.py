from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

OFFSET = """
const { ClockOffset } = await load("latency/clock-offset.js");
const clock = new ClockOffset();
for (const sample of argument) clock.add(...sample);
return { offset: clock.offset, browser: clock.toBrowser(10_000) };
"""


def ping(offset: float, up: float, down: float, sent: float = 1000, work: float = 12) -> list[float]:
    """t1, t2, t7 and arrival of a ping between clocks that differ by `offset` ms."""
    received = sent + up
    return [sent, received + offset, received + work + offset, received + work + down]


def test_equal_directions_give_the_exact_offset(run: Run) -> None:
    found = run(OFFSET, [ping(offset=-345.5, up=3, down=3)])
    assert found["offset"] == pytest.approx(-345.5)
    assert found["browser"] == pytest.approx(10_345.5)


def test_shortest_round_trip_counts(run: Run) -> None:
    samples = [ping(50, up=1, down=90), ping(50, up=2, down=2), ping(50, up=70, down=5)]
    assert run(OFFSET, samples)["offset"] == pytest.approx(50)


def test_old_samples_are_dropped(run: Run) -> None:
    samples = [ping(50, up=1, down=1)] + [ping(80, up=4, down=4)] * 30
    assert run(OFFSET, samples)["offset"] == pytest.approx(80)


def test_invalid_samples_are_ignored(run: Run) -> None:
    negative = [1000, 2000, 9000, 1001]
    assert run(OFFSET, [ping(50, up=1, down=1), negative])["offset"] == pytest.approx(50)
    assert run(OFFSET, [negative])["offset"] is None
