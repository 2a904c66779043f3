"""Every character that a layout has is typed by its strokes, and by nothing else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.keyboard import ISO_KEY, Layout, Level, Stroke, layout, layouts, normalized, text_strokes
from support.mac_keyboard import CAPS_LOCK, MacKeyboard

MAC_ROMAN = [bytes([each]).decode("mac_roman") for each in range(0x20, 0x100) if each != 0x7F]
TYPEABLE = {each.name: [*filter(each.strokes, MAC_ROMAN), "\r", "\t"] for each in layouts()}
all_layouts = pytest.mark.parametrize("mac", layouts(), ids=lambda each: each.name)


@st.composite
def typed(draw: st.DrawFn) -> tuple[Layout, str]:
    """A layout and a text that it can type."""
    name = draw(st.sampled_from(sorted(TYPEABLE)))
    return layout(name), "".join(draw(st.lists(st.sampled_from(TYPEABLE[name]), max_size=40)))


@given(typed())
def test_a_text_is_typed_as_it_is(case: tuple[Layout, str]) -> None:
    mac, text = case
    keyboard = MacKeyboard(mac)
    for strokes in text_strokes(text, mac):
        keyboard.tap(strokes)
    assert keyboard.text == text
    assert not keyboard.down


@all_layouts
def test_every_layout_types_ascii_and_every_letter_of_western_languages(mac: Layout) -> None:
    wanted = [*map(chr, range(0x20, 0x7F)), *"ßéèñüÜÄÖøØåÅçÇàùêâœŒæÆ“”‘’«»…–—¿¡£¢¥€§©®™\u00a0"]
    assert [each for each in wanted if not mac.strokes(each)] == []


@all_layouts
def test_a_character_is_typed_with_few_keys(mac: Layout) -> None:
    assert all(len(mac.strokes(each)) == 1 for each in string.ascii_letters + string.digits + ".,:;!?-+() \r")
    assert all(len(mac.strokes(each)) <= 2 for each in MAC_ROMAN)


@all_layouts
def test_the_key_of_iso_keyboards_is_used_only_where_no_other_has_the_character(mac: Layout) -> None:
    for character in TYPEABLE[mac.name]:
        if any(stroke.code == ISO_KEY for stroke in mac.strokes(character)):
            others = [each for code, each in mac.keys.items() if code != ISO_KEY]
            assert all(output.dead or output.character != character for each in others for output in each)


@all_layouts
def test_caps_lock_makes_capitals_and_changes_no_sign(mac: Layout) -> None:
    for letter in string.ascii_lowercase:
        keyboard = MacKeyboard(mac)
        keyboard.key(CAPS_LOCK, down=True)
        keyboard.tap(mac.strokes(letter))
        keyboard.tap(mac.strokes(letter.upper()))
        keyboard.tap(mac.strokes("."))
        assert keyboard.text == letter.upper() * 2 + "."


def test_places_that_people_know() -> None:
    assert layout("us").strokes("é") == (Stroke(0x0E, option=True), Stroke(0x0E))
    assert layout("us").strokes("Ü") == (Stroke(0x20, option=True), Stroke(0x20, shift=True))
    assert layout("us").strokes("ß") == (Stroke(0x01, option=True),)
    assert layout("us").strokes("ñ") == (Stroke(0x2D, option=True), Stroke(0x2D))
    assert layout("us").strokes("Ø") == (Stroke(0x1F, shift=True, option=True),)
    assert layout("german").strokes("@") == (Stroke(0x25, option=True),)
    assert layout("german").strokes("z") == (Stroke(0x10),)
    assert layout("french").strokes("1") == (Stroke(0x12, shift=True),)
    assert layout("french").strokes("ê") == (Stroke(0x0E, option=True),)
    assert layout("british").strokes("£") == (Stroke(0x14, shift=True),)
    assert layout("dvorak").strokes("e") == (Stroke(0x02),)
    assert layout("swedish").strokes("å") == (Stroke(0x21),)


def test_a_space_after_a_dead_key_gives_the_accent() -> None:
    assert layout("german").strokes("`") == (Stroke(0x18, shift=True), Stroke(0x31))
    keyboard = MacKeyboard(layout("german"))
    keyboard.tap((Stroke(0x18), Stroke(0x31), Stroke(0x18), Stroke(0x07), Stroke(0x18), Stroke(0x0E)))
    assert keyboard.text == "´´xé"


def test_caps_lock_of_french_and_italian_keyboards() -> None:
    assert layout("french").output(0x13, Level.PLAIN, caps=True).character == "É"
    assert layout("french").output(0x12, Level.PLAIN, caps=True).character == "&"
    assert layout("italian").output(0x12, Level.PLAIN, caps=True).character == "1"


def test_a_key_without_a_character_gives_none() -> None:
    mac = layout("us")
    assert mac.output(0x7A, Level.PLAIN).character == ""
    assert layout("british").output(ISO_KEY, Level.OPTION).character == ""
    assert mac.strokes("я") == ()
    assert mac.strokes("") == ()


def test_a_dead_key_twice_gives_the_accent_once_and_waits() -> None:
    keyboard = MacKeyboard(layout("us"))
    dead = Stroke(0x0E, option=True)
    keyboard.tap((dead, dead, Stroke(0x00)))
    assert keyboard.text == "´á"


def test_a_normalized_text_has_letters_in_one_piece() -> None:
    assert normalized("e\u0301") == "é"
