"""Full screen, maximised, and the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.window_placement import SizeHints
from moof.bridge.window_states import FULL_SCREEN, HIGH, STATES, WIDE, StateAction, WindowState
from moof.geometry import Rect

SCREEN = Rect(0, 0, 1000, 800)
PLACE = Rect(10, 20, 300, 200)
CHANGES = st.tuples(st.integers(-1, 4), st.sets(st.sampled_from([*STATES, "_NET_WM_STATE_ABOVE"])))


def test_full_screen_has_the_screens_size_without_a_border_and_returns() -> None:
    state = WindowState(set())
    state.change(StateAction.TOGGLE, [FULL_SCREEN])
    assert state.place(PLACE, 2, SCREEN, SizeHints()) == (SCREEN, 0)
    assert not state.is_normal
    state.change(StateAction.TOGGLE, [FULL_SCREEN])
    assert state.place(SCREEN, 0, SCREEN, SizeHints()) == (PLACE, 2)
    assert state.is_normal


def test_a_window_of_a_fixed_size_is_full_screen_but_not_maximised() -> None:
    fixed = SizeHints(least=(300, 200), greatest=(300, 200))
    state = WindowState({WIDE, HIGH})
    assert state.place(PLACE, 0, SCREEN, fixed) == (PLACE, 0)
    state.change(StateAction.ADD, [FULL_SCREEN])
    assert state.place(PLACE, 0, SCREEN, fixed) == (SCREEN, 0)


def test_toggling_two_states_makes_them_equal() -> None:
    state = WindowState({WIDE})
    state.change(StateAction.TOGGLE, [WIDE, HIGH])
    assert state.names == {WIDE, HIGH}
    state.change(StateAction.TOGGLE, [WIDE, HIGH])
    assert state.names == set()


@given(st.lists(CHANGES))
def test_the_place_is_the_old_one_after_any_changes(changes: list[tuple[int, set[str]]]) -> None:
    state, now, border = WindowState(set()), PLACE, 1
    for action, names in changes:
        state.change(action, names)
        now, border = state.place(now, border, SCREEN, SizeHints())
        assert state.names <= STATES
        assert state.is_normal == state.names.isdisjoint({FULL_SCREEN, WIDE, HIGH})
    state.change(StateAction.REMOVE, STATES)
    assert state.place(now, border, SCREEN, SizeHints()) == (PLACE, 1)
