from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { FloatingPicture, canFloat } = await load("video/floating-picture.js");
const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
canvas.getContext("2d").fillRect(0, 0, 64, 48);
const source = Object.assign(new EventTarget(), { picture: canvas });
let changes = 0;
const floating = new FloatingPicture(source, () => { changes += 1; });
"""


def test_still_picture_of_a_canvas_has_a_frame(run: Run) -> None:
    body = """
    const request = HTMLVideoElement.prototype.requestPictureInPicture;
    let size = null;
    HTMLVideoElement.prototype.requestPictureInPicture = async function () {
      size = [this.videoWidth, this.videoHeight];
    };
    await floating.toggle();
    HTMLVideoElement.prototype.requestPictureInPicture = request;
    return [size, canFloat()];
    """
    assert run(SCENE + body) == [[64, 48], True]


def test_refusal_of_the_browser_is_passed_on(run: Run) -> None:
    body = """
    const request = HTMLVideoElement.prototype.requestPictureInPicture;
    HTMLVideoElement.prototype.requestPictureInPicture = async () => { throw new Error("not now"); };
    const refusal = await floating.toggle().catch(({ message }) => message);
    HTMLVideoElement.prototype.requestPictureInPicture = request;
    return [refusal, floating.open, changes];
    """
    assert run(SCENE + body) == ["not now", False, 0]
