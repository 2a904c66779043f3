"""Texts of documents on both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.mac_files.document_text import DocumentText, text_for_host, text_for_mac

CHARACTERS = bytes(code for code in range(0x20, 0x100) if code != 0x7F).decode("mac_roman") + "\t\r"


@given(st.text(CHARACTERS, max_size=200))
def test_a_macs_text_comes_back_exactly(text: str) -> None:
    data = text.encode("mac_roman")
    assert text_for_mac(text_for_host(data)) == DocumentText(data, exact=True)


def test_the_host_has_utf_8_with_line_feeds() -> None:
    assert text_for_host(b"Gr\x9a\xa7e\rzwei\r") == "Größe\nzwei\n".encode()


@pytest.mark.parametrize(
    ("file", "text", "exact"),
    [
        (b"one\r\ntwo\n", b"one\rtwo\r", True),
        (b"\xef\xbb\xbfmark", b"mark", True),
        ("e\u0301".encode(), b"\x8e", True),
        ("żółw".encode(), b"z\x97lw", False),
        (b"tab\tbell\x07", b"tab\tbell", False),
        (b"caf\x8e", b"caf\x8e", True),
    ],
)
def test_a_file_is_shown_and_marked_if_it_has_more(file: bytes, text: bytes, exact: bool) -> None:
    assert text_for_mac(file) == DocumentText(text, exact)
