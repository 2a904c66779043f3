import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY
from moof.ipc import EmulatorConnection, EmulatorEnd, Frame, FrameSlotReader, Ping, PingEchoes
from moof.mac.board import SCREEN_SEQUENCE
from moof.mac.headless import HeadlessMac, decode
from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, MEGABYTE, GuestMemory
from moof.mac.video_card import DEPTHS, VideoCard, VideoMode
from moof.mac.video_refresh import MAX_WAITS, FrameComposer, FrameGrabber, VideoRefresh

SMALL = (512, 342)


def still() -> int:
    """The sequence of a guest that draws nothing meanwhile."""
    return 0


class Card:
    """A video card in a small mode, with the screen that watches it."""

    def __init__(self, memory: GuestMemory, depth: int = 8) -> None:
        memory.view(FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES)[:] = 0
        self.video = VideoCard(memory)
        self.video.set_mode(VideoMode(*SMALL, depth))
        self.grabber = FrameGrabber(self.video)

    @property
    def framebuffer(self) -> NDArray[np.uint8]:
        return self.video.framebuffer(self.video.mode)

    def expected(self) -> NDArray[np.uint32]:
        return decode(self.framebuffer, self.video.mode.depth, self.video.clut)


SHARED = GuestMemory(MEGABYTE)


@pytest.fixture
def card() -> Card:
    return Card(SHARED)


def test_the_first_picture_is_all_new(card: Card) -> None:
    assert not card.grabber.is_current_mode
    assert card.grabber.grab(still) == (0, 0, *SMALL)
    assert card.grabber.is_current_mode
    assert (card.grabber.pixels == card.expected()).all()


def test_nothing_changed_is_none(card: Card) -> None:
    card.grabber.grab(still)
    assert card.grabber.grab(still) == EMPTY


@settings(max_examples=40, deadline=None)
@given(
    depth=st.sampled_from(DEPTHS),
    writes=st.lists(st.tuples(st.integers(0, 341), st.integers(0, 63), st.integers(0, 255)), max_size=8),
)
def test_the_changed_rectangle_is_exact(depth: int, writes: list[tuple[int, int, int]]) -> None:
    card = Card(SHARED, depth)
    card.grabber.grab(still)
    before = card.grabber.pixels.copy()
    for y, x, value in writes:
        card.framebuffer[y, x] = value
    changed = card.grabber.grab(still)
    assert (card.grabber.pixels == card.expected()).all()
    rows, columns = np.nonzero(card.grabber.pixels != before)
    if changed.is_empty:
        assert not len(rows)
    else:
        assert changed == (
            columns.min(),
            rows.min(),
            columns.max() - columns.min() + 1,
            rows.max() - rows.min() + 1,
        )


def test_new_colours_change_the_pixels_that_have_them(card: Card) -> None:
    card.framebuffer[10, 20] = 5
    card.grabber.grab(still)
    card.video.set_colours(5, np.array([[1, 2, 3]], dtype=np.uint8))
    assert card.grabber.grab(still) == (20, 10, 1, 1)
    assert card.grabber.pixels[10, 20] == 0xFF010203


def test_a_new_mode_is_a_whole_new_picture(card: Card) -> None:
    card.grabber.grab(still)
    card.video.set_mode(VideoMode(640, 480, 1))
    assert card.grabber.grab(still) == (0, 0, 640, 480)
    assert card.grabber.pixels.shape == (480, 640)


def test_what_is_drawn_meanwhile_is_taken_too(card: Card) -> None:
    card.grabber.grab(still)
    card.framebuffer[1, 1] = 9

    def drawing() -> Iterator[int]:
        yield 2
        card.framebuffer[300, 500] = 9  # after the first copy
        yield 4

    sequence = drawing()
    assert card.grabber.grab(lambda: next(sequence)) == (1, 1, 500, 300)
    assert (card.grabber.pixels == card.expected()).all()


def test_a_mode_switched_meanwhile_is_no_picture(card: Card) -> None:
    card.grabber.grab(still)

    def switching() -> Iterator[int]:
        yield 2
        card.video.set_mode(VideoMode(640, 480, 8))
        yield 3

    sequence = switching()
    assert card.grabber.grab(lambda: next(sequence)) == EMPTY
    assert card.grabber.grab(still) == (0, 0, 640, 480)


class Stage:
    """A Mac, what composes its frames, and a server's reader of them."""

    def __init__(self, mac: HeadlessMac, end: EmulatorEnd, reader: FrameSlotReader) -> None:
        self.mac = mac
        self.pings = PingEchoes()
        self.composer = FrameComposer(mac.board, end.frames, self.pings)
        self.reader = reader

    def draw(self, x: int, y: int, value: int) -> None:
        self.mac.memory.write8(FRAMEBUFFER_BASE + y * self.mac.board.video.mode.row_bytes + x, value)

    def frame(self) -> Frame:
        frame = self.reader.latest()
        assert frame is not None
        return frame


@pytest.fixture
def stage(mac: HeadlessMac, end: EmulatorEnd) -> Iterator[Stage]:
    serving = threading.Thread(target=end.serve, args=(lambda message: None,))
    serving.start()
    with EmulatorConnection.connect(end.segment.pid) as connection:
        yield Stage(mac, end, connection.frames)
    end.stop()
    serving.join()


