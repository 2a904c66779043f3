"""Order, pauses and bounds of queued input."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from moof.bridge.input_queue import (
    KEY_SECONDS,
    MAX_QUEUED,
    InputQueue,
    QueuedInput,
    SetLock,
    WheelClick,
    XKeyEvent,
)
from moof.ipc import Mouse

MICE = st.builds(Mouse, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 7), absolute=st.booleans())
ITEMS = st.one_of(
    st.builds(XKeyEvent, st.integers(8, 12), down=st.booleans()),
    st.builds(SetLock, st.just(66), on=st.booleans()),
    st.builds(WheelClick, st.integers(4, 7)),
    MICE,
)


def taken(queue: InputQueue, now: float = 0.0) -> list[tuple[float, QueuedInput]]:
    """Return all that leaves, with its times, when the queue is asked as soon as it says."""
    found = []
    while len(queue):
        now += queue.delay(now)
        if (item := queue.next(now)) is not None:
            found.append((now, item))
    return found


def test_a_key_leaves_at_once_and_the_next_one_later() -> None:
    queue = InputQueue()
    queue.add(XKeyEvent(38, down=True))
    assert queue.delay(5.0) == 0
    assert queue.next(5.0) == XKeyEvent(38, down=True)
    assert queue.next(5.0) is None
    queue.add(XKeyEvent(38, down=False))
    assert queue.next(5.001) is None
    assert 0 < queue.delay(5.001) < KEY_SECONDS
    assert queue.next(5.0 + KEY_SECONDS) == XKeyEvent(38, down=False)


def test_the_pause_begins_when_a_key_has_been_processed() -> None:
    queue = InputQueue()
    for down in (False, True):
        queue.add(XKeyEvent(38, down=down))
    assert queue.next(5.0) == XKeyEvent(38, down=False)
    queue.key_processed(6.0)
    assert queue.next(6.0 + KEY_SECONDS / 2) is None
    assert queue.next(6.0 + KEY_SECONDS) == XKeyEvent(38, down=True)


@given(st.lists(ITEMS, max_size=60))
def test_order_is_kept_and_keys_are_apart(items: list[QueuedInput]) -> None:
    queue = InputQueue()
    for item in items:
        assert queue.add(item)
    left = taken(queue)
    assert [item for _, item in left if not isinstance(item, Mouse)] == [
        item for item in items if not isinstance(item, Mouse)
    ]
    assert shape([item for _, item in left]) == shape(items)
    times = [time for time, item in left if isinstance(item, XKeyEvent)]
    assert all(later - earlier >= KEY_SECONDS * 0.999 for earlier, later in itertools.pairwise(times))


def shape(items: list[QueuedInput]) -> list[object]:
    """Return the items with each run of mouse messages as its buttons and its last position."""
    found: list[object] = []
    for item in items:
        if not isinstance(item, Mouse):
            found.append(item)
            continue
        state = (item.buttons, item.absolute)
        if not (found and isinstance(found[-1], tuple) and found[-1] == state):
            found.append(state)
    return found


@settings(max_examples=20)
@given(st.lists(ITEMS, min_size=1, max_size=40), st.booleans())
def test_queue_is_bounded_and_no_key_or_button_stays_down(burst: list[QueuedInput], filled: bool) -> None:
    items = burst * (MAX_QUEUED // len(burst) + 2)
    queue, down, accepted = InputQueue(), set[int](), 0
    for item in [XKeyEvent(99, down=True)] * (MAX_QUEUED * filled) + items:
        if isinstance(item, XKeyEvent) and item.down == (item.code in down):
            continue  # as XTestInput does
        if queue.add(item) and isinstance(item, XKeyEvent):
            (down.add if item.down else down.discard)(item.code)
        accepted = max(accepted, len(queue))
    for code in down:
        queue.add(XKeyEvent(code, down=False))
    assert accepted <= MAX_QUEUED + 2 * 248 + 2
    held: set[int] = set()
    for _, item in taken(queue):
        if isinstance(item, XKeyEvent):
            (held.add if item.down else held.discard)(item.code)
    assert held == set()


def test_the_last_state_counts_when_the_queue_is_full() -> None:
    queue = InputQueue()
    queue.add(SetLock(66, on=True))
    while queue.add(XKeyEvent(38, down=True)):
        pass
    assert not queue.add(WheelClick(4))
    for on in (False, True, False):
        queue.add(SetLock(66, on=on))
    for buttons in range(4):
        queue.add(Mouse(1, 1, buttons, absolute=True))
    queue.add(Mouse(2, 2, 3, absolute=True))
    assert len(queue) == MAX_QUEUED + 1
    left = [item for _, item in taken(queue)]
    assert [item for item in left if not isinstance(item, XKeyEvent)] == [
        SetLock(66, on=False),
        Mouse(2, 2, 3, absolute=True),
    ]


def test_a_tap_comes_first() -> None:
    queue = InputQueue()
    queue.add(XKeyEvent(38, down=True))
    queue.tap(66)
    assert [item for _, item in taken(queue)] == [
        XKeyEvent(66, down=True),
        XKeyEvent(66, down=False),
        XKeyEvent(38, down=True),
    ]


@given(st.lists(ITEMS, max_size=40))
def test_only_releases_are_kept(items: list[QueuedInput]) -> None:
    queue = InputQueue()
    for item in items:
        queue.add(item)
    queue.keep_releases()
    kept = [
        item for item in items if isinstance(item, SetLock) or (isinstance(item, XKeyEvent) and not item.down)
    ]
    assert [item for _, item in taken(queue)] == kept
