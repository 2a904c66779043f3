import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moof.geometry import EMPTY
from moof.ipc import (
    EmulatorConnection,
    EmulatorEnd,
    Frame,
    FrameSlotReader,
    MouseLatency,
    Ping,
    PingEchoes,
)
from moof.mac.board import SCREEN_SEQUENCE
from moof.mac.headless import HeadlessMac, decode
from moof.mac.memory import FRAMEBUFFER_BASE, FRAMEBUFFER_BYTES, MEGABYTE, GuestMemory
from moof.mac.video_card import DEPTHS, VideoCard, VideoMode
from moof.mac.video_refresh import FrameComposer, FrameGrabber, VideoRefresh
from support.recording_listener import RecordingListener
from support.waiting import WAIT_SECONDS, wait_until

SMALL = (512, 342)


def still() -> int:
    """Return a ScreenSequence that does not change: the guest draws nothing."""
    return 0


class Card:
    """A video card in a small mode, with a frame grabber."""

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


def test_first_capture_is_the_whole_screen(card: Card) -> None:
    assert not card.grabber.is_current_mode
    assert card.grabber.grab(still) == (0, 0, *SMALL)
    assert card.grabber.is_current_mode
    assert (card.grabber.pixels == card.expected()).all()


def test_capture_without_changes_is_empty(card: Card) -> None:
    card.grabber.grab(still)
    assert card.grabber.grab(still) == EMPTY


@settings(max_examples=40, deadline=None)
@given(
    depth=st.sampled_from(DEPTHS),
    writes=st.lists(st.tuples(st.integers(0, 341), st.integers(0, 63), st.integers(0, 255)), max_size=8),
)
def test_changed_rectangle_is_exact(depth: int, writes: list[tuple[int, int, int]]) -> None:
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


def test_change_of_a_colour_gives_the_rectangle_of_its_pixels(card: Card) -> None:
    card.framebuffer[10, 20] = 5
    card.grabber.grab(still)
    card.video.set_colours(5, np.array([[1, 2, 3]], dtype=np.uint8))
    assert card.grabber.grab(still) == (20, 10, 1, 1)
    assert card.grabber.pixels[10, 20] == 0xFF010203


def test_capture_after_a_change_of_mode_is_the_whole_screen(card: Card) -> None:
    card.grabber.grab(still)
    card.video.set_mode(VideoMode(640, 480, 1))
    assert card.grabber.grab(still) == (0, 0, 640, 480)
    assert card.grabber.pixels.shape == (480, 640)


def test_rows_drawn_during_the_copy_are_captured(card: Card) -> None:
    card.grabber.grab(still)
    card.framebuffer[1, 1] = 9

    def drawing() -> Iterator[int]:
        yield 2
        card.framebuffer[300, 500] = 9  # after the first copy
        yield 4

    sequence = drawing()
    assert card.grabber.grab(lambda: next(sequence)) == (1, 1, 500, 300)
    assert (card.grabber.pixels == card.expected()).all()


def test_change_of_mode_during_the_copy_gives_no_capture(card: Card) -> None:
    card.grabber.grab(still)

    def switching() -> Iterator[int]:
        yield 2
        card.video.set_mode(VideoMode(640, 480, 8))
        yield 3

    sequence = switching()
    assert card.grabber.grab(lambda: next(sequence)) == EMPTY
    assert card.grabber.grab(still) == (0, 0, 640, 480)


