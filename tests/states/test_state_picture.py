import io

import numpy as np
import pytest
from PIL import Image

from moof.states.state_picture import PICTURE_SIDE, reduced_picture


@pytest.mark.parametrize(
    ("screen", "reduced"),
    [((320, 200), (320, 200)), ((1024, 768), (256, 192)), ((1920, 1080), (320, 180)), ((1, 1000), (1, 250))],
)
def test_sides_have_a_bound(screen: tuple[int, int], reduced: tuple[int, int]) -> None:
    picture = Image.open(io.BytesIO(reduced_picture(np.zeros(screen[::-1], np.uint32))))
    assert picture.size == reduced
    assert max(picture.size) <= PICTURE_SIDE


def test_pixels_are_the_means_of_the_screens() -> None:
    screen = np.zeros((2, PICTURE_SIDE * 2), np.uint32)
    screen[0, :2] = 0xFF_200000
    screen[:, -2:] = 0x00_0000FF
    picture = Image.open(io.BytesIO(reduced_picture(screen))).convert("RGB")
    assert picture.getpixel((0, 0)) == (0x10, 0, 0)
    assert picture.getpixel((PICTURE_SIDE - 1, 0)) == (0, 0, 0xFF)
