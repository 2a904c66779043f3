from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SENT = """
const { PingPace } = await load("latency/ping-pace.js");
const sent = (pace, begin, end, step = 500) => {
  const times = [];
  for (let now = begin; now < end; now += step) if (pace.take(now)) times.push(now);
  return times;
};
"""


def test_pings_are_seldom_while_nothing_happens(run: Run) -> None:
    body = "return sent(new PingPace(0), 0, 20000);"
    times = run(SENT + body)
    assert times[:20] == [500 * number for number in range(20)]
    assert times[20:] == [11500, 13500, 15500, 17500, 19500]


def test_whatever_happens_brings_the_full_rate_back(run: Run) -> None:
    body = """
    const pace = new PingPace(0);
    const resting = sent(pace, 20000, 24000);
    pace.disturb(24000);
    pace.disturb(-Infinity);
    return [resting, sent(pace, 24000, 26000)];
    """
    assert run(SENT + body) == [[20000, 22000], [24000, 24500, 25000, 25500]]


def test_timers_that_are_early_skip_no_ping(run: Run) -> None:
    body = "return sent(new PingPace(0), 0, 5000, 490).length;"
    assert run(SENT + body) == 11


def test_inputs_are_noticed(run: Run) -> None:
    body = """
    const { watchInputs } = await load("latency/ping-pace.js");
    let count = 0;
    watchInputs(() => (count += 1));
    document.body.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
    document.body.dispatchEvent(new PointerEvent("pointermove", { bubbles: true }));
    return count;
    """
    assert run(body) == 2
