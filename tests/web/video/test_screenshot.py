from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]


def test_file_has_the_canvas_own_pixels(run: Run) -> None:
    body = """
    const { takeScreenshot } = await load("video/screenshot.js");
    const canvas = Object.assign(document.createElement("canvas"), { width: 3, height: 2 });
    canvas.style.width = "300px";
    const context = canvas.getContext("2d", { alpha: false });
    for (let x = 0; x < 3; x++) {
      context.fillStyle = `rgb(${x * 100}, 1, 254)`;
      context.fillRect(x, 0, 1, 2);
    }
    const file = await takeScreenshot(canvas);
    const image = await createImageBitmap(file);
    context.clearRect(0, 0, 3, 2);
    context.drawImage(image, 0, 0);
    return [file.type, image.width, image.height, [...context.getImageData(0, 1, 3, 1).data]];
    """
    pixels = [0, 1, 254, 255, 100, 1, 254, 255, 200, 1, 254, 255]
    assert run(body) == ["image/png", 3, 2, pixels]


def test_video_without_a_frame_is_refused(run: Run) -> None:
    body = """
    const { takeScreenshot } = await load("video/screenshot.js");
    return await takeScreenshot(document.createElement("video")).catch((error) => error instanceof Error);
    """
    assert run(body) is True
