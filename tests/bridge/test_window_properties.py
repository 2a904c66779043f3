"""What programs declare about their windows."""

from __future__ import annotations

from moof.bridge.window_placement import SizeHints
from moof.bridge.window_properties import WindowDescription, WindowProperties
from support.x_client import XClient


async def test_a_window_without_properties_takes_keys_and_is_no_dialog(other: XClient) -> None:
    properties = WindowProperties(other.connection, ())
    window = other.unmapped_window(0, 0, 100, 100)
    assert properties.describe(window) == WindowDescription()


async def test_properties_of_a_dialog_are_read(other: XClient) -> None:
    properties = WindowProperties(other.connection, ("_NET_WM_STATE_MODAL",))
    window = other.unmapped_window(0, 0, 100, 100, "A title")
    other.put(window, "WM_TRANSIENT_FOR", [77], "WINDOW")
    other.put(window, "WM_NORMAL_HINTS", [0x30, 0, 0, 0, 0, 5, 6, 7, 8, *[0] * 9], "WM_SIZE_HINTS")
    other.put(window, "WM_HINTS", [1, 0], "WM_HINTS")
    other.put_atoms(window, "WM_PROTOCOLS", "WM_DELETE_WINDOW", "WM_TAKE_FOCUS")
    other.put_atoms(window, "_NET_WM_STATE", "_NET_WM_STATE_MODAL")
    found = properties.describe(window)
    assert found == WindowDescription(
        title="A title",
        parent=77,
        dialog=True,
        sizes=SizeHints((5, 6), (7, 8), (5, 6)),
        focus_message=True,
        sets_focus_alone=True,
        states=frozenset([properties["_NET_WM_STATE_MODAL"]]),
    )
    assert properties.names(found.states) == {"_NET_WM_STATE_MODAL"}
    properties.set_text(window, "_NET_WM_NAME", "Ein Größeres")
    other.put(window, "WM_TRANSIENT_FOR", [], "WINDOW")
    other.put(window, "WM_HINTS", [1, 0], "WM_HINTS")
    other.put(window, "WM_PROTOCOLS", [], "ATOM")
    changed = properties.describe(window)
    assert changed is not None
    assert (changed.title, changed.dialog, changed.takes_keys) == ("Ein Größeres", False, False)


async def test_the_first_type_that_is_known_says_whether_it_is_a_dialog(other: XClient) -> None:
    properties = WindowProperties(other.connection, ())
    for kind, dialog in (("NORMAL", False), ("DIALOG", True), ("SPLASH", True), ("DESKTOP", False)):
        window = other.unmapped_window(0, 0, 100, 100)
        other.put_atoms(window, "_NET_WM_WINDOW_TYPE", f"_NET_WM_WINDOW_TYPE_{kind}")
        found = properties.describe(window)
        assert found is not None
        assert found.dialog == dialog


async def test_a_window_that_is_gone_has_no_description(other: XClient) -> None:
    properties = WindowProperties(other.connection, ())
    window = other.unmapped_window(0, 0, 100, 100)
    other.core.DestroyWindow(window)
    assert properties.describe(window) is None


async def test_properties_are_set_and_deleted(other: XClient) -> None:
    properties = WindowProperties(other.connection, ("_NET_WORKAREA", "_A_CLOCK"))
    window = other.unmapped_window(0, 0, 100, 100)
    properties.set(window, "_NET_WORKAREA", [1, 2, 3])
    properties.touch(window, "_A_CLOCK")
    assert other.get(window, "_NET_WORKAREA") == [1, 2, 3]
    assert other.get(window, "_A_CLOCK") == []
    properties.delete(window, "_NET_WORKAREA")
    assert other.get(window, "_NET_WORKAREA") == []
    assert properties.describes(properties["WM_NAME"])
    assert not properties.describes(properties["_NET_WORKAREA"])