def test_the_first_frame_is_the_whole_picture(stage: Stage) -> None:
    assert stage.composer.refresh()
    frame = stage.frame()
    assert (frame.width, frame.height, frame.dirty) == (1024, 768, (0, 0, 1024, 768))
    assert (frame.pixels == stage.mac.picture()).all()


def test_a_still_picture_is_no_frame(stage: Stage) -> None:
    stage.composer.refresh()
    assert not stage.composer.refresh()
    assert stage.frame().index == 1


def test_the_dirty_box_is_exact(stage: Stage) -> None:
    stage.composer.refresh()
    stage.draw(100, 50, 7)
    stage.draw(103, 52, 7)
    stage.composer.refresh()
    assert stage.frame().dirty == (100, 50, 4, 3)


def test_every_slot_always_holds_the_whole_picture(stage: Stage) -> None:
    random = np.random.default_rng(1)
    for _ in range(30):
        x, y, value = (int(random.integers(limit)) for limit in (1024, 768, 256))
        stage.draw(x, y, value)
        if stage.composer.refresh():
            assert (stage.frame().pixels == stage.mac.picture()).all()


def test_so_it_does_across_sizes(stage: Stage) -> None:
    for size in [(640, 480), (1920, 1080), (512, 342), (1152, 870)]:
        for depth in (8, 1, 32):
            stage.mac.board.video.set_mode(VideoMode(*size, depth))
            stage.draw(3, 3, 0x55)
            stage.composer.refresh()
            frame = stage.frame()
            assert (frame.width, frame.height) == size
            assert (frame.pixels == stage.mac.picture()).all()


def test_a_ping_is_echoed_in_five_frames_of_a_still_picture(stage: Stage) -> None:
    stage.composer.refresh()
    stage.pings.received(Ping(9, 1000, 2000), now_us=3000)
    for index in range(2, 7):
        assert stage.composer.refresh()
        frame = stage.frame()
        assert (frame.index, frame.dirty[2]) == (index, 0)
        assert frame.ping is not None
        assert (frame.ping.sequence, frame.ping.t3_emulator_us) == (9, 3000)
        assert frame.ping.t4_frame_us == frame.timestamp_us
        assert (frame.pixels == stage.mac.picture()).all()
    assert not stage.composer.refresh()


def test_a_moved_cursor_is_a_frame(stage: Stage) -> None:
    stage.composer.refresh()
    stage.mac.board.video.cursor = (12, 34, True)
    assert stage.composer.refresh()
    frame = stage.frame()
    assert (frame.cursor_x, frame.cursor_y, frame.cursor_visible) == (12, 34, True)
    assert not stage.composer.refresh()


def test_repeating_shows_the_last_picture_for_a_ping_only(stage: Stage) -> None:
    stage.pings.received(Ping(1, 0, 0), 0)
    assert not stage.composer.repeat()  # there is none yet
    stage.composer.refresh()
    before = stage.frame().pixels.copy()
    stage.draw(0, 0, 1)
    assert stage.composer.repeat()
    assert (stage.frame().pixels == before).all()
    for _ in range(3):
        stage.composer.repeat()
    assert not stage.composer.repeat()


def test_the_thread_publishes_when_the_guest_has_drawn(stage: Stage) -> None:
    published = threading.Event()

    def look() -> None:
        if stage.reader.latest() is not None:
            published.set()

    stage.mac.memory.write32(SCREEN_SEQUENCE, 1)
    refresh = VideoRefresh(stage.composer, look, lambda: None)
    refresh.start()
    try:
        assert not published.wait(0.1)  # nothing but a finished picture may be the first
        stage.mac.memory.write32(SCREEN_SEQUENCE, 2)
        assert published.wait(5)
        published.clear()
        stage.draw(1, 1, 1)
        assert published.wait(5)
    finally:
        refresh.stop()


def test_a_guest_that_draws_for_long_is_shown_half_done(stage: Stage) -> None:
    published = threading.Event()
    stage.composer.refresh()
    stage.frame()

    def look() -> None:
        if stage.reader.latest() is not None:
            published.set()

    stage.mac.memory.write32(SCREEN_SEQUENCE, 1)
    stage.draw(1, 1, 1)
    refresh = VideoRefresh(stage.composer, look, lambda: None)
    refresh.start()
    try:
        assert published.wait(MAX_WAITS)
    finally:
        refresh.stop()


def test_after_a_server_has_gone_every_slot_is_filled_anew(stage: Stage, end: EmulatorEnd) -> None:
    for value in range(3):
        stage.draw(100, 50, value + 1)
        stage.composer.refresh()
    for slot in range(3):
        end.segment.pixels(slot)[:] = 0
    end.frames.whole_due = True
    assert stage.composer.refresh()
    assert stage.frame().dirty == (0, 0, 1024, 768)
    for value in range(3):
        stage.draw(3, 5, value + 7)
        assert stage.composer.refresh()
        assert (stage.frame().pixels == stage.mac.picture()).all()
