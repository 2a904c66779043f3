import threading
from collections.abc import Iterator

import numpy as np
import pytest

from moof.ipc import EmulatorConnection, EmulatorEnd, Frame, FrameSlotReader, Ping, PingEchoes
from moof.mac.board import SCREEN_SEQUENCE
from moof.mac.headless import HeadlessMac
from moof.mac.memory import FRAMEBUFFER_BASE
from moof.mac.refresh import PATIENCE, FrameComposer, Refresh
from moof.mac.video import VideoMode


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
    refresh = Refresh(stage.composer, look, lambda: None)
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
    refresh = Refresh(stage.composer, look, lambda: None)
    refresh.start()
    try:
        assert published.wait(PATIENCE)
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
