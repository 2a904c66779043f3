from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.geometry import Rect
from moof.media.codecs.planar import Chroma, PlanarPicture, RtpElapsed
from moof.media.raster import PictureError

Desktop = Callable[[int, int, int], NDArray[np.uint8]]


def test_odd_sizes_are_rounded_up_in_420() -> None:
    assert [plane.shape for plane in PlanarPicture(5, 3, Chroma.QUARTER).planes] == [(4, 6), (2, 3), (2, 3)]
    assert [plane.shape for plane in PlanarPicture(5, 3, Chroma.FULL).planes] == [(3, 5)] * 3


@pytest.mark.parametrize("chroma", list(Chroma))
def test_the_first_picture_is_converted_whole_and_then_what_changed(chroma: Chroma, desktop: Desktop) -> None:
    planar = PlanarPicture(64, 48, chroma)
    assert planar.update(desktop(64, 48, 0), Rect(0, 0, 2, 2))
    before = [plane.copy() for plane in planar.planes]
    assert before[0].std() > 0
    assert not planar.update(np.zeros((48, 64, 4), np.uint8), Rect(0, 0, 32, 16))
    assert (planar.planes[0][:16, :32] == 0).all()
    assert (planar.planes[0][16:] == before[0][16:]).all()
    assert planar.update(np.zeros((48, 64, 4), np.uint8), None)
    assert (planar.planes[0] == 0).all()


def test_a_picture_of_another_size_is_refused(desktop: Desktop) -> None:
    with pytest.raises(PictureError):
        PlanarPicture(64, 48, Chroma.FULL).update(desktop(64, 50, 0), None)


def test_timestamps_wrap() -> None:
    elapsed = RtpElapsed()
    stamps = (0xFFFFFF00, 0xFFFFFF00, 0x400, 0x9C0)
    assert [elapsed.since_last(stamp) for stamp in stamps] == [0, 0, 0x500, 0x5C0]
