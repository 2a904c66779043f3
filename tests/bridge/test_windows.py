"""Which window is shown."""

from __future__ import annotations

from moof.bridge.windows import Windows
from moof.geometry import Rect


def test_largest_visible_window_is_shown() -> None:
    windows = Windows()
    for number, size in ((1, 100), (2, 300), (3, 200)):
        windows.placed(number, Rect(0, 0, size, size))
    assert windows.main() is None
    for number in (1, 3):
        windows.mapped(number)
    assert (main := windows.main()) is not None
    assert main.id == 3
    windows.destroyed(3)
    assert (main := windows.main()) is not None
    assert main.id == 1
    windows.unmapped(1)
    assert windows.main() is None


def test_a_title_counts_more_than_size() -> None:
    windows = Windows("basilisk")
    for number, size, title in ((1, 100, "Basilisk II"), (2, 300, "Settings")):
        windows.placed(number, Rect(0, 0, size, size))
        windows.mapped(number)
        windows.titled(number, title)
    assert (main := windows.main()) is not None
    assert main.id == 1
