from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
Size = tuple[int, int]

PLACE = """
const { place } = await load("video/scaling.js");
const [[width, height], [viewportWidth, viewportHeight], ratio, mode, bare] = argument;
return place({ width, height }, { width: viewportWidth, height: viewportHeight }, ratio, mode, bare);
"""


def place(
    run: Run, picture: Size, viewport: Size, ratio: float = 1, mode: str = "whole", bare: bool = False
) -> Any:
    return run(PLACE, [picture, viewport, ratio, mode, bare])


@pytest.mark.parametrize(
    ("picture", "viewport", "ratio", "scale"),
    [
        ((1024, 768), (1440, 900), 1, 1),
        ((512, 342), (1440, 900), 1, 2),
        ((640, 480), (1440, 900), 2, 3),
        ((640, 480), (1280, 900), 1.5, 2),
        ((1024, 768), (1024, 768), 1, 1),  # sharp pixels matter more than the bezel
    ],
)
def test_whole_scale_where_it_fits(run: Run, picture: Size, viewport: Size, ratio: float, scale: int) -> None:
    placed = place(run, picture, viewport, ratio)
    assert placed["scale"] == scale
    assert placed["sharp"]
    assert placed["width"] * ratio == pytest.approx(picture[0] * scale)
    assert (placed["left"] * ratio) % 1 == pytest.approx(0, abs=1e-9)
    assert (placed["top"] * ratio) % 1 == pytest.approx(0, abs=1e-9)


def test_no_bezel_without_space(run: Run) -> None:
    assert place(run, (1024, 768), (1440, 900))["framed"]
    assert not place(run, (1024, 768), (1024, 768))["framed"]
    assert not place(run, (1024, 768), (1440, 900), bare=True)["framed"]


def test_fractional_scale_in_small_windows(run: Run) -> None:
    placed = place(run, (1024, 768), (800, 600))
    assert not placed["sharp"]
    assert placed["framed"]
    assert 0 < placed["left"] < 60
    assert placed["width"] / placed["height"] == pytest.approx(1024 / 768)


def test_fill_mode(run: Run) -> None:
    placed = place(run, (640, 480), (1440, 900), mode="fill", bare=True)
    assert placed["height"] == 900
    assert not placed["sharp"]


def test_phones_use_the_whole_width(run: Run) -> None:
    assert place(run, (640, 480), (390, 844), ratio=3)["width"] == 390
