"""The lossless rendition: messages, merged rectangles, backlogs, and no stale pixels."""

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

from moof.geometry import EMPTY, Rect
from moof.ipc import Frame, PixelFormat
from moof.media.codecs import CODECS
from moof.server.protocol.frame_info import Cursor
from moof.server.video.framebuffer import FrameSource, ShadowFramebuffer
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


class Stage(FrameSource):
    """A framebuffer whose pixels the tests change directly, and its rendition."""

    def __init__(self, codec: str = "png") -> None:
        self.framebuffer = ShadowFramebuffer()
        self.rendition = TileRendition(CODECS[codec])
        self.pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        self.now = 0.0

    def change(self) -> None:
        height, width, _ = self.pixels.shape
        frame = Frame(1, 0, 0, width, height, PixelFormat.BGRA, EMPTY, 0, 0, False, 0, None, self.pixels)
        _, changed, _ = self.framebuffer.update(frame, self)
        self.rendition.mark_changed(changed, self.framebuffer.size)

    def encode(self, *viewers: Any, send_info: bool = False) -> None:
        job = EncodeJob(self.framebuffer, Cursor(0, 0, False), 123, 0, self.now, send_info=send_info)
        for frame in self.rendition.encode(job, viewers):
            frame.send()

    def current(self) -> Frame | None:
        return None

    def still_valid(self, frame: Frame) -> bool:
        return True


class Canvas:
    """Draws the messages as the page does: an update's rectangles once its "frame" message arrives."""

    def __init__(self) -> None:
        self.pixels: NDArray[np.uint8] = np.zeros((0, 0, 3), np.uint8)
        self.updates = 0
        self.rectangles = 0
        self.formats: set[str | None] = set()

    def draw(self, messages: Sequence[bytes]) -> None:
        *tiles, closing = messages
        assert closing[0] == 1
        file, expected = b"", 0
        for number, message in enumerate(tiles):
            kind, flags, x, y, w, h, screen_w, screen_h, chunk, update, chunks, form = HEADER.unpack_from(
                message
            )
            assert (kind, chunk) == (2, expected)
            assert bool(flags & 1) == (number == 0)
            assert bool(flags & 2) == ((x, y, w, h) == (0, 0, screen_w, screen_h))
            assert update == struct.unpack_from("<I", closing, 16)[0]
            file, expected = file + message[HEADER_SIZE:], chunk + 1
            if expected == chunks:
                self.paint(file, Rect(x, y, w, h), (screen_w, screen_h), flags, form)
                self.rectangles += 1
                file, expected = b"", 0
        assert not expected
        self.updates += bool(tiles)

    def paint(self, file: bytes, rect: Rect, screen: tuple[int, int], flags: int, form: int) -> None:
        screen_w, screen_h = screen
        if self.pixels.shape != (screen_h, screen_w, 3):
            assert flags & 2, "another size has to come with a whole picture"
            self.pixels = np.zeros((screen_h, screen_w, 3), np.uint8)
        image = Image.open(io.BytesIO(file))
        assert image.format == ["PNG", "WEBP"][form]
        self.formats.add(image.format)
        self.pixels[rect.slices] = np.asarray(image.convert("RGB"))

    def draw_all(self, viewer: Any) -> None:
        for messages in viewer.tiles:
            self.draw(messages)
        viewer.tiles.clear()

    def shows(self, pixels: NDArray[np.uint8]) -> bool:
        return np.array_equal(self.pixels, pixels[..., 2::-1])


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.change()
    return stage


def test_small_update_is_one_message() -> None:
    (message,) = update_messages(b"png", Rect(1, 2, 3, 4), (640, 480), 7)
    assert HEADER.unpack_from(message) == (2, 1, 1, 2, 3, 4, 640, 480, 0, 7, 1, 0)
    assert HEADER_SIZE == HEADER.size == 24
    assert message[24:] == b"png"


@given(st.integers(0, 3 * CHUNK_SIZE))
def test_large_update_is_split_into_chunks(size: int) -> None:
    png = bytes(size)
    messages = update_messages(png, Rect(0, 0, 640, 480), (640, 480), 1)
    assert b"".join(message[HEADER_SIZE:] for message in messages) == png
    assert all(len(message) <= HEADER_SIZE + CHUNK_SIZE for message in messages)
    assert all(message[1] & 2 for message in messages)


