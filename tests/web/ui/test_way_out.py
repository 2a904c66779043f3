from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

CALL = "const [name, ...more] = argument; return (await load('ui/way-out.js'))[name](...more);"


@pytest.mark.parametrize("name", ["describeKeyboard", "describeFullScreen", "describeWayOut"])
@pytest.mark.parametrize(("apple", "keys"), [(True, "⌃⌥M"), (False, "Ctrl+Alt+M")])
def test_the_way_to_the_controls_is_named(run: Run, name: str, apple: bool, keys: str) -> None:
    assert keys in run(CALL, [name, apple])


def test_full_screen_names_the_key_that_leaves_it(run: Run) -> None:
    assert "Hold Esc to leave" in run(CALL, ["describeFullScreen", False, True])
    assert run(CALL, ["describeFullScreen", False, False]).startswith("Esc leaves")


def test_esc_does_not_release_the_mouse_while_it_is_the_macs(run: Run) -> None:
    assert "Esc releases" in run(CALL, ["describeCapture", False, False])
    assert "Ctrl+Alt+M releases" in run(CALL, ["describeCapture", False, True])


@pytest.mark.parametrize(("apple", "keys"), [(True, "⌃⌘F"), (False, "F11")])
def test_keys_of_full_screen(run: Run, apple: bool, keys: str) -> None:
    assert run(CALL, ["fullScreenKeys", apple]) == keys
