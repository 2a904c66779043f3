from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
Size = tuple[int, int]

PLACE = """
const { place } = await load("video/scaling.js");
const [[width, height], [roomWidth, roomHeight], ratio, wish, bare] = argument;
return place({ width, height }, { width: roomWidth, height: roomHeight }, ratio, wish, bare);
"""


def place(
    run: Run, picture: Size, room: Size, ratio: float = 1, wish: str = "whole", bare: bool = False
) -> Any:
    return run(PLACE, [picture, room, ratio, wish, bare])


@pytest.mark.parametrize(
    ("picture", "room", "ratio", "scale"),
    [
        ((1024, 768), (1440, 900), 1, 1),
        ((512, 342), (1440, 900), 1, 2),
        ((640, 480), (1440, 900), 2, 3),
        ((640, 480), (1280, 900), 1.5, 2),
        ((1024, 768), (1024, 768), 1, 1),  # sharp is worth more than the bezel
    ],
)
def test_whole_device_pixels_where_they_fit(
    run: Run, picture: Size, room: Size, ratio: float, scale: int
) -> None:
    placed = place(run, picture, room, ratio)
    assert placed["scale"] == scale
    assert placed["sharp"]
    assert placed["width"] * ratio == pytest.approx(picture[0] * scale)
    assert (placed["left"] * ratio) % 1 == pytest.approx(0, abs=1e-9)
    assert (placed["top"] * ratio) % 1 == pytest.approx(0, abs=1e-9)


def test_the_bezel_goes_where_it_has_no_room(run: Run) -> None:
    assert place(run, (1024, 768), (1440, 900))["framed"]
    assert not place(run, (1024, 768), (1024, 768))["framed"]
    assert not place(run, (1024, 768), (1440, 900), bare=True)["framed"]


def test_smooth_where_a_whole_picture_does_not_fit(run: Run) -> None:
    placed = place(run, (1024, 768), (800, 600))
    assert not placed["sharp"]
    assert placed["framed"]
    assert 0 < placed["left"] < 60
    assert placed["width"] / placed["height"] == pytest.approx(1024 / 768)


def test_filling_when_wished(run: Run) -> None:
    placed = place(run, (640, 480), (1440, 900), wish="fill", bare=True)
    assert placed["height"] == 900
    assert not placed["sharp"]


def test_a_telephone_is_not_wasted(run: Run) -> None:
    assert place(run, (640, 480), (390, 844), ratio=3)["width"] == 390
