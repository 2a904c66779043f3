"""The key to the display, byte for byte."""

from __future__ import annotations

from moof.bridge.xauthority import entry, new_cookie


def test_the_key_opens_any_display() -> None:
    assert entry(b"k" * 16) == b"\xff\xff\0\0\0\0\0\x12MIT-MAGIC-COOKIE-1\0\x10" + b"k" * 16


def test_no_two_keys_are_the_same() -> None:
    assert new_cookie() != new_cookie()
