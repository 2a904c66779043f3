import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a line\n\tand another", "a line\n\tand another"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07\x1b]8;;http://evil\x1b\\link", "link"),
        ("\x1b(Bcharset \x1bc", "charset "),
        ("bell\x07, C1 \x9b31m, return\rover it", "bell\ufffd, C1 \ufffd31m, return\ufffdover it"),
        ("\x1b]never ends", "never ends"),
        ("\u202eback", "\ufffdback"),
        ("\u200fback", "\ufffdback"),
        ("an argument that is no UTF-8: \udcff", "an argument that is no UTF-8: \ufffd"),
        ("Größe 漢字 🙂", "Größe 漢字 🙂"),
    ],
)
def test_escape_sequences_are_removed(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@given(st.text(st.sampled_from("\x1b[]()0;1mA\x07\\\x9b\r\n\t é")))
def test_no_control_character_is_left(text: str) -> None:
    plain = plain_text(text)
    assert not [each for each in plain if unicodedata.category(each) == "Cc" and each not in "\n\t"]
    assert plain_text(plain) == plain
