"""The lossless rendition: messages, merging, budgets, and never a stale pixel."""

import io
import random
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moof.geometry import Rect
from moof.ipc import Frame, PixelFormat
from moof.media.codecs import CODECS
from moof.server.protocol.frame_info import FrameInfo
from moof.server.video.framebuffer import ShadowFramebuffer
from moof.server.video.rendition import EncodeJob
from moof.server.video.tile_rendition import (
    BACKLOG_LIMIT,
    CHUNK_SIZE,
    HEADER_SIZE,
    TileRendition,
    update_messages,
)

HEADER = struct.Struct("<BBHHHHHHHIHH")
WIDTH, HEIGHT = 24, 16


class Show:
    """A screen whose pixels the tests change directly, and the rendition that shows it."""

    def __init__(self, codec: str = "png") -> None:
        self.framebuffer = ShadowFramebuffer()
        self.rendition = TileRendition(CODECS[codec])
        self.pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self.now = 0.0

    def change(self) -> None:
        height, width, _ = self.pixels.shape
        frame = Frame(
            1, 0, 0, width, height, PixelFormat.BGRA, Rect(0, 0, 0, 0), 0, 0, False, 0, None, self.pixels
        )
        _, changed, _ = self.framebuffer.update(frame, self)
        self.rendition.mark_changed(changed, self.framebuffer.size)

    def encode(self, *viewers: Any, send_info: bool = False) -> None:
        info = FrameInfo(*self.framebuffer.size, 0, 0, False, 123, 0)
        for delivery in self.rendition.encode(
            EncodeJob(self.framebuffer, info, self.now, send_info), viewers
        ):
            delivery.send()

    def current(self) -> Frame | None:
        return None

    def still_valid(self, frame: Frame) -> bool:
        return True


class Canvas:
    """What the page makes of the messages: rectangles are collected and drawn when the update closes."""

    def __init__(self) -> None:
        self.pixels: NDArray[np.uint8] = np.zeros((0, 0, 3), np.uint8)
        self.updates = 0
        self.formats: set[str | None] = set()

    def draw(self, messages: Sequence[bytes]) -> None:
        *tiles, closing = messages
        assert closing[0] == 1
        file = b""
        for number, message in enumerate(tiles):
            kind, flags, x, y, w, h, screen_w, screen_h, chunk, update, chunks, form = HEADER.unpack_from(
                message
            )
            assert (kind, chunk, chunks) == (2, number, len(tiles))
            assert bool(flags & 1) == (number == 0)
            assert bool(flags & 2) == ((x, y, w, h) == (0, 0, screen_w, screen_h))
            assert update == struct.unpack_from("<I", closing, 16)[0]
            file += message[HEADER_SIZE:]
        if not tiles:
            return
        self.updates += 1
        if self.pixels.shape != (screen_h, screen_w, 3):
            assert flags & 2, "another size has to come with a whole picture"
            self.pixels = np.zeros((screen_h, screen_w, 3), np.uint8)
        image = Image.open(io.BytesIO(file))
        assert image.format == ["PNG", "WEBP"][form]
        self.formats.add(image.format)
        self.pixels[y : y + h, x : x + w] = np.asarray(image.convert("RGB"))

    def draw_all(self, viewer: Any) -> None:
        for messages in viewer.tiles:
            self.draw(messages)
        viewer.tiles.clear()

    def shows(self, pixels: NDArray[np.uint8]) -> bool:
        return np.array_equal(self.pixels, pixels[..., 2::-1])


@pytest.fixture
def show() -> Show:
    show = Show()
    show.change()
    return show


def test_a_small_update_is_one_message() -> None:
    (message,) = update_messages(b"png", Rect(1, 2, 3, 4), (640, 480), 7)
    assert HEADER.unpack_from(message) == (2, 1, 1, 2, 3, 4, 640, 480, 0, 7, 1, 0)
    assert HEADER_SIZE == HEADER.size == 24
    assert message[24:] == b"png"


@given(st.integers(0, 3 * CHUNK_SIZE))
def test_a_large_update_is_cut_and_joins_again(size: int) -> None:
    png = bytes(size)
    messages = update_messages(png, Rect(0, 0, 640, 480), (640, 480), 1)
    assert b"".join(message[HEADER_SIZE:] for message in messages) == png
    assert all(len(message) <= HEADER_SIZE + CHUNK_SIZE for message in messages)
    assert all(message[1] & 2 for message in messages)


