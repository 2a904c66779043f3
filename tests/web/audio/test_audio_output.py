from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

# An audio element whose browser refuses to play until `allowed`.
SCENE = """
const { AudioOutput } = await load("audio/audio-output.js");
const audio = document.createElement("audio");
let allowed = false;
let plays = 0;
audio.play = async () => {
  plays += 1;
  if (!allowed) throw new DOMException("click first", "NotAllowedError");
};
const states = [];
const output = new AudioOutput(audio, { volume: 0.5, muted: false }, () => states.push(output.state));
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
"""


def test_playback_starts_at_the_first_gesture(run: Run) -> None:
    body = """
    const before = output.state;
    output.attach(new MediaStream());
    await settled();
    allowed = true;
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await settled();
    window.dispatchEvent(new KeyboardEvent("keydown"));
    await settled();
    return { before, states, plays, volume: audio.volume };
    """
    assert run(SCENE + body) == {"before": "none", "states": ["blocked", "on"], "plays": 2, "volume": 0.5}


def test_muted_is_not_blocked(run: Run) -> None:
    body = """
    allowed = true;
    output.attach(new MediaStream());
    await settled();
    output.muted = true;
    await settled();
    output.muted = false;
    await settled();
    output.volume = 0.125;
    return { states, muted: audio.muted, volume: audio.volume };
    """
    assert run(SCENE + body) == {
        "states": ["on", "muted", "muted", "on", "on", "on"],
        "muted": False,
        "volume": 0.125,
    }


def test_gestures_are_listened_to_only_while_playback_is_blocked(run: Run) -> None:
    body = """
    const listening = new Set();
    const { addEventListener, removeEventListener } = window;
    window.addEventListener = (type, ...rest) => {
      listening.add(type);
      addEventListener.call(window, type, ...rest);
    };
    window.removeEventListener = (type, ...rest) => {
      listening.delete(type);
      removeEventListener.call(window, type, ...rest);
    };
    const gestures = () => [...listening].sort();
    const counts = [gestures()];
    output.attach(new MediaStream());
    await settled();
    counts.push(gestures());
    window.dispatchEvent(new PointerEvent("pointerup"));
    await settled();
    counts.push(gestures());
    allowed = true;
    window.dispatchEvent(new PointerEvent("pointerup"));
    await settled();
    counts.push(gestures());
    window.dispatchEvent(new PointerEvent("pointerup"));
    await settled();
    return { counts, plays };
    """
    gestures = ["keydown", "pointerup"]
    assert run(SCENE + body) == {"counts": [[], gestures, gestures, []], "plays": 3}
