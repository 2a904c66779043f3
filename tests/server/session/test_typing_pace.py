"""When keys may be sent: by the Mac's reading, or at a steady rate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.session.typing_pace import MAX_UNREAD_KEYS, TypingPace
from support.recording_extension import RecordingExtension


def type_until(pace: TypingPace, end: float, events: int, lateness: float = 0.0) -> int:
    """Return how many characters are typed by then, by a loop that wakes up late."""
    now, typed = 0.0, 0
    while now < end:
        if (wait := pace.wait(now, events)) > 0.0:
            now += wait + lateness
            continue
        pace.sent(now, events)
        typed += 1
    return typed


def test_the_rate_is_that_of_characters_without_modifiers() -> None:
    assert type_until(TypingPace(25.0), 10.0, 2) == pytest.approx(250, abs=4)
    assert type_until(TypingPace(25.0), 10.0, 4) == pytest.approx(125, abs=3)


@given(st.floats(0.0, 0.03))
def test_a_late_event_loop_catches_up(lateness: float) -> None:
    assert type_until(TypingPace(25.0), 10.0, 2, lateness) == pytest.approx(250, abs=5)


def test_an_event_loop_that_stood_still_does_not_send_all_at_once() -> None:
    pace = TypingPace(25.0)
    pace.sent(0.0, 2)
    sent = 0
    while pace.wait(60.0, 2) == 0.0:
        pace.sent(60.0, 2)
        sent += 1
    assert sent <= 4


def test_the_first_character_is_typed_at_once() -> None:
    assert TypingPace().wait(5.0, 8) == 0.0


def test_with_a_count_only_unread_keys_delay() -> None:
    extension = RecordingExtension(unread=0)
    pace = TypingPace(1.0, extension)
    for _ in range(100):
        assert pace.wait(0.0, 2) == 0.0
        pace.sent(0.0, 2)
    extension.set_unread(MAX_UNREAD_KEYS - 1)
    assert pace.wait(0.0, 2) > 0.0
    extension.set_unread(MAX_UNREAD_KEYS - 2)
    assert pace.wait(0.0, 2) == 0.0
    assert TypingPace(1.0, RecordingExtension(unread=0)).wait(0.0, MAX_UNREAD_KEYS + 1) == 0.0


def test_an_emulator_that_counts_nothing_is_typed_to_at_the_rate() -> None:
    pace = TypingPace(25.0, RecordingExtension(unread=None))
    pace.sent(0.0, 4)
    assert pace.wait(0.0, 2) == pytest.approx(0.03)
