"""The key table: every key of an Apple Extended Keyboard, each in its place."""

import json

from moof.server.protocol.keymap import ADB_CODES, keymap_json

NO_SUCH_KEY = {0x34, 0x3F, 0x40, 0x42, 0x44, 0x46, 0x48, 0x49, 0x4A, 0x4D, 0x4F, 0x50, 0x5A, 0x6C, 0x70}
RIGHT_MODIFIERS = {0x7B, 0x7C, 0x7D}


def test_every_key_of_the_extended_keyboard_has_a_code() -> None:
    everything = set(range(0x80)) - NO_SUCH_KEY - RIGHT_MODIFIERS - {0x7E}
    assert everything <= set(ADB_CODES.values())


def test_codes_are_adb_codes() -> None:
    assert all(0 <= code < 0x80 for code in ADB_CODES.values())


def test_only_left_and_right_modifiers_share_a_code() -> None:
    twins = [code for code in set(ADB_CODES.values()) if list(ADB_CODES.values()).count(code) > 1]
    assert sorted(twins) == sorted(
        ADB_CODES[key]
        for key in (
            *("ShiftLeft", "ControlLeft", "AltLeft", "MetaLeft"),
            *("Insert", "PrintScreen", "ScrollLock", "Pause", "NumLock"),
        )
    )


def test_some_keys_by_name() -> None:
    expected = {"KeyA": 0x00, "Digit1": 0x12, "Enter": 0x24, "Space": 0x31, "Escape": 0x35, "ArrowUp": 0x3E}
    assert expected.items() <= ADB_CODES.items()


def test_the_page_gets_the_same_table() -> None:
    assert json.loads(json.dumps(keymap_json())) == {"codes": ADB_CODES}
