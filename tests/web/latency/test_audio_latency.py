from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { soundPath, describeClock } = await load("latency/audio-latency.js");
const server = { state: "following", yours: true, ppm: -12.4, answer: 2, wait: 1.5, encode: 0.3, send: 0.2 };
const listener = { server, newest: { depth: 25 }, output: 10, rtt: 4 };
"""


def test_the_parts_add_up(run: Run) -> None:
    parts = run(SCENE + "return soundPath(listener);")
    assert parts.pop("answer") == 2
    total = parts.pop("total")
    assert parts == {"wait": 1.5, "encode": 0.3, "network": 2.2, "buffer": 25, "output": 10}
    assert total == pytest.approx(sum(parts.values()))


def test_what_is_unknown_counts_nothing(run: Run) -> None:
    parts = run(SCENE + "return soundPath({ ...listener, output: null, rtt: null });")
    assert (parts["output"], parts["network"]) == (0, 0.2)


def test_before_both_sides_have_reported_there_is_nothing(run: Run) -> None:
    body = "return [soundPath({ ...listener, server: null }), soundPath({ ...listener, newest: null })];"
    assert run(SCENE + body) == [None, None]


def test_whose_clock_it_is(run: Run) -> None:
    body = """
    const say = (change) => describeClock({ ...listener, server: { ...server, ...change } });
    return [say({}), say({ yours: false }), say({ state: "learning" }), say({ state: "free" })];
    """
    assert run(SCENE + body) == [
        "The Mac keeps pace with this computer’s sound card (−12 ppm).",
        "The Mac keeps pace with another listener’s sound card (−12 ppm).",
        "Measuring this computer’s sound card…",
        "The Mac keeps its own pace.",
    ]
