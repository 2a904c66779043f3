import numpy as np
import pytest

from moof.geometry import Rect
from moof.media.raster import PictureError, clip, pixels_of, rows_of


def test_a_view_becomes_a_flat_array_with_a_pitch() -> None:
    memory = np.arange(20 * 30, dtype=np.uint32).reshape(20, 30)
    view = memory[3:10, 5:18]
    flat, pitch, width, height = rows_of(view)
    assert (pitch, width, height) == (30, 13, 7)
    assert len(flat) == 6 * 30 + 13
    assert (flat[2 * pitch : 2 * pitch + width] == view[2]).all()
    assert np.shares_memory(flat, memory)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (0, 5), (5, 0)])
def test_slim_and_empty_pictures(shape: tuple[int, int]) -> None:
    array = np.ones((9, 9), np.uint8)[: shape[0], : shape[1]]
    raster = rows_of(array)
    assert (raster.height, raster.width) == shape
    assert raster.flat.sum() >= shape[0] * shape[1]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 8), np.uint8)[:, ::2],
        np.zeros((4, 8), np.uint8)[::-1],
        np.zeros((8, 4), np.uint8).T,
        np.zeros(8, np.uint8),
        np.broadcast_to(np.zeros(8, np.uint8), (4, 8)),
    ],
)
def test_rows_that_are_not_whole_or_in_order_are_refused(
    array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    with pytest.raises(PictureError):
        rows_of(array)


def test_unaligned_pixels_are_copied() -> None:
    unaligned = np.frombuffer(bytes(range(41)), np.uint8)[1:].view(np.uint32).reshape(2, 5)
    flat = rows_of(unaligned).flat
    assert flat.flags.aligned
    assert (flat == unaligned.reshape(-1)).all()


def test_pixels_of_is_a_view() -> None:
    memory = np.zeros((6, 8, 4), np.uint8)
    pixels = pixels_of(memory[1:5, 2:7])
    pixels[0, 0] = 0x04030201
    assert memory[1, 2].tolist() == [1, 2, 3, 4]
    assert pixels_of(pixels) is pixels


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8), np.zeros((4, 4, 8), np.uint8)[:, :, ::2]],
)
def test_other_pixels_are_refused(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    with pytest.raises(PictureError):
        pixels_of(picture)


@pytest.mark.parametrize(
    ("rect", "width", "height", "expected"),
    [
        (None, 4, 3, (0, 0, 4, 3)),
        (None, 0, 3, (0, 0, 0, 3)),
        (Rect(-1, 1, 3, 9), 4, 3, (0, 1, 2, 2)),
        (Rect(4, 0, 3, 3), 4, 3, (0, 0, 0, 0)),
    ],
)
def test_clip(rect: Rect | None, width: int, height: int, expected: tuple[int, int, int, int]) -> None:
    assert clip(rect, width, height) == expected
