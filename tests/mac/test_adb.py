import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac.adb import MODIFIER_BITS, QUEUE_LIMIT, Adb, AdbEvent, KeyEvent, MouseEvent, WheelEvent
from moof.mac.cpu import Interrupt, Interrupts

COMMAND, SHIFT, RIGHT_SHIFT, CAPS_LOCK, LETTER_A = 0x37, 0x38, 0x7B, 0x39, 0x00

MOVES = st.tuples(
    st.integers(-50, 50), st.integers(-50, 50), st.sampled_from([0, 0, 0, 1, 2, 4]), st.just(False)
)
KEYS = st.tuples(st.integers(0, 127), st.booleans())


class RecordingInterrupts(Interrupts):
    """Counts the ADB's interrupts, without a CPU."""

    def __init__(self) -> None:
        self.posted = 0

    def post(self, source: Interrupt) -> None:
        assert source is Interrupt.ADB
        self.posted += 1


class Bus(Adb):
    """A bus without a CPU."""

    def __init__(self) -> None:
        self.interrupts = RecordingInterrupts()
        super().__init__(self.interrupts)

    def drain(self) -> list[AdbEvent]:
        events = []
        while (event := self.read()) is not None:
            events.append(event)
        return events


def test_keys_are_queued_in_order_and_notify_the_guest() -> None:
    bus = Bus()
    bus.key(LETTER_A, True)
    bus.key(LETTER_A, False)
    assert bus.drain() == [KeyEvent(LETTER_A, True, 0), KeyEvent(LETTER_A, False, 0)]
    assert bus.interrupts.posted == 2


@pytest.mark.parametrize("code", range(128))
def test_every_code_is_accepted(code: int) -> None:
    bus = Bus()
    bus.key(code, True)
    assert bus.drain() == [KeyEvent(code, True, MODIFIER_BITS.get(code, 0))]


@pytest.mark.parametrize("code", [-1, 128, 255])
def test_other_codes_raise_value_error(code: int) -> None:
    with pytest.raises(ValueError, match="0 to 127"):
        Bus().key(code, True)


def test_modifier_bits_are_set_while_keys_are_down() -> None:
    bus = Bus()
    for code, down in [(COMMAND, True), (SHIFT, True), (LETTER_A, True), (COMMAND, False)]:
        bus.key(code, down)
    assert [event.modifiers for event in bus.drain() if isinstance(event, KeyEvent)] == [
        0x100,
        0x300,
        0x300,
        0x200,
    ]


def test_both_shift_keys_set_the_shift_bit() -> None:
    bus = Bus()
    bus.key(SHIFT, True)
    bus.key(RIGHT_SHIFT, True)
    bus.key(SHIFT, False)
    assert bus.drain()[-1] == KeyEvent(SHIFT, False, 0x200)


def test_caps_lock_is_a_modifier_while_it_is_down() -> None:
    bus = Bus()
    bus.key(CAPS_LOCK, True)
    bus.key(LETTER_A, True)
    bus.key(CAPS_LOCK, False)
    assert [event.modifiers for event in bus.drain() if isinstance(event, KeyEvent)] == [0x400, 0x400, 0]


def test_key_repeat_of_a_browser_is_dropped() -> None:
    bus = Bus()
    for _ in range(5):
        bus.key(LETTER_A, True)
    bus.key(LETTER_A, False)
    bus.key(LETTER_A, False)
    assert len(bus.drain()) == 2
    assert bus.interrupts.posted == 2


@given(st.lists(KEYS, max_size=60))
def test_release_all_pairs_every_press_with_a_release(keys: list[tuple[int, bool]]) -> None:
    bus = Bus()
    for code, down in keys:
        bus.key(code, down)
    bus.release_all()
    down_now: set[int] = set()
    for event in bus.drain():
        assert isinstance(event, KeyEvent)
        assert event.down == (event.code not in down_now)
        down_now ^= {event.code}
    assert not down_now


def test_absolute_moves_are_merged() -> None:
    bus = Bus()
    for x in range(100):
        bus.mouse(x, 7, 0, absolute=True)
    assert bus.drain() == [MouseEvent(99, 7, 0, True)]


def test_clicks_keep_their_positions() -> None:
    bus = Bus()
    for x, buttons in [(1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 0), (7, 0)]:
        bus.mouse(x, 0, buttons, absolute=True)
    assert [(e.x, e.buttons) for e in bus.drain() if isinstance(e, MouseEvent)] == [
        (2, 0),
        (3, 1),
        (5, 1),
        (6, 0),
        (7, 0),
    ]


def test_moves_before_and_after_a_key_are_not_merged() -> None:
    bus = Bus()
    bus.mouse(1, 1, 0, absolute=True)
    bus.key(LETTER_A, True)
    bus.mouse(2, 2, 0, absolute=True)
    assert [type(event) for event in bus.drain()] == [MouseEvent, KeyEvent, MouseEvent]


