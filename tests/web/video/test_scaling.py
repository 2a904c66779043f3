from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
Size = tuple[int, int]

PLACE = """
const { place } = await load("video/scaling.js");
const [[width, height], [viewportWidth, viewportHeight], ratio, scale, bare] = argument;
return place({ width, height }, { width: viewportWidth, height: viewportHeight }, ratio, scale, bare);
"""
DRAW = """
const { chooseDrawing } = await load("video/scaling.js");
const [[width, height], scale, pixels] = argument;
const { method, copies } = chooseDrawing({ width, height }, scale, pixels);
return [method, copies];
"""


def place(
    run: Run, picture: Size, viewport: Size, ratio: float = 1, scale: str = "auto", bare: bool = False
) -> Any:
    return run(PLACE, [picture, viewport, ratio, scale, bare])


@pytest.mark.parametrize(
    ("picture", "viewport", "ratio", "scale"),
    [
        ((1024, 768), (1440, 900), 1, 1),
        ((512, 342), (1440, 900), 1, 2),
        ((640, 480), (1440, 900), 2, 3),
        ((1024, 768), (1024, 768), 1, 1),  # sharp pixels matter more than the bezel
        ((1024, 768), (1366, 657), 1.25, 1),
    ],
)
def test_auto_is_whole_where_little_of_the_window_is_lost(
    run: Run, picture: Size, viewport: Size, ratio: float, scale: int
) -> None:
    placed = place(run, picture, viewport, ratio)
    assert placed["scale"] == scale
    assert placed["width"] * ratio == pytest.approx(picture[0] * scale)


@pytest.mark.parametrize(
    ("picture", "viewport", "ratio", "scale", "framed"),
    [
        ((1024, 768), (820, 1180), 2, 1640 / 1024, False),  # 62 % of the width by whole numbers
        ((1024, 768), (2560, 1300), 1, 1232 / 768, True),  # 40 %
        ((1024, 768), (1366, 657), 1, 657 / 768, False),  # 0.77 with the bezel
        ((640, 480), (1280, 900), 1.5, 2.6, True),
        ((640, 480), (390, 844), 3, 1170 / 640, False),
        ((1024, 768), (320, 300), 1, 320 / 1024, False),
    ],
)
def test_auto_uses_the_window_where_whole_numbers_do_not(
    run: Run, picture: Size, viewport: Size, ratio: float, scale: float, framed: bool
) -> None:
    placed = place(run, picture, viewport, ratio)
    assert placed["scale"] == pytest.approx(scale)
    assert placed["framed"] is framed


@pytest.mark.parametrize(
    ("choice", "ratio", "scale"),
    [
        ("fit", 1, 900 / 768),
        ("fit", 1.25, 1125 / 768),
        ("whole", 1, 1),
        ("whole", 1.25, 1),
        ("whole", 2, 2),
        ("1:1", 1, 1),
        ("1:1", 1.25, 1),
        ("1:1", 1.5, 2),
        ("1:1", 3, 3),
        ("fill", 1, 1440 / 1024),
        ("fill", 2, 2880 / 1024),
    ],
)
def test_each_choice_at_several_pixel_ratios(run: Run, choice: str, ratio: float, scale: float) -> None:
    placed = place(run, (1024, 768), (1440, 900), ratio, choice)
    assert placed["scale"] == pytest.approx(scale)
    for side in ("width", "height"):
        assert (placed[side] * ratio) % 1 == pytest.approx(0, abs=1e-9)


def test_whole_is_the_largest_that_fits_where_no_whole_number_does(run: Run) -> None:
    assert place(run, (1024, 768), (800, 600), scale="whole")["scale"] == pytest.approx(800 / 1024)


def test_no_bezel_without_space(run: Run) -> None:
    assert place(run, (1024, 768), (1440, 900))["framed"]
    assert not place(run, (1024, 768), (1024, 768))["framed"]
    assert not place(run, (1024, 768), (1440, 900), bare=True)["framed"]
    assert place(run, (640, 480), (2560, 1300), bare=True)["height"] == 1300


@pytest.mark.parametrize(
    ("picture", "scale", "pixels", "drawing"),
    [
        ((1024, 768), 2, "sharp", ["nearest", 1]),
        ((1024, 768), 1.99999, "sharp", ["nearest", 1]),  # the arithmetic's error
        ((1024, 768), 1.6, "sharp", ["enlarged", 2]),
        ((640, 480), 3.4, "sharp", ["enlarged", 4]),
        ((1024, 768), 0.86, "sharp", ["linear", 1]),
        ((1024, 768), 0.51, "sharp", ["halved", 0.5]),  # a fine pattern would become a coarse one
        ((1024, 768), 0.51, "smooth", ["halved", 0.5]),
        ((1024, 768), 3.4, "sharp", ["nearest", 1]),  # the copy would be too large
        ((4096, 3072), 1.5, "sharp", ["linear", 1]),
        ((1024, 768), 2, "smooth", ["linear", 1]),
        ((1024, 768), 1.6, "crt", ["linear", 1]),
    ],
)
def test_how_pixels_are_drawn(
    run: Run, picture: Size, scale: float, pixels: str, drawing: list[object]
) -> None:
    assert run(DRAW, [picture, scale, pixels]) == drawing
