"""Pictures of documents on both sides."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from moof.mac.pictures import PictureDocumentError, Sheet, picture_for_host, picture_for_mac

COLOURS = np.array([0x000000, 0xFFFFFF, 0xFF3333, 0x003399], np.uint32)
SHEET = Sheet(60, 40, COLOURS)


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def pixels_of(data: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.frombuffer(data, np.uint8, 60 * 40, SHEET.header_bytes).reshape(40, 60)


def test_a_drawing_comes_back_exactly_and_is_a_png() -> None:
    indices = np.random.default_rng(1).integers(0, 4, (40, 60)).astype(np.uint8)
    data = SHEET.to_bytes(indices)
    file = picture_for_host(data)
    image = Image.open(io.BytesIO(file))
    assert (image.format, image.size) == ("PNG", (60, 40))
    assert image.convert("RGB").getpixel((0, 0)) == tuple(
        int(COLOURS[indices[0, 0]]) >> shift & 0xFF for shift in (16, 8, 0)
    )
    back = picture_for_mac(file, SHEET)
    assert back.exact
    assert back.data == data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_a_large_picture_is_reduced_to_the_sheet(kind: str) -> None:
    picture = picture_for_mac(file_of(Image.new("RGB", (600, 200), (0, 0, 0)), kind), SHEET)
    assert not picture.exact
    pixels = pixels_of(picture.data)
    assert (pixels[:20] == 0).all()
    assert (pixels[20:] == 1).all()


def test_other_colours_are_dithered_and_transparency_is_white() -> None:
    grey = file_of(Image.new("RGB", (60, 40), (128, 128, 128)))
    black_and_white = Sheet(60, 40, np.array([0xFFFFFF, 0], np.uint32))
    pixels = np.frombuffer(picture_for_mac(grey, black_and_white).data, np.uint8, 60 * 40, 16)
    assert 0.4 < pixels.mean() < 0.6
    clear = picture_for_mac(file_of(Image.new("RGBA", (60, 40), (255, 0, 0, 0))), SHEET)
    assert clear.exact
    assert (pixels_of(clear.data) == 1).all()


@pytest.mark.parametrize(
    "file",
    [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + bytes(50), b"\xff\xd8\xff" * 9, b"BM"],
)
def test_what_cannot_be_read_is_refused(file: bytes) -> None:
    with pytest.raises(PictureDocumentError):
        picture_for_mac(file, SHEET)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(PictureDocumentError):
        picture_for_mac(file_of(Image.new("1", (8000, 8000))), SHEET)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SHEET.to_bytes(np.zeros((40, 59), np.uint8)),
        SHEET.to_bytes(np.full((40, 60), 4, np.uint8)),
        bytes(8),
        b"\0\1\0\1\1\0\0\0" + bytes(2000),
    ],
)
def test_bad_buffers_of_the_guest_are_refused(data: bytes) -> None:
    with pytest.raises(PictureDocumentError):
        picture_for_host(data)


@given(st.binary(max_size=100))
def test_any_buffer_is_a_sheet_or_refused(data: bytes) -> None:
    try:
        sheet = Sheet.from_bytes(data)
    except PictureDocumentError:
        return
    assert sheet.width > 0
    assert sheet.header_bytes <= len(data)


def test_memory_that_others_have_used_is_not_part_of_a_picture() -> None:
    black = file_of(Image.new("RGB", (600, 200), (0, 0, 0)), "JPEG")
    for size in range(1_000, 400_000, 10_000):
        used = [np.full(size, 255, np.uint8) for _ in range(8)]
        del used
        assert (pixels_of(picture_for_mac(black, SHEET).data)[:20] == 0).all()