def test_new_viewer_gets_the_whole_picture_and_then_the_changes(stage: Stage, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    stage.rendition.add_viewer(viewer.id)
    assert stage.rendition.due_at() is not None
    stage.encode(viewer)
    stage.pixels[3, 5] = 255
    stage.change()
    stage.encode(viewer)
    assert HEADER.unpack_from(viewer.tiles[1][0])[2:6] == (5, 3, 1, 1)
    canvas.draw_all(viewer)
    assert canvas.shows(stage.pixels)
    assert stage.rendition.due_at() is None


def test_distant_changes_are_rectangles_of_one_update(stage: Stage, make_viewer: Any) -> None:
    viewer, late = make_viewer(id="often", codec="png"), make_viewer(id="seldom", codec="png")
    canvas, other = Canvas(), Canvas()
    stage.pixels = np.zeros((400, 600, 4), np.uint8)
    stage.change()
    for each in (viewer, late):
        stage.rendition.add_viewer(each.id)
    stage.encode(viewer, late)
    for step in range(8):
        stage.pixels[2:9, 500:590] = 20 * step + 20
        stage.pixels[200 + 9 * step : 300, 3:40] = 255 - step
        stage.change()
        stage.encode(*((viewer, late) if step % 3 == 2 else (viewer,)))
    stage.encode(late)
    canvas.draw_all(viewer)
    other.draw_all(late)
    assert canvas.shows(stage.pixels)
    assert other.shows(stage.pixels)
    assert (canvas.updates, canvas.rectangles) == (9, 17)
    assert (other.updates, other.rectangles) == (4, 7)


def test_changes_are_merged_while_the_backlog_is_full(stage: Stage, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    stage.rendition.add_viewer(viewer.id)
    stage.encode(viewer)
    viewer.tiles_backlog = BACKLOG_LIMIT + 1
    for x in (2, 9):
        stage.pixels[4, x] = 200
        stage.change()
        stage.encode(viewer)
    assert len(viewer.tiles) == 1
    due_at = stage.rendition.due_at()
    assert due_at is not None
    assert due_at > stage.now  # it is not retried at once
    viewer.tiles_backlog = 0
    stage.encode(viewer)
    assert HEADER.unpack_from(viewer.tiles[1][0])[2:6] == (2, 4, 8, 1)
    canvas.draw_all(viewer)
    assert canvas.shows(stage.pixels)


def test_files_are_encoded_by_the_codec(make_viewer: Any) -> None:
    stage, viewer, canvas = Stage("webp"), make_viewer(codec="webp"), Canvas()
    stage.rendition.add_viewer(viewer.id)
    stage.change()
    stage.encode(viewer)
    stage.pixels[3:5, 7:9] = 99
    stage.change()
    stage.encode(viewer)
    canvas.draw_all(viewer)
    assert canvas.shows(stage.pixels)
    assert canvas.formats == {"WEBP"}


def test_codec_that_goes_over_rtp_is_rejected() -> None:
    with pytest.raises(ValueError, match="rectangles"):
        TileRendition(CODECS["h264"])


def test_equal_rectangles_are_encoded_once(stage: Stage, make_viewer: Any) -> None:
    viewers = [make_viewer(id=name, codec="png") for name in "abc"]
    for viewer in viewers:
        stage.rendition.add_viewer(viewer.id)
    stage.encode(*viewers)
    assert stage.rendition.stats.pictures == 1
    assert viewers[0].tiles[0][0] is viewers[2].tiles[0][0]


def test_slow_viewer_does_not_delay_others(stage: Stage, make_viewer: Any) -> None:
    quick, slow = make_viewer(id="quick", codec="png"), make_viewer(id="slow", codec="png")
    slow.tiles_backlog = BACKLOG_LIMIT + 1
    for viewer in (quick, slow):
        stage.rendition.add_viewer(viewer.id)
    stage.encode(quick, slow)
    assert (len(quick.tiles), len(slow.tiles)) == (1, 0)


def test_another_size_is_sent_as_a_whole(stage: Stage, make_viewer: Any) -> None:
    viewer, canvas = make_viewer(codec="png"), Canvas()
    stage.rendition.add_viewer(viewer.id)
    stage.encode(viewer)
    stage.pixels = np.full((9, 33, 4), 77, np.uint8)
    stage.change()
    stage.encode(viewer)
    canvas.draw_all(viewer)
    assert canvas.shows(stage.pixels)


def test_frame_message_is_sent_without_changed_pixels(stage: Stage, make_viewer: Any) -> None:
    viewer = make_viewer(codec="png")
    stage.rendition.add_viewer(viewer.id)
    stage.encode(viewer)
    stage.encode(viewer)
    assert len(viewer.tiles) == 1
    stage.encode(viewer, send_info=True)
    assert len(viewer.tiles[1]) == 1


def test_nothing_is_due_for_a_removed_viewer(stage: Stage) -> None:
    stage.rendition.add_viewer("viewer")
    stage.rendition.remove_viewer("viewer")
    stage.rendition.remove_viewer("viewer")
    assert stage.rendition.due_at() is None


@given(st.randoms(use_true_random=False))
def test_no_pixel_is_stale_once_motion_ends(make_viewer: Any, chance: random.Random) -> None:
    stage = Stage()
    viewers = [make_viewer(id=name, codec="png") for name in "ab"]
    canvases = [Canvas(), Canvas()]
    stage.change()
    for viewer in viewers:
        stage.rendition.add_viewer(viewer.id)
    for _ in range(20):
        x, y = chance.randrange(WIDTH), chance.randrange(HEIGHT)
        stage.pixels[y : y + chance.randrange(4), x : x + chance.randrange(9)] = chance.randrange(256)
        stage.change()
        for viewer in viewers:
            viewer.tiles_backlog = chance.choice([0, BACKLOG_LIMIT + 1])
        stage.encode(*viewers)
    for viewer in viewers:
        viewer.tiles_backlog = 0
    stage.encode(*viewers)
    for viewer, canvas in zip(viewers, canvases, strict=True):
        canvas.draw_all(viewer)
        assert canvas.shows(stage.pixels)
