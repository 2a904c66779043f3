"""The page records what it plays while `moof capture` runs."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { AudioRecorder, appendSamples } = await load("audio/recorder.js");
const audioData = (values, sampleRate = 48000) => new AudioData({
  format: "f32-planar", sampleRate, numberOfFrames: values.length / 2, numberOfChannels: 2, timestamp: 0,
  data: new Float32Array(values),
});
const empty = () => ({ ended: false, rate: 0, channels: 0, frames: 0, blocks: [] });
"""


def test_samples_are_interleaved_and_bounded(run: Run) -> None:
    body = """
    const recording = empty();
    appendSamples(recording, audioData([0.5, -1, 2, 0.25, 0, -2]));
    appendSamples(recording, audioData([0, 0], 44100));
    return { ...recording, blocks: recording.blocks.map((block) => [...block]) };
    """
    expected = {"ended": False, "rate": 48000, "channels": 2, "frames": 3}
    assert run(SCENE + body) == expected | {"blocks": [[16384, 8192, -32768, 0, 32767, -32768]]}


def test_recording_ends_after_two_minutes(run: Run) -> None:
    body = """
    const recording = empty();
    appendSamples(recording, audioData([0, 0]));
    recording.frames = 120 * 48000;
    appendSamples(recording, audioData([0, 0]));
    return recording.blocks.length;
    """
    assert run(SCENE + body) == 1


def test_recording_is_sent_when_the_capture_ends(run: Run) -> None:
    body = """
    const context = new AudioContext();
    const tone = context.createOscillator();
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    const record = () => new Promise((resolve) => {
      const recorder = new AudioRecorder(() => out.stream.getAudioTracks()[0], resolve);
      recorder.setActive(true);
      recorder.setActive(true);
      const end = context.currentTime + 0.3;
      const timer = setInterval(() => {
        if (context.currentTime < end) return;
        clearInterval(timer);
        recorder.setActive(false);
      }, 20);
    });
    let loud = false;
    while (!loud) { // on a busy machine nothing may be played at first
      const { blocks } = await record();
      loud = blocks.some((block) => block.some((sample) => sample > 20000));
    }
    await context.close();
    return loud;
    """
    assert run(SCENE + body) is True


def test_without_a_connection_nothing_is_recorded(run: Run) -> None:
    body = """
    let sent = 0;
    const recorder = new AudioRecorder(() => undefined, () => { sent += 1; });
    recorder.setActive(true);
    recorder.setActive(false);
    return sent;
    """
    assert run(SCENE + body) == 0
