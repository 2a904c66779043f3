from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { FrameCounter } = await load("debug.js");
const counter = new FrameCounter();
"""


def test_frames_of_the_last_second(run: Run) -> None:
    body = """
    for (let time = 0; time <= 3000; time += 100) counter.count(time);
    return [counter.frames, counter.fps(3050), counter.fps(9000)];
    """
    assert run(SCENE + body) == [31, 10, 0]
