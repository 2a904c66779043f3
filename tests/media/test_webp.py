import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moof.geometry import Rect
from moof.media.raster import PictureError
from moof.media.webp import encode_webp

Strided = Callable[[NDArray[Any]], NDArray[Any]]


def decoded(webp: bytes) -> NDArray[np.uint8]:
    """Return blue, green, red of a WebP file, decoded by Pillow."""
    with Image.open(io.BytesIO(webp)) as image:
        assert image.format == "WEBP"
        return np.array(image.convert("RGB"), np.uint8)[..., ::-1]


@given(st.data())
@settings(deadline=None)
def test_any_rectangle_comes_back_pixel_for_pixel(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 40))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    brightest = data.draw(st.integers(1, 256))
    picture = np.random.default_rng(width).integers(0, brightest, (height, width, 4), np.uint8)
    cut = picture[rect.slices][..., :3]
    assert (decoded(encode_webp(picture, rect)) == cut).all()


def test_views_and_whole_pictures(strided: Strided, rng: np.random.Generator) -> None:
    picture = rng.integers(0, 256, (23, 37, 4), np.uint8)
    assert (decoded(encode_webp(strided(picture))) == picture[..., :3]).all()


def test_the_picture_stays_as_it_was() -> None:
    picture = np.zeros((8, 8, 4), np.uint8)
    encode_webp(picture)
    assert not picture.any()


def test_a_desktop_is_small(desktop: Callable[[int, int, int], NDArray[np.uint8]]) -> None:
    assert len(encode_webp(desktop(1024, 768, 0))) < 30_000


@pytest.mark.parametrize("rect", [(0, 0, 0, 5), (-1, 0, 4, 4), (30, 30, 3, 2), (40, 0, 1, 1)])
def test_rectangles_outside_of_the_picture_are_refused(rect: tuple[int, int, int, int]) -> None:
    with pytest.raises(PictureError, match="outside"):
        encode_webp(np.zeros((32, 32, 4), np.uint8), Rect(*rect))


def test_what_the_format_cannot_hold_is_refused() -> None:
    with pytest.raises(PictureError, match="too large"):
        encode_webp(np.zeros((1, 16384, 4), np.uint8))
