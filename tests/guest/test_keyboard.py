"""Keyboard layouts: characters, dead keys, the choice, and that no key is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from moof.keyboard import LAYOUT_NAMES, Layout, Level, Stroke, layout
from moof.mac.headless import HeadlessMac
from moof.mac.keyboard_layout import KeyboardLayoutListener
from moof.mac.xpram import Xpram

SHIFT, OPTION, COMMAND, CONTROL, CAPS_LOCK = 0x38, 0x3A, 0x37, 0x36, 0x39
BACKSPACE, RETURN, SPACE = 0x33, 0x24, 0x31
KEY_A, KEY_C, KEY_E, KEY_S, KEY_X = 0x00, 0x08, 0x0E, 0x01, 0x07
LAYOUT_AT = 0x86
MAX_UNREAD = 32
ACUTE = KEY_E  # of a US keyboard, with option

MAC_ROMAN = [bytes([code]).decode("mac_roman") for code in range(0x20, 0x100) if code != 0x7F]


@pytest.fixture(autouse=True)
def _in_notes(mac: HeadlessMac, open_program: Callable[[str], tuple[int, ...]]) -> None:
    """Open Notes with an empty text in front, for each test."""
    open_program("notes")


def choose(mac: HeadlessMac, name: str) -> Layout:
    """Ask the guest for a layout as the host does."""
    mac.board.keyboard_layout.request(name)
    mac.run(1)
    assert mac.board.keyboard_layout.name == name
    return layout(name)


def press(mac: HeadlessMac, strokes: Sequence[Stroke]) -> None:
    """Press and release keys with their modifiers."""
    for stroke in strokes:
        held = [SHIFT] * stroke.shift + [OPTION] * stroke.option
        mac.type_key(stroke.code, *held)


def queue_taps(mac: HeadlessMac, codes: Sequence[int]) -> None:
    """Press and release keys without running the guest."""
    for code in codes:
        mac.board.adb.key(code, True)
        mac.board.adb.key(code, False)


@pytest.mark.parametrize("caps", [False, True], ids=["", "caps lock"])
@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_every_key_types_the_layouts_character(
    mac: HeadlessMac, notes_text: Callable[[], str], name: str, caps: bool
) -> None:
    chosen = choose(mac, name)
    if caps:
        mac.key(CAPS_LOCK, True)
    expected = ""
    for code in chosen.keys:
        for level in Level:
            output = chosen.output(code, level, caps=caps)
            if not output.dead:
                press(mac, [Stroke(code, bool(level & Level.SHIFT), bool(level & Level.OPTION))])
                expected += output.character
    assert notes_text() == expected


@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_strokes_type_every_character_that_the_layout_has(
    mac: HeadlessMac, notes_text: Callable[[], str], name: str
) -> None:
    chosen = choose(mac, name)
    text = "".join(filter(chosen.strokes, MAC_ROMAN))
    for character in text:
        press(mac, chosen.strokes(character))
    assert set("abcxyzABCXYZ0123456789 .,!?") < set(text)
    assert notes_text() == text


@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_dead_keys_compose_as_the_layout_says(
    mac: HeadlessMac, notes_text: Callable[[], str], name: str
) -> None:
    chosen = choose(mac, name)
    dead = [
        (output.character, Stroke(code, bool(level & Level.SHIFT), bool(level & Level.OPTION)))
        for code, outputs in chosen.keys.items()
        for level, output in zip(Level, outputs, strict=True)
        if output.dead
    ]
    expected = ""
    for accent, stroke in dead:
        for base, composed in chosen.compositions[accent].items():
            press(mac, [stroke, *chosen.strokes(base)])
            expected += composed
    assert dead
    assert notes_text() == expected


def test_dead_key_shows_nothing_until_the_next_key(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    mac.type_key(ACUTE, OPTION)
    assert notes_text() == ""
    mac.type_key(KEY_A, SHIFT)  # pressing shift leaves the accent
    assert notes_text() == "\u00c1"


@pytest.mark.parametrize(
    ("code", "held", "typed"),
    [
        (KEY_X, (), "´x"),
        (SPACE, (), "´"),
        (RETURN, (), "´\r"),
        (BACKSPACE, (), ""),
        (ACUTE, (OPTION,), "´´"),
        (0x12, (), "´1"),
    ],
    ids=["letter", "space", "return", "backspace", "itself", "digit"],
)
def test_accent_is_typed_before_a_key_that_it_does_not_compose_with(
    mac: HeadlessMac, notes_text: Callable[[], str], code: int, held: tuple[int, ...], typed: str
) -> None:
    mac.type_key(ACUTE, OPTION)
    mac.type_key(code, *held)
    assert notes_text() == typed
    mac.type_key(KEY_E)
    assert notes_text() == typed + "e"


def test_click_command_and_another_layout_drop_the_accent(
    mac: HeadlessMac, front: Callable[[], tuple[int, ...]], notes_text: Callable[[], str]
) -> None:
    _, x, y, *_ = front()
    mac.type_key(ACUTE, OPTION)
    mac.click(x + 100, y + 100)
    mac.type_key(KEY_E)
    mac.type_key(ACUTE, OPTION)
    mac.type_key(KEY_C, COMMAND)
    mac.type_key(KEY_E)
    mac.type_key(ACUTE, OPTION)
    choose(mac, "british")
    mac.type_key(KEY_E)
    assert notes_text() == "eee"


def test_dead_key_with_command_is_an_ordinary_key(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    choose(mac, "german")
    mac.type_key(0x18, COMMAND)  # the acute accent
    mac.type_key(0x18, CONTROL)
    mac.type_key(KEY_E)
    assert notes_text() == "e"


def test_held_key_repeats_what_it_composed(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    mac.type_key(ACUTE, OPTION)
    mac.key(KEY_E, True)
    mac.run(40)
    mac.key(KEY_E, False)
    assert set(notes_text()) == {"é"}
    assert len(notes_text()) > 3


def test_held_dead_key_does_not_repeat_and_ends_a_repeat(
    mac: HeadlessMac, notes_text: Callable[[], str]
) -> None:
    choose(mac, "german")
    mac.key(KEY_A, True)
    mac.key(0x18, True)
    mac.run(60)
    mac.key(0x18, False)
    mac.key(KEY_A, False)
    mac.type_key(KEY_A)
    assert notes_text() == "aá"


@pytest.mark.parametrize("name", LAYOUT_NAMES)
def test_shortcuts_are_where_the_letters_are(
    mac: HeadlessMac, notes_text: Callable[[], str], name: str
) -> None:
    chosen = choose(mac, name)
    press(mac, chosen.strokes("u"))
    for letter in "acvvz":
        mac.type_key(chosen.strokes(letter)[0].code, COMMAND, SHIFT)
        mac.run(1)
    assert notes_text() == "u"
    mac.type_key(chosen.strokes("a")[0].code, COMMAND, OPTION)
    press(mac, chosen.strokes("n"))
    assert notes_text() == "n"


class RecordingListener(KeyboardLayoutListener):
    """Keeps the names of the layouts in order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def keyboard_layout_changed(self, name: str) -> None:
        self.names.append(name)


