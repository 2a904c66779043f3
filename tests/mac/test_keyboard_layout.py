import pytest

from moof.keyboard import LAYOUT_NAMES
from moof.mac.adb import LayoutEvent
from moof.mac.headless import HeadlessMac
from moof.mac.keyboard_layout import KeyboardLayoutListener, UnknownLayoutError


class RecordingListener(KeyboardLayoutListener):
    """Keeps the names of the layouts in order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def keyboard_layout_changed(self, name: str) -> None:
        self.names.append(name)


@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_request_queues_the_layouts_number(mac: HeadlessMac, name: str) -> None:
    mac.board.keyboard_layout.request(name)
    assert mac.board.adb.read() == LayoutEvent(LAYOUT_NAMES.index(name))


def test_request_follows_the_keys_before_it(mac: HeadlessMac) -> None:
    mac.board.adb.key(0, True)
    mac.board.keyboard_layout.request("french")
    mac.board.adb.key(0, False)
    events = [type(mac.board.adb.read()).__name__ for _ in range(3)]
    assert events == ["KeyEvent", "LayoutEvent", "KeyEvent"]


def test_unknown_layouts_raise(mac: HeadlessMac) -> None:
    layout = mac.board.keyboard_layout
    with pytest.raises(UnknownLayoutError, match="klingon"):
        layout.request("klingon")
    with pytest.raises(UnknownLayoutError):
        layout.report(-1)
    assert mac.board.adb.read() is None
    assert layout.name is None


def test_listeners_are_told_of_changes_only(mac: HeadlessMac) -> None:
    layout, listener = mac.board.keyboard_layout, RecordingListener()
    layout.add_listener(listener)
    for index in (0, 0, 3, 3, 0):
        layout.report(index)
    layout.remove_listener(listener)
    layout.remove_listener(listener)
    layout.report(2)
    assert listener.names == [LAYOUT_NAMES[0], LAYOUT_NAMES[3], LAYOUT_NAMES[0]]
    assert layout.name == LAYOUT_NAMES[2]
