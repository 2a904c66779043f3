"""The normal form C, and letters with too many accents."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.composed_text import MAX_ACCENTS, composed
from moof.keyboard.typed_text import normalized

ACCENTS = "\u0301\u0316\u0344\u0f73\u05b4"  # the third and the fourth are two accents each
LINES_OF_ACCENTS = st.text(st.sampled_from("ae\n" + ACCENTS), max_size=MAX_ACCENTS)


@given(st.text(max_size=MAX_ACCENTS))
def test_other_texts_are_in_normal_form_c(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFC", text)


@given(LINES_OF_ACCENTS)
def test_as_are_accents_up_to_the_limit(text: str) -> None:
    assert composed(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("accents", ["\u0301", "\u0301\u0316", "\u0f73", "\u0344\u0316"])
def test_further_accents_are_dropped(accents: str) -> None:
    text = ("a" + accents * 300 + "b") * 2
    kept = "a" + (accents * 300)[:MAX_ACCENTS] + "b"
    assert composed(text) == unicodedata.normalize("NFC", kept * 2)


def test_a_text_to_type_is_composed_likewise() -> None:
    assert normalized("e\u0301" + "\u0316\u0301" * 10_000 + "\r\n") == normalized(
        "e\u0301" + "\u0316\u0301" * 14 + "\u0316\r\n"
    )
