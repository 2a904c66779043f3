import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moof.geometry import Rect
from moof.media.png import encode_png
from moof.media.raster import PictureError

Strided = Callable[[NDArray[Any]], NDArray[Any]]


def decoded(png: bytes) -> NDArray[np.uint8]:
    """Return blue, green, red of a PNG, decoded by Pillow."""
    with Image.open(io.BytesIO(png)) as image:
        image.load()  # checks the CRCs, too
        return np.array(image.convert("RGB"), np.uint8)[..., ::-1]


def bits_and_type(png: bytes) -> tuple[int, int]:
    bits, colour_type = struct.unpack_from(">BB", png, 24)
    return int(bits), int(colour_type)


def coloured(count: int, width: int, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """An opaque picture of exactly `count` colours."""
    colours = rng.choice(1 << 24, count, replace=False).astype(np.uint32)
    choice = np.concatenate([np.arange(count), rng.integers(0, count, width * height - count)])
    pixels: NDArray[np.uint32] = colours[rng.permutation(choice)].reshape(height, width)
    return (pixels | np.uint32(0xFF000000)).view(np.uint8).reshape(height, width, 4)


@pytest.mark.parametrize(
    ("colours", "bits", "colour_type"),
    [(1, 1, 3), (2, 1, 3), (3, 2, 3), (4, 2, 3), (5, 4, 3), (16, 4, 3), (17, 8, 3), (256, 8, 3), (257, 8, 2)],
)
def test_smallest_palette_is_used(
    colours: int, bits: int, colour_type: int, strided: Strided, rng: np.random.Generator
) -> None:
    picture = coloured(colours, 37, 23, rng)
    png = encode_png(strided(picture))
    assert bits_and_type(png) == (bits, colour_type)
    assert (decoded(png) == picture[..., :3]).all()


@given(st.data())
@settings(deadline=None)
def test_any_rectangle_comes_back_pixel_for_pixel(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 40))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rect = Rect(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    colours = data.draw(st.integers(1, min(300, width * height)))
    picture = coloured(colours, width, height, np.random.default_rng(colours))
    cut = picture[rect.slices][..., :3]
    assert (decoded(encode_png(picture, rect)) == cut).all()


def test_fourth_byte_is_ignored(rng: np.random.Generator) -> None:
    picture = coloured(2, 64, 64, rng)
    picture[..., 3] = rng.integers(0, 256, (64, 64))
    png = encode_png(picture)
    assert (decoded(png) == picture[..., :3]).all()
    assert bits_and_type(png) == (1, 3)


def test_a_desktop_is_small(desktop: Callable[[int, int, int], NDArray[np.uint8]]) -> None:
    picture = desktop(1024, 768, 0)
    png = encode_png(picture)
    assert (decoded(png) == picture[..., :3]).all()
    assert len(png) < 30_000


def test_colour_ramps_are_small() -> None:
    picture = np.zeros((256, 1024, 4), np.uint8)
    picture[..., 0] = np.arange(1024) // 4
    picture[..., 2] = np.arange(256)[:, np.newaxis]
    png = encode_png(picture)
    assert bits_and_type(png) == (8, 2)
    assert (decoded(png) == picture[..., :3]).all()
    assert len(png) < 8_000


@pytest.mark.parametrize("rect", [(0, 0, 0, 5), (-1, 0, 4, 4), (30, 30, 3, 2), (40, 0, 1, 1)])
def test_rectangles_outside_of_the_picture_are_refused(rect: tuple[int, int, int, int]) -> None:
    with pytest.raises(PictureError, match="outside"):
        encode_png(np.zeros((32, 32, 4), np.uint8), Rect(*rect))
