from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_pings_are_sent_and_summaries_reported(run: Run) -> None:
    body = """
    const { startPings } = await load("latency/pings.js");
    const { LatencyMeter } = await load("latency/meter.js");
    const { AudioReceiverStats } = await load("audio/receiver-stats.js");
    const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
    document.body.replaceChildren(...page.body.children);
    const { setInterval } = window;
    const calls = [];
    const timers = [];
    window.setInterval = (call) => timers.push(call);
    const session = {
      state: { signaling: "open" },
      sendInput: (message) => calls.push(new DataView(message).getUint8(0)),
      reportLatency: (summary) => calls.push(summary),
    };
    startPings(session, new LatencyMeter(), new AudioReceiverStats());
    window.setInterval = setInterval;
    for (const timer of timers) timer();
    return [calls, document.getElementById("latency").title];
    """
    calls, title = run(body)
    assert calls == [4, None]
    assert title.startswith("Not measured yet")
