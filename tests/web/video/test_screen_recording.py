from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { ScreenRecording, recordingType } = await load("video/screen-recording.js");
const picture = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
const context = picture.getContext("2d");
const source = Object.assign(new EventTarget(), { picture });
const paint = (colour) => {
  context.fillStyle = colour;
  context.fillRect(0, 0, picture.width, picture.height);
  source.dispatchEvent(new Event("frame"));
};
paint("red");
let recording, timer;
const recorded = (maxBytes) => new Promise((resolve) => {
  recording = new ScreenRecording(source, [], recordingType(), resolve, maxBytes);
  let count = 0;
  timer = setInterval(() => paint(`hsl(${count++ * 40} 90% 50%)`), 20);
}).finally(() => clearInterval(timer));
const play = async (file) => {
  const video = document.createElement("video");
  video.src = URL.createObjectURL(file);
  await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = reject; });
  return [video.videoWidth, video.videoHeight];
};
"""


def test_recording_is_a_film_of_the_first_size(run: Run) -> None:
    body = """
    const end = recorded();
    picture.width = 128; // the Mac's screen becomes larger
    setTimeout(() => recording.stop(), 300);
    const { file, extension, length, reason } = await end;
    return [await play(file), file.type, extension, length > 0, reason];
    """
    assert run(SCENE + body) == [[64, 48], "video/webm", "webm", True, "stopped"]


def test_full_recording_ends_by_itself(run: Run) -> None:
    body = """
    const { file, reason } = await recorded(1);
    recording.stop();
    return [await play(file), reason];
    """
    assert run(SCENE + body) == [[64, 48], "full"]


def test_browser_without_recorder_has_no_type(run: Run) -> None:
    body = """
    const { MediaRecorder } = window;
    delete window.MediaRecorder;
    const found = recordingType();
    window.MediaRecorder = MediaRecorder;
    return found;
    """
    assert run(SCENE + body) is None
