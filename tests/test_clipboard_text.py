"""Mac Roman and Unicode, line ends, and what a Mac cannot spell."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.clipboard_text import clean_text, from_mac_roman, to_mac_roman

MAC_BYTES = bytes([0x09, 0x0D, *range(0x20, 0x7F), *range(0x80, 0x100)])
MAC_TEXTS = st.text(st.sampled_from(MAC_BYTES.decode("mac_roman").replace("\r", "\n")))


@given(st.lists(st.sampled_from(MAC_BYTES)).map(bytes))
def test_every_text_of_a_mac_survives(data: bytes) -> None:
    assert to_mac_roman(from_mac_roman(data)) == data


@given(MAC_TEXTS)
def test_every_text_that_a_mac_can_spell_survives_composed(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert from_mac_roman(to_mac_roman(text)) == composed
    assert from_mac_roman(to_mac_roman(unicodedata.normalize("NFD", text))) == composed


@given(st.text(st.characters()))
def test_any_text_becomes_one_without_control_characters(text: str) -> None:
    data = to_mac_roman(text)
    assert set(data) <= set(MAC_BYTES)
    assert to_mac_roman(from_mac_roman(data)) == data


@given(st.text(st.characters()))
def test_a_clean_text_is_utf_8_and_stays(text: str) -> None:
    clean = clean_text(text)
    assert clean.encode().decode() == clean == clean_text(clean)
    assert not any(unicodedata.category(each) == "Cc" for each in clean if each not in "\n\t")


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("line\r\nline\rline\u2028line\n", "line\nline\nline\nline\n"),
        ("“naïve” – Ångström… €", "“naïve” – Ångström… €"),
        ("Łódź, ś², ½, 全角", "Lódz, s2, 1⁄2, ??"),
        ("a → b, a ‑ b, −1 ✓", "a -> b, a - b, -1 √"),
        ("fine ﬁne ｆｕｌｌ", "fine ﬁne full"),
        ("family 👩\u200d👩\u200d👧 soft\u00adhyphen", "family ??? softhyphen"),
        ("\ufeffa\x00b\x1b[1m\ud800", "ab[1m"),
        ("漢字かな", "????"),
    ],
)
def test_what_a_mac_cannot_spell_is_replaced_by_the_rule(text: str, spelled: str) -> None:
    assert from_mac_roman(to_mac_roman(text)) == spelled
