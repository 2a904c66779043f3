from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

# The server's clock is 1000 s ahead. A ping takes 2 ms up, 1 to the emulator, 9 in it, 1 until the picture is
# read, 4 to encode and 3 down.
SCENE = """
const { LatencyMeter, percentile } = await load("latency/meter.js");
const meter = new LatencyMeter();
const AHEAD = 1_000_000;
const start = 5_000_000;
const info = (sequence, t1, rtpTimestamp) => {
  const server = [2, 3, 12, 13, 17, 17].map((ms) => t1 + AHEAD + ms);
  const [t2, t3, t4, t5, t6, t7] = server;
  return { rtpTimestamp, ping: { sequence, t1: Math.trunc(t1), t2, t3, t4, t5, t6, t7 } };
};
const seen = (received) => ({ received, begun: received + 1, decoded: received + 4, shown: received + 8 });
const median = () => meter.quantile(0.5);
"""

PARTS = {"up": 2.5, "ipc": 1, "mac": 9, "wait": 1, "encode": 4, "network": 2.5}
PARTS |= {"buffer": 1, "decode": 3, "display": 4, "total": 28}


def test_parts_of_a_video_ping(run: Run) -> None:
    body = """
    const sequence = meter.nextPing(start + 0.25);
    meter.addFrameInfo(info(sequence, start + 0.25, 90), start + 20.25);
    meter.addVideoFrame(90, seen(start + 20.25));
    return median();
    """
    # 5 ms on the network are split evenly, since the two directions cannot be measured apart.
    assert run(SCENE + body) == pytest.approx(PARTS)


def test_frame_may_arrive_before_its_message(run: Run) -> None:
    body = """
    const sequence = meter.nextPing(start);
    meter.addVideoFrame(90, seen(start + 20));
    meter.addFrameInfo(info(sequence, start, 90), start + 20);
    return median().total;
    """
    assert run(SCENE + body) == pytest.approx(28)


def test_repetitions_of_a_resting_picture_are_no_change(run: Run) -> None:
    body = """
    const times = [];
    meter.addVideoFrame(1, seen(start - 16));
    for (const at of [0, 16, 1516, 3016, 4516, 5016]) {
      meter.addVideoFrame(at, seen(start + at));
      times.push(meter.shownAt - start);
    }
    return times;
    """
    assert run(SCENE + body) == [8, 24, 24, 24, 24, 5024]


def test_unchanged_picture_is_shown_already(run: Run) -> None:
    body = """
    meter.addVideoFrame(90, seen(start - 5000));
    meter.addFrameInfo(info(meter.nextPing(start), start, 90), start + 20);
    return median();
    """
    times = run(SCENE + body)
    assert times["total"] == pytest.approx(20)
    assert times["display"] == 0


def test_parts_of_a_tile_ping(run: Run) -> None:
    body = """
    meter.addTileUpdate(info(meter.nextPing(start), start, 0), seen(start + 20));
    return median();
    """
    assert run(SCENE + body) == pytest.approx(PARTS)


def test_only_the_first_echo_of_own_pings_counts(run: Run) -> None:
    body = """
    const sequence = meter.nextPing(start);
    const shown = seen(start + 20);
    for (let i = 0; i < 5; i++) meter.addTileUpdate(info(sequence, start, 0), shown);
    meter.addTileUpdate(info(sequence + 1, start, 0), shown);
    const others = meter.nextPing(start + 500);
    meter.addTileUpdate(info(others, start + 470, 0), shown);
    return meter.count;
    """
    assert run(SCENE + body) == 1


def test_missing_time_makes_no_sample(run: Run) -> None:
    body = """
    const echo = info(meter.nextPing(start), start, 0);
    echo.ping.t3 = 0;
    meter.addTileUpdate(echo, seen(start + 20));
    return [meter.count, median()];
    """
    assert run(SCENE + body) == [0, None]


def test_sequence_grows_across_reloads(run: Run) -> None:
    body = """
    const first = meter.nextPing(Date.UTC(2026, 0, 1));
    return [first > 0, new LatencyMeter().nextPing(Date.UTC(2026, 0, 1) + 500) > first];
    """
    assert run(SCENE + body) == [True, True]


def test_percentile_is_the_nearest_rank(run: Run) -> None:
    body = "return [0.5, 0.95, 0, 1].map((q) => percentile([40, 10, 30, 20], q));"
    assert run(SCENE + body) == [20, 40, 10, 40]


def test_a_tile_update_that_returns_a_ping_is_no_new_picture(run: Run) -> None:
    body = """
    meter.addTileUpdate(info(0, start, 0), seen(start));
    const before = meter.shownAt;
    meter.addTileUpdate(info(meter.nextPing(start), start, 0), seen(start + 20));
    return [before - start, meter.shownAt - start];
    """
    assert run(SCENE + body) == [8, 8]
