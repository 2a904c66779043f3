"""Where the program's pointer goes, step by step."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.pointer import Buttons, MouseKind, Move, Place, Pointer, Rest
from moof.ipc import Mouse

PLACES = st.tuples(st.integers(0, 700), st.integers(0, 500), st.integers(0, 7))


def steps(pointer: Pointer) -> list[object]:
    found: list[object] = []
    while (step := pointer.next_step()) is not None:
        found.append(step)
    return found


def test_a_place_comes_before_its_buttons() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    pointer.take(Mouse(10, 20, 1, absolute=True))
    assert steps(pointer) == [Place(10, 20), Buttons(1)]


def test_moves_with_the_same_buttons_become_one_and_clicks_stay_apart() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    for x, buttons in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 0)):
        pointer.take(Mouse(x, 0, buttons, absolute=True))
    assert steps(pointer) == [Place(2, 0), Place(4, 0), Buttons(1), Place(5, 0), Buttons(0)]


def test_nothing_happens_before_there_is_a_window() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.take(Mouse(10, 20, 1, absolute=True))
    assert steps(pointer) == []


def longer_than_one(step: object) -> bool:
    return isinstance(step, Move) and max(abs(step.dx), abs(step.dy)) > 1


@given(st.lists(PLACES, min_size=1, max_size=10), st.integers(0, 639), st.integers(0, 479))
def test_a_guest_with_a_pointer_of_its_own_is_led_there(
    places: list[tuple[int, int, int]], x: int, y: int
) -> None:
    """The guest's pointer starts anywhere and stops at the edges."""
    pointer, held = Pointer(MouseKind.RELATIVE), 0
    pointer.resize(640, 480)
    for target_x, target_y, buttons in places:
        pointer.take(Mouse(target_x, target_y, buttons, absolute=True))
        taken = steps(pointer)
        assert not any(a == b for a, b in itertools.pairwise(taken) if longer_than_one(a))
        for step in taken:
            match step:
                case Move(dx, dy):
                    x, y = max(0, min(x + dx, 639)), max(0, min(y + dy, 479))
                case Buttons(held):
                    pass
        assert (x, y, held) == (min(target_x, 639), min(target_y, 479), buttons)
        assert pointer.position == (x, y)


def test_a_release_lets_go_whatever_waits() -> None:
    pointer = Pointer(MouseKind.ABSOLUTE)
    pointer.resize(640, 480)
    pointer.take(Mouse(1, 1, 5, absolute=True))
    steps(pointer)
    pointer.take(Mouse(100, 100, 7, absolute=True))
    pointer.release()
    assert steps(pointer) == [Buttons(0)]


def test_a_program_that_wants_a_click_first_gets_one_once() -> None:
    pointer = Pointer(MouseKind.CLICK)
    pointer.resize(640, 480)
    pointer.take(Mouse(10, 20, 0, absolute=True))
    taken = [step for step in steps(pointer) if not isinstance(step, Rest)]
    assert taken[:4] == [Place(320, 240), Buttons(1), Buttons(0), Move(-100, -100)]
    assert taken[-1] == Move(10, 20)
    pointer.resize(320, 200)
    pointer.take(Mouse(3, -4, 1, absolute=False))
    assert steps(pointer) == [Move(3, -4), Buttons(1)]


def test_in_doubt_the_pointer_is_found_anew_but_never_while_a_button_is_held() -> None:
    pointer = Pointer(MouseKind.RELATIVE)
    pointer.resize(640, 480)
    for buttons, journeys in ((1, True), (0, False), (0, True)):
        pointer.doubt()
        pointer.take(Mouse(10, 20, buttons, absolute=True))
        assert any(isinstance(step, Rest) for step in steps(pointer)) == journeys
