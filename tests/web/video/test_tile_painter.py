import io
import struct
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

Run = Callable[..., Any]
Colour = tuple[int, int, int]

RED, BLUE, GREY = (200, 16, 32), (0, 0, 255), (127, 127, 127)

# Each entry of `argument` is one message of the channel; "?" reads the canvas.
PAINT = """
const { TilePainter } = await load("video/tile-painter.js");
const canvas = document.createElement("canvas");
const context = canvas.getContext("2d");
const seen = { painted: [], broken: 0, looks: [] };
let done = () => {};
const onPainted = (info) => { seen.painted.push(info.update); done(); };
const painter = new TilePainter(canvas, onPainted, () => { seen.broken += 1; });
const look = () => ({ size: [canvas.width, canvas.height],
                      pixels: Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data) });
for (const entry of argument) {
  if (entry === "?") seen.looks.push(look());
  else if (entry === "reset") painter.reset();
  else {
    const data = Uint8Array.from(entry).buffer;
    const closing = entry[0] === 1;
    const painted = closing && new Promise((resolve) => { done = resolve; });
    painter.receive(data);
    if (closing) await painted;
  }
}
return seen;
"""


def image_file(width: int, height: int, colour: Colour, kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind, lossless=True)
    return file.getvalue()


def png(width: int, height: int, colour: Colour) -> bytes:
    return image_file(width, height, colour, "PNG")


def rectangle(
    x: int,
    y: int,
    width: int,
    height: int,
    file: bytes,
    screen: tuple[int, int] = (8, 6),
    size: int = 65536,
    file_format: int = 0,
) -> list[list[int]]:
    """Return a rectangle as messages; it is the first of its update when it is at 0, 0."""
    pieces = [file[i : i + size] for i in range(0, len(file), size)]
    flags = 1 if (x, y) == (0, 0) else 0
    header = (2, flags, x, y, width, height, *screen)
    return [
        list(struct.pack("<BB7HIHH", *header, chunk, 1, len(pieces), file_format) + piece)
        for chunk, piece in enumerate(pieces)
    ]


def close(update: int, screen: tuple[int, int] = (8, 6)) -> list[int]:
    return list(struct.pack("<BB5HIII7d", 1, 0, 0, 0, *screen, 0, 0, update, 0, *[0.0] * 7))


def image(look: dict[str, Any]) -> Image.Image:
    return Image.frombytes("RGBA", tuple(look["size"]), bytes(look["pixels"])).convert("RGB")


@pytest.fixture
def paint(run: Run) -> Callable[[list[Any]], Any]:
    return lambda entries: run(PAINT, entries)


def test_png_pixels_are_exact(paint: Callable[[list[Any]], Any]) -> None:
    seen = paint(
        [
            *rectangle(0, 0, 8, 6, png(8, 6, RED)),
            *rectangle(2, 1, 3, 4, png(3, 4, BLUE)),
            close(1),
            "?",
        ]
    )
    expected = Image.new("RGB", (8, 6), RED)
    expected.paste(BLUE, (2, 1, 5, 5))
    assert image(seen["looks"][0]).tobytes() == expected.tobytes()
    assert seen["painted"] == [1]
    assert seen["broken"] == 0


def test_webp_pixels_are_exact(paint: Callable[[list[Any]], Any]) -> None:
    file = image_file(8, 6, RED, "WEBP")
    seen = paint([*rectangle(0, 0, 8, 6, file, file_format=1), close(1), "?"])
    assert image(seen["looks"][0]).tobytes() == Image.new("RGB", (8, 6), RED).tobytes()


def test_nothing_is_painted_before_the_update_is_complete(paint: Callable[[list[Any]], Any]) -> None:
    first = [*rectangle(0, 0, 8, 6, png(8, 6, RED)), close(1)]
    seen = paint([*first, *rectangle(0, 0, 8, 6, png(8, 6, BLUE)), "?", close(2), "?"])
    before, after = (image(look) for look in seen["looks"])
    assert before.getpixel((4, 3)) == RED
    assert after.getpixel((4, 3)) == BLUE


def test_a_rectangle_in_several_messages_is_painted(paint: Callable[[list[Any]], Any]) -> None:
    pieces = rectangle(0, 0, 8, 6, png(8, 6, GREY), size=20)
    assert len(pieces) > 2
    seen = paint([*pieces, close(1), "?"])
    assert image(seen["looks"][0]).getpixel((7, 5)) == GREY


def test_the_canvas_gets_the_size_of_the_screen(paint: Callable[[list[Any]], Any]) -> None:
    small = [*rectangle(0, 0, 8, 6, png(8, 6, RED)), close(1), "?"]
    large = [*rectangle(0, 0, 16, 12, png(16, 12, BLUE), screen=(16, 12)), close(2, (16, 12)), "?"]
    assert [look["size"] for look in paint(small + large)["looks"]] == [[8, 6], [16, 12]]


@pytest.mark.parametrize(
    "messages",
    [
        rectangle(0, 0, 8, 6, b"no PNG file at all"),
        rectangle(0, 0, 8, 6, png(8, 6, RED), size=20)[:-1],
        rectangle(0, 0, 8, 6, png(8, 6, RED), size=20)[1:],
        [[2, 0, 0]],
        [[9] * 40],
        rectangle(0, 0, 8, 6, png(8, 6, RED), file_format=2),
    ],
    ids=["not a PNG", "end missing", "beginning missing", "torn header", "unknown type", "unknown format"],
)
def test_an_update_that_cannot_be_painted_requests_a_whole_picture(
    paint: Callable[[list[Any]], Any], messages: list[list[int]]
) -> None:
    good = [*rectangle(0, 0, 8, 6, png(8, 6, BLUE)), close(2), "?"]
    seen = paint([*messages, close(1), *good])
    assert seen["broken"] == 1
    assert image(seen["looks"][0]).getpixel((0, 0)) == BLUE


def test_a_new_connection_discards_an_incomplete_update(paint: Callable[[list[Any]], Any]) -> None:
    half = rectangle(0, 0, 8, 6, png(8, 6, RED), size=20)[:-1]
    seen = paint([*half, "reset", *rectangle(0, 0, 8, 6, png(8, 6, BLUE)), close(1), "?"])
    assert seen["broken"] == 0
    assert image(seen["looks"][0]).getpixel((0, 0)) == BLUE


def test_an_empty_message_does_not_complete_an_update(paint: Callable[[list[Any]], Any]) -> None:
    assert paint([[], [2], close(3)])["painted"] == [3]
