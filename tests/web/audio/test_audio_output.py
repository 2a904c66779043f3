from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

# A loudspeaker whose browser refuses to play until `allowed`.
SCENE = """
const { Sound } = await load("audio/audio-output.js");
const audio = document.createElement("audio");
let allowed = false;
let plays = 0;
audio.play = async () => {
  plays += 1;
  if (!allowed) throw new DOMException("click first", "NotAllowedError");
};
const states = [];
const sound = new Sound(audio, { volume: 0.5, muted: false }, () => states.push(sound.state));
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
"""


def test_sound_waits_for_a_gesture(run: Run) -> None:
    body = """
    const before = sound.state;
    sound.attach(new MediaStream());
    await settled();
    allowed = true;
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await settled();
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await settled();
    return { before, states, plays, volume: audio.volume };
    """
    assert run(SCENE + body) == {"before": "none", "states": ["blocked", "on"], "plays": 2, "volume": 0.5}


def test_muting_is_not_blocking(run: Run) -> None:
    body = """
    allowed = true;
    sound.attach(new MediaStream());
    await settled();
    sound.muted = true;
    await settled();
    sound.muted = false;
    await settled();
    sound.volume = 0.125;
    return { states, muted: audio.muted, volume: audio.volume };
    """
    assert run(SCENE + body) == {"states": ["on", "muted", "on", "on"], "muted": False, "volume": 0.125}