def test_layout_is_reported_at_start_and_kept_in_xpram(boot: Callable[..., HeadlessMac]) -> None:
    xpram = Xpram(None)
    mac = boot(xpram=xpram)
    listener = RecordingListener()
    assert mac.board.keyboard_layout.name == "us"
    mac.board.keyboard_layout.add_listener(listener)
    mac.board.keyboard_layout.request("french")
    mac.run(1)
    assert listener.names == ["french"]
    assert xpram.read(LAYOUT_AT) == LAYOUT_NAMES.index("french")
    mac.reset()
    mac.run(5)
    assert listener.names == ["french"]
    assert boot(xpram=xpram).board.keyboard_layout.name == "french"


def test_unknown_layout_in_xpram_is_the_first(boot: Callable[..., HeadlessMac]) -> None:
    xpram = Xpram(None)
    boot(xpram=xpram)
    xpram.write(LAYOUT_AT, 0xFF)
    assert boot(xpram=xpram).board.keyboard_layout.name == "us"


def test_request_before_the_start_is_followed(mac: HeadlessMac) -> None:
    mac.reset()
    mac.board.keyboard_layout.request("dvorak")
    mac.run(5)
    assert mac.board.keyboard_layout.name == "dvorak"


def test_keys_before_a_request_are_typed_in_the_layout_before(
    mac: HeadlessMac, notes_text: Callable[[], str]
) -> None:
    queue_taps(mac, [KEY_S])
    mac.board.keyboard_layout.request("dvorak")
    queue_taps(mac, [KEY_S])
    mac.run(1)
    assert notes_text() == "so"


def test_more_keys_than_the_guest_queues_are_all_typed(
    mac: HeadlessMac, notes_text: Callable[[], str]
) -> None:
    for _ in range(3):
        queue_taps(mac, [KEY_A, KEY_S] * 250)
        while mac.board.adb.unread_keys:  # the interrupt reads these before Notes types one
            assert mac.board.step()
    mac.run(30)
    assert notes_text() == "as" * 750


def test_mouse_button_is_released_although_keys_fill_the_queue(
    mac: HeadlessMac, front: Callable[[], tuple[int, ...]]
) -> None:
    _, x, y, *_ = front()
    mac.mouse(x + 100, y + 8)
    mac.mouse(x + 100, y + 8, 1)
    for _ in range(4):
        queue_taps(mac, [KEY_A] * 500)
        mac.settle()
    mac.board.adb.mouse(x + 130, y + 8, 0, absolute=True)
    mac.run(10)
    assert front()[1] == x + 30
    mac.mouse(x + 300, y + 8)
    assert front()[1] == x + 30


def test_10000_characters_arrive_in_order(mac: HeadlessMac, notes_text: Callable[[], str]) -> None:
    chosen = layout("us")
    text = "".join(f"{number} times; \r" for number in range(100_000, 100_667))[:10_000]
    for character in text:
        queue_taps(mac, [chosen.strokes(character)[0].code])
        if mac.board.adb.unread_keys > MAX_UNREAD:
            mac.settle()
    mac.run(5)
    assert notes_text() == text
