from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

# A session that is connected without a peer connection, and an audio receiver without packets.
SCENE = """
const { exposeDebugInterface } = await load("debug.js");
const { AudioReceiverStats } = await load("audio/receiver-stats.js");
const { LatencyMeter } = await load("latency/meter.js");
const { FrameCounter } = await load("video/frame-timing.js");
const state = { codec: "h264", emulator: null, peer: "connected", hasFrame: true };
const session = { pc: null, state, takesInput: true };
const counter = new FrameCounter();
exposeDebugInterface({
  session,
  counter,
  display: { width: 640, height: 480 },
  meter: new LatencyMeter(),
  audioStats: new AudioReceiverStats(),
});
"""


def test_stats_state_the_session_and_the_displayed_frames(run: Run) -> None:
    body = """
    counter.count(performance.now());
    counter.tileBytes += 7;
    const { codec, connected, picture, input, ...counts } = await window.moof.stats();
    const { frames, fps, tileBytes, width, height } = counts;
    return [codec, connected, picture, input, frames, fps, tileBytes, width, height];
    """
    assert run(SCENE + body) == ["h264", True, True, True, 1, 1, 7, 640, 480]


def test_pc_is_the_current_peer_connection(run: Run) -> None:
    body = """
    const before = window.moof.pc;
    session.pc = "the connection";
    return [before, window.moof.pc];
    """
    assert run(SCENE + body) == [None, "the connection"]