def test_absolute_and_relative_moves_are_not_merged() -> None:
    bus = Bus()
    bus.mouse(10, 10, 0, absolute=True)
    bus.mouse(1, 2, 0, absolute=False)
    assert bus.drain() == [MouseEvent(10, 10, 0, True), MouseEvent(1, 2, 0, False)]


def test_relative_move_by_zero_is_dropped() -> None:
    bus = Bus()
    bus.mouse(0, 0, 0, absolute=False)
    assert bus.interrupts.posted == 0


@given(st.lists(MOVES, max_size=100))
def test_merged_relative_moves_keep_their_sum(moves: list[tuple[int, int, int, bool]]) -> None:
    bus = Bus()
    for move in moves:
        bus.mouse(*move)
    events = [event for event in bus.drain() if isinstance(event, MouseEvent)]
    assert sum(event.x for event in events) == sum(move[0] for move in moves)
    assert sum(event.y for event in events) == sum(move[1] for move in moves)


@given(st.lists(MOVES, min_size=1, max_size=100))
def test_no_click_is_lost(moves: list[tuple[int, int, int, bool]]) -> None:
    def changes(buttons: list[int]) -> list[int]:
        return [now for before, now in zip([0, *buttons], buttons, strict=False) if now != before]

    bus = Bus()
    for move in moves:
        bus.mouse(*move)
    seen = [event.buttons for event in bus.drain() if isinstance(event, MouseEvent)]
    assert changes(seen) == changes([move[2] for move in moves])


def test_merged_relative_moves_are_clamped_to_16_bits() -> None:
    bus = Bus()
    for _ in range(3):
        bus.mouse(32_000, -32_000, 0, absolute=False)
    assert bus.drain() == [MouseEvent(0x7FFF, -0x8000, 0, False)]


def test_wheel_turns_are_merged_and_clamped_to_16_bits() -> None:
    bus = Bus()
    bus.wheel(3, -120)
    bus.wheel(0, 20)
    bus.wheel(0, 0)
    assert bus.interrupts.posted == 2
    assert bus.drain() == [WheelEvent(3, -100)]
    bus.wheel(40_000, -40_000)
    bus.wheel(1, -1)
    assert bus.drain() == [WheelEvent(0x7FFF, -0x8000)]


def test_wheel_keeps_its_place_between_keys_and_moves() -> None:
    bus = Bus()
    bus.mouse(1, 1, 0, absolute=True)
    bus.wheel(0, 5)
    bus.mouse(2, 2, 0, absolute=True)
    bus.mouse(3, 3, 0, absolute=True)
    bus.wheel(0, 6)
    bus.key(LETTER_A, True)
    bus.wheel(0, 7)
    assert bus.drain() == [
        MouseEvent(1, 1, 0, True),
        WheelEvent(0, 5),
        MouseEvent(3, 3, 0, True),
        WheelEvent(0, 6),
        KeyEvent(LETTER_A, True, 0),
        WheelEvent(0, 7),
    ]


def test_unread_keys_are_counted_until_they_are_read() -> None:
    bus = Bus()
    bus.key(LETTER_A, True)
    bus.wheel(0, 1)
    bus.key(LETTER_A, False)
    assert bus.unread_keys == 2
    bus.read()
    bus.read()
    assert bus.unread_keys == 1
    bus.reset()
    assert bus.unread_keys == 0


def test_full_queue_drops_events_and_logs_once(caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus()
    for _ in range(QUEUE_LIMIT):
        bus.key(LETTER_A, True)
        bus.key(LETTER_A, False)
    assert len(bus.drain()) == QUEUE_LIMIT
    assert len(caplog.records) == 1


def test_release_all_releases_keys_and_buttons() -> None:
    bus = Bus()
    bus.key(SHIFT, True)
    bus.mouse(5, 5, 1, absolute=True)
    bus.drain()
    bus.release_all()
    assert bus.drain() == [KeyEvent(SHIFT, False, 0), MouseEvent(0, 0, 0, False)]
    bus.release_all()
    assert bus.drain() == []


def test_reset_clears_all_state() -> None:
    bus = Bus()
    bus.key(SHIFT, True)
    bus.reset()
    assert bus.drain() == []
    bus.key(SHIFT, False)
    assert bus.drain() == []


def test_presses_of_keys_and_buttons_are_counted() -> None:
    adb = Bus()
    adb.key(0x00, True)
    adb.key(0x00, True)
    adb.key(0x00, False)
    adb.mouse(1, 1, 0, absolute=True)
    adb.mouse(1, 1, 1, absolute=True)
    adb.mouse(2, 2, 3, absolute=True)
    adb.mouse(2, 2, 0, absolute=True)
    assert adb.presses == 3
