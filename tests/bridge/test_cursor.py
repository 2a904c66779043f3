"""Who draws the pointer."""

from __future__ import annotations

from moof.bridge.cursor import PointerStyle, pointer_style


def test_who_draws_the_pointer() -> None:
    assert pointer_style([0, 0x00FFFFFF], "left_ptr") is PointerStyle.GUEST
    assert pointer_style([0xFF000000], "left_ptr") is PointerStyle.DESKTOP
    assert pointer_style([0xFF000000], "") is PointerStyle.PROGRAM