def test_a_newcomer_gets_the_whole_picture_and_then_what_changes(show: Show, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    show.rendition.add_viewer(viewer.id)
    assert show.rendition.due_at() is not None
    show.encode(viewer)
    show.pixels[3, 5] = 255
    show.change()
    show.encode(viewer)
    assert HEADER.unpack_from(viewer.tiles[1][0])[2:6] == (5, 3, 1, 1)
    canvas.draw_all(viewer)
    assert canvas.shows(show.pixels)
    assert show.rendition.due_at() is None


def test_a_full_channel_waits_and_is_owed_everything_at_once(show: Show, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    show.rendition.add_viewer(viewer.id)
    show.encode(viewer)
    viewer.tiles_backlog = BACKLOG_LIMIT + 1
    for x in (2, 9):
        show.pixels[4, x] = 200
        show.change()
        show.encode(viewer)
    assert len(viewer.tiles) == 1
    due_at = show.rendition.due_at()
    assert due_at is not None
    assert due_at > show.now  # no use in trying at once
    viewer.tiles_backlog = 0
    show.encode(viewer)
    assert HEADER.unpack_from(viewer.tiles[1][0])[2:6] == (2, 4, 8, 1)
    canvas.draw_all(viewer)
    assert canvas.shows(show.pixels)


def test_a_codec_of_the_table_makes_the_files(make_viewer: Any) -> None:
    show, viewer, canvas = Show("webp"), make_viewer(codec="webp"), Canvas()
    show.rendition.add_viewer(viewer.id)
    show.change()
    show.encode(viewer)
    show.pixels[3:5, 7:9] = 99
    show.change()
    show.encode(viewer)
    canvas.draw_all(viewer)
    assert canvas.shows(show.pixels)
    assert canvas.formats == {"WEBP"}


def test_video_makes_no_rectangles() -> None:
    with pytest.raises(ValueError, match="rectangles"):
        TileRendition(CODECS["h264"])


def test_equal_boxes_are_encoded_once(show: Show, make_viewer: Any) -> None:
    viewers = [make_viewer(id=name, codec="png") for name in "abc"]
    for viewer in viewers:
        show.rendition.add_viewer(viewer.id)
    show.encode(*viewers)
    assert show.rendition.stats.pictures == 1
    assert viewers[0].tiles[0][0] is viewers[2].tiles[0][0]


def test_a_slow_viewer_delays_nobody(show: Show, make_viewer: Any) -> None:
    quick, slow = make_viewer(id="quick", codec="png"), make_viewer(id="slow", codec="png")
    slow.tiles_backlog = BACKLOG_LIMIT + 1
    for viewer in (quick, slow):
        show.rendition.add_viewer(viewer.id)
    show.encode(quick, slow)
    assert (len(quick.tiles), len(slow.tiles)) == (1, 0)


def test_another_size_is_owed_as_a_whole(show: Show, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    show.rendition.add_viewer(viewer.id)
    show.encode(viewer)
    show.pixels = np.full((9, 33, 4), 77, np.uint8)
    show.change()
    show.encode(viewer)
    canvas.draw_all(viewer)
    assert canvas.shows(show.pixels)


def test_news_without_pixels_are_told(show: Show, make_viewer: Any) -> None:
    viewer = make_viewer(codec="png")
    show.rendition.add_viewer(viewer.id)
    show.encode(viewer)
    show.encode(viewer)
    assert len(viewer.tiles) == 1
    show.encode(viewer, send_info=True)
    assert len(viewer.tiles[1]) == 1


def test_who_left_is_owed_nothing(show: Show) -> None:
    show.rendition.add_viewer("viewer")
    show.rendition.remove_viewer("viewer")
    show.rendition.remove_viewer("viewer")
    assert show.rendition.due_at() is None


@given(st.randoms(use_true_random=False))
def test_once_motion_ends_no_pixel_is_wrong(make_viewer: Any, chance: random.Random) -> None:
    show = Show()
    viewers = [make_viewer(id=name, codec="png") for name in "ab"]
    canvases = [Canvas(), Canvas()]
    show.change()
    for viewer in viewers:
        show.rendition.add_viewer(viewer.id)
    for _ in range(20):
        x, y = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        show.pixels[y : y + chance.randrange(4), x : x + chance.randrange(9)] = chance.randrange(256)
        show.change()
        for viewer in viewers:
            viewer.tiles_backlog = chance.choice([0, BACKLOG_LIMIT + 1])
        show.encode(*viewers)
    for viewer in viewers:
        viewer.tiles_backlog = 0
    show.encode(*viewers)
    for viewer, canvas in zip(viewers, canvases, strict=True):
        canvas.draw_all(viewer)
        assert canvas.shows(show.pixels)
