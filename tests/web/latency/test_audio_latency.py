from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { audioLatency, describeClock } = await load("latency/audio-latency.js");
const server = { state: "following", yours: true, ppm: -12.4, answer: 2, wait: 1.5, encode: 0.3, send: 0.2 };
const stats = { server, report: { depth: 25 }, outputDelay: 10, rtt: 4 };
"""


def test_parts_add_up_to_the_total(run: Run) -> None:
    parts = run(SCENE + "return audioLatency(stats);")
    assert parts.pop("answer") == 2
    total = parts.pop("total")
    assert parts == {"wait": 1.5, "encode": 0.3, "network": 2.2, "buffer": 25, "output": 10}
    assert total == pytest.approx(sum(parts.values()))


def test_unknown_parts_are_zero(run: Run) -> None:
    parts = run(SCENE + "return audioLatency({ ...stats, outputDelay: null, rtt: null });")
    assert (parts["output"], parts["network"]) == (0, 0.2)


def test_null_until_both_sides_have_reported(run: Run) -> None:
    body = "return [audioLatency({ ...stats, server: null }), audioLatency({ ...stats, report: null })];"
    assert run(SCENE + body) == [None, None]


def test_description_of_the_clock(run: Run) -> None:
    body = """
    const describe = (change) => describeClock({ ...stats, server: { ...server, ...change } });
    return [{}, { yours: false }, { state: "learning" }, { state: "free" }].map(describe);
    """
    assert run(SCENE + body) == [
        "The sound is in step with this computer’s sound card.",
        "The sound is in step with another viewer’s sound card.",
        "This computer’s sound card is being measured.",
        "The sound is in step with no sound card.",
    ]
