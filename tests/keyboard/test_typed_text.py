"""Text is normalized without replacing anything, and what cannot be typed is named."""

from moof.keyboard import Stroke, layout, missing_characters, normalized, text_strokes

US = layout("us")


def test_line_ends_become_return_and_tabs_stay() -> None:
    assert normalized("a\nb\r\nc\rd\n\r\n\te") == "a\rb\rc\rd\r\r\te"


def test_letters_are_composed() -> None:
    assert normalized("u\u0308 \u212b \u2126") == "ü Å Ω"


def test_nothing_is_replaced_by_something_similar() -> None:
    text = "’ “ ” … – ½ ﬁ \u00a0 ‐ \u2028"
    assert normalized(text) == text


def test_missing_characters_are_named_once() -> None:
    assert missing_characters("Привет, мир\r\tß½½", US) == "Приветм½"
    assert missing_characters("’ “ ” … – \u00a0ß", US) == ""


def test_strokes_of_a_text() -> None:
    expected = [(Stroke(0x00),), (), (Stroke(0x24),), (Stroke(0x30),), (Stroke(0x0B, shift=True),)]
    assert list(text_strokes("aж\r\tB", US)) == expected
