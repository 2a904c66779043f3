"""Which windows are shown, in which order, and which one gets the keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.windows import Windows
from moof.geometry import EMPTY, Rect

SCREEN = 1000, 800


def windows_of(*sizes: int, title: str = "") -> Windows:
    """Return visible windows 1, 2, 3… of these sizes."""
    windows = Windows(title, SCREEN)
    for number, size in enumerate(sizes, 1):
        windows.placed(number, Rect(0, 0, size, size))
        windows.mapped(number)
    return windows


def main(windows: Windows) -> int:
    shown = windows.main()
    return shown.id if shown else 0


def shown(windows: Windows) -> list[int]:
    return [window.id for window in windows.shown()]


def test_largest_visible_window_is_shown() -> None:
    windows = Windows("", SCREEN)
    for number, size in ((1, 100), (2, 300), (3, 200)):
        windows.placed(number, Rect(0, 0, size, size))
    assert windows.main() is None
    assert windows.picture() == EMPTY
    assert windows.focus() == 0
    for number in (1, 3):
        windows.mapped(number)
    assert main(windows) == 3
    windows.destroyed(3)
    assert main(windows) == 1
    windows.unmapped(1)
    assert windows.main() is None


def test_a_title_counts_more_than_size() -> None:
    windows = windows_of(100, 300, title="basilisk")
    windows.described(1, title="Basilisk II")
    windows.described(2, title="Settings")
    assert main(windows) == 1


def test_a_window_that_the_program_wants_to_be_shown_is_preferred_until_it_is_hidden() -> None:
    windows = windows_of(300, 200)
    windows.activated(2)
    assert main(windows) == 2
    windows.unmapped(2)
    windows.mapped(2)
    assert main(windows) == 1


def test_menus_are_shown_alone_only_if_there_is_nothing_else_or_if_they_cover_the_display() -> None:
    windows = windows_of(300)
    windows.described(1, managed=False)
    assert main(windows) == 1
    windows.placed(2, Rect(0, 0, 100, 100))
    windows.mapped(2)
    assert main(windows) == 2
    windows.placed(1, Rect.whole(*SCREEN))
    assert main(windows) == 1


def test_dialogs_are_part_of_the_picture_and_get_the_keys() -> None:
    windows = windows_of(300, 900, 100)
    windows.described(2, dialog=True)
    windows.described(3, dialog=True, parent=2)
    assert shown(windows) == [1, 2, 3]
    assert windows.picture() == (0, 0, 900, 800), "clipped to the display"
    assert windows.focus() == 3
    windows.unmapped(3)
    windows.unmapped(2)
    assert windows.focus() == 1, "it returns to the window below"
    assert windows.picture() == (0, 0, 300, 300)


def test_a_modal_dialog_keeps_the_keys_and_its_own_dialogs_get_them() -> None:
    windows = windows_of(300, 50, 100, 40)
    for number, modal in ((2, False), (3, True)):
        windows.described(number, dialog=True, parent=1, modal=modal)
    windows.unmapped(4)
    windows.clicked(250, 250)
    assert windows.focus() == 3
    windows.described(3, modal=False)
    assert windows.focus() == 1, "a click chooses while nothing is modal"
    windows.described(3, modal=True)
    windows.described(4, dialog=True, parent=3)
    windows.mapped(4)
    assert windows.focus() == 4


def test_windows_that_take_no_keys_get_them_only_if_there_is_no_other() -> None:
    windows = windows_of(300, 100)
    windows.described(2, dialog=True, takes_keys=False)
    assert windows.focus() == 1
    windows.unmapped(1)
    assert windows.focus() == 2


def test_what_is_shown_is_raised_above_the_others() -> None:
    windows = windows_of(300, 200, 100)
    windows.described(3, dialog=True)
    windows.placed(4, Rect(0, 0, 10, 10))
    windows.described(4, managed=False)
    windows.mapped(4)
    assert windows.restack() == [(1, 2), (3, 1)]
    assert windows.restack() == []
    windows.stacked(2, 3)
    assert windows.managed() == [1, 3, 2]
    assert windows.restack() == [(1, 2), (3, 1)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["mapped", "unmapped", "activated", "dialog", "modal", "destroyed", "stacked", "placed"]
            ),
            st.integers(1, 5),
            st.integers(0, 5),
        ),
        max_size=40,
    )
)
def test_every_order_of_events_leaves_a_consistent_picture(events: list[tuple[str, int, int]]) -> None:
    """Also dialogs that belong to each other, or to themselves."""
    windows = Windows("", SCREEN)
    for kind, window, other in events:
        match kind:
            case "placed":
                windows.placed(window, Rect(other, 0, window * 9, other * 9 + 1))
            case "stacked":
                windows.stacked(window, other)
            case "dialog":
                windows.described(window, dialog=True, parent=other)
            case "modal":
                windows.described(window, dialog=True, modal=other % 2 == 0)
            case _:
                getattr(windows, kind)(window)
        windows.restack()
        assert windows.restack() == []
        order = shown(windows)
        assert order == [window for window in windows.managed() if window in order]
        assert (windows.focus() in order) if order else windows.focus() == 0
        assert len(set(order)) == len(order)