class FrameSetup:
    """A Mac, its frame composer, and a server's frame reader."""

    def __init__(self, mac: HeadlessMac, end: EmulatorEnd, reader: FrameSlotReader) -> None:
        self.mac = mac
        self.pings = PingEchoes()
        self.composer = FrameComposer(mac.board, end.frames, self.pings)
        self.reader = reader
        self.latency = MouseLatency(0)
        self.refresh = VideoRefresh(
            self.composer, end.segment, self.latency, mac.board.activity, RecordingListener()
        )

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the thread meanwhile."""
        self.refresh.start()
        try:
            yield
        finally:
            self.refresh.stop()

    def published(self) -> bool:
        """Return whether there is a frame that was not read yet, and read it."""
        return self.reader.latest() is not None

    def draw(self, x: int, y: int, value: int) -> None:
        self.mac.memory.write8(FRAMEBUFFER_BASE + y * self.mac.board.video.mode.row_bytes + x, value)

    def frame(self) -> Frame:
        frame = self.reader.latest()
        assert frame is not None
        return frame


@pytest.fixture
def setup(mac: HeadlessMac, end: EmulatorEnd, monkeypatch: pytest.MonkeyPatch) -> Iterator[FrameSetup]:
    monkeypatch.setattr("moof.ipc.frame_slots.REPEAT_US", 1 << 60)  # however slow the machine is
    serving = threading.Thread(target=end.serve, args=(lambda message: None,))
    serving.start()
    with EmulatorConnection.connect(end.segment.pid, WAIT_SECONDS) as connection:
        yield FrameSetup(mac, end, connection.frames)
    end.stop()
    serving.join()


def test_first_frame_is_the_whole_picture(setup: FrameSetup) -> None:
    assert setup.composer.refresh()
    frame = setup.frame()
    assert (frame.width, frame.height, frame.dirty) == (1024, 768, (0, 0, 1024, 768))
    assert (frame.pixels == setup.mac.picture()).all()


def test_unchanged_framebuffer_publishes_no_frame(setup: FrameSetup) -> None:
    setup.composer.refresh()
    assert not setup.composer.refresh()
    assert setup.frame().index == 1


def test_unchanged_framebuffer_is_published_for_a_new_server_and_each_second(
    setup: FrameSetup, end: EmulatorEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.composer.refresh()
    assert not setup.composer.refresh()
    end.frames.repeat_due = True
    assert setup.composer.refresh()
    assert setup.frame().dirty == EMPTY
    assert not setup.composer.repeat()
    monkeypatch.setattr("moof.ipc.frame_slots.REPEAT_US", 0)
    assert setup.composer.repeat()
    frame = setup.frame()
    assert frame.dirty == EMPTY
    assert (frame.pixels == setup.mac.picture()).all()


def test_dirty_rectangle_of_a_frame_is_exact(setup: FrameSetup) -> None:
    setup.composer.refresh()
    setup.draw(100, 50, 7)
    setup.draw(103, 52, 7)
    setup.composer.refresh()
    assert setup.frame().dirty == (100, 50, 4, 3)


def test_every_slot_always_holds_the_whole_picture(setup: FrameSetup) -> None:
    random = np.random.default_rng(1)
    for _ in range(30):
        x, y, value = (int(random.integers(limit)) for limit in (1024, 768, 256))
        setup.draw(x, y, value)
        if setup.composer.refresh():
            assert (setup.frame().pixels == setup.mac.picture()).all()


def test_slots_hold_the_whole_picture_across_changes_of_mode(setup: FrameSetup) -> None:
    for size in [(640, 480), (1920, 1080), (512, 342), (1152, 870)]:
        for depth in (8, 1, 32):
            setup.mac.board.video.set_mode(VideoMode(*size, depth))
            setup.draw(3, 3, 0x55)
            setup.composer.refresh()
            frame = setup.frame()
            assert (frame.width, frame.height) == size
            assert (frame.pixels == setup.mac.picture()).all()


def test_ping_is_echoed_in_one_frame_of_a_still_picture_and_in_the_next_four(setup: FrameSetup) -> None:
    setup.composer.refresh()
    setup.pings.received(Ping(9, 1000, 2000), now_us=3000)
    for index in range(2, 7):
        assert setup.composer.refresh()
        frame = setup.frame()
        assert (frame.index, frame.dirty[2]) == (index, 0)
        assert frame.ping is not None
        assert (frame.ping.sequence, frame.ping.t3_emulator_us) == (9, 3000)
        assert frame.ping.t4_frame_us == frame.timestamp_us
        assert (frame.pixels == setup.mac.picture()).all()
        assert not setup.composer.refresh()
        setup.mac.board.video.cursor = (index, 0, True)
    setup.composer.refresh()
    later = setup.frame().ping
    assert later is not None
    assert frame.ping is not None
    assert later.t4_frame_us == frame.ping.t4_frame_us  # it stays in the segment, for no frame


def test_moved_cursor_publishes_a_frame(setup: FrameSetup) -> None:
    setup.composer.refresh()
    setup.mac.board.video.cursor = (12, 34, True)
    assert setup.composer.refresh()
    frame = setup.frame()
    assert (frame.cursor_x, frame.cursor_y, frame.cursor_visible) == (12, 34, True)
    assert not setup.composer.refresh()


def test_repeat_publishes_the_last_capture_only_for_a_ping(setup: FrameSetup) -> None:
    setup.pings.received(Ping(1, 0, 0), 0)
    assert not setup.composer.repeat()  # nothing was captured yet
    setup.composer.refresh()
    setup.pings.received(Ping(2, 0, 0), 0)
    before = setup.frame().pixels.copy()
    setup.draw(0, 0, 1)
    assert setup.composer.repeat()
    assert (setup.frame().pixels == before).all()
    assert not setup.composer.repeat()


def test_thread_publishes_when_the_guest_has_finished_drawing(setup: FrameSetup) -> None:
    setup.mac.memory.write32(SCREEN_SEQUENCE, 1)
    with setup.running():
        time.sleep(0.1)
        assert not setup.published()  # the first frame must not be half-drawn
        setup.mac.memory.write32(SCREEN_SEQUENCE, 2)
        wait_until(setup.published, "the first frame")
        setup.draw(1, 1, 1)
        wait_until(setup.published, "the changed pixel")


def test_half_drawn_frame_is_published_after_max_waits(setup: FrameSetup) -> None:
    setup.composer.refresh()
    setup.frame()
    setup.mac.memory.write32(SCREEN_SEQUENCE, 1)
    setup.draw(1, 1, 1)
    with setup.running():
        wait_until(setup.published, "the half-drawn frame")


def test_thread_stores_the_mouse_latency_in_the_segment(setup: FrameSetup, end: EmulatorEnd) -> None:
    setup.latency.add(1_000, 1_007)
    with setup.running():
        wait_until(lambda: end.segment.mouse_latency == (7.0, 1), "the mouse latency")


def test_every_slot_is_refilled_after_a_disconnect(setup: FrameSetup, end: EmulatorEnd) -> None:
    for value in range(3):
        setup.draw(100, 50, value + 1)
        setup.composer.refresh()
    for slot in range(3):
        end.segment.pixels(slot)[:] = 0
    end.frames.whole_due = True
    assert setup.composer.refresh()
    assert setup.frame().dirty == (0, 0, 1024, 768)
    for value in range(3):
        setup.draw(3, 5, value + 7)
        assert setup.composer.refresh()
        assert (setup.frame().pixels == setup.mac.picture()).all()
