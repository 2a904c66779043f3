"""ADB key codes and X key codes."""

from __future__ import annotations

import pytest

from moof.bridge.keycodes import x_keycodes
from moof.server.protocol.keymap import ADB_CODES


def test_every_key_of_the_page_has_a_key_in_x_but_fn() -> None:
    assert {code for name, code in ADB_CODES.items() if name != "Fn"} <= x_keycodes().keys()
    assert x_keycodes({"command": "leftalt"})[0x37] == 64
    with pytest.raises(ValueError, match="no such key"):
        x_keycodes({"command": "nowhere"})
