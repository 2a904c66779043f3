"""The steps that move the program's pointer."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pointer import MouseKind, MoveBy, MoveTo, Pause, Pointer, SetButtons
from moof.ipc import Mouse

PLACES = st.tuples(st.integers(0, 700), st.integers(0, 500), st.integers(0, 7))


def steps(pointer: Pointer) -> list[object]:
    found: list[object] = []
    while (step := pointer.next_step()) is not None:
        found.append(step)
    return found


def test_position_comes_before_its_buttons() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    pointer.add(Mouse(10, 20, 1, absolute=True))
    assert steps(pointer) == [MoveTo(10, 20), SetButtons(1)]


def test_movements_with_the_same_buttons_are_merged() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    for x, buttons in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 0)):
        pointer.add(Mouse(x, 0, buttons, absolute=True))
    assert steps(pointer) == [MoveTo(2, 0), MoveTo(4, 0), SetButtons(1), MoveTo(5, 0), SetButtons(0)]


def test_nothing_happens_before_there_is_a_window() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.add(Mouse(10, 20, 1, absolute=True))
    assert steps(pointer) == []


def longer_than_one(step: object) -> bool:
    return isinstance(step, MoveBy) and max(abs(step.dx), abs(step.dy)) > 1


@given(st.lists(PLACES, min_size=1, max_size=10), st.integers(0, 639), st.integers(0, 479))
def test_guests_own_pointer_reaches_the_position(places: list[tuple[int, int, int]], x: int, y: int) -> None:
    """The guest's pointer starts anywhere and stops at the edges."""
    pointer, held = Pointer(MouseKind.RELATIVE), 0
    pointer.resize(640, 480)
    for target_x, target_y, buttons in places:
        pointer.add(Mouse(target_x, target_y, buttons, absolute=True))
        taken = steps(pointer)
        assert not any(a == b for a, b in itertools.pairwise(taken) if longer_than_one(a))
        for step in taken:
            match step:
                case MoveBy(dx, dy):
                    x, y = max(0, min(x + dx, 639)), max(0, min(y + dy, 479))
                case SetButtons(held):
                    pass
        assert (x, y, held) == (min(target_x, 639), min(target_y, 479), buttons)
        assert pointer.position == (x, y)


def test_release_drops_the_queue() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    pointer.add(Mouse(1, 1, 5, absolute=True))
    steps(pointer)
    pointer.add(Mouse(100, 100, 7, absolute=True))
    pointer.release()
    assert steps(pointer) == [SetButtons(0)]


def test_program_that_needs_a_click_gets_one() -> None:
    pointer = Pointer(MouseKind.CLICK)
    pointer.resize(640, 480)
    pointer.add(Mouse(10, 20, 0, absolute=True))
    taken = [step for step in steps(pointer) if not isinstance(step, Pause)]
    assert taken[:4] == [MoveTo(320, 240), SetButtons(1), SetButtons(0), MoveBy(-100, -100)]
    assert taken[-1] == MoveBy(10, 20)
    pointer.resize(320, 200)
    pointer.add(Mouse(3, -4, 1, absolute=False))
    assert steps(pointer) == [MoveBy(3, -4), SetButtons(1)]


def test_position_in_another_guest_is_determined_from_the_beginning() -> None:
    pointer = Pointer(MouseKind.RELATIVE)
    pointer.resize(640, 480)
    pointer.add(Mouse(10, 20, 1, absolute=True))
    to_the_corner = steps(pointer)[:12]
    pointer.guest_replaced()
    pointer.add(Mouse(10, 20, 1, absolute=True))
    assert [pointer.next_step() for _ in range(4)] == to_the_corner[:4]
    pointer.guest_replaced()
    assert steps(pointer)[:12] == to_the_corner


def test_invalidate_determines_the_position_again_unless_a_button_is_held() -> None:
    pointer = Pointer(MouseKind.RELATIVE)
    pointer.resize(640, 480)
    for buttons, journeys in ((1, True), (0, False), (0, True)):
        pointer.invalidate()
        pointer.add(Mouse(10, 20, buttons, absolute=True))
        assert any(isinstance(step, Pause) for step in steps(pointer)) == journeys
