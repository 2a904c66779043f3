import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.web import page_root
from moof.web.texts import ENGLISH, LANGUAGES, choose_language, text_table


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("it,fr-CA;q=0.5,en;q=0.3", "fr"),
        ("en;q=0.3, ja ; q=0.7", "ja"),
        ("de;q=0", ENGLISH),
        ("de;q=x", ENGLISH),
        ("it", ENGLISH),
        ("*", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_the_language_with_the_greatest_weight_is_chosen(accepted: str, language: str) -> None:
    assert choose_language(accepted) == language


@given(st.text())
def test_any_header_has_a_language(accepted: str) -> None:
    assert choose_language(accepted) in LANGUAGES


def test_the_scripts_have_the_same_languages() -> None:
    source = (Path(str(page_root())) / "language/language.js").read_text()
    names = re.search(r"LANGUAGES = \{(.*?)\}", source)
    assert names is not None
    assert tuple(re.findall(r"(\w\w):", names[1])) == LANGUAGES


def test_tables() -> None:
    assert text_table("de")["Sign in"] == "Anmelden"
    assert text_table(ENGLISH) == {}
