"""Characters that people type, among keys of several viewers."""

from moof.ipc import Key
from moof.keyboard import Stroke
from moof.server.protocol.held_keys import HeldKeys
from moof.server.session.keyboard_writer import KeyboardWriter
from moof.server.session.layout_control import LayoutControl
from support.recording_emulator import RecordingEmulator

COMMAND, SHIFT, OPTION = 0x37, 0x38, 0x3A


def scene(layout: str = "us") -> tuple[KeyboardWriter, RecordingEmulator, HeldKeys]:
    emulator = RecordingEmulator()
    return KeyboardWriter(emulator, LayoutControl(layout)), emulator, HeldKeys()


def codes(emulator: RecordingEmulator) -> list[int]:
    """Return the codes of the keys sent, negative ones for releases."""
    keys = [each for each in emulator.messages if isinstance(each, Key)]
    return [key.mac_keycode if key.down else -key.mac_keycode for key in keys]


def test_the_key_of_a_character_stays_down_until_its_place_is_released() -> None:
    keyboard, emulator, held = scene()
    assert keyboard.type_character(held, 0x10, "z") == ""
    assert codes(emulator) == [0x06]
    assert held.set_down(0x10, down=False) == [Key(0x06, down=False)]


def test_a_tap_leaves_no_key_down() -> None:
    keyboard, emulator, held = scene()
    keyboard.type_character(held, None, "A")
    assert codes(emulator) == [SHIFT, 0x00, -0x00, -SHIFT]
    assert held.release_all() == []


def test_a_modifier_of_another_viewer_does_not_count() -> None:
    keyboard, emulator, held = scene()
    keyboard.send([Key(SHIFT, down=True), Key(COMMAND, down=True)])
    keyboard.type_character(held, None, "a")
    assert codes(emulator)[2:] == [-COMMAND, -SHIFT, 0x00, -0x00, COMMAND, SHIFT]


def test_with_the_viewers_command_key_a_character_is_a_shortcut() -> None:
    keyboard, emulator, held = scene("french")
    keyboard.send(key for key in held.set_down(COMMAND, down=True) if isinstance(key, Key))
    keyboard.type_character(held, 0x0C, "a")
    assert codes(emulator) == [COMMAND, 0x0C]
    assert held.set_down(0x0C, down=False) == [Key(0x0C, down=False)]


def test_letters_in_pieces_are_composed_and_what_is_missing_is_named() -> None:
    keyboard, emulator, held = scene("german")
    assert keyboard.type_character(held, None, "u\u0308я") == "я"
    assert codes(emulator) == [0x21, -0x21]
    assert keyboard.type_character(held, 0x00, "я") == "я"
    assert not held.is_down(0x00)


def test_another_emulator_has_no_keys_down() -> None:
    keyboard, _, _ = scene()
    keyboard.send([Key(SHIFT, down=True)])
    keyboard.forget()
    assert keyboard.keys_for((Stroke(0x00, shift=True),))[0] == Key(SHIFT, down=True)


def test_it_says_whether_an_emulator_is_connected() -> None:
    keyboard, emulator, _ = scene()
    assert keyboard.send([Key(1, down=True)])
    emulator.connected = False
    assert not keyboard.send([Key(1, down=False)])
