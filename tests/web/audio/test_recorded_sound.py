from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_track_lasts_while_streams_change(run: Run) -> None:
    body = """
    const { RecordedSound } = await load("audio/recorded-sound.js");
    const element = document.createElement("audio");
    const { resume } = AudioContext.prototype;
    const sound = new RecordedSound(element); // no stream yet
    AudioContext.prototype.resume = async function () {};
    Object.defineProperty(AudioContext.prototype, "state", { get: () => "running", configurable: true });
    const [track] = await sound.start();
    const context = new AudioContext();
    const output = context.createMediaStreamDestination();
    const made = [];
    const create = AudioContext.prototype.createMediaStreamSource;
    AudioContext.prototype.createMediaStreamSource = function (stream) {
      made.push(stream);
      return create.call(this, stream);
    };
    element.srcObject = output.stream;
    await new Promise((resolve) => element.addEventListener("loadstart", resolve, { once: true }));
    const same = made[0] === output.stream && (await sound.start())[0] === track;
    sound.close();
    AudioContext.prototype.createMediaStreamSource = create;
    AudioContext.prototype.resume = resume;
    delete AudioContext.prototype.state;
    return [same, track.kind];
    """
    assert run(body) == [True, "audio"]


def test_browser_that_plays_nothing_has_no_track(run: Run) -> None:
    body = """
    const { RecordedSound } = await load("audio/recorded-sound.js");
    const { resume } = AudioContext.prototype;
    AudioContext.prototype.resume = () => new Promise(() => {}); // before the first click
    Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended", configurable: true });
    const sound = new RecordedSound(document.createElement("audio"));
    const tracks = await sound.start();
    sound.close();
    AudioContext.prototype.resume = resume;
    delete AudioContext.prototype.state;
    return tracks.length;
    """
    assert run(body) == 0
