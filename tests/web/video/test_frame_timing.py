from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

WATCH = """
const { watchVideoFrames } = await load("video/frame-timing.js");
let onPresented;
const video = { requestVideoFrameCallback: (callback) => { onPresented = callback; } };
const frames = [];
watchVideoFrames(video, (frame) => frames.push(frame));
for (const metadata of argument) onPresented(0, metadata);
const origin = performance.timeOrigin;
return frames.map(({ received, begun, decoded, shown, ...rest }) =>
  ({ ...rest, times: [received, begun, decoded, shown].map((time) => time - origin) }));
"""
FRAME = {"width": 640, "height": 480, "rtpTimestamp": 90, "presentationTime": 20, "expectedDisplayTime": 30}


@pytest.mark.parametrize(
    ("metadata", "times"),
    [
        ({"receiveTime": 10, "processingDuration": 0.004}, [10, 16, 20, 30]),
        ({}, [30, 30, 30, 30]),
        ({"receiveTime": 18, "processingDuration": 0.004}, [18, 18, 20, 30]),
        ({"receiveTime": 10, "expectedDisplayTime": 15}, [10, 20, 20, 20]),
    ],
    ids=["all", "none", "decoded quickly", "shown late"],
)
def test_times_never_decrease(run: Run, metadata: dict[str, float], times: list[float]) -> None:
    (frame,) = run(WATCH, [FRAME | metadata])
    assert frame.pop("times") == pytest.approx(times, abs=0.01)
    assert frame == {"width": 640, "height": 480, "rtpTimestamp": 90}


def test_every_frame_is_reported(run: Run) -> None:
    frames = run(WATCH, [FRAME, FRAME | {"rtpTimestamp": 91}])
    assert [frame["rtpTimestamp"] for frame in frames] == [90, 91]


def test_browser_without_frame_callbacks(run: Run) -> None:
    body = """
    const { watchVideoFrames } = await load("video/frame-timing.js");
    const video = Object.assign(new EventTarget(), { videoWidth: 640, videoHeight: 480 });
    const frames = [];
    watchVideoFrames(video, (frame) => frames.push(frame));
    video.dispatchEvent(new Event("timeupdate"));
    return frames.map(({ rtpTimestamp, width, height, received, shown }) =>
      [rtpTimestamp, width, height, received === shown]);
    """
    assert run(body) == [[0, 640, 480, True]]


def test_paint_is_shown_at_the_next_animation_frame(run: Run) -> None:
    body = """
    const { afterNextPaint } = await load("video/frame-timing.js");
    const { now } = await load("latency/clock-offset.js");
    const before = now();
    return await new Promise((resolve) => afterNextPaint((shown) => resolve(shown >= before)));
    """
    assert run(body) is True


def test_frames_of_the_last_second_are_counted(run: Run) -> None:
    body = """
    const { FrameCounter } = await load("video/frame-timing.js");
    const counter = new FrameCounter();
    for (let time = 0; time <= 3000; time += 100) counter.count(time);
    return [counter.frames, counter.fps(3050), counter.fps(9000)];
    """
    assert run(body) == [31, 10, 0]
