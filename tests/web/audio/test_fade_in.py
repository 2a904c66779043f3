"""A new connection is silent until its jitter buffer has settled."""

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { AudioOutput } = await load("audio/audio-output.js");
const audio = document.createElement("audio");
audio.play = async () => {};
const output = new AudioOutput(audio, { volume: 0.5, muted: false }, () => {});
const buffer = { settled: false };
const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
"""


def test_the_sound_fades_in_when_the_buffer_has_settled(run: Run) -> None:
    body = """
    output.attach(new MediaStream(), buffer);
    const gains = [audio.volume];
    buffer.settled = true;
    await until(() => audio.volume > 0);
    gains.push(audio.volume < 0.5);
    await until(() => audio.volume === 0.5);
    return { gains, volume: output.volume };
    """
    assert run(SCENE + body) == {"gains": [0, True], "volume": 0.5}


def test_a_buffer_that_does_not_settle_is_heard_after_a_while(run: Run) -> None:
    body = """
    const { now } = performance;
    let later = 0;
    performance.now = () => now.call(performance) + later;
    output.attach(new MediaStream(), buffer);
    later = 3001;
    await until(() => audio.volume === 0.5);
    return audio.volume;
    """
    assert run(SCENE + body) == 0.5


def test_the_next_connection_is_silent_again_and_keeps_the_volume(run: Run) -> None:
    body = """
    buffer.settled = true;
    output.attach(new MediaStream(), buffer);
    await until(() => audio.volume === 0.5);
    buffer.settled = false;
    output.attach(new MediaStream(), buffer);
    const silent = audio.volume;
    output.volume = 0.25;
    buffer.settled = true;
    await until(() => audio.volume === 0.25);
    return silent;
    """
    assert run(SCENE + body) == 0
