"""What the qualities mean for each encoder of the table, with a picture that moves and one that rests."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import EMPTY
from moof.media.codecs import CODECS, PictureQuality, Transport

WIDTH, HEIGHT, FPS, TICKS = 640, 480, 60, 1500
Picture = NDArray[np.uint8]

ENCODERS = [name for name, codec in CODECS.items() if codec.transport is Transport.RTP]


def test_each_quality_spends_less_than_the_one_before() -> None:
    levels = [quality.level for quality in PictureQuality]
    assert levels[0].share == 1.0
    assert [level.share for level in levels] == sorted((level.share for level in levels), reverse=True)
    assert [level.finest for level in levels] == sorted(level.finest for level in levels)
    assert (levels[0].pictures, levels[1].pictures) == (None, None)


def encoded_bytes(name: str, quality: PictureQuality, pictures: list[Picture]) -> int:
    """Return what a moving picture takes, and half a second of rest after it."""
    make = CODECS[name].make
    assert make is not None
    encoder = make(WIDTH, HEIGHT, FPS)
    encoder.set_quality(quality)
    total = 0
    for number in range(len(pictures) + 30):
        moves = number < len(pictures)
        picture = pictures[number] if moves else pictures[-1]
        unit = encoder.encode(picture, None if moves else EMPTY, number * TICKS)
        total += len(unit.data)
    encoder.close()
    return total


@pytest.mark.parametrize("name", ENCODERS)
def test_each_encoder_takes_fewer_bytes_for_a_lower_quality(
    name: str, desktop: Callable[[int, int, int], Picture]
) -> None:
    pictures = [dithered(desktop(WIDTH, HEIGHT, 2 * number)) for number in range(20)]
    sizes = [encoded_bytes(name, quality, pictures) for quality in PictureQuality]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.85 * sizes[0]


def dithered(picture: Picture) -> Picture:
    """Make every other pixel of the grey desktop white, as on a Mac."""
    rows, columns = np.indices(picture.shape[:2])
    grey = (picture[..., :3] == picture[0, 0, :3]).all(axis=-1)
    picture[grey & ((rows + columns) % 2 == 1)] = 255
    return picture
